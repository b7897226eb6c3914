import type { Fields } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import { employ, openBench, work, type Bench, type Seen } from './work.ts';

async function given(spec: Fields): Promise<{ readonly bench: Bench; readonly processid: string }> {
  const bench = await openBench();
  employ(bench.world, 'e1');
  employ(bench.world, 'e2');
  const { processid } = await bench.ask<Seen>('submitfuncspecmsg', { spec });
  return { bench, processid };
}
const take = (bench: Bench, executor = 'e1', timeout = -1): Promise<Seen> =>
  bench.ask<Seen>('assignprocessmsg', { colonyname: 'dev', timeout }, executor);

group('sandbox limits: how long a process may run', (test) => {
  test('past its limit it is tried again as often as it says, and then fails', async () => {
    const { bench, processid } = await given(work({ maxexectime: 2, maxretries: 2 }));
    const states: string[] = [];
    await take(bench);
    for (let second = 1; second <= 9; second += 1) {
      await bench.clock.forward(1000);
      const row = await bench.ask<Seen>('getprocessmsg', { processid });
      states.push(`${String(row.state)}/${String(row.retries)}`);
      if (row.state === 0) await take(bench);
    }
    // As it was seen on the real server: again after three and six seconds, failed after nine.
    assert.is(states.join(' '), '1/0 1/0 0/1 1/1 1/1 0/2 1/2 1/2 3/2');
    const { errors, assignedexecutorid, isassigned } = await bench.ask<Seen>('getprocessmsg', { processid });
    assert.equal(
      { errors, assignedexecutorid, isassigned },
      { errors: ['Maximum execution time limit exceeded'], assignedexecutorid: 'e1', isassigned: true },
    );
    await bench.end();
  });

  test('whoever waits for work is told, and the late worker is refused', async () => {
    const { bench, processid } = await given(work({ maxexectime: 1, maxretries: -1, maxwaittime: 50 }));
    await take(bench);
    const next = take(bench, 'e2', 30);
    await bench.clock.forward(2000);
    const row = await next;
    assert.equal([row.processid, row.retries, row.assignedexecutorid], [processid, 1, 'e2']);
    assert.match(row.endtime, /^2026/);
    const refused = await bench.refused('closesuccessfulmsg', { processid, out: ['late'] }, 'e1');
    assert.equal(refused, { status: 403, message: 'Failed to close process as successful, not allowed to close process as successful' });
    await bench.end();
  });

  test('while it is back in line, nobody has it', async () => {
    const { bench, processid } = await given(work({ maxexectime: 1, maxretries: 5 }));
    await take(bench);
    await bench.clock.forward(2000);
    const refused = await bench.refused('closefailedmsg', { processid }, 'e1');
    assert.equal(refused, { status: 403, message: 'Failed to close process as failed, process is not assigned' });
    await bench.end();
  });

  test('no limit at all is zero seconds', async () => {
    const { bench, processid } = await given({ funcname: 'f', conditions: { colonyname: 'dev', executortype: 'worker' } });
    await take(bench);
    await bench.clock.forward(1000);
    const { state, errors } = await bench.ask<Seen>('getprocessmsg', { processid });
    assert.equal({ state, errors }, { state: 3, errors: ['Maximum execution time limit exceeded'] });
    await bench.end();
  });

  test('-1 is for ever', async () => {
    const { bench, processid } = await given(work());
    await take(bench);
    await bench.clock.forward(300_000);
    assert.is((await bench.ask<Seen>('getprocessmsg', { processid })).state, 1);
    await bench.end();
  });
});

group('sandbox limits: how long a process may wait', (test) => {
  test('then it fails; zero and -1 are no limit', async () => {
    for (const [maxwaittime, state] of [
      [2, 3],
      [0, 0],
      [-1, 0],
      [-7, 3],
    ] as const) {
      const { bench, processid } = await given(work({ maxwaittime }));
      await bench.clock.forward(2000);
      assert.is((await bench.ask<Seen>('getprocessmsg', { processid })).state, maxwaittime === -7 ? 3 : 0);
      await bench.clock.forward(1000);
      const row = await bench.ask<Seen>('getprocessmsg', { processid });
      assert.equal([row.state, row.errors], [state, state === 3 ? ['Maximum waiting time limit exceeded'] : []]);
      await bench.end();
    }
  });

  test('going back in line renews it', async () => {
    const { bench, processid } = await given(work({ maxwaittime: 5, maxexectime: 1, maxretries: 3 }));
    await bench.clock.forward(4000);
    await take(bench);
    await bench.clock.forward(6000);
    assert.is((await bench.ask<Seen>('getprocessmsg', { processid })).state, 0);
    await bench.clock.forward(2000);
    assert.is((await bench.ask<Seen>('getprocessmsg', { processid })).state, 3);
    await bench.end();
  });
});
