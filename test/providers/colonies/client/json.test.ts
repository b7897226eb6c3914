import fc from 'fast-check';
import { parseJson, writeJson, type Json } from '../../../../src/providers/colonies/client/index.ts';
import { assert, group } from '../../../kit/group.ts';

const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);

/** As parseJson has it: bigints only where a number is not exact. */
const settled = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === 'number') return Object.is(value, -0) ? 0 : value;
  if (Array.isArray(value)) return value.map(settled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, settled(one)]));
};

/** Strings that look like what the reader looks for. */
const trap = fc.constantFrom(
  '"9007199254740993"',
  '\u0001',
  '\u0001\u00019007199254740993',
  '\\u00019007199254740993',
  '\\"12345678901234567890',
  '__proto__',
);
const leaf = fc.oneof(
  int64,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'binary' }),
  trap,
  fc.boolean(),
  fc.constant(null),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('tree')),
    fc.dictionary(fc.oneof(fc.string(), trap), tie('tree'), { noNullPrototype: true }),
  ),
}));

/** Doubles that are whole and large are written as integers by JSON, and so come back as what they are: bigints. */
const whole = (value: unknown): unknown =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && !/[e.]/.test(String(value))
    ? BigInt(String(value))
    : Array.isArray(value)
      ? value.map(whole)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, whole(one)]))
        : value;

group('colonies: JSON', (test) => {
  test('every 64-bit integer comes back as it went, wherever it stands, and texts stay untouched', () => {
    fc.assert(
      fc.property(tree, (value) => {
        assert.equal(parseJson(writeJson(value as Json)), settled(whole(value)));
      }),
      { numRuns: 60 },
    );
    fc.assert(fc.property(int64, (value) => assert.is(BigInt(parseJson(writeJson(value)) as bigint), value)));
  });

  test('what JSON.parse takes it takes, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map((text) => text.slice(1)),
        ),
        (text) => {
          let expected: unknown;
          let failed = false;
          try {
            expected = JSON.parse(text);
          } catch {
            failed = true;
          }
          if (failed)
            assert.throws(
              () => parseJson(text),
              (error: unknown) => error instanceof SyntaxError,
            );
          else assert.equal(JSON.parse(writeJson(parseJson(text))), expected);
        },
      ),
    );
    assert.throws(
      () => parseJson('{12345678901234567890:1}'),
      (error: unknown) => error instanceof SyntaxError,
    );
  });

  test('large numbers with a fraction or an exponent are floats', () => {
    assert.equal(parseJson('[12345678901234567890.5, 1e21, 1E400, -9007199254740992]'), [
      12345678901234567890.5,
      1e21,
      Infinity,
      -9007199254740992n,
    ]);
  });

  test('what is nested as deeply as it can be is read all the same', () => {
    const deep = `${'['.repeat(100_000)}9007199254740993${']'.repeat(100_000)}`;
    let inner: Json = parseJson(deep);
    while (Array.isArray(inner)) inner = inner[0] as Json;
    assert.is(inner, 9007199254740993n);
  });

  test('what JavaScript has besides is written as JSON has it', () => {
    const odd = [1, undefined, () => 1, new Date(0), { at: new Date(0), none: undefined }, new Array<number>(1)] as unknown as Json;
    assert.is(writeJson(odd), JSON.stringify(odd));
    assert.is(writeJson(undefined as unknown as Json), 'null');
  });

  test('no number that JSON does not have is written', () => {
    for (const number of [Number.NaN, Infinity, -Infinity])
      assert.throws(
        () => writeJson({ number }),
        (error: unknown) => error instanceof RangeError,
      );
    assert.is(writeJson({ a: undefined, b: [1n, '1', -(2n ** 63n)] }), '{"b":[1,"1",-9223372036854775808]}');
  });
});
