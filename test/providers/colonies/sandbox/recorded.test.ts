import { canonical, type Fields } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import { sampleKey, vectors, type Recorded } from '../client/vectors.ts';
import { lab, opened, send } from './lab.ts';
import { masker, played, stepsOf } from './recorded.ts';

/** Without ids and times, and without what tells how the recording's server was started. */
const comparable = (payload: unknown): string =>
  masker()(canonical(JSON.parse(JSON.stringify(payload, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)))))
    .replace(/"(buildtime)":"[^"]*"/g, '"$1":"T"')
    .replace(/"(port)":\d+/g, '"$1":0');

group('the server that was recorded, and its sandbox', (test) => {
  for (const [name, sandbox] of [
    ['people', {}],
    ['things', {}],
    ['reregister', { reregister: true }],
  ] as const) {
    test(`answer alike: ${name}`, () =>
      lab(
        async ({ box }) => {
          const steps = stepsOf(name);
          let n = 0;
          for await (const answer of played(box.address, steps)) {
            const { answer: expected, ...step } = steps[n] ?? { answer: '' };
            assert.is(answer, expected, `step ${n + 1}: ${JSON.stringify(step)}`);
            n += 1;
          }
          assert.is(n, steps.length);
        },
        { options: { serverKey: 'of the manifests', sandbox } },
      ));
  }

  test('answer alike: envelopes that were signed by others', () =>
    lab(
      async ({ box, control }) => {
        for (const recorded of vectors.envelopes) {
          const { status, type, body } = await send(box.address, { body: JSON.stringify(recorded.envelope) });
          assert.is(status, recorded.reply_status, recorded.name);
          assert.is(type, recorded.reply_body === null ? null : 'text/plain; charset=utf-8', recorded.name);
          if (recorded.reply_body === null) assert.is(body, '', recorded.name);
          else {
            const answer = opened(status, body);
            assert.is(answer.type, recorded.reply_body.payloadtype, recorded.name);
            assert.is(answer.error, recorded.reply_body.error, recorded.name);
            // The messages of its channel were signed with a key that nobody has kept.
            const expected = recorded.name === 'channel read' ? [] : recorded.reply_payload_json;
            assert.is(comparable(answer.payload), comparable(expected), recorded.name);
          }
          if (recorded.name === 'submit function spec') await rename(control, body, recorded);
        }
      },
      { options: { serverKey: sampleKey('server owner') } },
    ));

  test('refuse alike what is signed wrongly, and take what the server takes', () =>
    lab(async ({ box }) => {
      for (const { name, message_utf8: payload, signature_hex: signature, server_error: message } of vectors.crypto_negative) {
        if (signature === undefined) continue;
        const body = JSON.stringify({ payloadtype: 'getcoloniesmsg', payload, signature });
        const { status, body: text } = await send(box.address, { body });
        // Whoever is known by then has said something that is no message.
        const expected = message === undefined ? [400, 'Failed to get colonies, invalid JSON'] : [403, message];
        assert.equal([status, (opened(status, text).payload as Fields)['message']], expected, name);
      }
    }));
});

/** The process that was submitted gets the id that the requests which follow have in them. */
async function rename(
  control: (name: string, input: Readonly<Record<string, string>>) => Promise<unknown>,
  body: string,
  { reply_payload_json: recorded }: Recorded,
): Promise<void> {
  const { processid } = opened(200, body).payload as { readonly processid: string };
  const [row] = (await control('rows', { kind: 'process' })) as readonly Fields[];
  const { processid: wanted, attributes } = recorded as unknown as { readonly processid: string; readonly attributes: readonly Fields[] };
  await control('remove', { kind: 'process', name: processid });
  await control('put', { kind: 'process', row: JSON.stringify({ ...row, processid: wanted }) });
  for (const attribute of attributes) await control('put', { kind: 'attribute', row: JSON.stringify(attribute) });
}
