import fc from 'fast-check';
import { CANCELLED, FAILED, RUNNING, SUCCESS, WAITING, type ProcessRow } from '../../../../src/providers/colonies/sandbox/models.ts';
import { Refusal } from '../../../../src/providers/colonies/sandbox/handler.ts';
import { assert, group } from '../../../kit/group.ts';
import { employ, node, openBench, work, type Bench, type Seen, type SeenGraph } from './work.ts';

/** What the server does after each change: it walks through the whole graph (pkg/core/processgraph.go). */
function byWalking(
  rows: ReadonlyMap<string, ProcessRow>,
  roots: readonly string[],
): { readonly state: number; readonly rows: ReadonlyMap<string, string> } {
  const state = new Map([...rows.values()].map((row) => [row.processid, row.state]));
  const waits = new Map([...rows.values()].map((row) => [row.processid, row.waitforparents]));
  const reached: string[] = [];
  const visit = (id: string): void => {
    if (reached.includes(id)) return;
    reached.push(id);
    for (const child of rows.get(id)?.children ?? []) visit(child);
  };
  roots.forEach(visit);
  for (const id of reached) {
    const parents = (rows.get(id)?.parents ?? []).map((parent) => state.get(parent));
    if (parents.includes(FAILED)) for (const one of reached) state.set(one, FAILED);
    else if (parents.every((one) => one === SUCCESS)) waits.set(id, false);
  }
  const all = reached.map((id) => state.get(id));
  const some = (...wanted: number[]): boolean => all.some((one) => wanted.includes(one ?? -1));
  const whole = some(FAILED)
    ? FAILED
    : some(CANCELLED)
      ? CANCELLED
      : !some(WAITING, RUNNING)
        ? SUCCESS
        : some(SUCCESS, RUNNING)
          ? RUNNING
          : WAITING;
  return { state: whole, rows: new Map([...rows.keys()].map((id) => [id, `${String(state.get(id))} ${String(waits.get(id))}`])) };
}

type Deed = 'take' | 'succeed' | 'fail' | 'insert' | 'add' | 'tie';

/** Does it, where it can be done; true where the server would have looked at the graph. */
async function play(bench: Bench, deed: Deed, pick: number): Promise<boolean> {
  const rows = [...bench.world.processes.rows()];
  const running = rows.filter(({ state }) => state === RUNNING);
  const one = running[pick % Math.max(1, running.length)];
  try {
    if (deed === 'take') {
      await bench.ask<Seen>('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, 'e1');
      return true;
    }
    if (one === undefined) return false;
    const { processid, processgraphid } = one;
    if (deed === 'succeed') await bench.ask('closesuccessfulmsg', { processid, out: [] }, 'e1');
    else if (deed === 'fail') await bench.ask('closefailedmsg', { processid, errors: [] }, 'e1');
    else {
      // Only below the new one's parent: the server takes a cycle as well, and falls over it.
      const childprocessid = deed === 'tie' ? (one.children?.[0] ?? '') : '';
      const spec = work({ nodename: `n${String(rows.length)}` });
      await bench.ask('addchildmsg', { processgraphid, parentprocessid: processid, childprocessid, spec, insert: deed === 'insert' }, 'e1');
      return false;
    }
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

group('sandbox workflows: a graph after any of its changes', (test) => {
  test('is what walking through all of it would make of it', async () => {
    const nodes = fc.array(fc.array(fc.nat(6), { maxLength: 3 }), { minLength: 1, maxLength: 7 });
    const deeds = fc.array(
      fc.tuple(fc.constantFrom<Deed>('take', 'take', 'take', 'succeed', 'succeed', 'fail', 'insert', 'add', 'tie'), fc.nat(9)),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(nodes, deeds, async (needs, played) => {
        const bench = await openBench();
        employ(bench.world, 'e1');
        const functionspecs = needs.map((wanted, i) => node(String(i), [...new Set(wanted.filter((one) => one < i))].map(String)));
        const { processgraphid } = await bench.ask<SeenGraph>('submitworkflowspecmsg', { spec: { colonyname: 'dev', functionspecs } });
        const roots = bench.world.graphs.get(processgraphid)?.rootprocessids ?? [];
        for (const [deed, pick] of played) {
          const before = bench.world.graphs.get(processgraphid);
          const looked = await play(bench, deed, pick);
          const rows = new Map([...bench.world.processes.rows()].map((row) => [row.processid, row]));
          // What has been resolved stays as it is when it is resolved again.
          const expected = byWalking(rows, roots);
          const now = new Map([...rows.values()].map((row) => [row.processid, `${String(row.state)} ${String(row.waitforparents)}`]));
          assert.equal([...now], [...expected.rows], `after ${deed}`);
          assert.is(bench.world.graphs.get(processgraphid)?.state, looked ? expected.state : before?.state, `the graph after ${deed}`);
        }
        await bench.end();
      }),
      { numRuns: 150 },
    );
  });
});
