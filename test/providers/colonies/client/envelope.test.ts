import { opened, sealed } from '../../../../src/providers/colonies/client/envelope.ts';
import { Unfit } from '../../../../src/providers/colonies/client/codec.ts';
import { parseJson, signerOf, type Json } from '../../../../src/providers/colonies/client/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { vectors } from './vectors.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const payloadOf = ({ payload }: { readonly payload: string }): Json => parseJson(Buffer.from(payload, 'base64').toString('utf8'));
const reply = (fields: object): string => JSON.stringify({ payloadtype: 'x', payload: base64('{}'), error: false, ...fields });

group('colonies: envelopes', (test) => {
  for (const { name, signer_id, payload_json, envelope, reply_body, reply_payload_json } of vectors.envelopes) {
    test(`as recorded: ${name}`, () => {
      const { msgtype, ...request } = parseJson(payload_json) as { readonly msgtype: string };
      const ours = sealed(msgtype, request, undefined);
      assert.equal(payloadOf(ours), payloadOf(envelope));
      assert.is(ours.payloadtype, envelope.payloadtype);
      if (signer_id !== null) assert.equal(signerOf(envelope.payload, envelope.signature), { id: signer_id });
      if (reply_body === null) return;
      const read = opened(JSON.stringify(reply_body));
      assert.equal('refused' in read ? { ...read.refused } : read.payload, reply_payload_json);
      if (!('refused' in read)) assert.is(read.payloadtype, msgtype);
    });
  }

  test('the compact form of the Go client is ours, to the byte', () => {
    const key = vectors.well_known_sample_identities[0]?.prvkey;
    const { envelope, payload_json = '' } = vectors.envelopes[0] ?? {};
    const { msgtype, ...request } = parseJson(payload_json) as { readonly msgtype: string };
    assert.equal(sealed(msgtype, request, key), envelope);
  });

  test('the message of a subscription is signed like any other', () => {
    const { client_message, client_payload_json } = vectors.websocket;
    assert.equal(payloadOf(client_message), client_payload_json);
    assert.equal(signerOf(client_message.payload, client_message.signature), { id: vectors.well_known_sample_identities[2]?.id });
  });

  test('what is no reply is refused, whatever is wrong with it', () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['', 'the reply is not JSON'],
      ['<html>504 Gateway Time-out</html>', 'the reply is not JSON'],
      ['null', 'the reply is not a JSON object'],
      ['[]', 'the reply is not a JSON object'],
      [reply({ error: undefined }), 'its error is not true or false'],
      [reply({ error: 'false' }), 'its error is not true or false'],
      [reply({ error: 0 }), 'its error is not true or false'],
      [reply({ payloadtype: undefined }), 'its payloadtype is not a string'],
      [reply({ payload: {} }), 'its payload is not a string'],
      [reply({ payload: base64('{"a":1}').slice(0, -3) }), 'its payload is not base64'],
      [reply({ payload: base64('{"a":1}').replace('e', '*') }), 'its payload is not base64'],
      [reply({ payload: base64('{"a":1}').slice(0, 4) }), 'its payload is not JSON'],
      [reply({ payload: '' }), 'its payload is not JSON'],
      [reply({ payload: Buffer.from([0x22, 0xc3, 0x28, 0x22]).toString('base64') }), 'its payload is not UTF-8'],
      [reply({ error: true, payload: base64('{"message":"x"}') }), 'its payload.status is not there'],
      [reply({ error: true, payload: base64('{"status":"403","message":"x"}') }), 'its payload.status is not an integer'],
      [reply({ error: true, payload: base64('"no"') }), 'its payload is not an object'],
      [reply({}).slice(0, 20), 'the reply is not JSON'],
    ];
    for (const [body, message] of wrong) {
      assert.throws(
        () => opened(body),
        (error: unknown) => error instanceof Unfit && error.message === message,
        `${message}: ${body}`,
      );
    }
  });
});
