import type { FieldRule, Resource } from '../../src/core/resource.ts';
import { refMark } from '../../src/core/mark.ts';
import { plan } from '../../src/planner/index.ts';
import { assert, group } from '../kit/group.ts';
import { ABSENT, OPTIONS, idOf, kind, live, need, reads, record, resource, text, world } from './build.ts';

const A = resource('a', { spec: { heat: 20 } });
const was = (heat: number): ReturnType<typeof record> => record(A, { applied: { heat } });
const kinds = (fields: FieldRule, part = {}): { 'lab/Thing': ReturnType<typeof kind> } => ({ 'lab/Thing': kind({ fields, ...part }) });

group('what is wanted', (test) => {
  test('and is not there is created', () =>
    reads(
      { desired: [A], seen: { a: ABSENT } },
      `create a (new)
         heat - -> 20 edited
       --
       0 create a`,
    ));
  test('and is as recorded is in step, whatever others keep beside it', () => {
    const made = plan(world({ desired: [A], recorded: [was(20)], seen: { a: live('a', { heat: 20, others: 1 }) } }), OPTIONS);
    assert.is(text(made), '');
    assert.equal([made.inStep, made.total], [1, 1]);
  });
  test('and was edited is updated', () =>
    reads(
      { desired: [A], recorded: [was(18)], seen: { a: live('a', { heat: 18 }) } },
      `update a (edited)
         heat 18 -> 20 edited
       --
       0 update a`,
    ));
  test('and drifted is healed', () =>
    reads(
      { desired: [A], recorded: [was(20)], seen: { a: live('a', { heat: 25 }) } },
      `update a (drifted)
         heat 25 -> 20 drifted
       --
       0 update a`,
    ));
  test('and has failed says what its system says', () => {
    const seen = { a: live('a', { heat: 25 }, { readiness: { state: 'failed', message: 'a fuse blew' } }) };
    const [change] = plan(world({ desired: [A], recorded: [was(20)], seen }), OPTIONS).changes;
    assert.is(change?.failing, 'a fuse blew');
  });
  test('and was edited in one place and drifted in another is both', () => {
    const both = resource('a', { spec: { heat: 20, light: 1 } });
    reads(
      { desired: [both], recorded: [record(both, { applied: { heat: 18, light: 1 } })], seen: { a: live('a', { heat: 18, light: 9 }) } },
      `update a (edited-and-drifted)
         heat 18 -> 20 edited
         light 9 -> 1 drifted
       --
       0 update a`,
    );
  });
  test('and was set by hand to what the manifest now says is only recorded', () =>
    reads(
      { desired: [A], recorded: [was(18)], seen: { a: live('a', { heat: 20 }) } },
      `none a (in-step)
       --
       0 record a`,
    ));
  test('and has another lifecycle than the record is only recorded: protection has to be known when the manifest is gone', () => {
    const guarded = { ...A, lifecycle: { protect: true } };
    reads(
      { desired: [guarded], recorded: [was(20)], seen: { a: live('a', { heat: 20 }) } },
      `none a (in-step)
       --
       0 record a`,
    );
  });
  test('and vanished is created again', () =>
    reads(
      { desired: [A], recorded: [was(20)], seen: { a: ABSENT } },
      `create a (vanished)
         heat - -> 20 edited
       --
       0 create a`,
    ));
  test('but cannot be created is blocked', () =>
    reads({ desired: [A], seen: { a: ABSENT }, kinds: kinds({}, { creatable: false }) }, 'none a (new) blocked NOT_CREATABLE'));
  test('by a kind that nobody knows is blocked', () => {
    const odd = resource('a', { kind: 'odd/Thing' });
    reads({ desired: [odd], seen: { [odd.id]: ABSENT } }, 'none a (edited) blocked KIND_UNKNOWN');
  });
  test('and has something to be said is listed without a step', () => {
    const remarks = [{ class: 'held', message: 'the local switch is on' }] as const;
    reads({ desired: [A], recorded: [was(20)], seen: { a: live('a', { heat: 20 }, { remarks }) } }, 'none a (in-step)');
  });
  test('and has something wrong with it that can be mended is mended, in place or by another one, and only then', () => {
    const seen = (by: 'update' | 'replace', spec = { heat: 20 }) => ({
      a: live('a', spec, { remarks: [{ class: 'ineffective', message: 'it never runs', mend: { by, effect: 'it is wound up' } }] }),
    });
    const scene = (by: 'update' | 'replace', lifecycle: Resource['lifecycle'] = {}) => {
      const wanted = { ...A, lifecycle };
      return { desired: [wanted], recorded: [{ ...record(wanted), applied: { heat: 20 } }], seen: seen(by) };
    };
    reads(
      scene('update'),
      `update a (drifted)
       --
       0 update a`,
    );
    reads(
      scene('replace'),
      `replace a (drifted)
       --
       0 delete old a
       1 create a after 0`,
    );
    const [change] = plan(world(scene('update')), OPTIONS).changes;
    assert.equal([change?.effects, change?.remarks?.[0]?.mend?.by], [['it is wound up'], 'update']);
    for (const lifecycle of [{ drift: 'warn' }, { drift: 'ignore' }] as const) {
      const [told] = plan(world(scene('replace', lifecycle)), OPTIONS).changes;
      assert.equal([told?.action, told?.effects, told?.remarks], ['none', [], [{ class: 'ineffective', message: 'it never runs' }]]);
    }
    reads(scene('replace', { protect: true }), 'none a (immutable) blocked PROTECTED');
    const found = { desired: [{ ...A, lifecycle: { adopt: true } }], seen: seen('update') };
    assert.equal(plan(world(found), OPTIONS).changes[0]?.remarks, [{ class: 'ineffective', message: 'it never runs' }]);
  });
  test('and was begun is finished, whatever it says about drift; when there is nothing left to do, only the record is behind', () => {
    const begun = { ...was(20), unfinished: true } as const;
    const desired = [{ ...A, lifecycle: { drift: 'warn' } }] as const;
    reads(
      { desired, recorded: [begun], seen: { a: live('a', { heat: 0 }) } },
      `update a (unfinished)
         heat 0 -> 20 edited
       --
       0 update a`,
    );
    reads(
      { desired: [A], recorded: [begun], seen: { a: live('a', { heat: 20 }) } },
      `none a (in-step)
       --
       0 record a`,
    );
  });
  test('and cannot be read back is never simply in step', () => {
    const made = plan(
      world({
        desired: [A],
        recorded: [was(20)],
        seen: { a: live('a', {}) },
        kinds: kinds({ fields: { heat: { blind: true } } }),
      }),
      OPTIONS,
    );
    assert.is(text(made), 'none a (in-step)');
    assert.equal(made.changes[0]?.unverifiable, ['/heat']);
    assert.is(made.inStep, 0);
  });
});

group('what is found and not recorded', (test) => {
  const found = { desired: [A], seen: { a: live('a', { heat: 30 }) } };
  const adopted = `adopt a (found-unrecorded)
                     heat 30 -> 20 edited
                   --
                   0 adopt a`;
  test('is shown and not touched', () =>
    reads(
      found,
      `none a (found-unrecorded) blocked ADOPT_REQUIRED
         heat 30 -> 20 edited`,
    ));
  test('is taken over by lifecycle.adopt', () => reads({ ...found, desired: [{ ...A, lifecycle: { adopt: true } }] }, adopted));
  test('is taken over by lifecycle.manage: adopt', () => reads({ ...found, desired: [{ ...A, lifecycle: { manage: 'adopt' } }] }, adopted));
  test('is taken over by --adopt for all', () => reads(found, adopted, { adopt: true }));
  test('is taken over by --adopt for this one', () => reads(found, adopted, { adopt: new Set([A.id]) }));
  test('is not taken over by --adopt for another one', () =>
    reads(
      found,
      `none a (found-unrecorded) blocked ADOPT_REQUIRED
         heat 30 -> 20 edited`,
      { adopt: new Set([idOf('b')]) },
    ));
  test('is not taken over where that would need a replacement', () =>
    reads(
      { ...found, kinds: kinds({ fields: { heat: { immutable: true } } }) },
      `none a (found-unrecorded) blocked ADOPT_IMMUTABLE
         heat 30 -> 20 edited !`,
      { adopt: true },
    ));
  test('is never taken over from another owner', () =>
    reads(
      { ...found, seen: { a: live('a', { heat: 30 }, { mark: 'x/lab/Thing/a' }) } },
      'none a (found-unrecorded) blocked FOREIGN_OWNER',
      {
        adopt: true,
      },
    ));
  test('also where another owner marked what we recorded', () =>
    reads(
      { desired: [A], recorded: [was(20)], seen: { a: live('a', { heat: 30 }, { mark: 'x/lab/Thing/a' }) } },
      'none a (found-unrecorded) blocked FOREIGN_OWNER',
    ));
  test('stands in the place of ours: another handle without our mark is a stranger', () =>
    reads(
      { desired: [A], recorded: [was(20)], seen: { a: live('a', { heat: 20 }, { handle: 'h-other' }) } },
      'none a (found-unrecorded) blocked ADOPT_REQUIRED',
    ));
  test('bears our mark under another handle: it is ours', () =>
    reads(
      { desired: [A], recorded: [was(20)], seen: { a: live('a', { heat: 20 }, { handle: 'h-other', mark: A.id }) } },
      `none a (in-step)
       --
       0 record a`,
    ));
});

group('lifecycle', (test) => {
  const B = resource('b', { spec: { uses: refMark(A.id) }, needs: [need('a')] });
  const observed = { ...A, lifecycle: { manage: 'observe' } } as const;
  const adopted = { ...A, lifecycle: { manage: 'adopt' } } as const;
  test('observe: never a step, and others may refer to it', () =>
    reads(
      { desired: [observed, B], seen: { a: live('a', { heat: 99 }), b: ABSENT } },
      `create b (new)
         uses - -> {"setpoint:ref":"lab/lab/Thing/a","by":"handle"} edited
       --
       0 create b`,
    ));
  test('observe: what is not there cannot be referred to', () =>
    reads(
      { desired: [observed, B], seen: { a: ABSENT, b: ABSENT } },
      `none a (new) blocked NOT_FOUND
       none b (new) blocked NEED_MISSING
         uses - -> {"setpoint:ref":"lab/lab/Thing/a","by":"handle"} edited`,
    ));
  test('observe: the record learns that we no longer keep it', () =>
    reads(
      { desired: [observed], recorded: [was(20)], seen: { a: live('a', { heat: 99 }) } },
      `none a (in-step)
       --
       0 record a`,
    ));
  test('adopt: somebody else makes it', () => reads({ desired: [adopted], seen: { a: ABSENT } }, 'none a (new) blocked NOT_FOUND'));
  const drifted = { recorded: [was(20)], seen: { a: live('a', { heat: 25 }) } };
  test('drift: warn shows it and leaves it alone', () => {
    const warned = record({ ...A, lifecycle: { drift: 'warn' } });
    const made = plan(world({ ...drifted, recorded: [warned], desired: [{ ...A, lifecycle: { drift: 'warn' } }] }), OPTIONS);
    assert.is(text(made), 'none a (drifted)');
    assert.equal(made.changes[0]?.ignored?.[0]?.before, 25);
  });
  test('drift: ignore does not even say so', () => {
    const ignoring = { ...A, lifecycle: { drift: 'ignore' } } as const;
    reads({ ...drifted, recorded: [record(ignoring)], desired: [ignoring] }, '');
  });
  test('drift: warn does not keep an edit from being written', () => {
    const warned = resource('a', { spec: { heat: 20, light: 1 }, lifecycle: { drift: 'warn' } });
    reads(
      {
        desired: [warned],
        recorded: [record(warned, { applied: { heat: 18, light: 1 } })],
        seen: { a: live('a', { heat: 18, light: 9 }) },
      },
      `update a (edited)
         heat 18 -> 20 edited
       --
       0 update a`,
    );
  });
});
