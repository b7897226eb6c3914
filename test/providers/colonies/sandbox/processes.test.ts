import type { Fields } from '../../../../src/core/value.ts';
import type { Func } from '../../../../src/providers/colonies/sandbox/models.ts';
import { assert, group } from '../../../kit/group.ts';
import { employ, openBench, OWNER, USER, work, type Bench, type Seen } from './work.ts';

const submit = (bench: Bench, spec: Fields = work()): Promise<Seen> => bench.ask<Seen>('submitfuncspecmsg', { spec });
const take = (bench: Bench, executor: string): Promise<Seen> =>
  bench.ask<Seen>('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, executor);
const read = (bench: Bench, { processid }: Seen): Promise<Seen> => bench.ask<Seen>('getprocessmsg', { processid });
const list = (bench: Bench, fields: Fields): Promise<readonly Seen[] | null> =>
  bench.ask<readonly Seen[] | null>('getprocessesmsg', { colonyname: 'dev', count: 100, ...fields });

group('sandbox processes: what is submitted', (test) => {
  test('is kept as the server keeps it: amounts in one unit, no nulls but one, the environment in attributes', async () => {
    const bench = await openBench();
    const gpu = { name: 'a100', mem: '40Gi', count: 2, nodecount: 1 };
    const row = await submit(
      bench,
      work({ env: { K: 'V' }, args: [1, 'a'] }, { cpu: '4', mem: '10Gi', storage: '1000M', gpu, executornames: ['*'] }),
    );
    assert.equal(row.spec.args, [1, 'a']);
    assert.equal(row.spec.kwargs, {});
    assert.equal(row.spec.env, { K: 'V' });
    const { cpu, mem, storage, executornames, dependencies } = row.spec.conditions;
    assert.equal(
      { cpu, mem, storage, executornames, dependencies },
      { cpu: '0m', mem: '10240Mi', storage: '953Mi', executornames: [], dependencies: [] },
    );
    assert.equal(row.spec.conditions['gpu'], { ...gpu, mem: '40960Mi', nodecount: 0 });
    assert.equal(
      row.attributes.map(({ key, state }) => ({ key, state })),
      [{ key: 'K', state: 0 }],
    );
    assert.is(row.initiatorname, 'myuser');
    assert.equal([row.in, row.out, row.errors, row.parents, row.children], [[], [], [], [], []]);
    await bench.end();
  });

  test('has a priority time to the nanosecond: a day for each point', async () => {
    const bench = await openBench();
    const { processid } = await submit(bench, work({ priority: 2 }));
    const row = bench.world.processes.get(processid);
    assert.is(row?.prioritytime, (row?.submissiontime ?? 0n) - 2n * 86_400_000_000_000n);
    await bench.end();
  });

  const refusals: readonly [why: string, spec: Fields | null, signer: string, status: number, message: string][] = [
    ['nothing', null, USER, 400, 'Failed to submit process spec, msg.FunctionSpec is nil'],
    [
      'too high a priority',
      work({ priority: 50_001 }),
      USER,
      400,
      'Failed to submit function spec, priority outside range [-50000, 50000]',
    ],
    ['the owner of the colony', work(), OWNER, 403, 'Access denied, not a member of Colony with name <dev>'],
    ['no colony', work({}, { colonyname: '' }), USER, 403, 'Colony with name <> does not exists'],
    [
      'memory without a unit',
      work({}, { mem: '10' }),
      USER,
      400,
      'error converting memory to int: strconv.ParseInt: parsing "": invalid syntax',
    ],
    ['a processor that is none', work({}, { cpu: 'xm' }), USER, 400, 'Error converting CPU to int'],
    ['a text for a number', work({ priority: 'high' }), USER, 400, 'Failed to submit process, invalid JSON'],
  ];
  for (const [why, spec, signer, status, message] of refusals) {
    test(`is refused: ${why}`, async () => {
      const bench = await openBench();
      assert.equal(await bench.refused('submitfuncspecmsg', { spec }, signer), { status, message });
      assert.is(bench.world.processes.size, 0);
      await bench.end();
    });
  }
});

group('sandbox processes: how they end', (test) => {
  test('output is kept, and functions of the name are told how long it took', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    const fun = { functionid: 'f', executorname: 'e1', colonyname: 'dev', funcname: 'run' };
    const zero = { executortype: '', description: '', args: null, counter: 0, locationname: '' };
    const times = { minwaittime: 0, maxwaittime: 0, minexectime: 0, maxexectime: 0, avgwaittime: 0, avgexectime: 0 };
    bench.world.functions.put('f', { ...zero, ...times, ...fun });
    for (const seconds of [2, 4]) {
      const row = await submit(bench);
      await bench.clock.forward(1000);
      await take(bench, 'e1');
      await bench.clock.forward(seconds * 1000);
      await bench.ask('closesuccessfulmsg', { processid: row.processid, out: ['done', 1] }, 'e1');
      const closed = await read(bench, row);
      assert.equal([closed.state, closed.out, closed.assignedexecutorid, closed.isassigned], [2, ['done', 1], 'e1', true]);
    }
    const { counter, minexectime, maxexectime, avgexectime } = bench.world.functions.get('f') as Func;
    assert.equal([counter, ...[minexectime, maxexectime, avgexectime].map((one) => Math.round(one))], [2, 2, 4, 3]);
    await bench.end();
  });

  test('a close may be repeated, and a refused one has left its output behind', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    const row = await submit(bench);
    await take(bench, 'e1');
    const close = { processid: row.processid, out: ['first'] };
    await bench.ask('closesuccessfulmsg', close, 'e1');
    await bench.ask('closesuccessfulmsg', { ...close, out: ['second'] }, 'e1');
    assert.equal((await read(bench, row)).out, ['second']);
    const other = await submit(bench);
    await take(bench, 'e1');
    await bench.ask('closefailedmsg', { processid: other.processid, errors: ['boom'] }, 'e1');
    const late = { processid: other.processid, out: ['late'] };
    assert.equal(await bench.refused('closesuccessfulmsg', late, 'e1'), {
      status: 400,
      message: 'Tried to set failed process as successful',
    });
    const { out, errors, state } = await read(bench, other);
    assert.equal({ out, errors, state }, { out: ['late'], errors: ['boom'], state: 3 });
    await bench.end();
  });

  const refusals: readonly [
    what: string,
    type: string,
    before: 'waiting' | 'running' | 'success' | 'failed' | 'cancelled',
    signer: string,
    status: number,
    message: string,
  ][] = [
    ['nobody has it', 'closesuccessfulmsg', 'waiting', 'e1', 403, 'Failed to close process as successful, process is not assigned'],
    ['nobody has it', 'closefailedmsg', 'waiting', 'e1', 403, 'Failed to close process as failed, process is not assigned'],
    [
      'somebody else has it',
      'closesuccessfulmsg',
      'running',
      'e2',
      403,
      'Failed to close process as successful, not allowed to close process as successful',
    ],
    [
      'somebody else has it',
      'closefailedmsg',
      'running',
      'e2',
      403,
      'Failed to close process as failed, not allowed to close process as failed',
    ],
    [
      'somebody else has it',
      'setoutputmsg',
      'running',
      'e2',
      403,
      'Failed to close process as successful, not allowed to close process as successful',
    ],
    ['it is over', 'setoutputmsg', 'success', 'e1', 403, 'Failed to set output, process is not running'],
    ['it is over', 'closefailedmsg', 'success', 'e1', 400, 'Tried to set successful process as failed'],
    ['it is over', 'closefailedmsg', 'failed', 'e1', 400, 'Tried to set failed process as failed'],
    ['it is over', 'closesuccessfulmsg', 'cancelled', 'e1', 400, 'Tried to set cancelled process as successful'],
    ['it is over', 'closefailedmsg', 'cancelled', 'e1', 400, 'Tried to set cancelled process as failed'],
    ['it is over', 'cancelprocessmsg', 'success', USER, 400, 'Tried to cancel successful process'],
    ['it is over', 'cancelprocessmsg', 'failed', USER, 400, 'Tried to cancel failed process'],
    ['it is over', 'cancelprocessmsg', 'cancelled', USER, 400, 'Tried to cancel already cancelled process'],
    ['it runs', 'removeprocessmsg', 'running', USER, 400, 'Failed to remove process, cannot remove a running process'],
    ['a stranger asks', 'getprocessmsg', 'running', 'nobody', 403, 'Access denied, not a member of Colony with name <dev>'],
  ];
  for (const [what, type, before, signer, status, message] of refusals) {
    test(`${type} is refused: ${what} (${before})`, async () => {
      const bench = await openBench();
      employ(bench.world, 'e1');
      employ(bench.world, 'e2');
      const { processid } = await submit(bench);
      if (before !== 'waiting') await take(bench, 'e1');
      if (before === 'success') await bench.ask('closesuccessfulmsg', { processid, out: [] }, 'e1');
      if (before === 'failed') await bench.ask('closefailedmsg', { processid, errors: [] }, 'e1');
      if (before === 'cancelled') await bench.ask('cancelprocessmsg', { processid });
      assert.equal(await bench.refused(type, { processid }, signer), { status, message });
      await bench.end();
    });
  }

  test('what is not there has a status of its own each time', async () => {
    const bench = await openBench();
    const told = async (type: string): Promise<number> => (await bench.refused(type, { processid: 'x' })).status;
    assert.is(await told('getprocessmsg'), 404);
    for (const type of ['closesuccessfulmsg', 'closefailedmsg', 'setoutputmsg', 'cancelprocessmsg', 'removeprocessmsg'])
      assert.is(await told(type), 500);
    await bench.end();
  });
});

group('sandbox processes: lists', (test) => {
  test('waiting by priority, running by start, the rest from the last end; nothing is null', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    assert.is(await list(bench, { state: 0 }), null);
    for (const label of ['a', 'b', 'c']) await submit(bench, work({ label, priority: label === 'c' ? 1 : 0 }));
    const labels = async (state: number): Promise<string> =>
      ((await list(bench, { state })) ?? []).map(({ spec }) => (spec as unknown as { label: string }).label).join('');
    assert.is(await labels(0), 'cab');
    for (let i = 0; i < 3; i += 1) await take(bench, 'e1');
    assert.is(await labels(1), 'cab');
    for (const { processid } of (await list(bench, { state: 1 })) ?? []) await bench.ask('closesuccessfulmsg', { processid }, 'e1');
    assert.is(await labels(2), 'bac');
    assert.is((await list(bench, { state: 2, count: 2 }))?.length, 2);
    assert.is(await list(bench, { state: 2, count: 0 }), null);
    await bench.end();
  });

  test('one filter counts: the type before the initiator before the label', async () => {
    const bench = await openBench();
    await submit(bench, work({ label: 'x' }));
    await submit(bench, work({ label: 'y' }));
    assert.is((await list(bench, { state: 0, label: 'x' }))?.length, 1);
    assert.is((await list(bench, { state: 0, label: 'x', initiator: 'myuser' }))?.length, 2);
    assert.is(await list(bench, { state: 0, label: 'x', executortype: 'other' }), null);
    const refused = (fields: Fields): Promise<{ message: string }> =>
      bench.refused('getprocessesmsg', { colonyname: 'dev', count: 1, state: 0, ...fields });
    assert.is((await refused({ initiator: 'nobody' })).message, 'User <nobody> does not exist');
    assert.is((await refused({ count: 101 })).message, 'Count is larger than MaxCount limit <100>');
    assert.is((await refused({ count: -1 })).message, 'pq: LIMIT must not be negative');
    assert.is((await refused({ state: -1 })).message, 'Failed to get processes, invalid msg.State');
    await bench.end();
  });

  test('the history tells of the last seconds; strangers get an answer without a byte', async () => {
    const bench = await openBench();
    await submit(bench);
    await bench.clock.forward(10_000);
    await submit(bench);
    const history = (seconds: number, signer = USER): Promise<readonly Seen[] | null> =>
      bench.ask('getprocesshistmsg', { colonyname: 'dev', executorid: '', seconds, state: 0 }, signer);
    assert.is((await history(5))?.length, 1);
    assert.is((await history(60))?.length, 2);
    assert.is(await history(60, OWNER), 'empty' as never);
    await bench.end();
  });

  test('removing all takes what is in no workflow, and its attributes', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    await submit(bench, work({ env: { A: 'b' } }));
    await submit(bench);
    await take(bench, 'e1');
    const all = (state: number, signer = OWNER): Promise<{ message: string }> =>
      bench.refused('removeallprocessesmsg', { colonyname: 'dev', state }, signer);
    assert.is((await all(1)).message, 'Not possible to remove running processes');
    assert.is((await all(9)).message, 'Invalid state when deleting all processes');
    assert.is((await all(0, USER)).message, 'Access denied, not colony owner');
    await bench.ask('removeallprocessesmsg', { colonyname: 'dev', state: 0 }, OWNER);
    assert.is(bench.world.processes.size, 1);
    await bench.ask('removeallprocessesmsg', { colonyname: 'dev', state: -1 }, OWNER);
    assert.equal([bench.world.processes.size, bench.world.attributes.size], [0, 0]);
    await bench.end();
  });
});
