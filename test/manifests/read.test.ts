import { LIMITS } from '../../src/manifests/page.ts';
import { readPages } from '../../src/manifests/read.ts';
import { assert, group } from '../kit/group.ts';
import { codes, valuesOf } from './oracle.ts';

const read = (text: string | Uint8Array, limits = LIMITS) => readPages({ file: 'zone.yaml', text }, limits);
const first = (text: string | Uint8Array) => {
  const [diagnostic] = read(text).diagnostics;
  if (diagnostic === undefined) throw new Error('nothing was wrong');
  return diagnostic;
};
const lexicalOf = (text: string) => Object.fromEntries(read(text).pages[0]?.lexical ?? []);

group('pages', (test) => {
  test('a page knows its file, number, line and text', () => {
    const text = '# the brewery\n---\na: 1\n---\n\n# second\nb: 2\n...\n# third\n--- \nc: 3\n';
    const { pages, diagnostics } = read(text);
    assert.equal(diagnostics, []);
    assert.equal(
      pages.map(({ index, line, textLine, value }) => ({ index, line, textLine, value })),
      [
        { index: 0, line: 3, textLine: 1, value: { a: 1 } },
        { index: 1, line: 7, textLine: 4, value: { b: 2 } },
        { index: 2, line: 11, textLine: 9, value: { c: 3 } },
      ],
    );
    assert.is(pages.map((page) => page.text).join(''), text);
  });

  test('both readers give the same line', () => {
    for (const text of ['# c\n\n---\n# d\n\na: 1\n', 'x: 1\n---\n\na: 1\n']) {
      const lines = [text, text.replace('a: 1', 'a: &anchor 1')].map((one) => read(one).pages.map((page) => page.line));
      assert.equal(lines[0], lines[1]);
    }
  });

  test('a file without a document has no page, an empty document is null', () => {
    assert.equal(valuesOf(''), []);
    assert.equal(valuesOf('# nothing\n\n'), []);
    assert.equal(valuesOf('---\n# nothing\n---\na: 1\n'), [null, { a: 1 }]);
  });

  test('a marker inside a scalar ends the document, as the YAML standard has it', () => {
    const { pages, diagnostics } = read('a: "one\n---\nb: 2\n');
    assert.equal(codes({ pages, diagnostics }), ['YAML_SYNTAX']);
    assert.equal(
      pages.map((page) => page.value),
      [{ b: 2 }],
    );
    assert.equal(valuesOf('a: |\n  ---\n  b\n'), [{ a: '---\nb\n' }]);
  });

  test('a byte order mark and Windows line ends are read over', () => {
    assert.equal(valuesOf('\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n'), [{ a: 1, b: 'x\ny\n' }]);
    assert.is(read(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0x3a, 0x20, 0x31])).pages[0]?.text, 'a: 1');
  });

  test('keys are text, whatever they look like', () => {
    const keys = (text: string) => Object.keys(valuesOf(text)[0] as object);
    assert.equal(keys('1.50: a\ntrue: b\n~: c\n0x1F: d\n"q": e\n'), ['1.50', 'true', '~', '0x1F', 'q']);
    assert.equal(keys('constructor: a\ntoString: b\nhasOwnProperty: c\n'), ['constructor', 'toString', 'hasOwnProperty']);
  });

  test('anchors, merges and tags of plain data are followed', () => {
    const text = 'base: &b {x: 1, y: 1.50}\nuse:\n  <<: *b\n  x: 2\nmore: {<<: [*b], z: 3}\nsame: *b\ntext: !!str 1.50\n';
    assert.equal(valuesOf(text), [
      { base: { x: 1, y: 1.5 }, use: { y: 1.5, x: 2 }, more: { z: 3, x: 1, y: 1.5 }, same: { x: 1, y: 1.5 }, text: '1.50' },
    ]);
    assert.equal(lexicalOf(text), { '/base/y': '1.50', '/use/y': '1.50', '/more/y': '1.50', '/same/y': '1.50' });
    assert.equal(valuesOf('a: &x 1\nb: *x\nc: &x 2\nd: *x\n'), [{ a: 1, b: 1, c: 2, d: 2 }]);
  });
});

group('numbers keep their digits', (test) => {
  // source, value, kept source
  const table: readonly (readonly [string, unknown, boolean])[] = [
    ['17', 17, false],
    ['-3', -3, false],
    ['18.5', 18.5, false],
    ['17.0', 17, true],
    ['1.50', 1.5, true],
    ['-0.10', -0.1, true],
    ['.5', 0.5, true],
    ['5.', 5, true],
    ['+1', 1, true],
    ['-0', 0, true],
    ['00012', 12, true],
    ['0o17', 15, true],
    ['0x1F', 31, true],
    ['1e3', 1000, true],
    ['1.0e-3', 0.001, true],
    ['1e-7', 1e-7, false],
    ['9007199254740991', 9007199254740991, false],
    ['9007199254740992', '9007199254740992', true],
    ['9223372036854775807', '9223372036854775807', true],
    ['-9223372036854775808', '-9223372036854775808', true],
    ['0xFFFFFFFFFFFFFFFF', '0xFFFFFFFFFFFFFFFF', true],
    ['1e20', '1e20', true],
    ['0.30000000000000004', 0.30000000000000004, false],
    ['3.14159265358979323846', '3.14159265358979323846', true],
    ['1e400', '1e400', true],
    ['1e-400', '1e-400', true],
    ['.inf', '.inf', true],
    ['.NaN', '.NaN', true],
    ['1_000', '1_000', false],
    ['0o18', '0o18', false],
    ['1.2.3', '1.2.3', false],
    ['12:30', '12:30', false],
    ['True', true, true],
    ['FALSE', false, true],
    ['yes', 'yes', false],
    ['~', null, true],
    ['', null, true],
    ['null', null, false],
    ['"1.50"', '1.50', false],
    ["'~'", '~', false],
  ];
  for (const [source, value, kept] of table) {
    test(`${source || '(nothing)'} by both readers`, () => {
      for (const anchor of ['', 'x: &x 1\n']) {
        const { pages } = read(`${anchor}list:\n- ${source}\n`);
        assert.equal((pages[0]?.value as { list: unknown[] }).list[0], value);
        assert.is(pages[0]?.lexical.get('/list/0'), kept ? source : undefined);
      }
    });
  }

  test('lexical is keyed by pointers and empty for most documents', () => {
    assert.equal(lexicalOf('a/b:\n  - c~d: 1.0\n    e:\n'), { '/a~1b/0/c~0d': '1.0', '/a~1b/0/e': '' });
    assert.is(read('a: 1\nb: [x, "1.0"]\n').pages[0]?.lexical.size, 0);
  });
});

group('what is wrong is said at its place', (test) => {
  test('a second colon on a line', () => {
    const diagnostic = first('a: 1\n---\nkind: Config\nnote: mash: 67\n');
    assert.is(diagnostic.code, 'YAML_SYNTAX');
    assert.equal(diagnostic.at && [diagnostic.at.file, diagnostic.at.line], ['zone.yaml', 4]);
    assert.is(diagnostic.source, 'note: mash: 67');
    assert.match(diagnostic.hint ?? '', /quotes/);
  });

  test('a tab as indentation', () => {
    for (const text of ['a:\n\tb: 1\n', 'a:\n  b: 1\n  \tc: 2\n', '\ta: 1\n']) {
      const diagnostic = first(text);
      assert.is(diagnostic.code, 'YAML_TAB_INDENT');
      assert.is(diagnostic.source?.charAt((diagnostic.at?.col ?? 0) - 1), '\t');
    }
  });

  test('a duplicate key names both lines', () => {
    for (const text of ['a: 1\nb: 2\n"a": 3\n', '---\nx: [{a: 1,\n  a: 2}]\n']) {
      const diagnostic = first(text);
      assert.is(diagnostic.code, 'YAML_DUPLICATE_KEY');
      assert.ok((diagnostic.at?.line ?? 0) >= 2);
      assert.match(diagnostic.label ?? '', /also on line \d/);
    }
    assert.equal(codes(read('a: 1\na: 2\na: 3\n')), ['YAML_DUPLICATE_KEY', 'YAML_DUPLICATE_KEY']);
  });

  test('keys that could do harm', () => {
    for (const text of [
      '__proto__: {admin: true}\n',
      'a: {"__proto__": 1}\n',
      "- '__proto__': 1\n",
      'setpoint:unknown: x\n',
      '? __proto__\n: 1\n',
    ]) {
      assert.equal(codes(read(text)), ['YAML_FORBIDDEN_KEY'], text);
    }
    assert.is(({} as { admin?: boolean }).admin, undefined);
  });

  test('an alias to nothing, to itself, and a bomb', () => {
    assert.match(first('a: &zone 1\nb: *zonne\n').hint ?? '', /\*zone\?/);
    assert.equal(codes(read('a: &a [1, *a]\n')), ['YAML_ALIAS_LOOP']);
    assert.equal(codes(read('a: &a {b: {<<: *a}}\n')), ['YAML_ALIAS_LOOP']);
    const lists = Array.from(
      { length: 12 },
      (_, i) =>
        `a${i}: &a${i} [${
          i === 0
            ? 'lol'
            : Array(10)
                .fill(`*a${i - 1}`)
                .join(', ')
        }]`,
    );
    assert.equal(codes(read(lists.join('\n'))), ['YAML_ALIAS_BOMB']);
    const merges = Array.from(
      { length: 12 },
      (_, i) =>
        `a${i}: &a${i} {<<: [${
          i === 0
            ? ''
            : Array(10)
                .fill(`*a${i - 1}`)
                .join(', ')
        }]}`,
    );
    assert.equal(codes(read(merges.join('\n'))), ['YAML_ALIAS_BOMB']);
  });

  test('tags and directives that ask for more than plain data', () => {
    assert.equal(codes(read('a: !Ref b\n')), ['YAML_TAG']);
    assert.equal(codes(read('a: !!binary aGk=\n')), ['YAML_TAG']);
    assert.equal(codes(read('a: !!int x\nb: !!map [1]\n')), ['YAML_TAG', 'YAML_TAG']);
    assert.equal(codes(read('%YAML 1.1\n---\na: yes\n')), ['YAML_DIRECTIVE']);
    assert.equal(valuesOf('%YAML 1.2\n---\na: yes\n'), [{ a: 'yes' }]);
  });

  test('bytes that are not UTF-8', () => {
    const latin = first(Buffer.from('name: ok\nnote: K\u00f6lsch\n', 'latin1'));
    assert.is(latin.code, 'YAML_NOT_UTF8');
    assert.equal([latin.at?.line, latin.at?.col], [2, 8]);
    assert.match(latin.summary, /byte 16 /);
    assert.match(first(Buffer.from('\ufeffa: 1', 'utf16le')).hint ?? '', /UTF-16/);
    for (const bytes of [
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
    ]) {
      assert.match(first(new Uint8Array([0x61, ...bytes])).summary, /byte 1 /);
    }
  });

  test('one broken document hides nothing of the others', () => {
    const reading = read('a: [1\n---\nb: 2\n---\nc: "x\n---\nd: 4\nd: 5\n---\ne: 6\n');
    assert.equal(codes(reading), ['YAML_SYNTAX', 'YAML_SYNTAX', 'YAML_DUPLICATE_KEY']);
    assert.equal(
      reading.pages.map(({ index, value }) => [index, value]),
      [
        [1, { b: 2 }],
        [4, { e: 6 }],
      ],
    );
    assert.equal(
      reading.diagnostics.map((d) => d.at?.line),
      [1, 5, 8],
    );
  });
});

group('limits', (test) => {
  test('depth, by both readers, and at depths that would exhaust the stack', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    for (const before of ['', '&a ']) {
      assert.is(read(before + nested(LIMITS.depth)).pages.length, 1);
      assert.equal(codes(read(before + nested(LIMITS.depth + 1))), ['YAML_TOO_DEEP']);
      assert.equal(codes(read(before + '['.repeat(200_000))), ['YAML_TOO_DEEP']);
    }
    assert.equal(codes(read('- '.repeat(50_000))), ['YAML_TOO_DEEP']);
    assert.equal(codes(read(Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'))), ['YAML_TOO_DEEP']);
    const aliases = Array.from({ length: 60 }, (_, i) => `a${i}: &a${i} [[${i === 0 ? '' : `*a${i - 1}`}]]`);
    assert.ok(codes(read(aliases.join('\n'))).includes('YAML_TOO_DEEP'));
  });

  test('size of a file and of a document, number of documents', () => {
    assert.equal(codes(read('a: 123\n', { ...LIMITS, fileBytes: 6 })), ['YAML_TOO_LARGE']);
    const reading = read('a: 123456\n---\nb: 1\n', { ...LIMITS, documentLength: 9 });
    assert.equal(codes(reading), ['YAML_TOO_LARGE']);
    assert.is(reading.pages.length, 1);
    const many = read('---\n'.repeat(11), { ...LIMITS, documents: 10 });
    assert.equal(codes(many), ['YAML_TOO_LARGE']);
    assert.equal([many.diagnostics[0]?.at?.line, many.pages.length], [11, 0]);
  });
});
