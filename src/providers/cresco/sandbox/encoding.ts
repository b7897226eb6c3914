import { gunzipSync, gzipSync } from 'node:zlib';
import { readGson, textsOf, writeGson } from './gson.ts';
import type { Written } from './gson.ts';

/** How structured values travel inside the flat maps: `gz` is base64 of gzip of the bytes. */

/** A decoded value may not be larger: what a few kilobytes unpack to is the sender's choice. */
const LARGEST = 256 * 1024 * 1024;

export const gz = (text: string | Uint8Array): string => gzipSync(text).toString('base64');
export const gzjson = (value: Written): string => gz(writeGson(value));

/** The bytes of a base64 text; undefined where it is none. The server's decoder takes no line breaks and no other alphabet. */
export function bytesOf(base64: string): Buffer | undefined {
  const whole = /^[A-Za-z0-9+/]*={0,2}$/.test(base64) && base64.replace(/=+$/, '').length % 4 !== 1;
  return whole ? Buffer.from(base64, 'base64') : undefined;
}

/** The text inside a `gz`; undefined for what is no base64 or no gzip. */
export function ungz(value: string): string | undefined {
  const packed = bytesOf(value);
  if (packed === undefined) return undefined;
  try {
    return gunzipSync(packed, { maxOutputLength: LARGEST }).toString('utf8');
  } catch (error) {
    // zlib's own errors, and the one of a text that is too large: to the server's callers both are a null.
    if (error instanceof RangeError || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
}

/** The flat map inside a `gzjson`; undefined for anything else. */
export function ungzTexts(value: string | undefined): Readonly<Record<string, string | null>> | undefined {
  const text = value === undefined ? undefined : ungz(value);
  if (text === undefined) return undefined;
  try {
    return textsOf(readGson(text)) ?? undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
