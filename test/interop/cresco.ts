import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, root } from '../kit/binary.ts';
import { assert } from '../kit/group.ts';
import { onFabric } from './cresco/fabric.ts';
import { FUNCTIONS } from './cresco/functions.ts';
import { bothClients } from './cresco/both-clients.ts';
import { writeJars } from './cresco/jars.ts';
import { readPage } from './cresco/page.ts';
import { playTheirs } from './cresco/play-theirs.ts';
import { openPython } from './kit/python.ts';
import { pythonWith } from './kit/programs.ts';
import { outcomesOf, type Check, type Stage } from './kit/stage.ts';

/** The releases that are in circulation, one a generation of the client, with all that they need. */
const RELEASES: Readonly<Record<string, readonly string[]>> = {
  '0.12': ['pycrescolib==0.12', 'websocket-client==1.9.2'],
  '0.14': ['pycrescolib==0.14', 'backoff==2.2.1', 'cffi==2.1.1', 'cryptography==44.0.1', 'pycparser==3.12', 'websockets==17.4'],
  '1.3.2': ['pycrescolib==1.3.2', 'backoff==2.2.1', 'cffi==2.1.1', 'cryptography==50.0.2', 'pycparser==3.12', 'websockets==17.4'],
};

/** The real Python client, in its three generations, drives `setpoint sandbox` in its two. */
export const stage: Stage = {
  name: 'cresco',
  summary: `pycrescolib ${Object.keys(RELEASES).join(', ')} does what docs/from-pycrescolib.md says, on setpoint sandbox`,
  async run(check) {
    const pythons = Object.entries(RELEASES).map(([release, requirements]) => {
      const folder = join(root, 'node_modules/.cache/interop', `pycrescolib-${release}`);
      return { release, program: pythonWith(folder, requirements) };
    });
    const page = readPage();

    await inFolder(async (project) => {
      const files = join(project, 'files');
      await onFabric({ releases: Object.keys(RELEASES), project, check }, async (fabric) => {
        const jars = writeJars(files);
        const known = new Set<string>();
        // All at once, for time: each pair has a server of its own. What came of it is told one after the other.
        const played = await Promise.all(
          pythons.map(async ({ release, program }) => {
            const servers = fabric.get(release) ?? [];
            const outcomes = await Promise.all(
              servers.map((server) => {
                const folder = join(files, `${release}-${server.release}`);
                mkdirSync(folder);
                return outcomesOf(async (recorded) => {
                  const check = named(`${release}, server ${server.release}`, recorded);
                  const pair = { release, server, program, jars, folder, check };
                  await playTheirs(page, pair);
                  await bothClients(pair);
                });
              }),
            );
            const listing = await outcomesOf((recorded) =>
              recorded(`${release}: the page names every function that it has`, async () => {
                const found = await functionsOf(program);
                for (const name of found) known.add(name);
                assert.equal(
                  found.filter((name) => !NAMED.has(name)),
                  [],
                );
                assert.ok(found.length > 40);
              }),
            );
            return [...listing, ...outcomes.flat()];
          }),
        );
        for (const { name, act } of played.flat()) await check(name, act);
        await check('no release lacks a function that the page names', () => {
          assert.equal(
            [...NAMED].filter((name) => !known.has(name)),
            [],
          );
        });
      });
    });
  },
};

const named =
  (who: string, check: Check): Check =>
  (what, body) =>
    check(`${who}: ${what}`, body);

const NAMED: ReadonlySet<string> = new Set(
  Object.entries(FUNCTIONS).flatMap(([module, names]) => names.map((name) => `${module}.${name}`)),
);

async function functionsOf(program: string): Promise<readonly string[]> {
  const python = openPython(program);
  try {
    return (await python.value(LISTED)) as readonly string[];
  } finally {
    await python.close();
  }
}

/** Public functions of every module, without what is for the module's own use and the twins that are to be awaited. */
const LISTED = `
import importlib
import inspect

def names(thing):
    return [name for name, _ in inspect.getmembers(thing, inspect.isfunction)
            if not name.startswith(('_', 'on_')) and not name.endswith('_async') and name not in ('send_message', 'connection_context')]

found = []
for module in ${JSON.stringify(Object.keys(FUNCTIONS))}:
    try:
        imported = importlib.import_module('pycrescolib.' + module)
    except ImportError:
        continue
    if module == 'utils':
        found += ['utils.' + name for name in names(imported) if getattr(imported, name).__module__ == imported.__name__]
    else:
        found += [module + '.' + name for name in names(getattr(imported, 'messaging_sync' if hasattr(imported, 'messaging_sync') else module))]
found
`;
