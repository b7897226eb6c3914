import { processState, type ProcessGraph } from '../../../../src/providers/colonies/client/index.ts';
import { workflow } from '../../../../src/providers/colonies/kinds/workflow.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import type { Round } from '../../../kit/laws.ts';
import { COLONY, type ColonyBench } from './bench.ts';
import { cooked, idOfResource, on, resource } from './round.ts';

const node = (nodename: string, ...dependencies: string[]) => ({
  nodename,
  funcname: nodename,
  conditions: { executortype: 'cook', ...(dependencies.length === 0 ? {} : { dependencies }) },
});
const soup = resource('Workflow', 'soup', { functionspecs: [node('chop'), node('boil', 'chop')] });
const stew = resource('Workflow', 'soup', { functionspecs: [node('chop'), node('stew', 'chop')] });

async function graphs({ hand, keys }: ColonyBench): Promise<readonly ProcessGraph[]> {
  const lists = await Promise.all(
    Object.values(processState).map((state) => hand('getprocessgraphsmsg', { colonyname: COLONY, count: 100, state }, keys.member)),
  );
  return lists.flat();
}
async function recordedRun(round: Round): Promise<unknown> {
  const line = (await round.texts()).flatMap((text) => text.split('\n')).findLast((one) => one.startsWith('{') && one.includes('"run":{'));
  return line === undefined ? undefined : (JSON.parse(line) as { readonly run?: unknown }).run;
}

group('workflows that run once', (test) => {
  test('one runs, its end is recorded with what it put out, and from then on it is in step, there or not', () =>
    on(async (bench, round) => {
      await cooked({ bench, round }, soup);
      const { outcome, result } = (await recordedRun(round)) as { readonly outcome: string; readonly result: unknown };
      assert.equal([outcome, result], ['done', { boil: ['boil done'] }]);
      assert.equal((await round.plan([soup])).steps, []);
      const [graph] = await graphs(bench);
      await bench.hand('removeprocessgraphmsg', { processgraphid: graph?.processgraphid ?? '' }, bench.keys.member);
      const gone = await round.plan([soup]);
      assert.equal([gone.steps, gone.changes], [[], []], 'retention has taken it');
    }));

  test('one that fails says what failed and why, and runs again with another retry', () =>
    on(async (bench, round) => {
      const burnt = (nodename: string) => (nodename === 'boil' ? { errors: ['it boiled over'] } : ['fine']);
      await cooked({ bench, round, cooking: burnt }, soup);
      const [change] = (await round.plan([soup])).changes;
      assert.is(change?.failing, 'boil failed: it boiled over');
      await round.apply(await round.plan([soup]));
      const again = resource('Workflow', 'soup', { ...soup.spec, retry: 1 });
      assert.equal((await round.plan([soup])).steps, []);
      await cooked({ bench, round }, again);
      assert.is((await graphs(bench)).length, 2);
    }));

  test('another spec is another run', () =>
    on(async (bench, round) => {
      await cooked({ bench, round }, soup);
      await round.apply(await round.plan([soup]));
      await cooked({ bench, round }, stew);
      assert.equal(
        (await graphs(bench)).map(({ state }) => state),
        [processState.success, processState.success],
      );
    }));

  test('a run whose reply was lost is found by its traces, and not taken for an earlier one', () =>
    on(async (bench, round) => {
      await bench.control('lose-reply', { type: 'submitworkflowspecmsg' });
      const { unknown, failed } = await cooked({ bench, round }, soup);
      assert.equal([failed, unknown, (await graphs(bench)).length], [0, 0, 1]);
      await round.apply(await round.plan([soup]));
      // The request of the next one never arrives: the first run is not what it made.
      await bench.control('lose-request', { type: 'submitworkflowspecmsg' });
      const lost = await cooked({ bench, round }, stew);
      assert.is(lost.done, 0);
      assert.is((await graphs(bench)).length, 1);
      const { steps, changes } = await round.plan([stew]);
      assert.equal([steps, changes[0]?.blocked?.code], [[], 'RUN_UNKNOWN'], 'nobody saw that it did not run');
    }));

  test('one that was cancelled by hand has failed with that word', () =>
    on(async (bench, round) => {
      const plan = await round.plan([soup]);
      const applying = round.apply(plan);
      let graph: ProcessGraph | undefined;
      while (graph === undefined) [graph] = await graphs(bench);
      await bench.hand('cancelprocessgraphmsg', { processgraphid: graph.processgraphid }, bench.keys.member);
      await applying;
      assert.is((await round.plan([soup])).changes[0]?.failing, 'it was cancelled');
    }));

  test('one that was begun and is gone is never started again without an answer', () =>
    on(async (bench, round) => {
      await round.apply(await round.plan([soup]), { wait: false });
      const [graph] = await graphs(bench);
      await bench.hand('removeprocessgraphmsg', { processgraphid: graph?.processgraphid ?? '' }, bench.keys.member);
      const { steps, changes } = await round.plan([soup]);
      assert.equal([steps, changes[0]?.blocked?.code], [[], 'RUN_UNKNOWN']);
    }));

  test('a dependency that nobody has never reaches the server, wherever it comes from', () =>
    on(async ({ session, call, counts }) => {
      const want = { functionspecs: [node('boil', 'chop')] };
      const work = { id: idOfResource('Workflow', 'soup'), verb: 'create', intent: 'i', want, differences: [] } as const;
      const fault = await faultOf(workflow.make(session, work, call()));
      assert.equal([fault.code, fault.sent, counts.mutations], ['WORKFLOW_DEPENDENCY', 'no', 0]);
    }));

  test('where too many processes have its label, nobody can say that it never ran', () =>
    on(async (bench, round) => {
      const labelled = { functionspecs: [{ ...node('chop'), label: 'busy' }] };
      for (let i = 0; i < 100; i += 1) {
        await bench.hand(
          'submitfuncspecmsg',
          { spec: { funcname: 'chop', label: 'busy', maxexectime: -1, conditions: { colonyname: COLONY, executortype: 'cook' } } },
          bench.keys.member,
        );
      }
      const { steps, changes } = await round.plan([resource('Workflow', 'busy', labelled)]);
      assert.equal([steps, changes[0]?.fault?.code], [[], 'WORKFLOW_TRACES']);
    }));
});
