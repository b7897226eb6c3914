import type { KindFacts } from '../../src/core/facts.ts';
import { refMark } from '../../src/core/mark.ts';
import type { Readiness, RefRule, Resource } from '../../src/core/resource.ts';
import { assert, group } from '../kit/group.ts';
import { plan } from '../../src/planner/index.ts';
import type { Scene } from './build.ts';
import { ABSENT, OPTIONS, UNKNOWN, idOf, kind, live, need, reads, record, resource, world } from './build.ts';

const fixed = (replace: KindFacts['replace'], part: Partial<KindFacts> = {}): NonNullable<Scene['kinds']> => ({
  'lab/Thing': kind({ replace, fields: { fields: { model: { immutable: true } } }, ...part }),
});
const A = resource('a', { spec: { model: 'new' } });
const before = record(A, { applied: { model: 'old' } });
const old = live('a', { model: 'old' });
const B = (rule: Partial<RefRule> = {}): Resource => resource('b', { spec: { uses: refMark(idOf('a')) }, needs: [need('a', rule)] });
const scene = (replace: KindFacts['replace'], b: Resource): Scene => ({
  desired: [A, b],
  recorded: [before, record(b)],
  seen: { a: old, b: live('b', b.spec) },
  kinds: fixed(replace),
});

group('replacing', (test) => {
  test('deletes the old one first where two cannot stand side by side', () =>
    reads(
      { desired: [A], recorded: [before], seen: { a: old }, kinds: fixed('delete-first') },
      `replace a (immutable)
         model old -> new edited !
       --
       0 delete old a
       1 create a after 0`,
    ));
  test('makes the new one first where they can, and waits until it is ready', () =>
    reads(
      { desired: [A], recorded: [before], seen: { a: old }, kinds: fixed('create-first') },
      `replace a (immutable)
         model old -> new edited !
       --
       0 create a
       1 delete old a after 0 ready`,
    ));
  test('keeps what an earlier run left until the one that takes its place is ready', () => {
    const left = { ...before, replaced: [{ handle: 'h-before', applied: { model: 'older' } }] };
    reads(
      { desired: [A], recorded: [left], seen: { a: old }, kinds: fixed('create-first') },
      `replace a (immutable)
         model old -> new edited !
       --
       0 create a
       1 delete old a after 0 ready
       2 delete old a after 0 ready`,
    );
    const settled = { ...record(A), replaced: left.replaced };
    const seen = (readiness: Readiness) => ({ a: live('a', A.spec, { readiness }) });
    const kinds = fixed('create-first');
    reads(
      { desired: [A], recorded: [settled], seen: seen({ state: 'ready' }), kinds },
      `replace a (immutable)
       --
       0 delete old a`,
    );
    const failed: Scene = { desired: [A], recorded: [settled], seen: seen({ state: 'failed', message: '0 of 3 nodes up' }), kinds };
    reads(failed, 'none a (in-step)');
    const [change] = plan(world(failed), OPTIONS).changes;
    assert.match(change?.remarks?.[0]?.message ?? '', /still stands.*: 0 of 3 nodes up$/);
  });
  test('rewrites who refers to it, before the old one goes', () =>
    reads(
      scene('create-first', B()),
      `replace a (immutable)
         model old -> new edited !
       update b (edited)
         uses h-a -> {"setpoint:unknown":"lab/lab/Thing/a"} edited
       --
       0 create a
       1 update b after 0
       2 delete old a after 0 ready, 1`,
    ));
  test('rewrites who refers to it when the new one is there', () =>
    reads(
      scene('delete-first', B()),
      `replace a (immutable)
         model old -> new edited !
       update b (edited)
         uses h-a -> {"setpoint:unknown":"lab/lab/Thing/a"} edited
       --
       0 delete old a
       1 create a after 0
       2 update b after 1`,
    ));
  test('makes anew who cannot be rewritten, and so on outwards', () => {
    const b = B({ onReplace: 'recreate' });
    const c = resource('c', { spec: { uses: refMark(b.id) }, needs: [need('b', { onReplace: 'recreate' })] });
    reads(
      {
        desired: [c, b, A],
        recorded: [record(c), record(b), before],
        seen: { a: old, b: live('b', b.spec), c: live('c', c.spec) },
        kinds: fixed('delete-first'),
      },
      `replace a (immutable)
         model old -> new edited !
       replace b (immutable)
         uses h-a -> {"setpoint:unknown":"lab/lab/Thing/a"} edited !
       replace c (immutable)
         uses h-b -> {"setpoint:unknown":"lab/lab/Thing/b"} edited !
       --
       0 delete old c
       1 delete old b after 0
       2 delete old a after 1
       3 create a after 2
       4 create b after 1, 3
       5 create c after 0, 4`,
    );
  });
  test('makes anew what dies with the old one, though it knows it only by name', () => {
    const b = resource('b', { spec: { uses: refMark(A.id, 'name') }, needs: [need('a', { by: 'name', onRemove: 'cascades' })] });
    reads(
      scene('delete-first', b),
      `replace a (immutable)
         model old -> new edited !
       replace b (gone-with-parent)
       --
       0 delete old a
       1 create a after 0
       2 create b after 1`,
    );
    const [, , made] = plan(world(scene('delete-first', b)), OPTIONS).steps;
    assert.equal(made?.verb === 'create' ? made.expect : undefined, { absent: b.id, goesAlong: 'h-b' });
  });
  test('keeps the old one until what the new one stands on is there', () => {
    const below = resource('below', { spec: {} });
    const a = { ...A, spec: { model: 'new', uses: refMark(below.id) }, needs: [need('below', { wait: 'ready' })] };
    reads(
      { desired: [a, below], recorded: [before], seen: { a: old, below: ABSENT }, kinds: fixed('delete-first') },
      `replace a (immutable)
         model old -> new edited !
         uses - -> {"setpoint:unknown":"lab/lab/Thing/below"} edited
       create below (new)
       --
       0 create below
       1 delete old a after 0 ready
       2 create a after 0 ready, 1`,
    );
  });
  test('deletes nothing where other content stands beside the old one, whoever still holds that', () => {
    const kinds = fixed('create-first', { contentAddressed: true, removable: false });
    const plan = `replace a (immutable)
         model old -> new edited !`;
    const steps = `
       --
       0 create a`;
    const part = { recorded: [before], seen: { a: old }, kinds };
    reads({ ...part, desired: [A] }, `${plan}${steps}`);
    reads({ ...part, desired: [{ ...A, lifecycle: { protect: true } }] }, `${plan}${steps}`);
    reads({ ...part, desired: [A], recorded: [{ ...before, adopted: true }] }, `${plan}${steps}`);
    const held = { ...scene('create-first', B()), kinds, seen: { a: old, b: UNKNOWN } };
    reads(
      held,
      `${plan}
       none b (unobserved)${steps}`,
    );
  });
  test('takes what is the same content for the same object: found, and made again', () => {
    const kinds = fixed('create-first', { contentAddressed: true, removable: false });
    reads(
      { desired: [A], seen: { a: live('a', A.spec) }, kinds },
      `adopt a (found-unrecorded)
       --
       0 adopt a`,
    );
    const b = B({ onReplace: 'recreate' });
    reads(
      { desired: [A, b], recorded: [record(A), record(b)], seen: { a: ABSENT, b: live('b', b.spec) }, kinds },
      `create a (vanished)
         model - -> new edited
       --
       0 create a`,
    );
  });
  test('is refused where the old one may not go', () => {
    const refused = (part: Partial<Resource>, code: string, more: Partial<Scene> = {}): void =>
      reads(
        { desired: [{ ...A, ...part }], recorded: [before], seen: { a: old }, kinds: fixed('create-first'), ...more },
        `none a (immutable) blocked ${code}
           model old -> new edited !`,
      );
    refused({ lifecycle: { protect: true } }, 'PROTECTED');
    refused({ lifecycle: { retain: true } }, 'CANNOT_REPLACE');
    refused({ lifecycle: { manage: 'adopt' } }, 'CANNOT_REPLACE');
    refused({}, 'CANNOT_REPLACE', { recorded: [{ ...before, adopted: true }] });
    refused({}, 'CANNOT_REPLACE', { kinds: fixed('create-first', { removable: false }) });
    refused({}, 'NOT_CREATABLE', { kinds: fixed('create-first', { creatable: false }) });
  });
  test('is refused where somebody who holds the old handle cannot be rewritten', () =>
    reads(
      { ...scene('create-first', B()), seen: { a: old, b: UNKNOWN } },
      `none a (immutable) blocked NEEDED
         model old -> new edited !
       none b (unobserved)`,
    ));
  test('is refused where somebody who holds the old handle is not selected', () =>
    reads(
      scene('create-first', B()),
      `none a (immutable) blocked NEEDED
         model old -> new edited !`,
      { only: new Set([A.id]) },
    ));
  test('follows what is no longer wanted and held the old one', () =>
    reads(
      { ...scene('delete-first', B()), desired: [A] },
      `delete b (removed)
       replace a (immutable)
         model old -> new edited !
       --
       0 delete b
       1 delete old a after 0
       2 create a after 1`,
    ));
  test('that nobody can order is said to be a cycle', () => {
    // e holds b, which is to go before the old a; e itself is to hold the new a.
    const b = record(resource('b', { needs: [need('a')] }));
    const e = resource('e', { spec: { uses: refMark(A.id) }, needs: [need('a')] });
    const was = record(e, { applied: { uses: refMark(b.id) }, needs: [need('b')] });
    reads(
      {
        desired: [A, e],
        recorded: [before, b, was],
        seen: { a: old, b: live('b', {}), e: live('e', { uses: refMark(b.id) }) },
        kinds: fixed('delete-first'),
      },
      `none a (immutable) blocked CYCLE
         model old -> new edited !
       none b (removed) blocked CYCLE
       none e (edited) blocked CYCLE
         uses {"setpoint:ref":"lab/lab/Thing/b","by":"handle"} -> {"setpoint:ref":"lab/lab/Thing/a","by":"handle"} edited
       problem CYCLE`,
    );
  });
});

group('moving', (test) => {
  const now = resource('new', { spec: { heat: 20 }, was: [idOf('old')] });
  const then = record(resource('old', { spec: { heat: 20 } }));
  test('by metadata.was writes state only', () =>
    reads(
      { desired: [now], recorded: [then], seen: { new: ABSENT, old: live('old', { heat: 20 }) } },
      `move new (renamed) from old
       --
       0 move new`,
    ));
  test('is seen where one live object leaves an id and comes to another', () =>
    reads(
      { desired: [{ ...now, was: [] }], recorded: [then], seen: { new: live('old', { heat: 20 }), old: ABSENT } },
      `move new (renamed) from old
       --
       0 move new`,
    ));
  test('then writes what differs', () =>
    reads(
      { desired: [{ ...now, spec: { heat: 25 } }], recorded: [then], seen: { old: live('old', { heat: 20 }) } },
      `update new (edited) from old
         heat 20 -> 25 edited
       --
       0 move new
       1 update new after 0`,
    ));
  test('changes nothing about who refers to it', () => {
    const user = resource('user', { spec: { uses: refMark(now.id) }, needs: [need('new')] });
    const recorded = record(user, { applied: { uses: refMark(then.id) }, needs: [need('old')] });
    reads(
      {
        desired: [user, now],
        recorded: [recorded, then],
        seen: { old: live('old', { heat: 20 }), user: live('user', { uses: refMark(then.id) }) },
      },
      `move new (renamed) from old
       none user (in-step)
       --
       0 move new
       1 record user after 0`,
    );
  });
  test('keeps a mark that still bears the old id', () => {
    const moved = record(now, { handle: 'h-old', was: [idOf('old')] });
    reads({ desired: [{ ...now, was: [] }], recorded: [moved], seen: { new: live('old', { heat: 20 }, { mark: idOf('old') }) } }, '');
  });
  test('of two to one old id is an error, and neither is touched', () =>
    reads(
      { desired: [now, { ...now, id: idOf('two'), name: 'two' }], recorded: [then], seen: { old: live('old', { heat: 20 }) } },
      `none new (edited) blocked HANDLE_TWICE
       none two (edited) blocked HANDLE_TWICE
       problem HANDLE_TWICE
       problem HANDLE_TWICE`,
    ));
  test('two resources with one live object are an error, and neither is touched', () => {
    const [one, two] = [resource('one'), resource('two')];
    reads(
      { desired: [one, two], seen: { one: live('x', {}), two: live('x', {}) } },
      `none one (edited) blocked HANDLE_TWICE
       none two (edited) blocked HANDLE_TWICE
       problem HANDLE_TWICE
       problem HANDLE_TWICE`,
      { adopt: true },
    );
  });
  test('one handle in two kinds is no clash', () => {
    const [one, two] = [resource('one'), resource('one', { kind: 'lab/Other' })];
    const kinds = { 'lab/Other': kind({ kind: 'lab/Other' }) };
    reads(
      { desired: [one, two], recorded: [record(one), record(two)], seen: { one: live('one', {}), [two.id]: live('one', {}) }, kinds },
      '',
    );
    assert.is(record(one).handle, record(two).handle);
  });
});
