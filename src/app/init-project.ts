import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import { NAME } from '../core/id.ts';
import { writeDurably } from '../disk/index.ts';
import { findRepository } from './store.ts';
import type { Surroundings } from './surroundings.ts';

const project = (
  name: string,
  state: string,
): string => `# A Setpoint project: what is written in manifests/ is what the targets are kept at.
apiVersion: setpoint/v1
kind: Project
metadata:
  name: ${name}
spec:
  manifests: manifests
  state: ${state}
`;

const TARGETS = `# The systems that this project speaks to. This one is embedded: a datastore in a folder, checked by YANG modules.
apiVersion: setpoint/v1
kind: Target
metadata:
  name: brewery
spec:
  provider: confhoard
  address: .setpoint/datastore
`;

const ZONE = `# A fermentation zone. Change target, run \`setpoint plan\`, and see the leaves that would move.
apiVersion: confhoard/v1
kind: Config
metadata:
  name: fermentation
spec:
  module: brewhouse
  path: /brewhouse/temperature/fermentation
  config:
    setpoint: 18.5
    highpoint: 18.8
    lowpoint: 18.2
`;

/** Writes a small project that plans and applies at once. Throws Fault PROJECT_EXISTS rather than overwrite anything. */
export async function initProject(
  dir: string,
  surroundings: Surroundings,
): Promise<{ readonly written: readonly string[]; readonly state: 'git' | 'folder' }> {
  mkdirSync(dir, { recursive: true });
  const state = (await findRepository(dir, surroundings)) ? 'git' : 'folder';
  const name = basename(dir)
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  const files = {
    'setpoint.yaml': project(NAME.test(name) ? name : 'brewery', state === 'git' ? 'git' : '{ folder: .setpoint/state }'),
    'manifests/targets.yaml': TARGETS,
    'manifests/zone.yaml': ZONE,
  };
  const there = Object.keys(files).find((file) => existsSync(join(dir, file)));
  if (there) {
    throw new Fault({
      code: 'PROJECT_EXISTS',
      summary: `${there} is there already`,
      detail: 'init writes a new project and overwrites nothing.',
      hint: 'Name an empty folder: setpoint init FOLDER.',
    });
  }
  for (const [file, text] of Object.entries({ ...files, '.setpoint/.gitignore': '*\n' })) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    await writeDurably(join(dir, file), text);
  }
  return { written: Object.keys(files), state };
}
