import { refMark } from '../../src/core/mark.ts';
import type { FieldRule } from '../../src/core/resource.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import { isFields, isList } from '../../src/core/value.ts';
import { echoed } from '../../src/reconcile/echo.ts';
import { assert, group } from '../kit/group.ts';

const [one, two] = [refMark('t/g/K/one'), refMark('t/g/K/two')];
const VALUES: Readonly<Record<string, Value>> = { 't/g/K/one': 7, 't/g/K/two': 'b' };
/** A kind that writes every number as a decimal, and sorts what it calls `sorted`. */
const normal = (value: Value, name = ''): Value => {
  if (typeof value === 'number') return value.toFixed(1);
  if (isList(value)) {
    const items = value.map((item) => normal(item));
    return name === 'sorted' ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, normal(inner, member)])) : value;
};
const seen = (want: Fields, live: Fields, rule: FieldRule = {}): Value =>
  echoed({ rule, want, live, lookup: (id) => VALUES[id], normalize: (spec) => normal(spec) as Fields });

group('a live value that a reference stands for', (test) => {
  test('is that reference, also where the kind writes it otherwise', () => {
    assert.equal(seen({ a: one, b: two, c: 1 }, { a: '7.0', b: 'b', c: 1, d: 'b' }), { a: one, b: two, c: 1, d: 'b' });
    assert.equal(seen({ a: { b: [one] } }, { a: { b: [7] } }), { a: { b: [one] } });
  });
  test('is itself where it is another one, or nobody knows what the reference stands for', () => {
    const live = { a: '8.0', b: 'c', c: [1, 2] };
    assert.is(seen({ a: one, b: refMark('t/g/K/three'), c: one }, live), live);
  });
  test('is found by its key, wherever its entry stands', () => {
    const rule: FieldRule = { fields: { list: { list: { key: ['k'] } } } };
    const want = { list: [{ k: 'x', v: one }, { k: 'y', v: two }, { k: 'z' }] };
    const live = {
      list: [
        { k: 'y', v: 'b' },
        { k: 'n', v: 'b' },
        { k: 'x', v: '7.0' },
      ],
    };
    assert.equal(seen(want, live, rule), {
      list: [
        { k: 'y', v: two },
        { k: 'n', v: 'b' },
        { k: 'x', v: one },
      ],
    });
  });
  test('is found in a set, wherever it stands', () => {
    const rule: FieldRule = { fields: { set: { list: 'set' } } };
    assert.equal(seen({ set: ['a', one, two] }, { set: ['b', 'c', '7.0', 'a'] }, rule), { set: [two, 'c', one, 'a'] });
  });
  test('is not looked for among values that the kind has put elsewhere', () => {
    const live = { sorted: ['7.0', 'a'] };
    assert.equal(seen({ sorted: ['a', one] }, live), live);
  });
});
