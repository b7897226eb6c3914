import type { Fields } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import { employ, node, openBench, OWNER, work, type Bench, type Seen, type SeenGraph } from './work.ts';

const STATES = ['waiting', 'running', 'success', 'failed', 'cancelled'];

/** A bench with a workflow and the executors e1 and e2. */
class Flow {
  readonly bench: Bench;
  readonly id: string;
  constructor(bench: Bench, id: string) {
    this.bench = bench;
    this.id = id;
  }
  graph(): Promise<SeenGraph> {
    return this.bench.ask<SeenGraph>('getprocessgraphmsg', { processgraphid: this.id });
  }
  members(): readonly Seen[] {
    return this.bench.world.processesIn(this.id) as unknown as readonly Seen[];
  }
  idOf(name: string): string {
    return this.members().find(({ spec }) => spec.nodename === name)?.processid ?? '';
  }
  /** `graph: a b*`: the state of the graph and of each node. */
  states(): string {
    const state = this.bench.world.graphs.get(this.id)?.state ?? -1;
    const byName = this.members().map((row) => `${row.spec.nodename}:${STATES[row.state] ?? ''}`);
    return `${STATES[state] ?? ''} ${byName.sort().join(' ')}`;
  }
  take(executor = 'e1'): Promise<Seen> {
    return this.bench.ask<Seen>('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, executor);
  }
  async run(executor = 'e1', out: readonly string[] = []): Promise<Seen> {
    const row = await this.take(executor);
    await this.bench.ask('closesuccessfulmsg', { processid: row.processid, out }, executor);
    return row;
  }
  async fail(executor = 'e1'): Promise<void> {
    await this.bench.ask('closefailedmsg', { processid: (await this.take(executor)).processid, errors: ['boom'] }, executor);
  }
}

const submit = (bench: Bench, functionspecs: readonly Fields[] | null): Promise<SeenGraph> =>
  bench.ask<SeenGraph>('submitworkflowspecmsg', { spec: { colonyname: 'dev', functionspecs } });

async function flow(nodes: readonly Fields[], sandbox: Fields = {}): Promise<Flow> {
  const bench = await openBench(sandbox);
  employ(bench.world, 'e1');
  employ(bench.world, 'e2');
  return new Flow(bench, (await submit(bench, nodes)).processgraphid);
}

group('sandbox workflows: from the first node to the last', (test) => {
  test('the reply to a submission is the graph in the order of its nodes, without times', async () => {
    const bench = await openBench();
    const reply = await submit(bench, [node('b', ['a']), node('a')]);
    const names = reply.processids.map((id) => bench.world.processes.get(id)?.spec.nodename);
    assert.equal(names, ['b', 'a']);
    assert.equal([reply.state, reply.nodes, reply.edges], [0, [], []]);
    assert.match(reply.submissiontime, /^0001/);
    assert.equal(reply.rootprocessids, [reply.processids[1]]);
    await bench.end();
  });

  test('nodes wait for their parents, and get what those put out in the order of the dependencies', async () => {
    const one = await flow([node('a'), node('l', ['a']), node('r', ['a']), node('z', ['r', 'l'])]);
    const limited = one.members().map(({ spec }) => spec.maxexectime);
    assert.equal(limited, [-1, -1, -1, -1]);
    await one.run('e1', ['A']);
    assert.is(one.states(), 'running a:success l:waiting r:waiting z:waiting');
    const l = await one.take('e1');
    const r = await one.take('e2');
    assert.equal([l.spec.nodename, l.in, r.spec.nodename], ['l', ['A'], 'r']);
    await one.bench.ask('closesuccessfulmsg', { processid: l.processid, out: ['L'] }, 'e1');
    assert.is((await one.bench.refused('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, 'e1')).status, 404);
    await one.bench.ask('closesuccessfulmsg', { processid: r.processid, out: ['R1', 'R2'] }, 'e2');
    assert.equal((await one.run()).in, ['R1', 'R2', 'L']);
    assert.is(one.states(), 'success a:success l:success r:success z:success');
    await one.bench.end();
  });

  test('parents that put nothing out leave null behind', async () => {
    const one = await flow([node('a'), node('b', ['a'])]);
    await one.run();
    assert.is((await one.take()).in, null);
    await one.bench.end();
  });

  test('the picture has a row for each step, and every box in its place', async () => {
    const one = await flow([node('a'), node('l', ['a']), node('r', ['a'])]);
    await one.run();
    const { nodes, edges } = await one.graph();
    const placed = nodes.map(({ data, position, type, style }) => ({
      ...(data as Fields),
      ...(position as Fields),
      type,
      ...(style as Fields),
    }));
    assert.equal(placed, [
      { label: 'a', x: 100, y: 0, type: 'input', color: '', background: '#92d050' },
      { label: 'l', x: 0, y: 80, type: 'output', color: '', background: '#eee8d8' },
      { label: 'r', x: 200, y: 80, type: 'output', color: '', background: '#eee8d8' },
    ]);
    assert.equal(
      edges.map(({ id }) => id),
      ['l', 'r'].map((name) => `${one.idOf('a')}-${one.idOf(name)}`),
    );
    await one.bench.end();
  });
});

group('sandbox workflows: failures', (test) => {
  test('a node that fails takes all others along, even those that are done or running', async () => {
    const one = await flow([node('done'), node('fails'), node('runs'), node('child', ['fails'])]);
    await one.run('e1');
    const failing = await one.take('e1');
    const running = await one.take('e2');
    await one.bench.ask('closefailedmsg', { processid: failing.processid, errors: ['boom'] }, 'e1');
    assert.is(one.states(), 'failed child:failed done:failed fails:failed runs:failed');
    const child = await one.bench.ask<Seen>('getprocessmsg', { processid: one.idOf('child') });
    assert.equal(child.errors, []);
    assert.match(child.endtime, /^0001/);
    const late = await one.bench.refused('closesuccessfulmsg', { processid: running.processid, out: [] }, 'e2');
    assert.is(late.message, 'Tried to set failed process as successful');
    await one.bench.end();
  });

  test('a leaf that fails leaves the others alone, and its graph has failed', async () => {
    const one = await flow([node('a', [], { priority: 1 }), node('x')]);
    await one.fail();
    assert.is(one.states(), 'failed a:failed x:waiting');
    await one.run();
    assert.is(one.states(), 'failed a:failed x:success');
    await one.bench.end();
  });

  test('a node that runs for too long is tried again, and then takes all along', async () => {
    const one = await flow([node('a', [], { maxexectime: 1, maxretries: 1 }), node('b', ['a'])]);
    await one.take();
    await one.bench.clock.forward(2000);
    assert.is(one.states(), 'running a:waiting b:waiting');
    await one.take();
    await one.bench.clock.forward(2000);
    assert.is(one.states(), 'failed a:failed b:failed');
    await one.bench.end();
  });

  test('a node that waits for too long fails, also while its parent is at work', async () => {
    const one = await flow([node('a'), node('b', ['a'], { maxwaittime: 1 }), node('c', ['b'])]);
    await one.take();
    await one.bench.clock.forward(2000);
    assert.is(one.states(), 'failed a:failed b:failed c:failed');
    await one.bench.end();
  });
});

group('sandbox workflows: cancelling and removing', (test) => {
  test('what waits or runs is cancelled, what is done stays; once more does nothing', async () => {
    const one = await flow([node('a'), node('b', ['a']), node('c', ['b'])]);
    await one.run();
    const b = await one.take();
    for (let i = 0; i < 2; i += 1) await one.bench.ask('cancelprocessgraphmsg', { processgraphid: one.id });
    assert.is(one.states(), 'cancelled a:success b:cancelled c:cancelled');
    const late = await one.bench.refused('closesuccessfulmsg', { processid: b.processid, out: [] }, 'e1');
    assert.is(late.message, 'Tried to set cancelled process as successful');
    await one.bench.end();
  });

  test('a member alone is neither cancelled nor removed', async () => {
    const one = await flow([node('a')]);
    const told = (type: string): Promise<{ message: string }> => one.bench.refused(type, { processid: one.idOf('a') });
    assert.match((await told('cancelprocessmsg')).message, 'cancel the entire workflow instead');
    assert.match((await told('removeprocessmsg')).message, 'delete the entire workflow instead');
    await one.bench.end();
  });

  test('a graph that runs is not removed; another one goes with its members', async () => {
    const one = await flow([node('a', [], { env: { A: 'b' } })]);
    const row = await one.take();
    const remove = { processgraphid: one.id };
    assert.is(
      (await one.bench.refused('removeprocessgraphmsg', remove)).message,
      'Failed to remove processgraph, cannot remove a running processgraph',
    );
    await one.bench.ask('closesuccessfulmsg', { processid: row.processid }, 'e1');
    await one.bench.ask('removeprocessgraphmsg', remove);
    const { processes, graphs, attributes } = one.bench.world;
    assert.equal([processes.size, graphs.size, attributes.size], [0, 0, 0]);
    assert.equal(await one.bench.refused('getprocessgraphmsg', remove), {
      status: 500,
      message: 'Failed to get processgraph, graph is nil',
    });
    await one.bench.end();
  });

  test('removing all of a state goes by the state of the members, and leaves broken graphs behind', async () => {
    const one = await flow([node('a'), node('b', ['a'])]);
    const row = await one.take();
    assert.is((await one.bench.refused('removeallprocessgraphsmsg', { colonyname: 'dev', state: 1 }, OWNER)).status, 400);
    await one.bench.ask('removeallprocessgraphsmsg', { colonyname: 'dev', state: 0 }, OWNER);
    const lists = await one.bench.refused('getprocessgraphsmsg', { colonyname: 'dev', count: 5, state: 1 });
    assert.match(lists.message, /^Failed to iterate processgraph, process with ID=[0-9a-f]{64} not found$/);
    const close = await one.bench.refused('closesuccessfulmsg', { processid: row.processid }, 'e1');
    assert.is(close.message, 'Tried to set successful process as failed');
    await one.bench.ask('removeallprocessgraphsmsg', { colonyname: 'dev', state: -1 }, OWNER);
    assert.equal([one.bench.world.graphs.size, one.bench.world.processes.size], [0, 0]);
    await one.bench.end();
  });
});

group('sandbox workflows: what is wrong with them', (test) => {
  const rows: readonly [what: string, nodes: readonly Fields[], message: string, left: number][] = [
    ['a node without a name', [node('')], 'Nodename is missing, check function spec for errors', 0],
    ['two of one name', [node('a'), node('a')], 'Duplicate nodename: a', 0],
    [
      'an unknown dependency leaves a graph without members',
      [node('a', ['b'])],
      'Failed to submit workflow, invalid dependencies, are you depending on a nodename that does not exits?',
      1,
    ],
  ];
  for (const [what, nodes, message, left] of rows) {
    test(what, async () => {
      const bench = await openBench();
      const refused = await bench.refused('submitworkflowspecmsg', { spec: { colonyname: 'dev', functionspecs: nodes } });
      assert.equal(refused, { status: 500, message });
      assert.is(bench.world.graphs.size, left);
      await bench.end();
    });
  }

  test('that graph spoils the list of those that wait, until all are removed', async () => {
    const bench = await openBench();
    const half = [node('a'), node('b', ['c'])];
    await bench.refused('submitworkflowspecmsg', { spec: { colonyname: 'dev', functionspecs: half } });
    const list = { colonyname: 'dev', count: 5, state: 0 };
    assert.is((await bench.refused('getprocessgraphsmsg', list)).status, 400);
    await bench.ask('removeallprocessgraphsmsg', { colonyname: 'dev', state: -1 }, OWNER);
    assert.is(await bench.ask('getprocessgraphsmsg', list), null);
    await bench.end();
  });

  test('a cycle is taken and never runs; nothing at all is a workflow too', async () => {
    const one = await flow([node('a', ['b']), node('b', ['a'])]);
    const { rootprocessids, processids, state } = await one.graph();
    assert.equal({ rootprocessids, processids, state }, { rootprocessids: null, processids: [], state: 0 });
    assert.is((await one.bench.refused('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, 'e1')).status, 404);
    assert.is((await submit(one.bench, [])).processids, null);
    await one.bench.end();
  });

  test('a strict sandbox refuses both, and leaves nothing behind', async () => {
    const bench = await openBench({ strict: true });
    for (const nodes of [[node('a', ['b'])], [node('a', ['b']), node('b', ['a'])], [node('a', ['a'])]]) {
      assert.is((await bench.refused('submitworkflowspecmsg', { spec: { colonyname: 'dev', functionspecs: nodes } })).status, 500);
    }
    assert.equal([bench.world.graphs.size, bench.world.processes.size], [0, 0]);
    await bench.end();
  });

  test('a chain of thousands of nodes is walked', async () => {
    const bench = await openBench();
    const chain = Array.from({ length: 3000 }, (_, i) => node(String(i), i === 0 ? [] : [String(i - 1)]));
    const { processgraphid } = await submit(bench, chain);
    assert.is((await bench.ask<SeenGraph>('getprocessgraphmsg', { processgraphid })).processids.length, 3000);
    await bench.end();
  });
});

group('sandbox workflows: children added while they run', (test) => {
  const add = (one: Flow, parent: Seen, more: Fields = {}, executor = 'e1'): Promise<Seen> => {
    const fields = {
      processgraphid: one.id,
      parentprocessid: parent.processid,
      childprocessid: '',
      spec: work({ nodename: 'new' }),
      insert: false,
    };
    return one.bench.ask<Seen>('addchildmsg', { ...fields, ...more }, executor);
  };

  test('one more child comes after its parent, in nobody’s name', async () => {
    const one = await flow([node('a'), node('b', ['a'])]);
    const a = await one.take();
    const child = await add(one, a);
    assert.equal([child.parents, child.waitforparents, child.initiatorname], [[a.processid], true, '']);
    assert.equal(one.bench.world.processes.get(a.processid)?.children, [one.idOf('b'), child.processid]);
    await one.bench.ask('closesuccessfulmsg', { processid: a.processid, out: ['A'] }, 'e1');
    assert.equal([(await one.run()).spec.nodename, (await one.run()).in], ['b', ['A']]);
    assert.is(one.states(), 'success a:success b:success new:success');
    await one.bench.end();
  });

  test('one that is put in between takes over the children', async () => {
    const one = await flow([node('a'), node('b', ['a'])]);
    const a = await one.take();
    const child = await add(one, a, { insert: true });
    assert.equal(child.children, [one.idOf('b')]);
    assert.equal(one.bench.world.processes.get(one.idOf('b'))?.parents, [child.processid]);
    await one.bench.ask('closesuccessfulmsg', { processid: a.processid, out: [] }, 'e1');
    assert.is((await one.run('e1', ['N'])).spec.nodename, 'new');
    assert.equal((await one.run()).in, ['N']);
    await one.bench.end();
  });

  test('one that another has to wait for as well', async () => {
    const one = await flow([node('a'), node('b', ['a'])]);
    const a = await one.take();
    const child = await add(one, a, { childprocessid: one.idOf('b') });
    assert.equal(one.bench.world.processes.get(one.idOf('b'))?.parents, [a.processid, child.processid]);
    await one.bench.ask('closesuccessfulmsg', { processid: a.processid, out: ['A'] }, 'e1');
    assert.is((await one.run('e1', ['N'])).spec.nodename, 'new');
    assert.equal((await one.run()).in, ['A', 'N']);
    await one.bench.end();
  });

  test('only who has the running parent may', async () => {
    const one = await flow([node('a')]);
    const a = await one.take();
    const refused = async (fields: Fields, executor = 'e1'): Promise<string> =>
      (await one.bench.refused('addchildmsg', { processgraphid: one.id, parentprocessid: a.processid, spec: work(), ...fields }, executor))
        .message;
    assert.is(await refused({}, 'e2'), `Process with Id ${a.processid} is not assigned to executor with Id e2`);
    assert.is(await refused({ spec: null }), 'Failed to add child to processgraph, msg.FunctionSpec is nil');
    await one.bench.ask('closesuccessfulmsg', { processid: a.processid }, 'e1');
    assert.is(await refused({}), `Process with Id ${a.processid} is not running`);
    await one.bench.ask('submitfuncspecmsg', { spec: work() });
    const alone = await one.take();
    assert.is(await refused({ parentprocessid: alone.processid }), `Process with Id ${alone.processid} does not belong to a processgraph`);
    await one.bench.end();
  });
});
