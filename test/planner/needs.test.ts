import { isUnknown, refMark } from '../../src/core/mark.ts';
import { plan } from '../../src/planner/index.ts';
import type { Fields } from '../../src/core/value.ts';
import { assert, group } from '../kit/group.ts';
import { ABSENT, FAULT, OPTIONS, UNKNOWN, live, need, reads, record, resource, text, world } from './build.ts';

const A = resource('a', { spec: { heat: 20 } });
const was = (heat: number): ReturnType<typeof record> => record(A, { applied: { heat } });

group('what could not be observed', (test) => {
  const B = resource('b', { spec: { uses: refMark(A.id) }, needs: [need('a')] });
  const C = resource('c', { spec: { uses: refMark(B.id) }, needs: [need('b')] });
  test('plans nothing, and neither does what needs it', () =>
    reads(
      { desired: [A, B, C], seen: { a: UNKNOWN, b: ABSENT, c: ABSENT } },
      `none a (unobserved)
       none b (unobserved)
         uses - -> {"setpoint:ref":"lab/lab/Thing/a","by":"handle"} edited
       none c (unobserved)
         uses - -> {"setpoint:ref":"lab/lab/Thing/b","by":"handle"} edited`,
    ));
  test('and says why', () => {
    const made = plan(world({ desired: [A], seen: { a: UNKNOWN } }), OPTIONS);
    assert.equal(made.changes[0]?.fault, FAULT);
  });
  test('without any sighting is unobserved as well', () => reads({ desired: [A] }, 'none a (unobserved)'));
  test('does not hold up what needs it if its handle is recorded', () =>
    reads(
      { desired: [A, B], recorded: [was(20)], seen: { a: UNKNOWN, b: ABSENT } },
      `create b (new)
         uses - -> {"setpoint:ref":"lab/lab/Thing/a","by":"handle"} edited
       none a (unobserved)
       --
       0 create b`,
    ));
  test('holds up what knows it by name if it is to have another one, and calls nothing of that drift', () => {
    const byName = (spec: Fields) => ({ ...A, spec: { ...A.spec, ...spec } });
    const D = resource('d', { spec: { uses: refMark(A.id, 'name'), heat: 2 }, needs: [need('a', { by: 'name' })] });
    const recorded = [was(20), record(D)];
    const seen = { a: UNKNOWN, d: live('d', { uses: 'a', heat: 1 }) };
    reads(
      { desired: [byName({ name: 'other' }), D], recorded, seen },
      `none a (unobserved)
       none d (unobserved)
         heat 1 -> 2 drifted`,
    );
    reads(
      { desired: [byName({}), D], recorded, seen: { ...seen, d: live('d', { uses: refMark(A.id, 'name'), heat: 1 }) } },
      `update d (drifted)
         heat 1 -> 2 drifted
       none a (unobserved)
       --
       0 update d`,
    );
  });
  test('holds up what needs a leaf of its status, which no record knows', () => {
    const D = resource('d', { spec: { uses: refMark(A.id, 'status.seal') }, needs: [need('a', { by: 'status.seal' })] });
    reads(
      { desired: [A, D], recorded: [was(20), record(D)], seen: { a: UNKNOWN, d: live('d', { uses: 'seal-1' }) } },
      `none a (unobserved)
       none d (unobserved)
         uses seal-1 -> {"setpoint:ref":"lab/lab/Thing/a","by":"status.seal"} drifted`,
    );
  });
  test('until a step of this plan is done waits for a second round, with what needs it', () => {
    const scene = { desired: [A, B, C], seen: { a: ABSENT, b: { ...UNKNOWN, deferred: true as const }, c: ABSENT } };
    reads(
      scene,
      `create a (new)
         heat - -> 20 edited
       none b (deferred)
       none c (deferred)
         uses - -> {"setpoint:ref":"lab/lab/Thing/b","by":"handle"} edited
       --
       0 create a`,
    );
    assert.equal(plan(world(scene), OPTIONS).deferred, [B.id, C.id]);
  });
  test('and is not waited for when nothing that it needs is made', () =>
    reads(
      { desired: [A, B], recorded: [was(20)], seen: { a: live('a', { heat: 20 }), b: { ...UNKNOWN, deferred: true } } },
      'none b (unobserved)',
    ));
});

group('references', (test) => {
  const B = resource('b', { spec: { uses: refMark(A.id) }, needs: [need('a', { wait: 'ready' })] });
  test('to what this plan makes are unknown in the change and a reference in the step', () => {
    const made = plan(world({ desired: [B, A], seen: { a: ABSENT, b: ABSENT } }), OPTIONS);
    assert.is(
      text(made),
      [
        'create a (new)',
        '  heat - -> 20 edited',
        'create b (new)',
        '  uses - -> {"setpoint:unknown":"lab/lab/Thing/a"} edited',
        '--',
        '0 create a',
        '1 create b after 0 ready',
      ].join('\n'),
    );
    const [, b] = made.steps;
    assert.ok(b?.verb === 'create');
    assert.equal(b.want, B.spec);
  });
  test('by name are known beforehand', () => {
    const byName = resource('b', { spec: { uses: refMark(A.id, 'name') }, needs: [need('a', { by: 'name' })] });
    const made = plan(world({ desired: [A, byName], seen: { a: ABSENT, b: ABSENT } }), OPTIONS);
    assert.not.ok(isUnknown(made.changes[1]?.differences[0]?.after));
  });
  test('to what vanished are written again, and show the handle that is gone', () =>
    reads(
      { desired: [A, B], recorded: [was(20), record(B)], seen: { a: ABSENT, b: live('b', B.spec) } },
      `update b (edited)
         uses h-a -> {"setpoint:unknown":"lab/lab/Thing/a"} edited
       create a (vanished)
         heat - -> 20 edited
       --
       0 create a
       1 update b after 0 ready`,
    ));
  test('in a cycle are a problem that names the way round', () => {
    const one = resource('one', { needs: [need('two')] });
    const two = resource('two', { needs: [need('three')] });
    const three = resource('three', { needs: [need('one')] });
    const near = resource('near', { needs: [need('one')] });
    const scene = { desired: [three, near, two, one], seen: { one: ABSENT, two: ABSENT, three: ABSENT, near: ABSENT } };
    reads(
      scene,
      `none near (new) blocked NEED_MISSING
       none one (edited) blocked CYCLE
       none three (edited) blocked CYCLE
       none two (edited) blocked CYCLE
       problem CYCLE`,
    );
    assert.is(
      plan(world(scene), OPTIONS).problems[0]?.summary,
      'lab/Thing/one needs lab/Thing/two needs lab/Thing/three needs lab/Thing/one',
    );
  });
  test('to itself are a cycle of one', () =>
    reads(
      { desired: [resource('one', { needs: [need('one')] })], seen: { one: ABSENT } },
      'none one (edited) blocked CYCLE\nproblem CYCLE',
    ));
});
