import fc from 'fast-check';
import { like } from '../../../../src/providers/cresco/sandbox/like.ts';
import { compileSelector, type Properties } from '../../../../src/providers/cresco/sandbox/selector.ts';
import { assert, group } from '../../../kit/group.ts';

const matches = (selector: string, properties: Properties): boolean | undefined => compileSelector(selector)?.(properties);

group('selectors: what the fabric is told', (test) => {
  const rows: readonly [properties: Properties, selector: string, match: boolean][] = [
    [{ stream_name: 'x', type: 'output' }, "stream_name='x'", true],
    [{ stream_name: 'x', type: 'output' }, "stream_name='x' and type='error'", false],
    [{ filerepo_name: 'f', broadcast: true }, "filerepo_name='f' AND broadcast", true],
    [{ filerepo_name: 'f', region_id: 'r', agent_id: 'a', plugin_id: 'p' }, "filerepo_name='f' AND broadcast", false],
    [{ stream_name: "it's" }, "stream_name='it''s'", true],
    [{ n: '5' }, 'n > 3', false],
    [{ a: '1' }, 'b IS NULL', true],
    [
      { region_id: 'r', agent_id: 'a', event: 'logger', session_id: 's' },
      "region_id IS NOT NULL AND agent_id IS NOT NULL AND event = 'logger' AND session_id = 's'",
      true,
    ],
    [{}, '', true],
    [{}, '  ', true],
    [{ n: 5 }, 'n between 5 and 6', true],
    [{ n: 7 }, 'n not between 5 and 6', true],
    [{}, 'n not between 5 and 6', false],
    [{ n: 5 }, 'n * 2 - 1 = 9', true],
    [{ n: 5 }, '2 + n * 2 = 12', true],
    [{ n: 5 }, '(2 + n) * 2 = 14', true],
    [{ n: -5 }, 'n = -5', true],
    [{ n: 5 }, '- -n = +5', true],
    [{ n: 0.5 }, 'n = .5 and n = 5E-1', true],
    [{ s: 'a' }, "s in ('b', 'a')", true],
    [{ s: 'a' }, "s not in ('b')", true],
    [{}, "s not in ('b')", false],
    [{ n: 1 }, "n in ('1')", false],
    [{ s: 'abc' }, "s like 'a%'", true],
    [{ s: 'abc' }, "s not like 'a%'", false],
    [{ s: '_x' }, "s like '\\_%' escape '\\'", true],
    [{ s: 'ax' }, "s like '\\_%' escape '\\'", false],
    [{ b: true }, 'b', true],
    [{ b: true }, 'b = true', true],
    [{ b: true }, 'NOT b', false],
    [{}, 'NOT b', false],
    [{ b: 'true' }, 'b', false],
    [{ s: 'a' }, "s < 'b'", false],
    [{ s: 'a' }, 's <> 1', false],
    [{ Case: 1 }, 'case = 1', false],
    [{ größe: 1 }, 'größe = 1', true],
    [{}, 'toString IS NULL', true],
  ];
  for (const [properties, selector, match] of rows) {
    test(`${selector || '(empty)'} on ${JSON.stringify(properties)}: ${match}`, () => assert.is(matches(selector, properties), match));
  }

  for (const text of [
    '=',
    'a =',
    "a = 'x",
    'a = "x"',
    'a b',
    'a in ()',
    'a in (1)',
    'a like 1',
    "a like 'x' escape 'ab'",
    '(a',
    'a)',
    'a not',
    'a ? b',
    'and',
  ]) {
    test(`${text} is no selector`, () => assert.is(compileSelector(text), undefined));
  }
});

/** A condition as a tree, its text, and what it means: told apart from the parser, straight from the truth tables. */
interface Told {
  readonly text: string;
  readonly truth: (properties: Properties) => boolean | null;
}

const NAMES = ['a', 'b', 'n', 'm'];
const properties = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.oneof(fc.boolean(), fc.integer({ min: -3, max: 3 }), fc.constantFrom('x', "y'", '')),
);
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const valueOf = (name: string, of: Properties): Properties[string] | null => of[name] ?? null;

const leaf: fc.Arbitrary<Told> = fc.oneof(
  fc
    .record({ name: fc.constantFrom(...NAMES), wanted: fc.constantFrom('x', "y'", ''), equal: fc.boolean() })
    .map(({ name, wanted, equal }) => ({
      text: `${name} ${equal ? '=' : '<>'} ${quoted(wanted)}`,
      truth: (of: Properties) => {
        const value = valueOf(name, of);
        return value === null ? null : typeof value === 'string' && (value === wanted) === equal;
      },
    })),
  fc
    .record({ name: fc.constantFrom(...NAMES), than: fc.integer({ min: -3, max: 3 }), sign: fc.constantFrom('<', '<=', '>', '>=') })
    .map(({ name, than, sign }) => ({
      text: `${name}${sign}${than}`,
      truth: (of: Properties) => {
        const value = valueOf(name, of);
        if (value === null) return null;
        if (typeof value !== 'number') return false;
        return (sign.endsWith('=') && value === than) || (sign.startsWith('<') ? value < than : value > than);
      },
    })),
  fc.record({ name: fc.constantFrom(...NAMES), missing: fc.boolean() }).map(({ name, missing }) => ({
    text: `${name} IS ${missing ? '' : 'not '}Null`,
    truth: (of: Properties) => (valueOf(name, of) === null) === missing,
  })),
  fc.constantFrom(...NAMES).map((name) => ({
    text: name,
    truth: (of: Properties) => {
      const value = valueOf(name, of);
      return typeof value === 'boolean' ? value : null;
    },
  })),
);

const AND = (a: boolean | null, b: boolean | null): boolean | null =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const NOT = (a: boolean | null): boolean | null => (a === null ? null : !a);

const condition = fc.letrec<{ told: Told }>((tie) => ({
  told: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    leaf,
    tie('told').map((inner) => ({ text: `NOT (${inner.text})`, truth: (of: Properties) => NOT(inner.truth(of)) })),
    fc.tuple(tie('told'), tie('told'), fc.boolean(), fc.boolean()).map(([a, b, and, lower]) => ({
      text: `(${a.text}) ${lower ? (and ? 'and' : 'or') : and ? 'AND' : 'OR'} (${b.text})`,
      // De Morgan: OR needs no table of its own.
      truth: (of: Properties) => (and ? AND(a.truth(of), b.truth(of)) : NOT(AND(NOT(a.truth(of)), NOT(b.truth(of))))),
    })),
  ),
})).told;

group('selectors: laws', (test) => {
  test('a condition selects exactly where its truth table says true', () => {
    fc.assert(fc.property(condition, properties, (told, of) => assert.is(matches(told.text, of), told.truth(of) === true, told.text)));
  });

  test('AND binds closer than OR, NOT closer than AND', () => {
    const truths = fc.record({ a: fc.boolean(), b: fc.boolean(), n: fc.boolean() });
    fc.assert(fc.property(truths, ({ a, b, n }) => assert.is(matches('a OR NOT b AND n', { a, b, n }), a || (!b && n))));
  });

  test('LIKE agrees with a regular expression', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '💧'), maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        const same = new RegExp(`^${p.replaceAll('%', '.*').replaceAll('_', '.')}$`, 'su').test(t);
        assert.is(like(p)?.(t), same, `${t} like ${p}`);
      }),
    );
  });

  test('any text is either a selector or none, and never an error', () => {
    const words = fc.constantFrom(
      'a',
      "'x'",
      '1',
      '(',
      ')',
      ',',
      'AND',
      'or',
      'NOT',
      'IN',
      'LIKE',
      'ESCAPE',
      'BETWEEN',
      'IS',
      'NULL',
      '=',
      '-',
      '/',
      '"',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((all) => all.join(' ')),
        ),
        properties,
        (text, of) => {
          assert.ok([true, false, undefined].includes(matches(text, of)));
        },
      ),
    );
  });

  test('long selectors are read and evaluated without a deep stack; deep ones are refused', () => {
    const times = 50_000;
    assert.is(matches(Array<string>(times).fill('n = 1').join(' AND '), { n: 1 }), true);
    assert.is(matches(`${Array<string>(times).fill('n').join(' + ')} = ${times}`, { n: 1 }), true);
    assert.is(matches(`${'NOT '.repeat(times)}b`, { b: true }), true);
    assert.is(matches(`s = '${"''".repeat(times)}'`, { s: "'".repeat(times) }), true);
    assert.is(compileSelector(`${'('.repeat(times)}b${')'.repeat(times)}`), undefined);
    assert.is(matches(`${'('.repeat(100)}b${')'.repeat(100)}`, { b: true }), true);
  });
});
