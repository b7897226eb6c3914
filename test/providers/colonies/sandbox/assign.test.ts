import type { Fields } from '../../../../src/core/value.ts';
import { RUNNING, WAITING } from '../../../../src/providers/colonies/sandbox/models.ts';
import { Refusal } from '../../../../src/providers/colonies/sandbox/handler.ts';
import { assert, group } from '../../../kit/group.ts';
import { employ, openBench, OWNER, quiet, USER, work, type Bench, type Seen } from './work.ts';

const submit = (bench: Bench, spec: Fields = work()): Promise<Seen> => bench.ask<Seen>('submitfuncspecmsg', { spec });

/** What an executor is told that asks and waits for so many seconds: its process, or why there is none. */
async function asked(bench: Bench, executor: string, timeout = -1, signal?: AbortSignal): Promise<Seen | string> {
  try {
    return await bench.ask<Seen>('assignprocessmsg', { colonyname: 'dev', timeout }, executor, signal);
  } catch (error) {
    if (error instanceof Refusal) return `${String(error.status)} ${error.message}`;
    throw error;
  }
}
const NOTHING = '404 No process available for assignment';
const seen = (answer: Seen | string): Seen => (typeof answer === 'string' ? assert.unreachable(answer) : answer) as Seen;

group('sandbox assign: who may ask, and how', (test) => {
  test('a timeout of zero, a user, a stranger, somebody who was not approved', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    employ(bench.world, 'new', { state: 0 });
    assert.is(await asked(bench, 'e1', 0), '400 Invalid timeout value, timeout cannot be zero');
    assert.is(await asked(bench, USER), '500 Failed to assign process, executor not found');
    for (const id of ['nobody', 'new', OWNER])
      assert.is(await asked(bench, id), '403 Access denied, not a member of Colony with name <dev>');
    await bench.end();
  });

  test('a negative timeout does not wait; each try is heard', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    assert.is(await asked(bench, 'e1'), NOTHING);
    const heard = bench.world.executors.get('dev:e1')?.lastheardfromtime ?? 0n;
    await bench.clock.forward(5000);
    await asked(bench, 'e1');
    assert.ok((bench.world.executors.get('dev:e1')?.lastheardfromtime ?? 0n) > heard);
    await bench.end();
  });

  test('the process is given with its deadline, and its attributes as they were', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    const { processid } = await submit(bench, work({ maxexectime: 100, env: { K: 'V' } }));
    const row = seen(await asked(bench, 'e1'));
    assert.equal([row.processid, row.state, row.isassigned, row.assignedexecutorid], [processid, 1, true, 'e1']);
    assert.is(Date.parse(row.execdeadline) - Date.parse(row.starttime), 100_000);
    assert.is(row.attributes[0]?.state, 0);
    assert.is((await bench.ask<Seen>('getprocessmsg', { processid })).attributes[0]?.state, 1);
    await bench.end();
  });

  test('what is asked for has to be there: processor time and memory', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    await submit(bench, work({}, { cpu: '1000m', mem: '1Gi' }));
    const ask = (availablecpu: string, availablemem: string): Promise<unknown> =>
      bench
        .ask('assignprocessmsg', { colonyname: 'dev', timeout: -1, availablecpu, availablemem }, 'e1')
        .catch((error: unknown) => (error as Error).message);
    assert.is(await ask('500m', ''), 'No process available for assignment');
    assert.is(await ask('', '1000Mi'), 'No process available for assignment');
    assert.match(String(await ask('', '10')), 'error converting memory to int');
    assert.is.not(await ask('1000m', '1024Mi'), 'No process available for assignment');
    await bench.end();
  });
});

group('sandbox assign: waiting for work', (test) => {
  test('ends when the time is over, or with what comes before', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    const first = asked(bench, 'e1', 10);
    await bench.clock.forward(9_999);
    let over = false;
    void first.then(() => (over = true));
    await quiet();
    assert.is(over, false);
    await bench.clock.forward(1);
    assert.is(await first, NOTHING);
    const second = asked(bench, 'e1', 10);
    await quiet();
    const { processid } = await submit(bench);
    assert.is(seen(await second).processid, processid);
    await bench.end();
  });

  test('two who wait share twenty processes, ten each', async () => {
    const bench = await openBench();
    const done: Record<string, number> = { e1: 0, e2: 0 };
    const loop = async (name: string): Promise<void> => {
      for (;;) {
        const row = await asked(bench, name, 60);
        if (typeof row === 'string') return;
        done[name] = (done[name] ?? 0) + 1;
        await bench.ask('closesuccessfulmsg', { processid: row.processid, out: [] }, name);
      }
    };
    const loops = ['e1', 'e2'].map((name) => loop(employ(bench.world, name)));
    await quiet();
    for (let i = 0; i < 20; i += 1) {
      await submit(bench);
      await quiet();
    }
    await bench.clock.forward(61_000);
    await Promise.all(loops);
    assert.equal(done, { e1: 10, e2: 10 });
    await bench.end();
  });

  test('who goes away while waiting leaves the next process to others', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    employ(bench.world, 'e2');
    const gone = new AbortController();
    const first = asked(bench, 'e1', 60, gone.signal);
    const second = asked(bench, 'e2', 60);
    await quiet();
    gone.abort();
    assert.is(await first, NOTHING);
    const { processid } = await submit(bench);
    assert.is(seen(await second).processid, processid);
    assert.is(bench.world.processes.get(processid)?.state, RUNNING);
    await bench.end();
  });

  test('who has gone away already is given nothing', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    assert.is(await asked(bench, 'e1', 60, AbortSignal.abort()), NOTHING);
    const { processid } = await submit(bench);
    await quiet();
    assert.is(bench.world.processes.get(processid)?.state, WAITING);
    await bench.end();
  });

  test('a process that an executor lost goes back in line, and wakes nobody', async () => {
    const bench = await openBench({ staleSeconds: 30, cleanupSeconds: 10 });
    employ(bench.world, 'e1');
    employ(bench.world, 'e2');
    const { processid } = await submit(bench);
    await asked(bench, 'e1');
    await bench.clock.forward(35_000);
    assert.is(bench.world.processes.get(processid)?.state, RUNNING);
    const waiting = asked(bench, 'e2', 20);
    await bench.clock.forward(20_000);
    assert.is(await waiting, NOTHING);
    assert.is(bench.world.processes.get(processid)?.state, WAITING);
    assert.is(seen(await asked(bench, 'e2')).processid, processid);
    await bench.end();
  });
});

group('sandbox assign: a pause of the colony', (test) => {
  test('is told at once to those who do not wait, and later to those who do', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    bench.world.paused.put('dev', { colonyname: 'dev' });
    await submit(bench);
    assert.is(await asked(bench, 'e1'), '503 No processes available: colony assignments are paused');
    const waiting = asked(bench, 'e1', 5);
    await bench.clock.forward(5000);
    assert.is(await waiting, '408 Assignment timeout: colony assignments are paused');
    await bench.end();
  });

  test('is over for all who wait when it is over', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    employ(bench.world, 'e2');
    bench.world.paused.put('dev', { colonyname: 'dev' });
    await submit(bench);
    const answers = ['e1', 'e2'].map((name) => asked(bench, name, 5));
    await quiet();
    bench.world.paused.drop('dev');
    await bench.clock.forward(5000);
    const told = await Promise.all(answers);
    assert.equal(told.map((one) => typeof one).sort(), ['object', 'string']);
    assert.ok(told.includes(NOTHING));
    await bench.end();
  });
});

group('sandbox assign: the exclusive mode', (test) => {
  test('has no star and no storage, and its reply no deadline', async () => {
    const bench = await openBench({ exclusive: true });
    employ(bench.world, 'e1');
    await submit(bench, work({}, { executornames: ['*'] }));
    await submit(bench, work({}, { storage: '1Gi' }));
    assert.is(await asked(bench, 'e1'), NOTHING);
    const { processid } = await submit(bench, work({ maxexectime: 50 }));
    assert.match(seen(await asked(bench, 'e1')).execdeadline, /^0001/);
    assert.match((await bench.ask<Seen>('getprocessmsg', { processid })).execdeadline, /^2026/);
    await bench.end();
  });
});
