import * as fc from 'fast-check';
import type { Value } from '../../src/core/value.ts';
import { canonicalValue } from '../../src/yang/index.ts';
import type { Mode, SchemaNode } from '../../src/yang/index.ts';
import { assert, group } from '../kit/group.ts';
import { faultsOf, problemsOf, schemaOf } from './schema-of.ts';

const leaf = (type: string, header = ''): SchemaNode => schemaOf(`${header} leaf a { type ${type} }`).find('/m:a') as SchemaNode;

/** The canonical value, or `!` and what is wrong. */
const read = (node: SchemaNode, value: Value, mode: Mode = 'json'): Value => {
  const found = canonicalValue(node, value, mode);
  return 'problem' in found ? `!${found.problem}` : found.value;
};

group('yang types', (test) => {
  test('integers: numbers in JSON up to 32 bits, text for 64', () => {
    const small = leaf('uint8;');
    assert.is(read(small, 255), 255);
    assert.is(read(small, 256), '!256 is not in 0..255');
    assert.is(read(small, 1.5), '!the number 1.5 is no uint8');
    assert.is(read(small, '7'), '!uint8 is a number in JSON, not a string');
    assert.is(read(small, '7', 'yaml'), 7);
    assert.is(read(small, '010', 'yaml'), 10);
    assert.ok(Object.is(read(leaf('int8;'), -0), 0));
    const wide = leaf('uint64;');
    assert.is(read(wide, '18446744073709551615'), '18446744073709551615');
    assert.is(read(wide, '18446744073709551616'), '!"18446744073709551616" is not in 0..18446744073709551615');
    assert.is(read(wide, 5), '!uint64 is a string in JSON');
    assert.is(read(wide, 5, 'yaml'), '5');
    assert.is(read(wide, 2 ** 60, 'yaml'), '!the number 1152921504606847000 is no uint64');
  });

  test('decimals keep every digit and have one canonical form', () => {
    const node = leaf('decimal64 { fraction-digits 3; range "-5..35"; }');
    for (const [given, canonical] of [
      ['17', '17.0'],
      ['17.0', '17.0'],
      ['+17.500', '17.5'],
      ['-0.0', '0.0'],
      ['0017.250', '17.25'],
    ]) {
      assert.is(read(node, given as string), canonical);
    }
    assert.is(read(node, 18.5), '!decimal64 is a string in JSON');
    assert.is(read(node, 18.5, 'yaml'), '18.5');
    assert.is(read(node, '17.0001'), '!"17.0001" has more than 3 fraction digits');
    assert.is(read(node, '35.001'), '!"35.001" is not in -5.0..35.0');
    assert.is(read(node, 'warm'), '!"warm" is no decimal64');
    const long = leaf('decimal64 { fraction-digits 1; }');
    assert.is(read(long, '922337203685477580.7'), '922337203685477580.7');
    assert.match(String(read(long, '922337203685477580.8')), /^!.* is not in /);
  });

  test('any decimal reads as the same scaled integer that BigInt sees', () => {
    const node = leaf('decimal64 { fraction-digits 3; }');
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (scaled) => {
        const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(4, '0');
        const text = `${scaled < 0n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
        const canonical = String(read(node, text));
        const [whole = '', fraction = ''] = canonical.replace('-', '').split('.');
        assert.is(BigInt(whole + fraction.padEnd(3, '0')) * (canonical.startsWith('-') ? -1n : 1n), scaled);
        assert.is(read(node, canonical), canonical);
      }),
    );
  });

  test('strings: length in characters, patterns all of them, inverted ones too', () => {
    assert.is(read(leaf('string { length "1..2"; }'), '😀😀'), '😀😀');
    assert.is(read(leaf('string { length "1..2"; }'), 'abc'), '!the length is 3, it must be 1..2 characters');
    const both = leaf(`string { pattern '[a-z]+'; pattern 'x.*' { modifier invert-match; error-message "no x"; } }`);
    assert.is(read(both, 'abc'), 'abc');
    assert.is(read(both, 'ABC'), '!the text does not match the pattern [a-z]+');
    assert.is(read(both, 'xyz'), '!no x');
    assert.is(read(leaf('string;'), 'a\u0000'), '!the text holds a character that YANG strings cannot hold');
    assert.is(read(leaf('string;'), 17), '!the number 17 is no string');
    assert.is(read(leaf('string;'), 17, 'yaml'), '17');
  });

  test('booleans, empty, binary, bits', () => {
    assert.is(read(leaf('boolean;'), 'true'), '!a string is no boolean: true or false');
    assert.is(read(leaf('boolean;'), 'true', 'yaml'), true);
    assert.equal(read(leaf('empty;'), [null]), [null]);
    assert.equal(read(leaf('empty;'), null, 'yaml'), [null]);
    assert.match(String(read(leaf('empty;'), null)), /^!null is no value of type empty/);
    assert.is(read(leaf('binary { length 3; }'), 'AAAA'), 'AAAA');
    assert.is(read(leaf('binary { length 3; }'), 'AAA='), '!the length is 2, it must be 3 bytes');
    assert.is(read(leaf('binary;'), 'AA'), '!the text is no padded base64');
    const bits = leaf('bits { bit b { position 1; } bit a { position 0; } }');
    assert.is(read(bits, 'b  a'), 'a b');
    assert.is(read(bits, 'a a'), '!the bit a is named twice');
    assert.is(read(bits, 'c'), '!"c" is not one of the bits b, a');
  });

  test('enumerations take YAML scalars by their text and guess what was meant', () => {
    const node = leaf('enumeration { enum "true"; enum "10"; enum KETTLE; }');
    assert.is(read(node, true, 'yaml'), 'true');
    assert.is(read(node, 10, 'yaml'), '10');
    assert.is(read(node, true), '!the boolean true is not one of true, 10, KETTLE');
    assert.equal(canonicalValue(node, 'KETLE'), { problem: '"KETLE" is not one of true, 10, KETTLE', hint: 'did you mean KETTLE?' });
    assert.equal(
      node.type?.enums?.map((one) => one.value),
      [0, 1, 2],
    );
  });

  test('a union takes the first member that fits, a YAML scalar first as what it is', () => {
    const node = leaf('union { type enumeration { enum auto; } type uint32; type string { length "1..3"; } }');
    assert.is(read(node, 'auto'), 'auto');
    assert.is(read(node, 5), 5);
    assert.is(read(node, '5'), '5');
    assert.is(read(node, 5, 'yaml'), 5);
    assert.match(String(read(node, 'longer')), /^!the value fits no member of the union/);
  });

  test('identities are canonical with their module', () => {
    const header = 'identity base; identity red { base base; } identity crimson { base red; } identity other;';
    const node = leaf('identityref { base base; }', header);
    assert.is(read(node, 'red'), 'm:red');
    assert.is(read(node, 'm:crimson'), 'm:crimson');
    assert.is(read(node, 'm:base'), '!"m:base" is no identity derived from m:base');
    assert.match(String(read(node, 'other')), /^!/);
    assert.equal(node.type?.identities, ['m:crimson', 'm:red']);
  });

  test('restrictions narrow, and say where they do not', () => {
    const typedef = 'typedef t { type uint8 { range "1..10 | 20..30"; } }';
    assert.is(read(leaf('t { range "5..10 | 25"; }', typedef), 25), 25);
    assert.match(
      faultsOf(`${typedef} leaf a { type t { range "5..15"; } }`)[0] ?? '',
      /YANG_RESTRICTION 5\.\.15 is not inside 1\.\.10 \| 20\.\.30/,
    );
    assert.match(faultsOf('leaf a { type uint8 { range "5..3"; } }')[0] ?? '', /ends before it begins/);
    assert.match(faultsOf('leaf a { type string { range "5..3"; } }')[0] ?? '', /range cannot restrict string/);
    assert.match(faultsOf('leaf a { type decimal64; }')[0] ?? '', /fraction-digits from 1 to 18/);
    assert.match(faultsOf('typedef a { type b; } typedef b { type a; }')[0] ?? '', /is made of itself/);
    assert.match(faultsOf('leaf a { type strnig; }')[0] ?? '', /m has no typedef strnig/);
    assert.match(
      faultsOf('leaf a { type uint8; default 300; }')[0] ?? '',
      /YANG_DEFAULT the default does not fit: "300" is not in 0\.\.255/,
    );
  });

  test('defaults in modules may be hexadecimal and octal', () => {
    assert.is(schemaOf('leaf a { type uint8; default 0x1F; }').find('/a')?.default, 31);
    assert.is(schemaOf('leaf a { type uint8; default 017; }').find('/a')?.default, 15);
  });

  test('the module says why: its error-message and app-tag go with the problem', () => {
    const schema = schemaOf(`leaf a { type uint8 { range "1..4" { error-message "one to four"; error-app-tag "few"; } } }`);
    const [problem] = problemsOf(schema, { 'm:a': 9 });
    assert.equal(problem, {
      code: 'YANG_RANGE',
      message: 'one to four',
      rule: { file: 'm.yang', line: 6, text: 'range "1..4"' },
      appTag: 'few',
      path: '/m:a',
      pointer: '/m:a',
    });
  });
});
