import fc from 'fast-check';
import { Fault } from '../../src/core/diagnostic.ts';
import { member, type Pointer } from '../../src/core/pointer.ts';
import { equal, isFields, isList, type Value } from '../../src/core/value.ts';
import { editValue } from '../../src/manifests/edit.ts';
import { locate } from '../../src/manifests/locate.ts';
import { readPages } from '../../src/manifests/read.ts';
import { assert, group } from '../kit/group.ts';
import { corpus } from './corpus.ts';
import { valuesOf } from './oracle.ts';

const zone = `# the cellar
---
kind: Config
metadata: { name: zone, labels: {} }   # flow
spec:
  # what the brewer sets
  setpoint: 17.0     # °C
  band: 'narrow'
  note: "a \\"cold\\" one"
  text: |  # said aloud
    one
    two

  probes:
  - id: a
    offset: 1   # first
  - id: b
  empty:
# the end
---
kind: Other
`;

const edit = (pointer: Pointer, value: Value | undefined, text = zone, document = 0): string =>
  editValue(text, { document, pointer, value }).text;

/** The lines that came (+) and went (-). */
function difference(before: string, after: string): string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return [...a.slice(head, a.length - tail).map((line) => `-${line}`), ...b.slice(head, b.length - tail).map((line) => `+${line}`)];
}

const changes = (pointer: Pointer, value: Value | undefined, text = zone): string[] => difference(text, edit(pointer, value, text));

function code(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return 'no fault';
}

group('edit: a scalar for a scalar', (test) => {
  test('keeps the comment, the quotes and the decimals', () => {
    assert.equal(changes('/spec/setpoint', 18.5), ['-  setpoint: 17.0     # °C', '+  setpoint: 18.5     # °C']);
    assert.equal(changes('/spec/setpoint', 18), ['-  setpoint: 17.0     # °C', '+  setpoint: 18.0     # °C']);
    assert.equal(changes('/spec/band', "it's"), ["-  band: 'narrow'", "+  band: 'it''s'"]);
    assert.equal(changes('/spec/note', 'x "y"'), ['-  note: "a \\"cold\\" one"', '+  note: "x \\"y\\""']);
    assert.equal(changes('/metadata/name', 'a, b'), [
      '-metadata: { name: zone, labels: {} }   # flow',
      '+metadata: { name: "a, b", labels: {} }   # flow',
    ]);
    assert.equal(changes('/spec/probes/0/offset', -1), ['-    offset: 1   # first', '+    offset: -1   # first']);
  });

  test('block scalars stay block scalars', () => {
    assert.equal(changes('/spec/text', 'three\n\nfour\n'), ['-    one', '-    two', '+    three', '+', '+    four']);
    assert.equal(changes('/spec/text', 'short'), ['-  text: |  # said aloud', '-    one', '-    two', '+  text: short  # said aloud']);
  });

  test('text that looks like something else gets quotes', () => {
    for (const value of [
      'true',
      '1.50',
      '',
      ' a',
      'a ',
      'a: b',
      'a #b',
      '- a',
      '---',
      '~',
      '#',
      'no',
      '@x',
      '[a',
      '*a',
      '&a',
      '!a',
      '%a',
      '|',
      'a\tb',
      '\u2028',
      '\ufeff',
      '\u0007',
      '\ud800',
      'é',
      'a:',
      '2026-11-22',
    ]) {
      const text = edit('/kind', value);
      assert.is((valuesOf(text)[0] as { kind: string }).kind, value);
    }
    assert.match(edit('/kind', 'no'), /^kind: "no"$/m);
  });

  test('numbers that no float holds stay numbers', () => {
    const text = 'serial: 9223372036854775807\nname: "9"\n';
    assert.is(edit('/serial', '9223372036854775806', text), 'serial: 9223372036854775806\nname: "9"\n');
    assert.is(edit('/name', '9223372036854775806', text), 'serial: 9223372036854775807\nname: "9223372036854775806"\n');
  });

  test('an empty value is filled in before its comment', () => {
    assert.equal(changes('/spec/empty', 5), ['-  empty:', '+  empty: 5']);
    assert.is(edit('/a', 'x', 'a:   # c\nb: 1\n'), 'a: x   # c\nb: 1\n');
    assert.is(edit('/0', 'x', '-\n- b\n'), '- x\n- b\n');
  });
});

group('edit: adding and removing', (test) => {
  test('a field goes to the end of its mapping, with its indentation', () => {
    assert.equal(changes('/spec/probes/0/name', 'left'), ['+    name: left']);
    assert.equal(changes('/spec/high', 21), ['+  high: 21']);
    assert.equal(changes('/metadata/target', 'brewery'), [
      '-metadata: { name: zone, labels: {} }   # flow',
      '+metadata: { name: zone, labels: {}, target: brewery }   # flow',
    ]);
    assert.equal(changes('/status/a b/c', [1, { x: true, z: [] }]), [
      '+status:',
      '+  a b:',
      '+    c:',
      '+      - 1',
      '+      - x: true',
      '+        z: []',
    ]);
    assert.equal(changes('/spec/empty/deep', 'x'), ['+    deep: x']);
    assert.is(edit('/b', 2, 'a: 1'), 'a: 1\nb: 2');
    assert.is(edit('/b', 2, 'a: |+\n  x\n\n'), 'a: |+\n  x\n\nb: 2\n');
  });

  test('an entry goes to the end of its list', () => {
    assert.equal(changes('/spec/probes/-', { id: 'c', offset: 0.5 }), ['+  - id: c', '+    offset: 0.5']);
    assert.is(edit('/a/1', 'c', 'a: [b]\n'), 'a: [b, c]\n');
    assert.is(edit('/a/0', 'c', 'a: []\n'), 'a:\n  - c\n');
  });

  test('a removed field takes the comment on its line along, and only that', () => {
    assert.equal(changes('/spec/setpoint', undefined), ['-  setpoint: 17.0     # °C']);
    assert.equal(changes('/spec/text', undefined), ['-  text: |  # said aloud', '-    one', '-    two']);
    assert.equal(changes('/spec/probes/0/id', undefined), ['-  - id: a', '-    offset: 1   # first', '+  - offset: 1   # first']);
    assert.equal(changes('/metadata/labels', undefined), [
      '-metadata: { name: zone, labels: {} }   # flow',
      '+metadata: { name: zone }   # flow',
    ]);
    assert.equal(changes('/metadata/name', undefined), [
      '-metadata: { name: zone, labels: {} }   # flow',
      '+metadata: { labels: {} }   # flow',
    ]);
    assert.is(edit('/b', undefined, 'a: 1\nb: 2'), 'a: 1');
    assert.is(edit('/a', undefined, 'a: 1 # c\n'), '{} # c\n');
    assert.is(edit('/a/b', undefined, 'a:\n  b: 1\nc: 2\n'), 'a: {}\nc: 2\n');
  });

  test('entries of lists by number and by key', () => {
    assert.equal(changes('/spec/probes/["a"]', undefined), ['-  - id: a', '-    offset: 1   # first']);
    assert.equal(changes('/spec/probes/["b"]/offset', 2), ['+    offset: 2']);
    assert.is(edit('/1', undefined, '- - a\n  - b\n- c\n'), '- - a\n  - b\n');
    assert.is(edit('/0/0', undefined, '- - a\n  - b\n- c\n'), '- - b\n- c\n');
  });

  test('what is not there need not be removed', () => {
    assert.is(edit('/spec/none', undefined), zone);
    assert.is(edit('/spec/empty/none', undefined), zone);
  });

  test('mappings and lists are changed inside', () => {
    assert.equal(changes('/spec/probes', [{ id: 'a', offset: 2 }, { id: 'b' }]), ['-    offset: 1   # first', '+    offset: 2   # first']);
    assert.equal(changes('/spec/probes', [{ id: 'b' }]), ['-  - id: a', '-    offset: 1   # first']);
    assert.equal(changes('/spec/probes', [{ id: 'z' }, { id: 'a', offset: 1 }, { id: 'b' }]), ['+  - id: z']);
  });

  test('the other documents, Windows line ends and a byte order mark stay', () => {
    assert.equal(difference(zone, edit('/kind', 'New', zone, 1)), ['-kind: Other', '+kind: New']);
    assert.is(edit('/c', { d: 1 }, '\ufeffa: 1\r\nb: 2\r\n'), '\ufeffa: 1\r\nb: 2\r\nc:\r\n  d: 1\r\n');
    assert.is(edit('/a', 2, '---\n# nothing\n'), '---\na: 2\n# nothing\n');
  });
});

group('edit: refused', (test) => {
  test('what would change something else', () => {
    assert.is(
      code(() => edit('/a/x', 2, 'a: &a {x: 1}\nb: *a\n')),
      'EDIT_UNSAFE',
    );
    assert.is(
      code(() => edit('/a', 'x', 'a: !!int 5\n')),
      'EDIT_UNSAFE',
    );
  });

  test('but what an alias or a merge gives can be given its own value', () => {
    assert.is(edit('/b/x', 2, 'a: &a {x: 1}\nb: *a\n'), 'a: &a {x: 1}\nb:\n  x: 2\n');
    assert.is(edit('/b/x', 2, 'a: &a {x: 1}\nb:\n  <<: *a\n  y: 1\n'), 'a: &a {x: 1}\nb:\n  <<: *a\n  y: 1\n  x: 2\n');
  });

  test('places and documents that do not exist, text that cannot be read', () => {
    assert.is(
      code(() => edit('/kind/deeper', 1)),
      'EDIT_NO_PLACE',
    );
    assert.is(
      code(() => edit('/spec/probes/7', 1)),
      'EDIT_NO_PLACE',
    );
    assert.is(
      code(() => edit('', undefined)),
      'EDIT_NO_PLACE',
    );
    assert.is(
      code(() => edit('/a', 1, zone, 9)),
      'EDIT_NO_DOCUMENT',
    );
    assert.is(
      code(() => edit('/a', 1, 'a: [1\n')),
      'YAML_SYNTAX',
    );
    assert.is(
      code(() => edit('/__proto__', 1, 'a: 1\n')),
      'EDIT_UNSAFE',
    );
  });
});

interface Leaf {
  readonly pointer: Pointer;
  readonly value: Value;
}

const leavesOf = (value: Value, pointer: Pointer = ''): Leaf[] => [
  ...(isList(value) ? value.flatMap((item, index) => leavesOf(item, member(pointer, index))) : []),
  ...(isFields(value) ? Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, member(pointer, name))) : []),
  ...(typeof value === 'object' && value !== null ? [] : [{ pointer, value }]),
];

const placesOf = (value: Value, pointer: Pointer = ''): Pointer[] => [
  ...(pointer === '' ? [] : [pointer]),
  ...(isList(value) ? value.flatMap((item, index) => placesOf(item, member(pointer, index))) : []),
  ...(isFields(value) ? Object.entries(value).flatMap(([name, inner]) => placesOf(inner, member(pointer, name))) : []),
];

const pages = corpus.flatMap(({ name, text }) => readPages({ file: name, text }).pages.map((page) => ({ text, page })));

const newValue: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(0, 18.5, -1, true, false, null, 'x', 'a: b', 'no', '', "it's", 'two\nlines\n', 'a, b', '1.50'),
  fc.string({ maxLength: 8 }),
  fc.constantFrom<Value>({}, [], { a: 1, b: { c: 'd' } }, [1, [2], { e: [] }], { name: 'x' }),
);

/** Whether an edit was made; a refusal must be an EDIT_UNSAFE, and only where anchors or tags are. */
function attempt(text: string, change: { document: number; pointer: Pointer; value: Value | undefined }): string | undefined {
  try {
    return editValue(text, change).text;
  } catch (error) {
    if (error instanceof Fault && error.code === 'EDIT_UNSAFE' && /[&*!]/.test(text)) return undefined;
    throw error;
  }
}

group('edit: laws on real files', (test) => {
  test('a scalar for a scalar changes nothing outside its own text', () => {
    const leaves = pages
      .filter(({ text }) => !text.includes('<<:')) // a merged field is not written where it is
      .flatMap(({ text, page }) => leavesOf(page.value).flatMap((leaf) => (leaf.pointer === '' ? [] : { text, page, ...leaf })));
    fc.assert(
      fc.property(
        fc.constantFrom(...leaves),
        fc.oneof(fc.integer(), fc.constantFrom('x', 'a: b', 'true', ''), fc.boolean()),
        ({ text, page, pointer }, value) => {
          const { line, source } = locate(page, pointer);
          const after = attempt(text, { document: page.index, pointer, value });
          if (after === undefined || /[|>]/.test(source) || /^(?:plain|quoted|single|list|flow)/.test(pointer.slice(1))) return;
          const lines = text.split('\n');
          const now = after.split('\n');
          const moved = lines.filter((one, index) => one !== now[index]);
          assert.ok(now.length === lines.length && moved.length <= 1, `${pointer}: ${moved.join(' | ')}`);
          if (moved.length === 1) assert.is(lines[line - 1], moved[0]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('any value anywhere: exactly that is read back, and putting the old one back restores every value', () => {
    const places = pages.flatMap(({ text, page }) => placesOf(page.value).map((pointer) => ({ text, page, pointer })));
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.option(newValue, { nil: undefined }), ({ text, page, pointer }, value) => {
        const after = attempt(text, { document: page.index, pointer, value });
        if (after === undefined) return;
        const now = readPages({ file: 'after', text: after });
        assert.equal(now.diagnostics, []);
        for (const other of readPages({ file: 'before', text }).pages) {
          if (other.index !== page.index) assert.ok(equal(other.value, now.pages.find(({ index }) => index === other.index)?.value));
        }
        const back = attempt(after, { document: page.index, pointer: '', value: page.value });
        if (back !== undefined)
          assert.ok(equal(readPages({ file: 'back', text: back }).pages.find(({ index }) => index === page.index)?.value, page.value));
      }),
      { numRuns: 800 },
    );
  });
});
