import type { Inside } from '../../src/core/resource.ts';
import { plan } from '../../src/planner/index.ts';
import { assert, group } from '../kit/group.ts';
import { OPTIONS, kind, live, need, reads, record, resource, world } from './build.ts';

const inside = (...names: readonly string[]): readonly Inside[] =>
  names.map((name) => ({ kind: 'lab/Thing', handle: `h-${name}`, name, ...(name === 'eye' ? { shows: true } : {}) }));

const house = resource('house', { spec: { heat: 20 } });
const eye = resource('eye', { needs: [need('house')] });
const ours = resource('ours', { needs: [need('house')] });
const recorded = [record(house), record(eye), record(ours)];
const seen = (...names: readonly string[]) => ({
  house: live('house', { heat: 20 }, { inside: inside(...names) }),
  eye: live('eye', {}),
  ours: live('ours', {}),
});

group('what would go with what is deleted', (test) => {
  test('goes first where it is ours', () =>
    reads(
      { recorded, seen: seen('eye', 'ours') },
      `delete eye (removed)
       delete house (removed)
       delete ours (removed)
       --
       0 delete eye
       1 delete ours
       2 delete house after 0, 1`,
    ));
  test('holds it where nobody here has made it, and so is held what shows that', () =>
    reads(
      { recorded, seen: seen('eye', 'ours', 'stranger') },
      `delete ours (removed)
       none eye (removed) blocked NEEDED
       none house (removed) blocked OTHERS_INSIDE
       --
       0 delete ours`,
    ));
  test('holds it just so when everything is to go', () =>
    reads(
      { desired: [house, eye, ours], recorded, seen: seen('eye', 'ours', 'stranger') },
      `delete ours (removed)
       none eye (removed) blocked NEEDED
       none house (removed) blocked OTHERS_INSIDE
       --
       0 delete ours`,
      { destroy: true },
    ));
  test('is nobody to worry about where the parent stays', () =>
    reads({ desired: [house], recorded: [record(house)], seen: seen('stranger') }, ''));
  test('that was adopted holds it in its own name, and the way out is told', () => {
    const mine = record(ours, { adopted: true });
    const { changes } = plan(world({ recorded: [record(house), mine], seen: seen('ours') }), OPTIONS);
    const blocked = changes.find(({ id }) => id === house.id)?.blocked;
    assert.is(blocked?.summary, 'lab/Thing/house is still needed by lab/Thing/ours');
    assert.match(blocked?.detail ?? '', 'was taken over rather than made: it is forgotten and not deleted');
    assert.match(
      blocked?.hint ?? '',
      `Remove lab/Thing/ours by hand and do this again; or leave both there: setpoint state forget ${house.id}.`,
    );
  });
  test('that was adopted and has no need on it, or no record any more, holds it as well', () => {
    const loose = record(resource('ours'), { adopted: true });
    reads(
      { recorded: [record(house), loose], seen: seen('ours') },
      `none house (removed) blocked OTHERS_INSIDE
       forget ours (removed)
       --
       0 forget ours`,
    );
    reads({ recorded: [record(house)], seen: seen('ours') }, 'none house (removed) blocked OTHERS_INSIDE');
  });
  test('is ours under an older handle that still stands', () =>
    reads(
      {
        recorded: [record(house), record(ours, { replaced: [{ handle: 'h-older', applied: {} }] })],
        seen: { ...seen('ours', 'older') },
      },
      `delete house (removed)
       delete ours (removed)
       --
       0 delete old ours
       1 delete ours after 0
       2 delete house after 1`,
    ));
});

group('what would be in the way of what is made anew', (test) => {
  const fields = { fields: { heat: { immutable: true } } } as const;
  const hotter = resource('house', { spec: { heat: 30 } });
  test('keeps it where nobody here has made it', () => {
    reads(
      { desired: [hotter], recorded: [record(house)], seen: seen('stranger'), kinds: { 'lab/Thing': kind({ fields }) } },
      `none house (immutable) blocked OTHERS_INSIDE
         heat 20 -> 30 edited !`,
    );
  });
});
