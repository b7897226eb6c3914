import { promisify } from 'node:util';
import { constants, gunzip, gunzipSync, gzipSync } from 'node:zlib';
import type { Value } from '../../../core/value.ts';
import { unreadable } from './faults.ts';

/**
 * The encodings of values that are more than a word: gz is base64(gzip(UTF-8)), gzbytes the same of bytes, b64 plain base64. Standard
 * alphabet, padded, without line breaks, which the server's decoder refuses. Compressed bytes differ from those of other clients (time
 * in the header, deflate of another library); what is in them does not.
 */
const LEVEL = { level: constants.Z_BEST_COMPRESSION };
/** A few kilobytes can stand for gigabytes. The largest honest content is an agent's log. */
const MOST = { maxOutputLength: 256 * 1024 * 1024 };
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** gz of a text; `compress_param` of the Python client. */
export const compressParam = (text: string): string => compressData(Buffer.from(text, 'utf8'));

/** gzbytes; `compress_data`. */
export const compressData = (bytes: Uint8Array): string => gzipSync(bytes, LEVEL).toString('base64');

/** b64; `encode_data`. */
export const encodeData = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** gz of a JSON value. */
export const compressJson = (value: unknown): string => compressParam(JSON.stringify(value));

/** The text of a gz; `decompress_param`. Several gzip members are read as one. Throws CRESCO_ANSWER. */
export const decompressParam = (text: string, what = 'the text'): string =>
  unzipped(what, () => gunzipSync(decoded(text, what), MOST)).toString('utf8');

/** The JSON value of a gz. Throws CRESCO_ANSWER. */
export function decompressJson(text: string, what = 'the text'): Value {
  const json = decompressParam(text, what);
  try {
    return JSON.parse(json) as Value;
  } catch (cause) {
    throw unreadable(`${what} holds no JSON`, cause);
  }
}

const inBackground = promisify(gunzip);

/** The bytes of a gzbytes, unzipped off the main thread: they may be a whole log. Throws CRESCO_ANSWER. */
export async function decompressData(text: string, what = 'the text'): Promise<Uint8Array> {
  try {
    return await inBackground(decoded(text, what), MOST);
  } catch (cause) {
    throw unreadable(`${what} is no gzip in base64, or too much`, cause);
  }
}

/** The bytes of a b64. Throws CRESCO_ANSWER. */
export const decodeData = (text: string, what = 'the text'): Uint8Array => decoded(text, what);

/** Node skips what is not base64 instead of refusing it. */
function decoded(text: string, what: string): Buffer {
  if (!BASE64.test(text) || text.length % 4 !== 0) throw unreadable(`${what} is no base64`);
  return Buffer.from(text, 'base64');
}

function unzipped(what: string, run: () => Buffer): Buffer {
  try {
    return run();
  } catch (cause) {
    throw unreadable(`${what} is no gzip in base64, or too much`, cause);
  }
}
