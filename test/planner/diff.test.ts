import { refMark, secretMark } from '../../src/core/mark.ts';
import type { Difference } from '../../src/core/plan.ts';
import { dotted } from '../../src/core/pointer.ts';
import type { FieldRule } from '../../src/core/resource.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import { compare, diff, ownedDigest } from '../../src/planner/index.ts';
import { assert, group } from '../kit/group.ts';

const json = (v: Value | undefined): string => (v === undefined ? '-' : JSON.stringify(v));
const line = (d: Difference): string =>
  `${dotted(d.path)} ${json(d.before)} -> ${json(d.after)} ${d.cause}${d.was === undefined ? '' : ` was ${json(d.was)}`}` +
  `${d.dropped ? ' dropped' : ''}${d.forcesReplace ? ' !' : ''}${d.sensitive ? ' sensitive' : ''}`;
const lines = (rule: FieldRule, desired: Fields, applied: Fields | undefined, live: Fields): readonly string[] =>
  diff({ rule, desired, applied, live }).map(line);

const PLAIN: FieldRule = {};

group('a leaf', (test) => {
  test('that is as wanted is no difference, whatever is recorded', () => {
    assert.equal(lines(PLAIN, { a: 1 }, undefined, { a: 1 }), []);
    assert.equal(lines(PLAIN, { a: 1 }, { a: 2 }, { a: 1 }), []);
  });
  test('that we recorded as wanted has drifted', () =>
    assert.equal(lines(PLAIN, { a: 1 }, { a: 1 }, { a: 2 }), ['a 2 -> 1 drifted was 1']));
  test('that is as recorded was edited', () => assert.equal(lines(PLAIN, { a: 1 }, { a: 2 }, { a: 2 }), ['a 2 -> 1 edited']));
  test('that is neither was edited, and says what it was', () =>
    assert.equal(lines(PLAIN, { a: 1 }, { a: 2 }, { a: 3 }), ['a 3 -> 1 edited was 2']));
  test('of a new object was edited', () => assert.equal(lines(PLAIN, { a: 1 }, undefined, { a: 3 }), ['a 3 -> 1 edited']));
  test('that only the live system has is not ours', () => assert.equal(lines(PLAIN, {}, {}, { a: 3, b: { c: 1 } }), []));
  test('named like a member of every object is a leaf like any other', () =>
    assert.equal(lines(PLAIN, { constructor: 1 }, {}, {}), ['constructor - -> 1 edited']));
  test('below a map that is missing is part of one difference', () =>
    assert.equal(lines(PLAIN, { a: { b: 1, c: 2 } }, undefined, {}), ['a - -> {"b":1,"c":2} edited']));
  test('carries its units', () =>
    assert.is(diff({ rule: { fields: { a: { units: '°C' } } }, desired: { a: 1 }, live: { a: 2 } })[0]?.units, '°C'));
  test('that is immutable forces a replacement, also deep inside', () => {
    const rule: FieldRule = { fields: { a: { immutable: true }, m: { fields: { k: { immutable: true } } } } };
    assert.equal(lines(rule, { a: { b: 1 } }, { a: { b: 2 } }, { a: { b: 2 } }), ['a.b 2 -> 1 edited !']);
    assert.equal(lines(rule, { m: { k: 1 } }, undefined, {}), ['m - -> {"k":1} edited !']);
  });
});

group('a field that the manifest no longer sets', (test) => {
  const dropped = (rule: FieldRule, live: Value = 5): readonly string[] => lines({ fields: { a: rule } }, {}, { a: 5 }, { a: live });
  test('is taken away', () => assert.equal(dropped({}), ['a 5 -> - edited dropped']));
  test('is nulled', () => assert.equal(dropped({ unset: 'null' }), ['a 5 -> null edited dropped']));
  test('gets its default', () => assert.equal(dropped({ unset: 'default', default: 1 }), ['a 5 -> 1 edited dropped']));
  test('gets a stated value', () => assert.equal(dropped({ unset: { value: 'off' } }), ['a 5 -> "off" edited dropped']));
  test('is left alone', () => assert.equal(dropped({ unset: 'never' }), []));
  test('is left alone where it has that value already', () => assert.equal(dropped({ unset: 'default', default: 5 }), []));
  test('is left alone where it is gone already', () => assert.equal(lines(PLAIN, {}, { a: 5 }, {}), []));
  test('says what it was where somebody changed it', () => assert.equal(dropped({}, 6), ['a 6 -> - edited was 5 dropped']));
  test('goes as a whole map where all of it is ours', () =>
    assert.equal(lines(PLAIN, {}, { m: { a: 1, b: 2 } }, { m: { a: 1, b: 2 } }), ['m {"a":1,"b":2} -> - edited dropped']));
  test('goes leaf by leaf where others put something beside it', () =>
    assert.equal(lines(PLAIN, {}, { m: { a: 1, b: 2 } }, { m: { a: 1, b: 2, theirs: 3 } }), [
      'm.a 1 -> - edited dropped',
      'm.b 2 -> - edited dropped',
    ]));
});

group('a whole map', (test) => {
  const rule: FieldRule = { fields: { m: { whole: true } } };
  test('loses what others added', () => {
    assert.equal(lines(rule, { m: { a: 1 } }, { m: { a: 1 } }, { m: { a: 1, theirs: 2 } }), ['m.theirs 2 -> - drifted']);
    assert.equal(lines(rule, { m: { a: 1 } }, undefined, { m: { a: 1, theirs: 2 } }), ['m.theirs 2 -> - edited']);
  });
  test('loses it deep inside as well', () =>
    assert.equal(lines(rule, { m: { a: { b: 1 } } }, { m: { a: { b: 1 } } }, { m: { a: { b: 1, c: 2 } } }), ['m.a.c 2 -> - drifted']));
});

group('a list', (test) => {
  test('is one value', () => assert.equal(lines(PLAIN, { l: [1, 2] }, { l: [1] }, { l: [1] }), ['l [1] -> [1,2] edited']));
  const set: FieldRule = { fields: { l: { list: 'set' } } };
  test('as a set knows no order and no repetition', () => {
    assert.equal(lines(set, { l: ['b', 'a'] }, undefined, { l: ['a', 'b', 'a'] }), []);
    assert.equal(lines(set, { l: ['a'] }, undefined, { l: ['a', 'b'] }), ['l ["a","b"] -> ["a"] edited']);
  });
  const keyed: FieldRule = { fields: { l: { list: { key: ['x', 'y'] }, items: { fields: { n: { immutable: true } } } } } };
  const e = (x: Value, y: Value, v: Value): Fields => ({ x, y, v });
  test('by key compares entry by entry, in any order', () =>
    assert.equal(lines(keyed, { l: [e('p', 1, 1), e('q', 1, 1)] }, undefined, { l: [e('q', 1, 1), e('p', 1, 2)] }), [
      'l[p,1].v 2 -> 1 edited',
    ]));
  test('by key adds an entry as one difference that replaces nothing', () =>
    assert.equal(lines(keyed, { l: [{ ...e('p', 1, 1), n: 1 }] }, { l: [] }, { l: [e('q', 1, 1)] }), [
      'l[p,1] - -> {"x":"p","y":1,"v":1,"n":1} edited',
    ]));
  test('by key takes away an entry that we wrote, and no other', () =>
    assert.equal(lines(keyed, { l: [] }, { l: [e('p', 1, 1)] }, { l: [e('theirs', 1, 1), e('p', 1, 1)] }), [
      'l[p,1] {"x":"p","y":1,"v":1} -> - edited dropped',
    ]));
  test('by key that is dropped altogether loses only our entries', () =>
    assert.equal(lines(keyed, {}, { l: [e('p', 1, 1)] }, { l: [e('theirs', 1, 1), e('p', 1, 1)] }), [
      'l[p,1] {"x":"p","y":1,"v":1} -> - edited dropped',
    ]));
  test('by key tells ["a,b", "c"] from ["a", "b,c"]', () =>
    assert.equal(lines(keyed, { l: [e('a,b', 'c', 1)] }, undefined, { l: [e('a', 'b,c', 1)] }).length, 1));
  test('by key inside a whole map loses the entries of others', () =>
    assert.equal(lines({ ...keyed, whole: true }, { l: [e('p', 1, 1)] }, { l: [e('p', 1, 1)] }, { l: [e('p', 1, 1), e('theirs', 1, 1)] }), [
      'l[theirs,1] {"x":"theirs","y":1,"v":1} -> - drifted',
    ]));
});

group('what cannot be verified', (test) => {
  const blind: FieldRule = { fields: { a: { blind: true } } };
  test('compares with the record alone', () => {
    assert.equal(lines(blind, { a: 1 }, { a: 1 }, {}), []);
    assert.equal(lines(blind, { a: 1 }, { a: 2 }, {}), ['a 2 -> 1 edited']);
    assert.equal(lines(blind, { a: 1 }, undefined, {}), ['a - -> 1 edited']);
  });
  test('is said to be so', () => {
    assert.equal(compare({ rule: blind, desired: { a: 1 }, applied: { a: 1 }, live: {} }).unverifiable, ['/a']);
    const sides = { rule: PLAIN, desired: { m: { a: 1 } }, applied: { m: { a: 1 } }, live: {}, blind: ['/m'] };
    assert.equal(compare(sides), { differences: [], unverifiable: ['/m'] });
  });
});

group('a secret', (test) => {
  const file = { file: 'key' };
  const [one, two, none] = [secretMark(file, 'f1'), secretMark(file, 'f2'), secretMark(file)];
  test('compares by its fingerprint and shows no value', () => {
    assert.equal(lines(PLAIN, { s: one }, { s: one }, { s: secretMark({}, 'f1') }), []);
    const [d] = diff({ rule: PLAIN, desired: { s: two }, applied: { s: one }, live: { s: one } });
    assert.equal(d, { path: '/s', before: one, after: two, cause: 'edited', sensitive: true });
  });
  test('without a fingerprint is unverifiable and never changed', () => {
    assert.equal(compare({ rule: PLAIN, desired: { s: none }, applied: { s: one }, live: { s: one } }), {
      differences: [],
      unverifiable: ['/s'],
    });
  });
  test('that now comes from elsewhere was edited, fingerprint or not', () => {
    const moved = secretMark({ file: 'other' });
    assert.is(diff({ rule: PLAIN, desired: { s: moved }, applied: { s: none }, live: { s: none } })[0]?.cause, 'edited');
  });
  test('that a live system gave away in clear text is in no difference', () => {
    const rule: FieldRule = { fields: { m: { fields: { s: { sensitive: true } } }, s: { sensitive: true } } };
    const found = diff({ rule, desired: {}, applied: { m: { s: 'hidden' }, s: 'hidden' }, live: { m: { s: 'hidden' }, s: 'hidden' } });
    assert.is(found.length, 2);
    assert.not.match(JSON.stringify(found), 'hidden');
  });
});

group('a reference', (test) => {
  const a = refMark('lab/lab/Thing/a');
  test('compares by id', () => {
    assert.equal(lines(PLAIN, { r: a }, { r: a }, { r: a }), []);
    assert.is(lines(PLAIN, { r: a }, { r: a }, { r: 'h-unknown' }).length, 1);
  });
  test('whose target gets another handle differs, also inside a list', () => {
    const sides = { rule: PLAIN, desired: { l: [a] }, applied: { l: [a] }, live: { l: [a] } };
    assert.equal(diff({ ...sides, renewed: () => 'rewrite' }).map(line), [`l ${json([a])} -> ${json([a])} edited`]);
    assert.ok(diff({ ...sides, renewed: () => 'recreate' })[0]?.forcesReplace);
    assert.equal(diff({ ...sides, renewed: () => undefined }), []);
  });
});

group('what is ours', (test) => {
  const rule: FieldRule = { fields: { l: { list: { key: ['k'] } }, b: { blind: true }, t: { list: 'set' } } };
  const owned = (live: Fields): string =>
    ownedDigest({ rule, desired: { a: 1, l: [{ k: 'x', v: 1 }], t: ['p'] }, applied: { b: 1, z: 1 }, live });
  const live: Fields = { a: 1, l: [{ k: 'x', v: 1 }], t: ['p', 'q'] };
  test('does not change with what others do', () => {
    const others = { ...live, other: 9, b: 7, l: [{ k: 'y' }, { k: 'x', v: 1, w: 5 }], t: ['q', 'p', 'q'] };
    assert.is(owned(others), owned(live));
  });
  test('changes with every place of ours', () => {
    for (const other of [{ a: 2 }, { z: 1 }, { l: [{ k: 'x', v: 2 }] }, { l: [] }, { t: ['p'] }]) {
      assert.is.not(owned({ ...live, ...other } as Fields), owned(live), JSON.stringify(other));
    }
  });
});
