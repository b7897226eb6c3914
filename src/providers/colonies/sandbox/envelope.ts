import type { Fields, Value } from '../../../core/value.ts';
import { signerOf, type Recovered } from '../client/keys.ts';
import { refuse } from './handler.ts';
import { flag, Mismatch, pointer, readText, struct, text, whole, writeText } from './shape.ts';
import { UTC } from './instant.ts';

/** A request as it came (sheet 1.2). The signature is over `payload`, so the type is told again in there. */
export interface Envelope {
  readonly payloadtype: string;
  readonly payload: string;
  readonly signature: string;
}

const request = pointer(struct({ signature: text, payloadtype: text, payload: text }));
const reply = struct({ payloadtype: text, payload: text, error: flag });
const failure = struct({ status: whole, message: text });

/** Null for a body that is null, which is the undoing of the server. Throws Refusal 400. */
export function envelopeOf(body: string): Envelope | null {
  try {
    return readText(request, body);
  } catch (cause) {
    if (cause instanceof Mismatch) refuse(400, decoderWords(body, cause));
    throw cause;
  }
}

/**
 * Signatures that were looked into lately, if what they are under is short: whoever polls says the same thing each time, and to find out
 * who it was takes longer than all the rest of a request.
 */
const known = new Map<string, Recovered>();
const KNOWN_AT_MOST = 1_024;
const SHORT = 2_048;

function lookInto({ payload, signature }: Envelope): Recovered {
  if (payload.length > SHORT) return signerOf(payload, signature);
  const key = `${payload.length} ${payload} ${signature}`;
  let signer = known.get(key);
  if (signer === undefined) {
    if (known.size >= KNOWN_AT_MOST) known.clear();
    known.set(key, (signer = signerOf(payload, signature)));
  }
  return signer;
}

/** Whose signature it is. Throws Refusal 403 in the server's words. */
export function signerIn(envelope: Envelope): string {
  const signer = lookInto(envelope);
  return 'id' in signer ? signer.id : refuse(403, signer.refused);
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/;

/** What is base64 from the start on: the server passes over that it stops being so. */
export const payloadIn = ({ payload }: Envelope): string =>
  Buffer.from(BASE64.exec(payload.replace(/[\r\n]/g, ''))?.[0] ?? '', 'base64').toString('utf8');

export const replyText = (payloadtype: string, payload: string): string =>
  writeText(reply, { payloadtype, payload: Buffer.from(payload).toString('base64'), error: false }, UTC);

export const errorText = (status: number, message: string): string =>
  writeText(
    reply,
    { payloadtype: 'error', payload: Buffer.from(writeText(failure, { status, message }, UTC)).toString('base64'), error: true },
    UTC,
  );

/** What Go's decoder says of a body that is no envelope, as far as a client is likely to see it. */
function decoderWords(body: string, cause: Mismatch): string {
  const begin = body.trimStart();
  if (begin === '') return 'unexpected end of JSON input';
  if (cause.cause === undefined) {
    if (!begin.startsWith('{')) return `json: cannot unmarshal ${kindOf(JSON.parse(body))} into Go value of type rpc.RPCMsg`;
    const [name, value] = Object.entries(JSON.parse(body) as Fields).find(([, one]) => one !== null && typeof one !== 'string') ?? ['', ''];
    return `json: cannot unmarshal ${kindOf(value)} into Go struct field RPCMsg.${name.toLowerCase()} of type string`;
  }
  const close = { '{': '}', '[': ']', '"': '"' }[begin.charAt(0)];
  if (close !== undefined) {
    return begin.trimEnd().endsWith(close) ? 'invalid character looking for beginning of value' : 'unexpected end of JSON input';
  }
  const word = ['null', 'true', 'false'].find((one) => one.startsWith(begin.charAt(0)));
  if (word === undefined) return `invalid character '${begin.charAt(0)}' looking for beginning of value`;
  const off = [...word].findIndex((letter, i) => begin.charAt(i) !== letter);
  return off < 0
    ? 'invalid character after top-level value'
    : `invalid character '${begin.charAt(off)}' in literal ${word} (expecting '${word.charAt(off)}')`;
}

const kindOf = (value: Value): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'object' ? 'object' : typeof value;
