import type { Step } from '../../src/core/plan.ts';
import { schedule } from '../../src/reconcile/schedule.ts';
import type { Unit } from '../../src/reconcile/units.ts';
import { assert, group } from '../kit/group.ts';

/** Steps without a live system: who waits for whom is all that counts. */
const bare = (n: number, before: readonly number[] = []): Step => ({
  n,
  id: `bench/scripted/Box/s${n}`,
  kind: 'scripted/Box',
  after: before,
  ready: [],
  verb: 'forget',
  recorded: {
    id: `bench/scripted/Box/s${n}`,
    shape: 'scripted/Box.v1',
    handle: String(n),
    applied: {},
    needs: [],
    lifecycle: {},
    by: { run: 'r', at: '2026-01-01T00:00:00Z' },
  },
});

async function walk(steps: readonly Step[], fails: ReadonlySet<number> = new Set()) {
  const ran: number[] = [];
  const ends = await schedule({
    steps,
    parallel: () => 8,
    prepare: async () => undefined,
    execute: async (unit: Unit) => {
      for (const { n } of unit.steps) ran.push(n);
      return unit.steps.map(({ n }) => (fails.has(n) ? ('failed' as const) : ('done' as const)));
    },
    settled: async () => true,
    skip: () => undefined,
    stopping: () => false,
  });
  return { ran, ends };
}

group('ten thousand steps', (test) => {
  const N = 10_000;
  const shapes: Readonly<Record<string, readonly Step[]>> = {
    'none waits': Array.from({ length: N }, (_, n) => bare(n)),
    'a chain': Array.from({ length: N }, (_, n) => bare(n, n === 0 ? [] : [n - 1])),
    'all wait for the first': Array.from({ length: N }, (_, n) => bare(n, n === 0 ? [] : [0])),
    'the last waits for all': Array.from({ length: N }, (_, n) => bare(n, n === N - 1 ? Array.from({ length: N - 1 }, (__, i) => i) : [])),
  };
  for (const [name, steps] of Object.entries(shapes)) {
    test(`${name}: each runs once, and after what it waits for`, async () => {
      const { ran, ends } = await walk(steps);
      assert.is(new Set(ran).size, N);
      assert.ok([...ends.values()].every((end) => end === 'done'));
      const place = new Map(ran.map((n, i) => [n, i]));
      for (const { n, after: before } of steps) for (const b of before) assert.ok((place.get(b) ?? 0) < (place.get(n) ?? 0));
    });
  }

  test('a failure at the top of a chain skips all of it, one at the end none', async () => {
    const chain = shapes['a chain'] as readonly Step[];
    assert.is((await walk(chain, new Set([0]))).ran.length, 1);
    assert.is([...(await walk(chain, new Set([N - 1]))).ends.values()].filter((end) => end === 'skipped').length, 0);
  });
});
