import type { Recorded } from '../../src/core/resource.ts';
import { plan } from '../../src/planner/index.ts';
import { assert, group } from '../kit/group.ts';
import { ABSENT, OPTIONS, UNKNOWN, idOf, kind, live, need, reads, record, resource, world } from './build.ts';

const A = resource('a', { spec: { heat: 20 } });
const rec = (part: Partial<Recorded> = {}): Recorded => record(A, part);
const there = { a: live('a', { heat: 20 }) };
const forgotten = `forget a (removed)
                   --
                   0 forget a`;

group('what is recorded and no longer wanted', (test) => {
  test('is deleted', () =>
    reads(
      { recorded: [rec()], seen: there },
      `delete a (removed)
       --
       0 delete a`,
    ));
  test('is not deleted without evidence', () =>
    reads({ recorded: [rec()], seen: there, evidence: [] }, 'none a (removed) blocked NO_EVIDENCE'));
  test('is not deleted where its scope was not read completely', () =>
    reads({ recorded: [rec()], seen: there, part: { complete: () => false } }, 'none a (removed) blocked NO_EVIDENCE'));
  test('carries its evidence into the plan', () =>
    assert.equal(plan(world({ recorded: [rec()], seen: there }), OPTIONS).evidence, [{ id: A.id, source: 'lab' }]));
  test('is forgotten when it is gone already', () =>
    reads(
      { recorded: [rec()], seen: { a: ABSENT } },
      `forget a (gone-already)
       --
       0 forget a`,
    ));
  test('is forgotten when another object stands in its place', () =>
    reads(
      { recorded: [rec()], seen: { a: live('a', { heat: 20 }, { handle: 'h-other' }) } },
      `forget a (gone-already)
       --
       0 forget a`,
    ));
  test('is left alone when it could not be observed', () => reads({ recorded: [rec()], seen: { a: UNKNOWN } }, 'none a (unobserved)'));
  test('is protected, though the block that said so is gone', () =>
    reads({ recorded: [rec({ lifecycle: { protect: true } })], seen: there }, 'none a (removed) blocked PROTECTED'));
  test('is forgotten when it was told to stay', () => reads({ recorded: [rec({ lifecycle: { retain: true } })], seen: there }, forgotten));
  test('is forgotten when it was adopted', () => reads({ recorded: [rec({ adopted: true })], seen: there }, forgotten));
  test('is deleted when it was adopted and then managed in full', () =>
    reads(
      { recorded: [rec({ adopted: true, lifecycle: { manage: 'full' } })], seen: there },
      `delete a (removed)
       --
       0 delete a`,
    ));
  test('is forgotten when it was only kept or only observed', () => {
    reads({ recorded: [rec({ lifecycle: { manage: 'adopt' } })], seen: there }, forgotten);
    reads({ recorded: [rec({ lifecycle: { manage: 'observe' } })], seen: there }, forgotten);
  });
  test('is forgotten when the system cannot delete it', () =>
    reads(
      { recorded: [rec()], seen: there, kinds: { 'lab/Thing': kind({ removable: false }) } },
      `forget a (cannot-be-deleted)
       --
       0 forget a`,
    ));
  test('is forgotten when it has run', () =>
    reads({ recorded: [rec()], seen: { a: UNKNOWN }, kinds: { 'lab/Thing': kind({ nature: 'run' }) } }, forgotten));
  test('is not deleted when it bears the mark of another', () =>
    reads({ recorded: [rec()], seen: { a: live('a', {}, { mark: 'x/lab/Thing/a' }) } }, 'none a (removed) blocked FOREIGN_OWNER'));
});

const B = resource('b', { needs: [need('a')] });
const both = { a: live('a', { heat: 20 }), b: live('b', {}) };

group('what others need', (test) => {
  test('goes after them', () =>
    reads(
      { recorded: [rec(), record(B)], seen: both },
      `delete a (removed)
       delete b (removed)
       --
       0 delete b
       1 delete a after 0`,
    ));
  test('stays when one of them stays', () =>
    reads(
      { recorded: [rec(), record(B, { lifecycle: { protect: true } })], seen: both },
      `none a (removed) blocked NEEDED
       none b (removed) blocked PROTECTED`,
    ));
  test('stays when one of them is forgotten but not gone', () =>
    reads(
      { recorded: [rec(), record(B, { lifecycle: { retain: true } })], seen: both },
      `none a (removed) blocked NEEDED
       forget b (removed)
       --
       0 forget b`,
    ));
  test('stays when one of them could not be observed', () =>
    reads(
      { recorded: [rec(), record(B)], seen: { ...both, b: UNKNOWN } },
      `none a (removed) blocked NEEDED
       none b (unobserved)`,
    ));
  test('goes when they detach by themselves', () => {
    const loose = record({ ...B, needs: [need('a', { onRemove: 'detaches' })] }, { lifecycle: { protect: true } });
    reads(
      { recorded: [rec(), loose], seen: both },
      `delete a (removed)
       none b (removed) blocked PROTECTED
       --
       0 delete a`,
    );
  });
  test('takes along what belongs to it', () => {
    const child = record({ ...B, needs: [need('a', { onRemove: 'cascades' })] });
    const grandchild = record(resource('c', { needs: [need('b', { onRemove: 'cascades' })] }));
    reads(
      { recorded: [grandchild, child, rec()], seen: { ...both, c: live('c', {}) } },
      `delete a (removed)
       forget b (gone-with-parent)
       forget c (gone-with-parent)
       --
       0 delete a
       1 forget b after 0
       2 forget c after 1`,
    );
  });
  test('stays when something that belongs to it is protected', () => {
    const child = record({ ...B, needs: [need('a', { onRemove: 'cascades' })] }, { lifecycle: { protect: true } });
    reads(
      { recorded: [rec(), child], seen: both },
      `none a (removed) blocked NEEDED
       none b (removed) blocked PROTECTED`,
    );
  });
  test('goes after they let go of it', () => {
    const other = resource('other');
    const now = resource('b', { spec: { n: 2 }, needs: [need('other')] });
    reads(
      {
        desired: [now, other],
        recorded: [rec(), record(B, { applied: { n: 1 } }), record(other)],
        seen: { a: both.a, b: live('b', { n: 1 }), other: live('other', {}) },
      },
      `delete a (removed)
       update b (edited)
         n 1 -> 2 edited
       --
       0 update b
       1 delete a after 0`,
    );
  });
  test('stays when one that should let go of it cannot', () => {
    const now = resource('b', { spec: { n: 2 } });
    reads(
      { desired: [now], recorded: [rec(), record(B, { applied: { n: 1 } })], seen: { a: both.a, b: UNKNOWN } },
      `none a (removed) blocked NEEDED
       none b (unobserved)`,
    );
  });
  test('is said to be in a cycle when records go round', () => {
    const back = record({ ...A, needs: [need('b')] });
    reads(
      { recorded: [back, record(B)], seen: both },
      `none a (removed) blocked CYCLE
       none b (removed) blocked CYCLE
       problem CYCLE`,
    );
  });
});

const many = (n: number): Recorded[] => Array.from({ length: n }, (_, i) => record(resource(`t${i}`)));
const seen = (n: number, gone: number): Record<string, ReturnType<typeof live> | typeof ABSENT> =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`t${i}`, i < gone ? ABSENT : live(`t${i}`, {})]));
const kept = (n: number, from: number): ReturnType<typeof resource>[] =>
  Array.from({ length: n - from }, (_, i) => resource(`t${from + i}`));

group('safety', (test) => {
  const actions = (p: ReturnType<typeof plan>): number => p.steps.length;
  test('half of ten may be deleted, six may not', () => {
    const five = plan(world({ desired: kept(10, 5), recorded: many(10), seen: seen(10, 0) }), OPTIONS);
    assert.equal([actions(five), five.problems.length], [5, 0]);
    const six = plan(world({ desired: kept(10, 6), recorded: many(10), seen: seen(10, 0) }), OPTIONS);
    assert.equal([actions(six), six.problems[0]?.code, six.changes[0]?.blocked?.code], [0, 'DELETION_BUDGET', 'DELETION_BUDGET']);
  });
  test('nine are too few to be worth a budget', () => assert.is(actions(plan(world({ recorded: many(9), seen: seen(9, 0) }), OPTIONS)), 9));
  test('another budget may be given', () =>
    assert.is(actions(plan(world({ recorded: many(10), seen: seen(10, 0) }), { ...OPTIONS, deletionBudget: { share: 1, from: 10 } })), 10));
  test('the budget may also be a number', () => {
    const three = { desired: kept(10, 3), recorded: many(10), seen: seen(10, 0) };
    assert.is(actions(plan(world(three), { ...OPTIONS, deletionBudget: 3 })), 3);
    assert.is(actions(plan(world(three), { ...OPTIONS, deletionBudget: 2 })), 0);
  });
  test('more than half gone at once looks like another system: nothing is planned there', () => {
    const target = { desired: [...kept(10, 0), resource('new')], recorded: many(10) };
    const half = plan(world({ ...target, seen: { ...seen(10, 5), new: ABSENT } }), OPTIONS);
    assert.equal([actions(half), half.problems.length], [6, 0]);
    const more = plan(world({ ...target, seen: { ...seen(10, 6), new: ABSENT } }), OPTIONS);
    assert.equal([actions(more), more.problems[0]?.code, more.changes.length], [0, 'HALF_GONE', 7]);
  });
  test('other targets go on', () => {
    const far = resource('far', { target: 'plant' });
    const made = plan(world({ desired: [...kept(10, 0), far], recorded: many(10), seen: { ...seen(10, 9), [far.id]: ABSENT } }), OPTIONS);
    assert.equal(
      made.steps.map((s) => s.id),
      [far.id],
    );
  });
  test('what has run may all be gone', () => {
    const runs = many(12).map((r): Recorded => ({ ...r, run: { hash: '', outcome: 'done' } }));
    const made = plan(
      world({ desired: kept(12, 0), recorded: runs, seen: seen(12, 12), kinds: { 'lab/Thing': kind({ nature: 'run' }) } }),
      OPTIONS,
    );
    assert.equal([made.changes.length, made.problems.length], [0, 0]);
  });
  test('destroy removes everything that is recorded, asked for or not, beyond any budget, but nothing that is protected', () => {
    const scene = {
      desired: [...kept(10, 0), resource('new')],
      recorded: [...many(10), rec({ lifecycle: { protect: true } })],
      evidence: [],
    };
    const made = plan(world({ ...scene, seen: { ...seen(10, 0), ...there, new: ABSENT } }), { ...OPTIONS, destroy: true });
    assert.equal([made.steps.length, made.evidence.length, made.evidence[0]?.source, made.total], [10, 10, 'destroy', 11]);
    assert.ok(made.steps.every((s) => s.verb === 'delete'));
    assert.is(made.changes.find((c) => c.id === A.id)?.blocked?.code, 'PROTECTED');
  });
  test('only what is selected and what it needs is touched; the rest is never pruned', () => {
    const scene = { desired: [{ ...A }, B, resource('c')], recorded: [record(resource('old'))] };
    const all = { a: ABSENT, b: ABSENT, c: ABSENT, old: live('old', {}) };
    const made = plan(world({ ...scene, seen: all }), { ...OPTIONS, only: new Set([B.id]) });
    assert.equal(
      made.steps.map((s) => `${s.verb} ${s.id}`),
      [`create ${A.id}`, `create ${B.id}`],
    );
    assert.is(made.total, 2);
    const pruned = plan(world({ ...scene, seen: all }), { ...OPTIONS, only: new Set([idOf('old')]) });
    assert.equal(
      pruned.steps.map((s) => s.verb),
      ['delete'],
    );
  });
  test('what is not selected and needs it keeps a selected one from being deleted', () =>
    reads({ recorded: [rec(), record(B)], seen: both }, 'none a (removed) blocked NEEDED', { only: new Set([A.id]) }));
});
