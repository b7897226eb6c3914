import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BinaryOptions, Ended } from './kit/binary.ts';
import { inFolder, root, writeFiles } from './kit/binary.ts';
import { mortal } from './kit/children.ts';
import { assert } from './kit/group.ts';
import { command } from './kit/program.ts';

const SETPOINT_YAML = `apiVersion: setpoint/v1
kind: Project
metadata:
  name: brewery
spec:
  manifests: manifests
  state: { folder: state }
`;

export const target = (name: string): string => `apiVersion: setpoint/v1
kind: Target
metadata:
  name: ${name}
spec:
  provider: confhoard
  address: ${name}
`;

/** A zone as a manifest: lines count from 1, the setpoint stands in line 10. */
export const zone = (
  setpoint: string | number = '18.5',
  { name = 'fermentation', on = 'brewery' } = {},
): string => `apiVersion: confhoard/v1
kind: Config
metadata:
  name: ${name}
  target: ${on}
spec:
  module: brewhouse
  path: /brewhouse/temperature/fermentation
  config:
    setpoint: ${setpoint}
    highpoint: 18.8
    lowpoint: 18.2
`;

export const hop = (name: string, alpha: string | number, { on = 'brewery' } = {}): string => `apiVersion: confhoard/v1
kind: Config
metadata:
  name: ${name}
  target: ${on}
spec:
  module: brewery-definitions
  path: /definitions/ingredients/hops[name='${name}']
  config:
    alpha-acid: ${alpha}
`;

export const PLAIN: Readonly<Record<string, string>> = {
  'setpoint.yaml': SETPOINT_YAML,
  'manifests/targets.yaml': target('brewery'),
  'manifests/zone.yaml': zone(),
};

export interface Brewery {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): void;
  read(path: string): string;
  /** Every file below a folder of the project, with its content: what nobody may have touched. */
  holds(path: string): Readonly<Record<string, string>>;
  run(words: string, more?: Omit<BinaryOptions, 'cwd'>): Promise<Ended>;
  /** Runs it and fails unless it ends with this code. */
  ends(words: string, code: number, more?: Omit<BinaryOptions, 'cwd'>): Promise<Ended>;
  /** The live value of a leaf of the zone. */
  live(leaf: string, on?: string): Promise<string>;
  start(words: string): Running;
}

/** A command that is still running. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** Resolves when this text has been printed on either stream. Fails when the command ends without it. */
  says(text: string | RegExp): Promise<void>;
  interrupt(): void;
}

/** A small brewery in a folder of its own, and the program as a person there uses it. */
export const brewery = (files: Readonly<Record<string, string>>, body: (b: Brewery) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    writeFiles(folder, { ...PLAIN, ...files });
    const running: Running[] = [];
    const split = (words: string): readonly string[] => words.split(' ').filter((word) => word !== '');
    const run: Brewery['run'] = (words, more = {}) => command(split(words), { cwd: folder, ...more });
    const ends: Brewery['ends'] = async (words, code, more) => {
      const ended = await run(words, more);
      assert.is(ended.code, code, `setpoint ${words} ended with ${ended.code}\n${ended.out}${ended.err}`);
      return ended;
    };
    try {
      await body({
        folder,
        write: (more) => writeFiles(folder, more),
        read: (path) => readFileSync(join(folder, path), 'utf8'),
        holds: (path) => contents(join(folder, path)),
        run,
        ends,
        async live(leaf, on = 'brewery') {
          const { out } = await ends(`run ${on} get path=/brewhouse/temperature/fermentation/${leaf}`, 0);
          return out.trim().replaceAll('"', '');
        },
        start: (words) => {
          const one = started(split(words), folder);
          running.push(one);
          return one;
        },
      });
    } finally {
      for (const one of running) one.interrupt();
      await Promise.all(running.map(({ ended }) => ended));
    }
  });

function contents(path: string): Readonly<Record<string, string>> {
  if (!existsSync(path)) return {};
  if (!statSync(path).isDirectory()) return { '': readFileSync(path, 'utf8') };
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map((one) => join(one.parentPath, one.name)).sort();
  return Object.fromEntries(paths.map((one) => [one.slice(path.length + 1), readFileSync(one, 'utf8')]));
}

const LONGEST_MS = 25_000;

function started(words: readonly string[], cwd: string): Running {
  const child = mortal(
    spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...words], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let out = '';
  let err = '';
  let isOver = false;
  // Whatever a test waits for in vain, no process outlives it.
  const limit = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  const ears = new Set<() => void>();
  const hear = (): void => {
    for (const ear of ears) ear();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => ((out += text), hear()));
  child.stderr.setEncoding('utf8').on('data', (text: string) => ((err += text), hear()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      isOver = true;
      clearTimeout(limit);
      resolve({ code, signal, out, err });
      hear();
    });
  });
  return {
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        const ear = (): void => {
          const said = out + err;
          if (typeof text === 'string' ? said.includes(text) : text.test(said)) resolve();
          else if (isOver) reject(new Error(`it ended without saying ${String(text)}:\n${said}`));
          else return;
          ears.delete(ear);
        };
        ears.add(ear);
        ear();
      }),
    interrupt: () => {
      if (!isOver) child.kill('SIGINT');
    },
  };
}

/** Text as it reads when lines are not broken: what is asserted about a sentence does not depend on the width. */
export const flowing = ({ out, err }: Pick<Ended, 'out' | 'err'>): string => `${out}\n${err}`.replaceAll(/\s+/g, ' ');

/** Nothing was made, and nothing was remembered. A datastore that is looked at for the first time gets its name. */
export function untouched({ holds }: Brewery): void {
  const made = Object.keys(holds('brewery')).filter((file) => file !== 'instance.json');
  assert.equal(made, [], 'the datastore was touched');
  assert.equal(holds('state'), {}, 'state was written');
}
