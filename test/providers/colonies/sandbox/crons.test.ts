import type { Fields } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import { employ, node, openBench, OWNER, USER, type Bench, type Seen, type SeenGraph } from './work.ts';

const WORKFLOW = JSON.stringify({ colonyname: 'dev', functionspecs: [node('a'), node('b', ['a'])] });
const cronOf = (more: Fields = {}): Fields => ({
  name: 'c',
  colonyname: 'dev',
  cronexpression: '',
  interval: 60,
  workflowspec: WORKFLOW,
  ...more,
});

interface SeenCron {
  readonly cronid: string;
  readonly nextrun: string;
  readonly lastrun: string;
  readonly prevprocessgraphid: string;
  readonly checkerperiod: number;
  readonly workflowspec: string;
}
const add = (bench: Bench, more: Fields = {}): Promise<SeenCron> => bench.ask<SeenCron>('addcronmsg', { cron: cronOf(more) });
const get = (bench: Bench, { cronid }: SeenCron): Promise<SeenCron> => bench.ask<SeenCron>('getcronmsg', { cronid });
const NEVER = '0001-01-01T00:00:00Z';

async function playThrough(bench: Bench, outputs: readonly string[]): Promise<readonly Seen['in'][]> {
  const inputs = [];
  for (const out of outputs) {
    const row = await bench.ask<Seen>('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, 'e1');
    inputs.push(row.in);
    await bench.ask('closesuccessfulmsg', { processid: row.processid, out: [out] }, 'e1');
  }
  return inputs;
}

group('sandbox crons: when they fire', (test) => {
  test('the first look only finds out when, and an interval later they fire', async () => {
    const bench = await openBench();
    const cron = await add(bench);
    assert.equal([cron.nextrun, cron.lastrun, cron.checkerperiod, cron.workflowspec], [NEVER, NEVER, 0, WORKFLOW]);
    await bench.clock.forward(1000);
    const scheduled = await get(bench, cron);
    assert.equal([scheduled.nextrun.slice(0, 19), scheduled.checkerperiod], ['2026-11-22T03:01:01', 1000]);
    await bench.clock.forward(60_000);
    assert.is(bench.world.graphs.size, 0);
    await bench.clock.forward(1000);
    assert.is(bench.world.graphs.size, 1);
    const fired = await get(bench, cron);
    const graph = await bench.ask<SeenGraph>('getprocessgraphmsg', { processgraphid: fired.prevprocessgraphid });
    assert.is(graph.initiatorname, 'myuser');
    assert.is.not(fired.lastrun, NEVER);
    assert.is(fired.nextrun.slice(0, 19), '2026-11-22T03:02:02');
    await bench.end();
  });

  test('an expression is read in the time zone of the server', async () => {
    const bench = await openBench({ timezone: 'Europe/Berlin' });
    const cron = await add(bench, { interval: -1, cronexpression: '0 30 4 * * *' });
    await bench.clock.forward(1000);
    assert.is((await get(bench, cron)).nextrun, '2026-11-22T04:30:00+01:00');
    await bench.clock.forward(31 * 60_000);
    assert.is(bench.world.graphs.size, 1);
    assert.is((await get(bench, cron)).nextrun, '2026-11-23T04:30:00+01:00');
    await bench.end();
  });

  test('one that waits for the run before gives its outputs to the next', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    await add(bench, { interval: 1, waitforprevprocessgraph: true });
    await bench.clock.forward(10_000);
    assert.is(bench.world.graphs.size, 1);
    assert.equal(await playThrough(bench, ['A', 'B']), [[], ['A']]);
    await bench.clock.forward(2000);
    assert.equal(await playThrough(bench, ['C', 'D']), [['B'], ['C']]);
    await bench.end();
  });

  test('one that does not wait fires again and again', async () => {
    const bench = await openBench();
    await add(bench, { interval: 1 });
    await bench.clock.forward(11_000);
    assert.is(bench.world.graphs.size, 5);
    await bench.end();
  });

  test('a run that failed is over; one that was cancelled never is, until it is removed', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    const cron = await add(bench, { interval: 1, waitforprevprocessgraph: true });
    await bench.clock.forward(3000);
    const { processid } = await bench.ask<Seen>('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, 'e1');
    await bench.ask('closefailedmsg', { processid, errors: [] }, 'e1');
    await bench.clock.forward(1000);
    const { prevprocessgraphid: processgraphid } = await get(bench, cron);
    await bench.ask('cancelprocessgraphmsg', { processgraphid });
    await bench.clock.forward(60_000);
    await bench.ask('runcronmsg', { cronid: cron.cronid });
    assert.is((await get(bench, cron)).prevprocessgraphid, processgraphid);
    await bench.ask('removeprocessgraphmsg', { processgraphid });
    await bench.clock.forward(2000);
    assert.is.not((await get(bench, cron)).prevprocessgraphid, processgraphid);
    await bench.end();
  });

  test('it stands still while who made it is gone, and goes on when they are back', async () => {
    const bench = await openBench();
    const cron = await add(bench, { interval: 1 });
    await bench.clock.forward(1500);
    const [user] = bench.world.usersOf('dev');
    bench.world.users.drop('dev:myuser');
    await bench.clock.forward(60_000);
    assert.is(bench.world.graphs.size, 0);
    const { nextrun } = bench.world.crons.get(cron.cronid) ?? { nextrun: undefined };
    await bench.clock.forward(5000);
    assert.is(bench.world.crons.get(cron.cronid)?.nextrun, nextrun);
    if (user !== undefined) bench.world.users.put('dev:myuser', user);
    await bench.clock.forward(1000);
    assert.is(bench.world.graphs.size, 1);
    await bench.end();
  });

  test('an expression that never comes true never fires', async () => {
    const bench = await openBench();
    await add(bench, { interval: -1, cronexpression: '0 0 0 30 2 *' });
    await bench.clock.forward(10_000);
    assert.is(bench.world.graphs.size, 0);
    await bench.end();
  });
});

group('sandbox crons: by hand', (test) => {
  test('a run by hand answers with the cron as it was before', async () => {
    const bench = await openBench();
    const cron = await add(bench);
    const before = await bench.ask<SeenCron>('runcronmsg', { cronid: cron.cronid });
    assert.is(before.prevprocessgraphid, '');
    assert.is.not((await get(bench, cron)).prevprocessgraphid, '');
    await bench.end();
  });

  test('a stranger is refused when it has run; in a strict sandbox, before', async () => {
    for (const strict of [false, true]) {
      const bench = await openBench({ strict });
      const { cronid } = await add(bench);
      assert.is((await bench.refused('runcronmsg', { cronid }, 'nobody')).status, 403);
      assert.is(bench.world.graphs.size, strict ? 0 : 1);
      await bench.end();
    }
  });

  test('a name is taken once; a removed cron is gone', async () => {
    const bench = await openBench();
    const { cronid } = await add(bench);
    const taken = { status: 400, message: 'Cron with name <c> in Colony <dev> already exists' };
    assert.equal(await bench.refused('addcronmsg', { cron: cronOf() }), taken);
    assert.equal(
      (await bench.ask<readonly SeenCron[]>('getcronsmsg', { colonyname: 'dev', count: 9 })).map((one) => one.checkerperiod),
      [0],
    );
    await bench.ask('removecronmsg', { cronid });
    assert.equal(await bench.ask('getcronsmsg', { colonyname: 'dev', count: 9 }), []);
    assert.is((await bench.refused('getcronmsg', { cronid })).message, 'Failed to get cron, cron is nil');
    assert.is((await bench.refused('removecronmsg', { cronid })).message, 'Failed to remove cron, cron is nil');
    assert.is((await bench.refused('runcronmsg', { cronid })).message, 'cron not found');
    await bench.end();
  });

  const foreign = JSON.stringify({ colonyname: 'other', functionspecs: [] });
  const unknown = JSON.stringify({ colonyname: 'dev', functionspecs: [node('a', ['b'])] });
  const rows: readonly [more: Fields | null, signer: string, status: number, message: string][] = [
    [null, USER, 400, 'Failed to add cron, msg.Cron is nil'],
    [{ interval: 0 }, USER, 400, 'Cron interval must be -1 (disabled) or larger than 0'],
    [{ interval: -1, cronexpression: '* * * * *' }, USER, 400, 'expected exactly 6 fields, found 5: [* * * * *]'],
    [{ interval: -1, cronexpression: '@hourly', random: true }, USER, 400, 'Random cron is only supported when specifying intervals'],
    [{ workflowspec: foreign }, USER, 500, 'Could not derive InitiatorName'],
    [
      { workflowspec: unknown },
      USER,
      400,
      'Failed to submit workflow, invalid dependencies, are you depending on a nodename that does not exits?',
    ],
    [{ workflowspec: '' }, USER, 400, 'unexpected end of JSON input'],
    [{ workflowspec: '[]' }, USER, 400, 'json: cannot unmarshal array into Go value of type core.WorkflowSpec'],
    [{ workflowspec: {} }, USER, 400, 'Failed to add cron, invalid JSON'],
    [{}, OWNER, 403, 'Access denied, not a member of Colony with name <dev>'],
  ];
  for (const [more, signer, status, message] of rows) {
    test(`refused: ${message.slice(0, 60)} (${JSON.stringify(more).slice(0, 40)})`, async () => {
      const bench = await openBench();
      assert.equal(await bench.refused('addcronmsg', { cron: more === null ? null : cronOf(more) }, signer), { status, message });
      await bench.end();
    });
  }
});
