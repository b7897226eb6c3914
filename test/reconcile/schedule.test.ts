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
  const because = new Map<number, string>();
  const ends = await schedule({
    steps,
    parallel: () => 8,
    prepare: async () => undefined,
    execute: async (unit: Unit) => {
      for (const { n } of unit.steps) ran.push(n);
      return unit.steps.map(({ n }) => (fails.has(n) ? ('failed' as const) : ('done' as const)));
    },
    settled: async () => undefined,
    skip: ({ n }, why) => void because.set(n, why === 'interrupted' ? why : why.id),
    stopping: () => false,
  });
  return { ran, ends, because };
}

group('a call of several steps that did some of them', (test) => {
  const one = (n: number, more: Partial<Pick<Step, 'after' | 'ready' | 'batch'>>): Step =>
    ({ ...bare(n), verb: 'delete', handle: String(n), expect: { handle: String(n), owned: '' }, ...more }) as Step;
  const batch = [0, 1, 2].map((n) => one(n, { batch: 'one call' }));

  test('whoever waits for what it did goes on; whoever waits for the rest is told for which', async () => {
    const steps = [
      ...batch,
      one(3, { after: [0] }),
      one(4, { after: [1] }),
      one(5, { after: [0, 2], ready: [2] }),
      one(6, { after: [2, 1], ready: [1, 2] }),
      one(7, { after: [3, 4] }),
    ];
    const { ran, ends, because } = await walk(steps, new Set([1]));
    assert.equal(ran, [0, 1, 2, 3, 5]);
    assert.equal(
      [...ends].filter(([, end]) => end === 'skipped').map(([n]) => n),
      [4, 7, 6],
    );
    const failed = 'bench/scripted/Box/s1';
    assert.equal(
      [...because],
      [
        [4, failed],
        [7, failed],
        [6, failed],
      ],
    );
  });

  test('another call that needs one of those that failed is not made at all', async () => {
    const next = [one(3, { after: [0], batch: 'next' }), one(4, { after: [1], batch: 'next' })];
    assert.equal((await walk([...batch, ...next], new Set([1]))).ran, [0, 1, 2]);
  });
});

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
