import fc from 'fast-check';
import { parseExact } from '../../../src/providers/transport/json.ts';
import { assert, group } from '../../kit/group.ts';

group('json: exact numbers', (test) => {
  test('integers that a float cannot hold are kept as text, all others are numbers', () => {
    assert.equal(parseExact('[9007199254740991,9007199254740992,-9223372036854775808,0,-1,1e3,1.5,12345678901234567.5]'), [
      9007199254740991,
      '9007199254740992',
      '-9223372036854775808',
      0,
      -1,
      1000,
      1.5,
      12345678901234567.5,
    ]);
    assert.equal(parseExact('{"a":1e400,"b":-1e999}'), { a: '1e400', b: '-1e999' });
  });

  test('digits in strings and member names are left alone', () => {
    const text = String.raw`{"9223372036854775807":"9223372036854775807","\"9223372036854775807":"\\",`;
    assert.equal(parseExact(`${text}"n":18446744073709551615}`), {
      '9223372036854775807': '9223372036854775807',
      '"9223372036854775807': '\\',
      n: '18446744073709551615',
    });
  });

  test('text that is no JSON is not made JSON', () => {
    for (const text of ['{9223372036854775807:1}', '09223372036854775807', '[9223372036854775807', '', '9223372036854775807.']) {
      assert.throws(
        () => parseExact(text),
        (error: unknown) => error instanceof SyntaxError,
      );
    }
  });

  test('without such numbers it is JSON.parse, whatever the text', () => {
    const plain = fc.json().filter((text) => !/\d{16}/.test(text));
    fc.assert(fc.property(plain, (text) => assert.equal(parseExact(text), JSON.parse(text))));
  });

  test('with such numbers every digit survives', () => {
    const big = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n });
    fc.assert(
      fc.property(fc.array(fc.tuple(big, fc.string())), (list) => {
        const text = `[${list.map(([n, s]) => `{"s":${JSON.stringify(s)},"n":${n}}`).join(',')}]`;
        assert.equal(
          (parseExact(text) as { n: number | string; s: string }[]).map(({ n, s }) => [BigInt(n), s]),
          list,
        );
      }),
    );
  });
});
