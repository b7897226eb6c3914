import { Unfit, int, must, record, text } from './codec.ts';
import { parseJson, writeJson, type Json, type Writable } from './json.ts';
import { signText } from './keys.ts';

/** What is posted to `/api` and sent to `/pubsub`. `payload` is base64 of JSON; the signature is over that very text. */
export interface Envelope {
  readonly payloadtype: string;
  readonly payload: string;
  readonly signature: string;
}

/** A request as it goes over the wire. Without a key it is not signed. Throws Fault COLONIES_KEY. */
export function sealed(type: string, request: object, key: string | undefined): Envelope {
  // The signature covers the payload alone, so the payload says its type again.
  const json = writeJson({ msgtype: type, ...(request as { readonly [name: string]: Writable | undefined }) });
  const payload = Buffer.from(json, 'utf8').toString('base64');
  return { payloadtype: type, payload, signature: key === undefined ? '' : signText(payload, key) };
}

/** What came back: the payload of a reply, or the server's own words on why there is none. */
export type Opened =
  { readonly payloadtype: string; readonly payload: Json } | { readonly refused: { readonly status: number; readonly message: string } };

const failure = record({ status: must(int), message: text });

/** Reads a reply as it came. Throws Unfit for everything that is none. */
export function opened(body: string): Opened {
  const envelope = jsonOf(body, 'the reply');
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope)) throw new Unfit('the reply', 'a JSON object');
  const { payloadtype, payload, error } = envelope as { readonly [name: string]: Json | undefined };
  if (typeof error !== 'boolean') throw new Unfit('its error', 'true or false');
  if (typeof payloadtype !== 'string') throw new Unfit('its payloadtype', 'a string');
  if (typeof payload !== 'string') throw new Unfit('its payload', 'a string');
  const inside = jsonOf(decoded(payload), 'its payload');
  return error ? { refused: failure.read(inside, 'its payload') } : { payloadtype, payload: inside };
}

/** Node's own decoder steps over whatever is no base64: half an answer would pass for a whole one. */
function decoded(base64: string): string {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw new Unfit('its payload', 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
  } catch (error) {
    throw error instanceof TypeError ? new Unfit('its payload', 'UTF-8') : error;
  }
}

function jsonOf(from: string, at: string): Json {
  try {
    return parseJson(from);
  } catch (error) {
    // The parser's message quotes the text, which may hold anything.
    throw error instanceof SyntaxError ? new Unfit(at, 'JSON') : error;
  }
}
