import * as fc from 'fast-check';
import type { Fields, Value } from '../../src/core/value.ts';
import { isFields, isList } from '../../src/core/value.ts';
import type { Content } from '../../src/yang/index.ts';
import { assert, group } from '../kit/group.ts';
import { problemsOf, schemaOf } from './schema-of.ts';

const UNKNOWN: Value = { 'not known': 'yet' };
const unknown = (value: Value): boolean => isFields(value) && Object.hasOwn(value, 'not known');

/** Every kind of rule, over leaves with so few values that each is broken often. */
const schema = schemaOf(`
  container c {
    must "a < b or flag"; must "not(on) or a > 1"; must "count(l[v = ../a]) < 2"; must "not(sum(l/v) > 4)"; must "string(inner) != ''";
    must "t = 'x' or not(tags[. = 'x'])"; must "not(tags[. != 'x'][. = 'y'])"; must "not(descendant::w != 'x') or count(l) < 2"; must "not(t != 'x' and on)"; must "count(tags) < 3";
    leaf a { type uint8; must ". != 3"; }
    leaf b { type uint8; default 2; }
    leaf flag { type boolean; }
    leaf on { type boolean; must "current() = 'true' or ../a"; }
    leaf t { type string; must "not(current() != 'x') or ../a"; }
    leaf-list tags { type string; must ". != 'z'"; max-elements 3; }
    list l {
      key k; unique "v w"; must "not(v > ../b)"; must "../l[k = current()/w] or not(w = 'z')";
      leaf k { type string; } leaf v { type uint8; } leaf w { type string; }
    }
    leaf near { type leafref { path "../l/w"; } }
    leaf far { type leafref { path "../l[k = current()/../t]/w"; } must "deref(.)/../v != 2"; }
    leaf either { type union { type leafref { path "../l/w"; } type enumeration { enum z; } } }
    leaf tag { type leafref { path "../tags"; } }
    leaf that { type instance-identifier; }
    leaf dependent { when "../t = 'x'"; type uint8; default 5; }
    leaf reader { type string; must "../dependent > 3"; must "not(../dependent) or ../a"; }
    leaf pointer { type leafref { path "../dependent"; } }
    leaf given { when "../a > 1"; type string; }
    container inner { leaf text { type string; } }
    container deep { when "../a = 1"; leaf need { type string; mandatory true; } }
    choice which { when "not(t = 'y')"; mandatory true; leaf one { type string; } leaf two { type string; } }
  }`);

const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });
const number = fc.nat(3);
const letter = fc.constantFrom('x', 'y', 'z');
const instances = fc
  .record({
    a: maybe(number),
    b: maybe(number),
    flag: maybe(fc.boolean()),
    on: maybe(fc.boolean()),
    t: maybe(letter),
    tags: maybe(fc.uniqueArray(letter, { maxLength: 3 })),
    l: maybe(fc.uniqueArray(fc.record({ k: letter, v: maybe(number), w: maybe(letter) }), { selector: ({ k }) => k, maxLength: 3 })),
    near: maybe(letter),
    far: maybe(letter),
    either: maybe(letter),
    tag: maybe(letter),
    that: maybe(fc.constantFrom('/m:c/a', "/m:c/l[k='x']/w", "/m:c/tags[.='x']", '/m:c/dependent')),
    dependent: maybe(number),
    reader: maybe(letter),
    pointer: maybe(fc.constant(5)),
    given: maybe(letter),
    inner: maybe(fc.record({ text: letter })),
    deep: maybe(fc.record({ need: maybe(letter) })),
    one: maybe(letter),
  })
  .map((c) => JSON.parse(JSON.stringify({ 'm:c': c })) as Value);

/** The same with some of its leaves, but no keys, not known. */
function veiled(value: Value, hide: () => boolean, name = ''): Value {
  if (isList(value)) return value.map((item) => veiled(item, hide));
  if (!isFields(value)) return name === 'k' || !hide() ? value : UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, veiled(inner, hide, member)]));
}

const told = (value: Value, content: Content): readonly string[] =>
  schema.validate(value, { content, unknown }).problems.map((one) => `${one.code} ${one.rule?.text ?? ''} ${one.path}`);

group('values that are not known yet', (test) => {
  test('are judged as far as they do not matter: a verdict stands whatever they turn out to be', () => {
    let kept = 0;
    fc.assert(
      fc.property(instances, fc.infiniteStream(fc.boolean()), fc.constantFrom<Content>('config', 'partial'), (whole, coins, content) => {
        const full = told(whole, content);
        const some = told(
          veiled(whole, () => coins.next().value === true),
          content,
        );
        kept += some.length;
        const wrong = some.filter((one) => !full.includes(one));
        assert.equal(wrong, [], 'told of what is not known, and not so once it is known');
      }),
      { numRuns: 1000 },
    );
    assert.ok(kept > 300, 'what does not depend on them is judged all the same');
  });

  test('change nothing where there are none', () => {
    fc.assert(
      fc.property(instances, fc.constantFrom<Content>('config', 'partial', 'all'), (whole, content) => {
        assert.equal(schema.validate(whole, { content, unknown }), schema.validate(whole, { content }));
      }),
      { numRuns: 300 },
    );
  });

  test('stay where they are in the canonical form, of whatever type the leaf is', () => {
    const given = { c: { t: UNKNOWN, a: UNKNOWN, one: 'x', that: UNKNOWN, tags: ['x', UNKNOWN], l: [{ v: UNKNOWN, k: 'x' }] } };
    const { problems, value } = schema.validate(given, { content: 'config', mode: 'yaml', unknown });
    assert.equal(problems, []);
    const content = { a: UNKNOWN, t: UNKNOWN, tags: ['x', UNKNOWN], l: [{ k: 'x', v: UNKNOWN }], that: UNKNOWN, one: 'x' };
    assert.is(JSON.stringify(value), JSON.stringify({ 'm:c': content }));
  });

  test('leave rules that known values settle, and those alone', () => {
    const codes = (c: Fields): readonly string[] => told({ 'm:c': { one: 'x', flag: true, inner: { text: 'x' }, ...c } }, 'config');
    assert.equal(codes({ a: UNKNOWN, b: 0 }), [], 'a < b may hold, and so may flag');
    assert.equal(codes({ tags: ['y', UNKNOWN] }), [`YANG_MUST must "not(tags[. != 'x'][. = 'y'])" /m:c`]);
    assert.equal(codes({ near: 'x', l: [{ k: 'x', w: 'y' }] }), ['YANG_LEAFREF path "../l/w" /m:c/near']);
    assert.equal(codes({ near: 'x', l: [{ k: 'x', w: UNKNOWN }] }), []);
    assert.equal(codes({ a: 0, given: UNKNOWN }), ['YANG_WHEN when "../a > 1" /m:c/given']);
  });

  test('cannot be a key, nor more than a single value', () => {
    const at = (c: Fields) =>
      problemsOf(schema, { 'm:c': { one: 'x', ...c } }, { content: 'partial', unknown }).map((one) => [one.code, one.pointer, one.message]);
    assert.equal(at({ l: [{ k: UNKNOWN }] }), [['YANG_KEY', '/m:c/l/0/k', 'the key k of an entry of l is a value that is not known yet']]);
    assert.equal(at({ l: UNKNOWN }), [['YANG_SHAPE', '/m:c/l', 'a value that is not known yet stands for the whole of l']]);
    assert.equal(at({ l: [UNKNOWN] }), [['YANG_SHAPE', '/m:c/l/0', 'a value that is not known yet stands for an entry of l']]);
    assert.equal(at({ tags: UNKNOWN }), [['YANG_SHAPE', '/m:c/tags', 'a value that is not known yet stands for the whole of tags']]);
    assert.equal(at({ inner: UNKNOWN }), [['YANG_SHAPE', '/m:c/inner', 'a value that is not known yet stands for the whole of inner']]);
    assert.equal(at({ nowhere: UNKNOWN }), [['YANG_UNKNOWN', '/m:c/nowhere', 'c has no nowhere']]);
  });

  test('are refused where nobody says that there may be some', () => {
    assert.equal(
      problemsOf(schema, { 'm:c': { one: 'x', flag: true, t: UNKNOWN } }).map((one) => [one.code, one.pointer]),
      [['YANG_TYPE', '/m:c/t']],
    );
  });
});
