import fc from 'fast-check';
import { readGson, textsOf, writeGson } from '../../../../src/providers/cresco/sandbox/gson.ts';
import { parseEnvelope } from '../../../../src/providers/cresco/sandbox/envelope.ts';
import { readCadl } from '../../../../src/providers/cresco/sandbox/pipeline.ts';
import { assert, group } from '../../../kit/group.ts';
import { captured } from './captured.ts';

const texts = (json: string): Record<string, string | null> => ({ ...textsOf(readGson(json)) });

group('gson: what the server reads and writes', (test) => {
  test('escapes as gson does', () => {
    const { map, wire } = captured.gson_escaping;
    assert.is(writeGson(map), wire);
  });

  test('whatever it writes of maps of text, JSON reads back the same', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (map) => {
        const text = writeGson(map);
        assert.equal(JSON.parse(text), JSON.parse(JSON.stringify(map)));
        assert.equal(texts(text), { ...map });
        assert.not.match(text, /[<>&']/);
      }),
    );
  });

  test('whatever JSON there is, it reads as JSON.parse does, scalars as their text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))), (map) => {
        const wanted = Object.fromEntries(Object.entries(map).map(([name, value]) => [name, value === null ? null : String(value)]));
        assert.equal(texts(JSON.stringify(map)), wanted);
        assert.equal(texts(JSON.stringify(map, undefined, 2)), wanted);
      }),
    );
  });

  test('is as lenient as gson: bare names, single quotes, comments, other separators', () => {
    assert.equal(texts(`{a: b, 'c' = "d"; e => 1.50 /* x */, # y\n f: TRUE // z\n}`), { a: 'b', c: 'd', e: '1.50', f: 'true' });
    assert.equal(texts('{"a":"\\u0041\\n\\/"}'), { a: 'A\n/' });
  });

  for (const text of ['', '{', '{"a"}', '{"a":1', '{"a":1,}', '[1', '{"a":1} x', '{"a":"\\x"}', "{'a", '/* x', '{"a":"\\u00g0"}']) {
    test(`refuses ${text}`, () =>
      assert.throws(
        () => readGson(text),
        (error: unknown) => error instanceof SyntaxError,
      ));
  }

  test('refuses nesting that would end the process', () => {
    assert.throws(
      () => readGson('['.repeat(100_000)),
      (error: unknown) => error instanceof SyntaxError,
    );
  });

  test('reads in linear time', () => {
    const many = `{${Array.from({ length: 100_000 }, (_, n) => `"k${n}":"${'v'.repeat(20)}"`).join(',')}}`;
    assert.is(Object.keys(texts(many)).length, 100_000);
  });
});

group('the envelope of a request', (test) => {
  for (const vector of captured.envelope_parsing) {
    test(vector.text, () => {
      const envelope = parseEnvelope(vector.text);
      if (vector.payload_as_server_sees === undefined) assert.is(envelope, undefined);
      // A null is as good as a member that is not there: it is dropped when the reply is written.
      else assert.equal(envelope?.payload, Object.fromEntries(Object.entries(vector.payload_as_server_sees).filter(([, v]) => v !== null)));
    });
  }

  test('without message_info there is no request, without payload one without an action', () => {
    assert.is(parseEnvelope('{"message_payload":{"action":"x"}}'), undefined);
    assert.equal(parseEnvelope('{"message_info":{"a":"b"}}'), { info: { a: 'b' }, payload: undefined });
  });
});

group('CADL as the server keeps it', (test) => {
  for (const vector of captured.cadl_normalization) {
    test(vector.input.slice(0, 60), () => {
      const { input, after_gson_roundtrip: after } = vector;
      if (after === undefined)
        assert.throws(
          () => readCadl(input),
          (error: unknown) => error instanceof SyntaxError,
        );
      else assert.is(writeGson(readCadl(input) as never), after);
    });
  }

  test('doubles are those of Java', () => {
    const util = (n: string): string => writeGson((readCadl(`{"nodes":[{"workloadUtil":${n}}]}`)?.nodes?.[0] ?? {}) as never);
    for (const [given, written] of [
      ['0', '0.0'],
      ['12', '12.0'],
      ['0.5', '0.5'],
      ['10000000', '1.0E7'],
      ['0.0001', '1.0E-4'],
    ] as const) {
      assert.is(util(given), `{"isSource":false,"workloadUtil":${written}}`);
    }
  });
});
