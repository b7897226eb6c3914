import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fields } from '../../../../src/core/value.ts';
import { UNREGISTERED, WAITING } from '../../../../src/providers/colonies/sandbox/models.ts';
import { assert, group } from '../../../kit/group.ts';
import { employ, node, openBench, OWNER, SERVER, stoppedClock, USER, work, type Bench, type Seen, type StoppedClock } from './work.ts';

const take = (bench: Bench, executor = 'e1'): Promise<Seen> =>
  bench.ask<Seen>('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, executor);

group('sandbox rounds: executors that fall silent', (test) => {
  test('are taken off after their time; functions go, work goes back in line; who never asked is spared', async () => {
    const bench = await openBench();
    for (const name of ['busy', 'asks', 'fresh']) employ(bench.world, name);
    const times = { minwaittime: 0, maxwaittime: 0, minexectime: 0, maxexectime: 0, avgwaittime: 0, avgexectime: 0 };
    const named = { functionid: 'f', executorname: 'busy', executortype: '', colonyname: 'dev', funcname: 'run' };
    bench.world.functions.put('f', { ...named, ...times, description: '', args: null, counter: 0, locationname: '' });
    const { processid } = await bench.ask<Seen>('submitfuncspecmsg', { spec: work() });
    await take(bench, 'busy');
    for (let minute = 0; minute < 11; minute += 1) {
      await bench.refused('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, 'asks');
      await bench.clock.forward(60_000);
    }
    const states = ['busy', 'asks', 'fresh'].map((name) => bench.world.executors.get(`dev:${name}`)?.state);
    assert.equal(states, [UNREGISTERED, 1, 1]);
    const row = bench.world.processes.get(processid);
    assert.equal([row?.state, row?.retries, row?.isassigned], [WAITING, 0, false]);
    assert.is(bench.world.functions.size, 0);
    await bench.end();
  });

  test('one that is approved again has to ask before the next look', async () => {
    const bench = await openBench({ staleSeconds: 30, cleanupSeconds: 10 });
    employ(bench.world, 'e1');
    await bench.refused('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, 'e1');
    await bench.clock.forward(50_000);
    const approve = (): void => {
      const row = bench.world.executors.get('dev:e1');
      if (row !== undefined) bench.world.executors.put('dev:e1', { ...row, state: 1 });
    };
    approve();
    await bench.clock.forward(10_000);
    assert.is(bench.world.executors.get('dev:e1')?.state, UNREGISTERED);
    approve();
    await bench.refused('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, 'e1');
    await bench.clock.forward(10_000);
    assert.is(bench.world.executors.get('dev:e1')?.state, 1);
    await bench.end();
  });
});

group('sandbox rounds: what is forgotten', (test) => {
  test('what went well and all logs, when they are old; what failed stays', async () => {
    const bench = await openBench({ retentionSeconds: 3600 });
    employ(bench.world, 'e1');
    const close = async (type: string): Promise<void> => {
      await bench.ask('submitfuncspecmsg', { spec: work({ env: { A: 'b' } }) });
      await bench.ask(type, { processid: (await take(bench)).processid, errors: [] }, 'e1');
    };
    await close('closesuccessfulmsg');
    await close('closefailedmsg');
    await bench.ask('submitworkflowspecmsg', { spec: { colonyname: 'dev', functionspecs: [node('a')] } });
    await bench.ask('closesuccessfulmsg', { processid: (await take(bench)).processid }, 'e1');
    bench.world.logs.put('1', {
      logid: '1',
      processid: '',
      colonyname: 'dev',
      executorname: 'e1',
      message: 'x',
      timestamp: bench.world.now(),
    });
    const sizes = (): readonly number[] => {
      const { processes, graphs, attributes, logs } = bench.world;
      return [processes.size, graphs.size, attributes.size, logs.size];
    };
    await bench.clock.forward(3_540_000);
    assert.equal(sizes(), [3, 1, 2, 1]);
    await bench.clock.forward(180_000);
    assert.equal(sizes(), [1, 0, 1, 0]);
    await bench.end();
  });
});

group('sandbox statistics', (test) => {
  test('of a colony and of the server; who is no member gets an answer without a byte', async () => {
    const bench = await openBench();
    employ(bench.world, 'e1');
    employ(bench.world, 'gone', { state: UNREGISTERED });
    for (let i = 0; i < 3; i += 1) await bench.ask('submitfuncspecmsg', { spec: work() });
    await take(bench);
    await bench.ask('submitworkflowspecmsg', { spec: { colonyname: 'dev', functionspecs: [node('a')] } });
    const told = await bench.ask('getcolonystatsmsg', { colonyname: 'dev' });
    const some = ['executors', 'activeexecutors', 'unregisteredexecutors', 'waitingprocesses', 'runningprocesses', 'waitingworkflows'];
    assert.equal(
      some.map((name) => told[name]),
      [2, 1, 1, 3, 1, 1],
    );
    const all = await bench.ask('getstatisticsmsg', {}, SERVER);
    assert.equal(
      some.map((name) => all[name]),
      [2, 0, 0, 3, 1, 0],
    );
    assert.is(await bench.ask('getcolonystatsmsg', { colonyname: 'dev' }, OWNER), 'empty' as never);
    assert.equal(await bench.refused('getcolonystatsmsg', { colonyname: 'x' }), { status: 400, message: 'Colony with name <x> not found' });
    assert.is((await bench.refused('getstatisticsmsg', {}, USER)).message, 'Access denied, not server owner');
    await bench.end();
  });
});

group('sandbox work that outlives the process', (test) => {
  const folders: string[] = [];
  test.after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  /** The same folder, opened again: everything that was in memory alone is gone. */
  async function twice(before: (bench: Bench) => Promise<void>, after: (bench: Bench) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'setpoint-colonies-'));
    folders.push(folder);
    const clock: StoppedClock = stoppedClock();
    const first = await openBench({}, { folder, clock });
    await before(first);
    await first.end();
    const second = await openBench({}, { folder, clock });
    await after(second);
    await second.end();
  }

  test('deadlines and retries', () =>
    twice(
      async (bench) => {
        employ(bench.world, 'e1');
        await bench.ask('submitfuncspecmsg', { spec: work({ maxexectime: 10, maxretries: 1 }) });
        await bench.ask('submitfuncspecmsg', { spec: work({ maxwaittime: 10, priority: -1 }) });
        await take(bench);
      },
      async (bench) => {
        await bench.clock.forward(12_000);
        const states = [...bench.world.processes.rows()].map(({ state, retries }) => [state, retries]);
        assert.equal(states, [
          [WAITING, 1],
          [3, 0],
        ]);
      },
    ));

  test('when a cron is due, and the run before it', () =>
    twice(
      async (bench) => {
        const cron: Fields = {
          name: 'c',
          colonyname: 'dev',
          interval: 60,
          workflowspec: JSON.stringify({ colonyname: 'dev', functionspecs: [node('a')] }),
        };
        await bench.ask('addcronmsg', { cron: { ...cron, waitforprevprocessgraph: true } });
        await bench.clock.forward(63_000);
      },
      async (bench) => {
        assert.is(bench.world.graphs.size, 1);
        await bench.clock.forward(120_000);
        assert.is(bench.world.graphs.size, 1);
        employ(bench.world, 'e1');
        await bench.ask('closesuccessfulmsg', { processid: (await take(bench)).processid }, 'e1');
        await bench.clock.forward(2000);
        assert.is(bench.world.graphs.size, 2);
      },
    ));

  test('the line of those that wait, and workflows half done', () =>
    twice(
      async (bench) => {
        employ(bench.world, 'e1');
        await bench.ask('submitworkflowspecmsg', { spec: { colonyname: 'dev', functionspecs: [node('a'), node('b', ['a'])] } });
        await bench.ask('closesuccessfulmsg', { processid: (await take(bench)).processid, out: ['A'] }, 'e1');
        for (const label of ['low', 'high'])
          await bench.ask('submitfuncspecmsg', { spec: work({ label, priority: label === 'high' ? 5 : 0 }) });
      },
      async (bench) => {
        const taken = [await take(bench), await take(bench), await take(bench)];
        assert.equal(
          taken.map((row) => (row.spec as unknown as { label: string }).label),
          ['high', '', 'low'],
        );
        assert.equal(taken[1]?.in, ['A']);
      },
    ));

  test('what is packed in generators, pauses and blueprints with their history', () =>
    twice(
      async (bench) => {
        const workflowspec = JSON.stringify({ colonyname: 'dev', functionspecs: [node('a')] });
        const { generatorid } = await bench.ask<{ generatorid: string }>('addgeneratormsg', {
          generator: { name: 'g', colonyname: 'dev', trigger: 2, timeout: -1, workflowspec },
        });
        await bench.ask('packgeneratormsg', { generatorid, arg: 'first' });
        bench.world.paused.put('dev', { colonyname: 'dev' });
        const metadata = { name: 'w', colonyname: 'dev' };
        await bench.ask('addblueprintdefinitionmsg', { blueprintdefinition: { metadata, spec: { names: { kind: 'W' } } } }, OWNER);
        await bench.ask('addblueprintmsg', { blueprint: { kind: 'W', metadata: { ...metadata, generation: 7 }, spec: { a: 1 } } });
      },
      async (bench) => {
        employ(bench.world, 'e1');
        assert.is((await bench.refused('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, 'e1')).status, 503);
        bench.world.paused.drop('dev');
        const [{ generatorid } = { generatorid: '' }] = [...bench.world.generators.rows()];
        await bench.ask('packgeneratormsg', { generatorid, arg: 'second' });
        await bench.clock.forward(1000);
        assert.equal((await take(bench)).spec.args, ['first', 'second']);
        const { blueprintid } = await bench.ask<{ blueprintid: string }>('getblueprintmsg', { namespace: 'dev', name: 'w' });
        assert.equal(
          (await bench.ask<readonly Fields[]>('getblueprinthistorymsg', { blueprintid })).map(({ generation }) => generation),
          [7],
        );
      },
    ));
});
