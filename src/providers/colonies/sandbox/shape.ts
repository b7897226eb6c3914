import { canonical, type Value } from '../../../core/value.ts';
import { parseJson, type Json } from '../client/json.ts';
import { instantOf, NEVER, textOf, type Instant, type Zone } from './instant.ts';

/**
 * How the server's decoder and encoder treat one of its types. The server is written in Go, and its clients have learnt what that
 * means: keys are found whatever their case, unknown ones are passed over, null leaves a field as it was, a missing field is the
 * zero of its type, and a value of another type refuses the whole message.
 */
export interface Shape<T> {
  readonly zero: T;
  /** Throws Mismatch. */
  read(value: Json): T;
  write(value: T, zone: Zone): string;
  /** What `omitempty` leaves out. */
  empty(value: T): boolean;
}
export type Of<S> = S extends Shape<infer T> ? T : never;

/** A value is not of the type that its field has. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

/** Reads JSON text. Throws Mismatch, and for text that is no JSON too. */
export function readText<T>(shape: Shape<T>, text: string): T {
  try {
    return shape.read(parseJson(text));
  } catch (cause) {
    throw cause instanceof SyntaxError ? new Mismatch(cause.message, { cause }) : cause;
  }
}

/** JSON text as Go writes it: `<`, `>`, `&` and the line ends of Unicode are escaped. */
export const writeText = <T>(shape: Shape<T>, value: T, zone: Zone): string => escaped(shape.write(value, zone));

const ESCAPED = /[<>&\u2028\u2029]/g;
export const escaped = (text: string): string => text.replace(ESCAPED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

function scalar<T>(zero: T, own: Pick<Shape<T>, 'read' | 'write'>): Shape<T> {
  return { zero, ...own, read: (value) => (value === null ? zero : own.read(value)), empty: (value) => value === zero };
}
function fail(wanted: string): never {
  throw new Mismatch(`${wanted} expected`);
}

export const text: Shape<string> = scalar('', {
  read: (value) => (typeof value === 'string' ? value : fail('a text')),
  write: (value) => JSON.stringify(value),
});
export const flag: Shape<boolean> = scalar(false, {
  read: (value) => (typeof value === 'boolean' ? value : fail('true or false')),
  write: String,
});
export const real: Shape<number> = scalar(0, {
  read: (value) => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : fail('a number')),
  write: (value) => JSON.stringify(value),
});
const MOST = 2n ** 63n;
/** int64 where every digit counts. */
export const long: Shape<bigint> = scalar(0n, {
  read: (value) => {
    if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return fail('a whole number');
    const digits = BigInt(value as number | bigint);
    return digits >= -MOST && digits < MOST ? digits : fail('a number of 64 bits');
  },
  write: String,
});
/** int and int64 where nobody needs more than 53 bits. */
export const whole: Shape<number> = scalar(0, { read: (value) => Number(long.read(value)), write: String });
/** time.Time, which is never left out: no zero of a struct is. */
export const instant: Shape<Instant> = {
  ...scalar(NEVER, {
    read: (value) => (typeof value === 'string' ? instantOf(value) : undefined) ?? fail('a time'),
    write: (value, zone) => JSON.stringify(textOf(value, zone)),
  }),
  empty: () => false,
};
/** interface{}: whatever JSON has, its numbers as floats and its members sorted. */
export const free: Shape<Value> = { zero: null, read: floats, write: canonical, empty: (value) => value === null };

function floats(value: Json): Value {
  if (typeof value === 'bigint') return Number(value);
  if (isItems(value)) return value.map(floats);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, floats(one)]));
}
const isItems = (value: Json): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !isItems(value);

/** []byte: base64 text, or a list of numbers. */
export const bytes: Shape<Uint8Array | null> = {
  zero: null,
  read: (value) => {
    if (value === null) return null;
    if (typeof value === 'string') return isBase64(value) ? Buffer.from(value, 'base64') : fail('base64');
    if (!isItems(value) || !value.every(isByte)) return fail('bytes');
    return Uint8Array.from(value);
  },
  write: (value) => (value === null ? 'null' : JSON.stringify(Buffer.from(value).toString('base64'))),
  empty: (value) => value === null || value.length === 0,
};
const isByte = (value: Json): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 256;
const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

/** A slice: null is none, which is not the same as an empty one. */
export function list<T>(item: Shape<T>): Shape<readonly T[] | null> {
  return {
    zero: null,
    read: (value) => {
      if (value === null) return null;
      return isItems(value) ? value.map((one) => item.read(one)) : fail('a list');
    },
    write: (value, zone) => (value === null ? 'null' : `[${value.map((one) => item.write(one, zone)).join(',')}]`),
    empty: (value) => value === null || value.length === 0,
  };
}

/** A map by text. */
export function map<T>(member: Shape<T>): Shape<Readonly<Record<string, T>> | null> {
  return {
    zero: null,
    read: (value) => {
      if (value === null) return null;
      if (!isObject(value)) return fail('an object');
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, member.read(one)]));
    },
    write: (value, zone) => {
      if (value === null) return 'null';
      const names = Object.keys(value).sort();
      return `{${names.map((name) => `${JSON.stringify(name)}:${member.write(value[name] as T, zone)}`).join(',')}}`;
    },
    empty: (value) => value === null || Object.keys(value).length === 0,
  };
}

/** A pointer: null is none. */
export const pointer = <T>(shape: Shape<T>): Shape<T | null> => ({
  zero: null,
  read: (value) => (value === null ? null : shape.read(value)),
  write: (value, zone) => (value === null ? 'null' : shape.write(value, zone)),
  empty: (value) => value === null,
});

/** A type that contains itself. */
export const lazy = <T>(zero: T, shape: () => Shape<T>): Shape<T> => ({
  zero,
  read: (value) => shape().read(value),
  write: (value, zone) => shape().write(value, zone),
  empty: (value) => shape().empty(value),
});

export type Members = Readonly<Record<string, Shape<unknown>>>;
export type Struct<F extends Members> = { readonly [K in keyof F]: Of<F[K]> };

/** A struct, its fields in the order in which they are written; those of `omit` are left out when they are empty. */
export function struct<F extends Members>(fields: F, omit: readonly (keyof F & string)[] = []): Shape<Struct<F>> {
  const members = Object.entries(fields);
  const folded = new Map(members.map(([name, shape]) => [name.toLowerCase(), [name, shape] as const]));
  const left = new Set<string>(omit);
  const zero = Object.fromEntries(members.map(([name, shape]) => [name, shape.zero])) as Struct<F>;
  return {
    zero,
    read(value) {
      if (value === null) return zero;
      if (!isObject(value)) return fail('an object');
      const read: Record<string, unknown> = { ...zero };
      for (const key of Object.keys(value)) {
        const [name, shape] = folded.get(key.toLowerCase()) ?? [];
        const given = value[key];
        if (name === undefined || shape === undefined || given === undefined || given === null) continue;
        read[name] = shape.read(given);
      }
      return read as Struct<F>;
    },
    write(value, zone) {
      const parts: string[] = [];
      for (const [name, shape] of members) {
        const member = value[name];
        if (left.has(name) && shape.empty(member)) continue;
        parts.push(`"${name}":${shape.write(member, zone)}`);
      }
      return `{${parts.join(',')}}`;
    },
    empty: () => false,
  };
}
