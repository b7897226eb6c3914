import * as fc from 'fast-check';
import type { Value } from '../../src/core/value.ts';
import {
  applyDiff,
  canonicalDataPath,
  compareData,
  diffData,
  formatPath,
  getAt,
  leaves,
  mergeAt,
  parsePath,
  quoteKeyPredicates,
  removeAt,
  setAt,
} from '../../src/yang/index.ts';
import { assert, group } from '../kit/group.ts';
import { codesOf, schemaOf } from './schema-of.ts';

const schema = schemaOf(`
  container c {
    leaf a { type uint8; }
    leaf d { type decimal64 { fraction-digits 2; } }
    container inner { leaf x { type string; } container deep { leaf y { type boolean; } } }
    container there { presence yes; leaf z { type int64; } }
    list l { key "k j"; leaf k { type string; } leaf j { type uint8; } leaf v { type string; } list sub { key s; leaf s { type string; } leaf w { type uint8; } } }
    list ordered { key k; ordered-by user; leaf k { type string; } }
    leaf-list tags { type string; }
    leaf-list steps { ordered-by user; type uint8; }
  }`);

const text = fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', ',', "'", '/', ' ', '😀') });
const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });
const unique = <T extends object>(one: fc.Arbitrary<T>, by: (entry: T) => string): fc.Arbitrary<T[]> =>
  fc.uniqueArray(one, { selector: by, maxLength: 5 });

/** Trees as a person might write them in YAML: any order, numbers for decimals, missing parts, empty containers. */
const written = fc
  .record({
    a: maybe(fc.integer({ min: 0, max: 255 })),
    d: maybe(fc.integer({ min: -9999, max: 9999 }).map((n) => n / 100)),
    inner: maybe(fc.record({ deep: maybe(fc.record({ y: maybe(fc.boolean()) })), x: maybe(text) })),
    there: maybe(fc.record({ z: maybe(fc.integer()) })),
    l: maybe(
      unique(
        fc.record({
          v: maybe(text),
          j: fc.integer({ min: 0, max: 3 }),
          k: text,
          sub: maybe(unique(fc.record({ w: maybe(fc.nat(9)), s: text }), (e) => e.s)),
        }),
        (e) => JSON.stringify([e.k, e.j]),
      ),
    ),
    ordered: maybe(unique(fc.record({ k: text }), (e) => e.k)),
    tags: maybe(fc.uniqueArray(text, { maxLength: 4 })),
    steps: maybe(fc.uniqueArray(fc.nat(9), { maxLength: 4 })),
  })
  .map((c) => JSON.parse(JSON.stringify({ c })) as Value);

const canonical = (value: Value): Value => schema.validate(value, { content: 'config', mode: 'yaml' }).value;

/** The same tree with the entries of lists that the system orders sorted: their order means nothing. */
const sorted = (value: Value): Value => {
  const c = (value as Record<string, Record<string, Value>>)['m:c'];
  if (!c) return value;
  const by = (list: Value | undefined): Value =>
    [...((list ?? []) as Value[])].sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1));
  const l = ((c['l'] ?? []) as Record<string, Value>[]).map((entry) => ({ ...entry, sub: by(entry['sub']) }));
  return { 'm:c': { ...c, l: by(l), tags: by(c['tags']) } };
};

group('yang data', (test) => {
  test('canonical form is reached in one step, is valid, and is left alone', () => {
    fc.assert(
      fc.property(written, (value) => {
        const { problems, value: once } = schema.validate(value, { content: 'config', mode: 'yaml' });
        assert.equal(problems, []);
        const again = schema.validate(once, { content: 'config' });
        assert.equal(again.problems, []);
        assert.is(again.value, once);
        assert.is(JSON.stringify(canonical(once)), JSON.stringify(once));
      }),
    );
  });

  test('a diff applied gives the other tree, and of equal trees there is none', () => {
    fc.assert(
      fc.property(written, written, (x, y) => {
        const [before, after] = [canonical(x), canonical(y)];
        assert.equal(diffData(schema, before, before), []);
        const changes = diffData(schema, before, after);
        assert.equal(sorted(applyDiff(schema, before, changes)), sorted(after));
        assert.is(changes.length === 0, compareData(schema, before, after).split('\n').length === 2);
      }),
    );
  });

  test('setting every leaf of a tree, one by one, makes the tree again', () => {
    fc.assert(
      fc.property(written, (x) => {
        const tree = canonical(x);
        let built: Value = {};
        for (const leaf of leaves(schema, tree)) {
          assert.equal(getAt(schema, tree, leaf.path), leaf.value);
          built = setAt(schema, built, leaf.path, leaf.value);
        }
        // A presence container that holds nothing has no leaf to be made by.
        const there = getAt(schema, tree, '/c/there');
        if (there !== undefined && getAt(schema, built, '/c/there') === undefined) built = setAt(schema, built, '/c/there', there);
        assert.equal(built, tree);
        for (const leaf of leaves(schema, tree))
          if (!/\[|there/.test(leaf.path)) assert.is(getAt(schema, removeAt(schema, tree, leaf.path), leaf.path), undefined);
      }),
    );
  });

  test('merging joins by keys and keeps the rest', () => {
    const tree = { 'm:c': { a: 1, l: [{ k: 'x', j: 1, v: 'old' }], tags: ['p'] } };
    const merged = mergeAt(schema, tree, '/c', {
      l: [
        { k: 'x', j: 1, v: 'new' },
        { k: 'x', j: 2 },
      ],
      tags: ['q', 'p'],
    });
    assert.equal(merged, {
      'm:c': {
        a: 1,
        l: [
          { k: 'x', j: 1, v: 'new' },
          { k: 'x', j: 2 },
        ],
        tags: ['p', 'q'],
      },
    });
    assert.equal(mergeAt(schema, tree, '/', { 'm:c': { a: 2 } }), { 'm:c': { ...tree['m:c'], a: 2 } });
    assert.equal(codesOf(schema, merged), []);
  });

  test('removing the last of a container removes the container, but not one whose presence means something', () => {
    assert.equal(removeAt(schema, { 'm:c': { inner: { deep: { y: true } } } }, '/c/inner/deep/y'), {});
    assert.equal(removeAt(schema, { 'm:c': { there: { z: '1' } } }, '/c/there/z'), { 'm:c': { there: {} } });
    const tree = { 'm:c': { a: 1 } };
    assert.is(removeAt(schema, tree, '/c/d'), tree);
    assert.throws(() => removeAt(schema, tree, '/c/nothing'), 'there is no nothing in /m:c');
    assert.throws(() => setAt(schema, tree, '/c/l/v', 'x'), 'name the entry by its keys');
  });

  test('paths: written, read, canonical, RESTCONF', () => {
    assert.is(quoteKeyPredicates({ k: "it's", j: 1 }), `[k="it's"][j='1']`);
    assert.is(canonicalDataPath(schema, `/c/l[j='01'][ k = "x" ]/v`), "/m:c/l[k='x'][j='1']/v");
    assert.is(canonicalDataPath(schema, '/m:c/l=a%2Fb,2/v'), "/m:c/l[k='a/b'][j='2']/v");
    assert.is(parsePath('/c/'), 'expected a node name at character 4 of /c/');
    assert.is(parsePath('c'), 'expected / at character 1 of c');
    const path = `/m:c/l[k='x'][j='1']/sub[s="'"]/w`;
    assert.is(formatPath(parsePath(path) as never), path);
    assert.throws(() => getAt(schema, {}, "/c/l[k='x']"), 'needs the key j');
    assert.throws(() => getAt(schema, {}, "/c/l[k='x'][j='900']"), 'is not in 0..255');
  });

  test('changes name leaves by path, in schema order, entries by their keys', () => {
    const before = { 'm:c': { a: 1, l: [{ k: 'x', j: 1, v: 'old' }], tags: ['p'] } };
    const after = {
      'm:c': {
        a: 2,
        there: {},
        l: [
          { k: 'x', j: 1, v: 'new' },
          { k: 'y', j: 1 },
        ],
        steps: [2, 1],
      },
    };
    assert.equal(
      diffData(schema, before, after).map(({ op, path, before: was, after: is }) => [op, path, was, is]),
      [
        ['modify', '/m:c/a', 1, 2],
        ['create', '/m:c/there', undefined, undefined],
        ['modify', "/m:c/l[k='x'][j='1']/v", 'old', 'new'],
        ['create', "/m:c/l[k='y'][j='1']", undefined, undefined],
        ['create', "/m:c/l[k='y'][j='1']/k", undefined, 'y'],
        ['create', "/m:c/l[k='y'][j='1']/j", undefined, 1],
        ['remove', "/m:c/tags[.='p']", 'p', undefined],
        ['create', '/m:c/steps', undefined, [2, 1]],
      ],
    );
  });

  test('the compare block reads like a configuration', () => {
    const brewing = schemaOf(`
      container gravity { container fermentation { leaf original { type string; } } }
      container temperature { leaf setpoint { type string; } list probe { key id; leaf id { type string; } leaf note { type string; } } }
      container brewlog { leaf note { type string; } }`);
    const before = { 'm:temperature': { setpoint: '17.0', probe: [{ id: '28-00', note: 'x' }] }, 'm:brewlog': { note: 'old' } };
    const after = {
      'm:gravity': { fermentation: { original: '1.0480' } },
      'm:temperature': { setpoint: '18.0', probe: [{ id: '28-00', note: 'two words' }] },
    };
    assert.is(
      compareData(brewing, before, after),
      `--- CONFIGURATION START ---
+ gravity::
+   fermentation::
+     original 1.0480;
  temperature::
-   setpoint 17.0;
+   setpoint 18.0;
    probe 28-00::
-     note x;
+     note "two words";
- brewlog::
-   note old;
--- CONFIGURATION END ---`,
    );
    assert.is(compareData(brewing, before, before), '--- CONFIGURATION START ---\n--- CONFIGURATION END ---');
  });
});
