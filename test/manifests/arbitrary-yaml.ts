import fc from 'fast-check';

/** Scalars that are what they look like, and scalars that are not. */
const WORDS = [
  'a',
  'name',
  'yes',
  'true',
  'True',
  'false',
  'null',
  'Null',
  '~',
  '',
  '0',
  '-0',
  '+1',
  '17.0',
  '1.50',
  '.5',
  '5.',
  '-.5',
  '1e3',
  '1E-7',
  '0x1F',
  '0o17',
  '0o8',
  '012',
  '9007199254740991',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '1e400',
  '1_000',
  '3.14159265358979323846',
  '.inf',
  '-.INF',
  '.nan',
  '+.nan',
  '0.1',
  '1.0e+10',
  '2026-11-22',
  '12:30',
  'a b',
  'a  b',
  'a#b',
  'a #b',
  '#c',
  'a:b',
  'a: b',
  'a:',
  ':a',
  ': a',
  '-a',
  '- a',
  '-',
  '--',
  '---a',
  '--- a',
  '...',
  '?',
  '? a',
  '?a',
  'é',
  '日本',
  '🍺',
  '\u2028',
  '\u0085',
  '\u00a0',
  "'it''s'",
  "'a",
  "a'b",
  "''",
  "'a' ",
  "'a'b",
  '"a"',
  '"\\x41"',
  '"\\u00e9\\n"',
  '"\\q"',
  '"a\\"b"',
  '"a',
  '""',
  '"a" #c',
  '"a"#c',
  '"\\ud83c\\udf7a"',
  '"\\',
  '[]',
  '{}',
  '[a, b]',
  '[a,b]',
  '[a, ]',
  '[, a]',
  '[a b, "c"]',
  '{a: 1, b: [x, {c: d}]}',
  '{"a":1}',
  '{a:1}',
  '{a}',
  '{a: }',
  '[a: b]',
  '[a',
  '{a: b',
  ']',
  '}',
  '[a]]',
  '[-1, - a]',
  '[a #c',
  '{a: b}: c',
  '[[[]]]',
  '{ }',
  '[ ]',
  '[1.50, 0x1F]',
  '{a: ~, a: 1}',
  '[a:]',
  '[a:, b]',
  '["a":b]',
  "{'a' : b}",
  '[https://x.y/z?q=1, a/b]',
  '|',
  '>',
  '|-',
  '>+',
  '|2',
  '>1-',
  '| #c',
  '|a',
  '&a',
  '*a',
  '&a b',
  '!!str 1',
  '!x y',
  '!',
  '%a',
  '@a',
  '`a',
  ',a',
  'a, b',
  'a]',
  '<<',
  '"<<"',
  '__proto__',
  'setpoint:x',
  '\ta',
  'a\tb',
  'a\t',
  '\t',
  ' a',
  'a ',
  '\r',
  'a\rb',
  '\x07',
  '\ufeff',
  '$' + '{a}',
  '{{ x }}',
];

const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c1', 'name', 'x y', '1', '1.50', '"q"', "'s'", '[a, 1]', '{k: v}', 'true') },
  { weight: 3, arbitrary: fc.constantFrom(...WORDS) },
);
const key = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'k k', '"q"', "'s'", '1', 'g') },
  { weight: 1, arbitrary: fc.constantFrom(...WORDS) },
);
const colon = fc.oneof(
  { weight: 12, arbitrary: fc.constant(': ') },
  { weight: 2, arbitrary: fc.constantFrom(':', ' : ', ':  ', ':\t', ': \t ', '') },
);
const tail = fc.oneof(
  { weight: 10, arbitrary: fc.constant('') },
  { weight: 3, arbitrary: fc.constantFrom(' ', ' # c', '  #c: d', '# c', '\t', ' #', '\t# c', ',') },
);
const end = fc.oneof(
  { weight: 20, arbitrary: fc.constant('\n') },
  { weight: 2, arbitrary: fc.constantFrom('\r\n', '\n\n', '\n  \n', '\n# c\n', '\n    # c\n', '\n\t\n', '\r', '') },
);
const indent = fc.oneof({ weight: 12, arbitrary: fc.constantFrom(0, 2, 4, 6) }, { weight: 3, arbitrary: fc.constantFrom(1, 3, 5, 7) });

/** One line of any sort, at any indentation. */
const wildLine = fc
  .tuple(
    indent,
    fc.array(fc.constantFrom('- ', '-  ', '-'), { maxLength: 2 }),
    fc.oneof(
      { weight: 5, arbitrary: fc.tuple(key, colon, word).map((parts) => parts.join('')) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(
            key,
            fc.constantFrom(':', ': |', ': >', ': |-', ': >-', ': |+', ': >+', ': [', ': {', ': # c', ': &x', ': *x', ': "', ": '"),
          )
          .map((parts) => parts.join('')),
      },
      { weight: 2, arbitrary: word },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '---',
          '--- a',
          '--- # c',
          '...',
          '... # c',
          '%YAML 1.2',
          '#c',
          '',
          ']',
          '}',
          '],',
          'a,',
          '? a',
          ': b',
          '"',
          '---\ta',
        ),
      },
    ),
    tail,
    end,
  )
  .map(([width, dashes, body, rest, line]) => ' '.repeat(width) + dashes.join('') + body + rest + line);

/** Lines that keep to a structure: a tree of mappings and lists, printed in varied styles. */
type Tree =
  | { readonly kind: 'scalar' | 'block' | 'flow'; readonly text: readonly string[] }
  | { readonly kind: 'map' | 'list'; readonly items: readonly (readonly [string, Tree])[]; readonly step: number };

const scalarTree: fc.Arbitrary<Tree> = fc.oneof(
  { weight: 6, arbitrary: word.map((text) => ({ kind: 'scalar' as const, text: [text] })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('|', '>', '|-', '>-', '|+', '>+'),
        fc.array(fc.constantFrom('', 'x', 'y z', '  deeper', '# no comment', '- x', '\ttab', 'a: b', ' '), { minLength: 1, maxLength: 6 }),
      )
      .map(([header, lines]) => ({ kind: 'block' as const, text: [header, ...lines] })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('[', '{'),
        fc.array(fc.constantFrom('a,', '"b",', 'k: v,', '# c', 'x: [1,', '2],', '"q": 1.50,', '', 'a: b # c', '{z: 1},'), { maxLength: 4 }),
      )
      .map(([open, lines]) => ({ kind: 'flow' as const, text: [open, ...lines, open === '[' ? ']' : '}'] })),
  },
);

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalarTree,
    fc.record({
      kind: fc.constantFrom('map' as const, 'list' as const),
      items: fc.array(fc.tuple(key, tie('tree')), { minLength: 1, maxLength: 4 }) as fc.Arbitrary<[string, Tree][]>,
      step: fc.constantFrom(0, 1, 2, 2, 2, 4),
    }),
  ),
}));

function print(node: Tree, column: number, compact: boolean): string {
  const pad = ' '.repeat(column);
  if (node.kind === 'scalar') return ` ${node.text[0]}\n`;
  if (node.kind === 'block')
    return ` ${node.text[0]}\n${node.text
      .slice(1)
      .map((line) => (line === '' ? '\n' : `${pad}${line}\n`))
      .join('')}`;
  if (node.kind === 'flow')
    return ` ${node.text[0]}\n${node.text
      .slice(1)
      .map((line) => `${pad}${line}\n`)
      .join('')}`;
  if (!('items' in node)) return '\n';
  const lines = node.items.map(
    ([name, value]) =>
      (node.kind === 'map' ? `${name}:` : '-') +
      print(value, column + node.step + (node.kind === 'list' ? 2 : 0), node.kind === 'list' && node.step === 2),
  );
  return compact ? ` ${lines.join(pad)}` : `\n${lines.map((line) => pad + line).join('')}`;
}

const structured = fc
  .tuple(tree, fc.constantFrom('', '---\n', '# c\n', '--- # c\n', '\n\n'))
  .map(([node, before]) => before + print(node, 0, false).replace(/^\n/, ''));

/** YAML as people write it, YAML with one thing wrong, and text that only looks like YAML. */
export const yamlText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: structured },
  { weight: 2, arbitrary: fc.array(structured, { minLength: 2, maxLength: 3 }).map((documents) => documents.join('---\n')) },
  { weight: 3, arbitrary: fc.array(wildLine, { maxLength: 8 }).map((lines) => lines.join('')) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...' \n:-#\'"[]{},|>&*!?ab1.\\\t'.split('')), { maxLength: 14 }).map((marks) => marks.join('')),
  },
);

export interface Mutation {
  readonly at: number;
  readonly kind: 'delete' | 'insert' | 'repeat' | 'deleteLine' | 'repeatLine' | 'indent';
  readonly mark: string;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  kind: fc.constantFrom('delete', 'insert', 'repeat', 'deleteLine', 'repeatLine', 'indent'),
  mark: fc.constantFrom(...' \n:-#\'"[]{},|>&*!?a1.\\\t%@~'.split(''), ': ', ' #', '- ', '\r\n', '---\n', '\n---\n', '  '),
});

/** A text with one thing changed. */
export function mutate(text: string, { at, kind, mark }: Mutation): string {
  const offset = Math.floor(at * text.length);
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', offset);
  const end = newline === -1 ? text.length : newline + 1;
  switch (kind) {
    case 'delete':
      return text.slice(0, offset) + text.slice(offset + 1);
    case 'insert':
      return text.slice(0, offset) + mark + text.slice(offset);
    case 'repeat':
      return text.slice(0, offset) + text.slice(offset, offset + 1).repeat(2) + text.slice(offset + 1);
    case 'deleteLine':
      return text.slice(0, start) + text.slice(end);
    case 'repeatLine':
      return text.slice(0, end) + text.slice(start);
    case 'indent':
      return `${text.slice(0, start)} ${text.slice(start)}`;
  }
}
