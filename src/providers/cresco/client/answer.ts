import type { Value } from '../../../core/value.ts';
import { decodeData, decompressData, decompressJson } from './encoding.ts';
import { unreadable } from './faults.ts';
import type { Params } from './results.ts';

/** A reply, with its members read as what they are. What is missing or is something else throws CRESCO_ANSWER. */
export interface Answer {
  /** The reply as it came. Besides results it has the request's own payload and the router's notes. */
  readonly params: Params;
  has(name: string): boolean;
  text(name: string): string;
  optional(name: string): string | undefined;
  number(name: string): number;
  /** `true` and `false`, as text. */
  flag(name: string): boolean;
  /** gzjson */
  json(name: string): Value;
  /** b64 */
  bytes(name: string): Uint8Array;
  /** gzbytes */
  unzipped(name: string): Promise<Uint8Array>;
}

export function answerOf(params: Params, line: string): Answer {
  const text = (name: string): string => {
    const value = params[name];
    if (value === undefined) throw unreadable(`${line} was answered without ${name}`);
    return value;
  };
  const called = (name: string): string => `${name} in the answer to ${line}`;
  return {
    params,
    has: (name) => params[name] !== undefined,
    text,
    optional: (name) => params[name],
    number: (name) => numberOf(text(name), called(name)),
    flag: (name) => text(name).toLowerCase() === 'true',
    json: (name) => decompressJson(text(name), called(name)),
    bytes: (name) => decodeData(text(name), called(name)),
    unzipped: (name) => decompressData(text(name), called(name)),
  };
}

/** Digits, as the server writes numbers. Throws CRESCO_ANSWER. */
export function numberOf(text: string, what: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw unreadable(`${what} is "${text}", and no number`);
  return value;
}
