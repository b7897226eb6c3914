import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assert } from '../../kit/group.ts';
import { inScratch, scratchFolder } from '../kit/debts.ts';
import { openPython, py, type Python } from '../kit/python.ts';
import type { Check } from '../kit/stage.ts';
import { above, anything, like, unlike } from '../kit/unlike.ts';
import { SAMPLE } from './keys.ts';
import { ourProgram, readPage } from './page.ts';
import { startGateway } from './gateway.ts';

const { serverKey, colonyKey, userKey } = SAMPLE;

interface At {
  readonly host: string;
  readonly port: number;
  /** Where it is played, for people. */
  readonly name: string;
}

/** The Python side of the page with the real client, from top to bottom, on a server without colonies. */
export async function playTheirs(interpreter: string, { host, port, name }: At, check: Check): Promise<void> {
  const page = readPage();
  const { folder, remove } = scratchFolder('setpoint-page-store');
  const store = await startGateway(folder);
  const python = openPython(interpreter);
  try {
    const given = { host, port, server_key: serverKey, colony_key: colonyKey, user_key: userKey };
    const surroundings = {
      ...store.env,
      ...{ COLONIES_SERVER_HOST: host, COLONIES_SERVER_PORT: String(port), COLONIES_SERVER_TLS: 'false', COLONIES_COLONY_NAME: 'dev' },
    };
    await python.value(`import os\nos.environ.update(${JSON.stringify(surroundings)})`);
    await python.value(
      Object.entries(given)
        .map(([key, value]) => `${key} = ${py(value)}`)
        .join('\n'),
    );
    await python.value(page.opening.python);
    const wrong: string[] = [];
    for (const step of page.steps) {
      if (step.type === 'example') {
        await check(`${name}, pycolonies, example: ${step.name}`, async () => {
          const { raised, said, printed } = await python.run(step.python, 60);
          assert.is(raised, undefined, `${raised ?? ''}: ${said ?? ''}`);
          assert.is(printed.trimEnd(), step.prints);
        });
      } else {
        const difference = await rowDifference(python, step.python, step.gives);
        if (difference !== undefined) wrong.push(`line ${step.line}: ${difference}`);
      }
    }
    await check(`${name}, pycolonies: the ${page.steps.length} steps of the page give what it says`, () => assert.equal(wrong, []));
  } finally {
    await python.close();
    await store.stop();
    await remove();
  }
}

/** Ours, on the same terms. */
export async function playOurs({ host, port, name }: At, check: Check): Promise<void> {
  await inScratch(async (folder) => {
    const file = join(folder, 'page.mts');
    writeFileSync(file, ourProgram(readPage(), { address: `http://${host}:${port}`, serverKey, colonyKey, userKey }));
    await check(`${name}, setpoint/colonies: our side of the page gives and prints what it says`, async () => {
      const { play } = (await import(pathToFileURL(file).href)) as { readonly play: () => Promise<readonly string[]> };
      assert.equal(await play(), []);
    });
  });
}

async function rowDifference(python: Python, cell: string, gives: string): Promise<string | undefined> {
  const [, target] = /^(\w+) = /.exec(cell) ?? [];
  const { value, raised, said } = await python.run(target === undefined ? cell : `${cell}\n${target}`);
  if (raised !== undefined) return `${raised}: ${said ?? ''}`;
  return unlike(isNothing(value) ? undefined : value, wantedOf(gives));
}

/** A command answers `{}`. */
const isNothing = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).length === 0);

/** The cell of the page, as the tests run it. */
function wantedOf(gives: string): unknown {
  return (new Function('like', 'above', 'anything', `return (${gives});`) as (...names: readonly unknown[]) => unknown)(
    like,
    above,
    anything,
  );
}
