import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openColonies, runExecutor, type Task } from '../../../src/providers/colonies/client/index.ts';
import { assert } from '../../kit/group.ts';
import type { Check } from '../kit/stage.ts';
import { everythingOnce } from './census.ts';
import { keyOf, SAMPLE } from './keys.ts';
import { inKitchen, says, type Kitchen } from './kitchen.ts';
import type { Real } from './server.ts';
import { playStory } from './story.ts';

/** What the server may be set to, each with the whole story, on a server without colonies. Leaves colonies behind. */
export async function playSettings(real: Real, program: string, check: Check): Promise<void> {
  await real.restart({ env: EXCLUSIVE });
  await playStory({ ...real, name: 'a server that assigns exclusively' }, program, check);
  await real.restart({ env: REREGISTER });
  await playStory({ ...real, name: 'a server that gives names of executors again' }, program, check);
  await real.restart({ env: { ...EXCLUSIVE, ...REREGISTER } });
  await inKitchen({ at: real, program, colony: 'exclusive' }, (kitchen) =>
    check('exclusive assignment: three of our executors share the work, and none of it is done twice', () => shared(kitchen)),
  );
  await inKitchen({ at: real, program, colony: 'reregister' }, (kitchen) =>
    check('names that are given again: an executor of another type and key takes the place of one that is there', () => replaced(kitchen)),
  );
  await real.restart();
}

const EXCLUSIVE = { COLONIES_EXCLUSIVE_ASSIGN: 'true' };
const REREGISTER = { COLONIES_ALLOW_EXECUTOR_REREGISTER: 'true' };
const COUNT = 30;

async function shared({ run, address, colony, folder }: Kitchen): Promise<void> {
  await says(run(['apply', '--yes']), 0, []);
  const client = openColonies({ address, key: SAMPLE.userKey });
  const stop = new AbortController();
  const done: number[] = [];
  const count = async ({ args }: Task): Promise<void> => {
    await wait(10);
    done.push(Number(args[0]));
  };
  // The one that the manifests registered, and two that register by themselves.
  const cooker = readFileSync(join(folder, '.setpoint/keys/cooker.key'), 'utf8').trim();
  const workers = [['cooker', cooker] as const, ...['second', 'third'].map((name) => [name, keyOf(`exclusive-${name}`)] as const)];
  const running = workers.map(([name, key]) =>
    runExecutor(
      { address, colony, name, type: 'cooker', key, colonyKey: SAMPLE.colonyKey, functions: { count }, concurrency: 2 },
      stop.signal,
    ),
  );
  try {
    const conditions = { colonyname: colony, executortype: 'cooker' };
    const submitted = await Promise.all(
      Array.from({ length: COUNT }, (_, n) => client.submit({ funcname: 'count', args: [n], conditions })),
    );
    const ended = await Promise.all(submitted.map((one) => client.waitForProcess(one, { timeoutMs: 30_000 })));
    assert.ok(ended.every(({ state }) => state === 2));
  } finally {
    stop.abort();
    await Promise.all(running);
    await client.close();
  }
  assert.equal(
    [...done].sort((a, b) => a - b),
    Array.from({ length: COUNT }, (_, n) => n),
  );
}

async function replaced({ run, edit, theirs }: Kitchen): Promise<void> {
  edit('manifests/targets.yaml', /options:/, 'options:\n    reregister: true');
  await says(run(['apply', '--yes']), 0, []);
  edit('manifests/kitchen.yaml', /executortype: cooker/, 'executortype: steamer');
  edit('manifests/kitchen.yaml', /cooker\.key/, 'steamer.key');
  await says(run(['plan', '--exit-code']), 2, ['± colonies/Executor/cooker']);
  await says(run(['apply', '--yes']), 0, []);
  assert.match(await theirs.must(['executor', 'get', '--name', 'cooker']), /Type +\| steamer/);
  await everythingOnce({ run, theirs });
}
