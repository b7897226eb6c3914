import fc from 'fast-check';
import { member, type Pointer } from '../../src/core/pointer.ts';
import { isFields, isList, type Value } from '../../src/core/value.ts';
import { locate, locateMany } from '../../src/manifests/locate.ts';
import type { Page } from '../../src/manifests/page.ts';
import { readPages } from '../../src/manifests/read.ts';
import { assert, group } from '../kit/group.ts';
import { corpus } from './corpus.ts';

const text = `# comment
---
kind: Config
metadata: { name: zone, labels: {} }
---
# second
spec:
  nodes:
    - name: source
      rate: 1.50   # warm
    - name: "sink"
      agent:
  ports:
  - 80
  - [90, 91]
  base: &base
    x: 1
  use:
    <<: *base
    y: 2
  again: *base
`;

const page = (index: number, from = text): Page => {
  const found = readPages({ file: 'edge.yaml', text: from }).pages[index];
  if (found === undefined) throw new Error('no such page');
  return found;
};

/** line:column of the place and the text the caret underlines. */
const at = (pointer: Pointer, what?: 'key' | 'value', one = page(1)): string => {
  const { line, col, length = 1, source } = locate(one, pointer, what);
  return `${line}:${col} ${source.slice(col - 1, col - 1 + length)}`;
};

group('locate', (test) => {
  test('values and keys, with positions of the whole file', () => {
    assert.is(at('/kind', 'value', page(0)), '3:7 Config');
    assert.is(at('/kind', 'key', page(0)), '3:1 kind');
    assert.is(at('/metadata/name', 'value', page(0)), '4:19 zone');
    assert.is(at('/spec/nodes/0/rate'), '10:13 1.50');
    assert.is(at('/spec/nodes/1/name'), '11:13 "sink"');
    assert.is(at('/spec/ports/0'), '14:5 80');
    assert.is(at('/spec/ports/1'), '15:5 [90, 91]');
    assert.is(at('/spec/ports/1/1'), '15:10 91');
    assert.is(locate(page(1), '/spec/nodes/0/rate').source, '      rate: 1.50   # warm');
  });

  test('a block collection and an empty value are shown by their key', () => {
    assert.is(at('/spec/nodes'), '8:3 nodes');
    assert.is(at('/spec/nodes/1/agent'), '12:7 agent');
    assert.is(at('/spec/nodes/1'), '11:7 name');
    assert.is(at(''), '7:1 spec');
  });

  test('entries of keyed lists by their key', () => {
    assert.is(at('/spec/nodes/["sink"]/name'), '11:13 "sink"');
    assert.is(at('/spec/ports/["80"]'), '14:5 80');
  });

  test('where nothing is, the nearest thing above, by its key', () => {
    assert.is(at('/spec/nodes/1/agent/region'), '12:7 agent');
    assert.is(at('/spec/nodes/7/name'), '8:3 nodes');
    assert.is(at('/spec/ports/0/deeper'), '14:5 80');
    assert.is(at('/status'), '7:1 spec');
    assert.is(at('/metadata/target', 'value', page(0)), '4:1 metadata');
  });

  test('through aliases and merges to what was written', () => {
    assert.is(at('/spec/use/x'), '17:8 1');
    assert.is(at('/spec/again/x'), '17:8 1');
    assert.is(at('/spec/use/y'), '20:8 2');
  });

  test('an empty document and a document of one scalar', () => {
    assert.is(at('/a', 'value', page(0, '# c\n---\n# d\n')), '2:1 -');
    assert.is(at('', 'value', page(0, '--- word\n')), '1:5 word');
  });

  test('behind Windows line ends and a byte order mark', () => {
    const one = page(0, '\ufeffa: 1\r\nb: two\r\n');
    assert.is(at('/b', 'value', one), '2:4 two');
    assert.is(locate(one, '/b').source, 'b: two');
  });

  test('many at once are the same as one by one', () => {
    const places = [{ pointer: '/spec/ports' }, { pointer: '/spec/base/x', what: 'key' as const }];
    assert.equal(
      locateMany(page(1), places),
      places.map(({ pointer, what }) => locate(page(1), pointer, what)),
    );
  });
});

const scalars = (value: Value, pointer: Pointer = ''): { pointer: Pointer; value: Value }[] =>
  isList(value)
    ? value.flatMap((item, index) => scalars(item, member(pointer, index)))
    : isFields(value)
      ? Object.entries(value).flatMap(([name, inner]) => scalars(inner, member(pointer, name)))
      : [{ pointer, value }];

group('locate on real files', (test) => {
  const leaves = corpus.flatMap(({ name, text: all }) =>
    readPages({ file: name, text: all }).pages.flatMap((one) =>
      scalars(one.value).map((leaf) => ({ page: one, lines: all.split(/\r?\n/), ...leaf })),
    ),
  );

  test('what a caret underlines is what the value was read from', () => {
    fc.assert(
      fc.property(fc.constantFrom(...leaves), ({ page: one, lines, pointer, value }) => {
        const { line, col, length = 1, source } = locate(one, pointer);
        const key = locate(one, pointer, 'key');
        assert.is(lines[line - 1], source);
        const underlined = source.slice(col - 1, col - 1 + length);
        if (/^["'|>]/.test(underlined) || (typeof value === 'string' && value.includes(' '))) return;
        const kept = one.lexical.get(pointer);
        if (kept === '') assert.is(`${key.line}:${key.col}`, `${line}:${col}`);
        else assert.is(underlined, kept ?? String(value));
      }),
      { numRuns: 600 },
    );
  });
});
