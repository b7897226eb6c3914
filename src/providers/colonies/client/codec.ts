import type { Value } from '../../../core/value.ts';
import type { Json } from './json.ts';

/**
 * How one part of a reply is read, and its type: the models are written once. A value that is absent or null is Go's zero value,
 * as every Colonies client reads it (fields are left out when empty, and lists are null); a value of another JSON type throws Unfit.
 */
export interface Codec<T> {
  read(value: Json | undefined, at: string): T;
}

export type Of<C> = C extends Codec<infer T> ? T : never;

/** A reply is not of the shape that was asked for. `at` is the place: `payload.attributes[2].state`. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
  readonly at: string;
  readonly wanted: string;

  constructor(at: string, wanted: string) {
    super(`${at} is not ${wanted}`);
    this.at = at;
    this.wanted = wanted;
  }
}

const codec = <T>(read: Codec<T>['read']): Codec<T> => ({ read });

/** Absent or null: `zero`. Otherwise what `test` lets through. */
const zeroOr = <T>(zero: T, wanted: string, test: (value: Json) => value is Json & T): Codec<T> =>
  codec((value, at) => {
    if (value === undefined || value === null) return zero;
    if (test(value)) return value;
    throw new Unfit(at, wanted);
  });

const isText = (value: Json): value is string => typeof value === 'string';
const isFlag = (value: Json): value is boolean => typeof value === 'boolean';
const isInteger = (value: Json): value is number => Number.isSafeInteger(value);
const isNumber = (value: Json): value is number => typeof value === 'number';
const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text: Codec<string> = zeroOr<string>('', 'a string', isText);
export const flag: Codec<boolean> = zeroOr<boolean>(false, 'true or false', isFlag);
export const real: Codec<number> = zeroOr<number>(0, 'a number', isNumber);
/** A Go `int` that counts something: always within 2^53. */
export const int: Codec<number> = zeroOr<number>(0, 'an integer', isInteger);

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** A Go `int64`: nanoseconds, generations, sizes. Exact. */
export const int64: Codec<bigint> = codec((value, at) => {
  if (value === undefined || value === null) return 0n;
  const exact = typeof value === 'bigint' ? value : typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (exact === undefined || exact < LEAST || exact > MOST) throw new Unfit(at, 'a 64-bit integer');
  return exact;
});

/** Without it a reply is about nothing. */
export const must = <T>(inner: Codec<T>): Codec<T> =>
  codec((value, at) => {
    if (value === undefined || value === null) throw new Unfit(at, 'there');
    return inner.read(value, at);
  });

/** What the object is known by. */
export const id: Codec<string> = must(text);

/**
 * An RFC 3339 time as the server wrote it, or undefined for a time that is not set. Go writes its zero time in the time zone of the
 * server, whose offset of the year 1 has seconds that RFC 3339 cannot say: `0001-01-01T00:53:28+00:53` in Berlin, and a year 0000 west
 * of Greenwich. No ColonyOS is as old as that.
 */
export const time: Codec<string | undefined> = codec((value, at) => {
  if (value === undefined || value === null || value === '') return undefined;
  const year = typeof value === 'string' ? /^(-?\d{4,})-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d/.exec(value)?.[1] : undefined;
  if (year === undefined) throw new Unfit(at, 'an RFC 3339 time');
  return Number(year) <= 1 ? undefined : (value as string);
});

export const optional = <T>(inner: Codec<T>): Codec<T | undefined> =>
  codec((value, at) => (value === undefined || value === null ? undefined : inner.read(value, at)));

/** Text that the server leaves out when it is empty. */
export const optionalText: Codec<string | undefined> = codec((value, at) => text.read(value, at) || undefined);

export const list = <T>(item: Codec<T>): Codec<readonly T[]> =>
  codec((value, at) => {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw new Unfit(at, 'a list');
    return value.map((one: Json, i) => item.read(one, `${at}[${i}]`));
  });

export const map = <T>(item: Codec<T>): Codec<Readonly<Record<string, T>>> =>
  codec((value, at) => {
    if (value === undefined || value === null) return {};
    if (!isObject(value)) throw new Unfit(at, 'an object');
    // fromEntries defines members, so that one called __proto__ stays a member.
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, item.read(one, `${at}.${name}`)]));
  });

/**
 * A value of the user's own: an argument, an output, a field of a blueprint. The server keeps such numbers as float64 (9007199254740993
 * comes back as 9007199254740992), so a float64 is what they are.
 */
export const open: Codec<Value> = codec((value) => floats(value ?? null));

const floats = (value: Json): Value => {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(floats);
  if (!isObject(value)) return value as Value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, floats(one)]));
};

/** The reply of a command: `{}`, or the request again. */
export const nothing: Codec<void> = codec(() => undefined);

type Shape = Readonly<Record<string, Codec<unknown>>>;

/** The members of a record, apart from it: the interface that is made of them keeps their descriptions. */
export const members = <const S extends Shape>(shape: S): S => shape;

/** Members that may be undefined are left out instead. */
type Flat<T> = { readonly [K in keyof T]: T[K] };
export type Members<S extends Shape> = Flat<
  { [K in keyof S as undefined extends Of<S[K]> ? never : K]: Of<S[K]> } & {
    [K in keyof S as undefined extends Of<S[K]> ? K : never]?: Exclude<Of<S[K]>, undefined>;
  }
>;

/** An object of these members. What it has besides is from a newer server, and left out. */
export const record = <const S extends Shape>(shape: S): Codec<Members<S>> => {
  const entries = Object.entries(shape);
  return codec((value, at) => {
    if (value !== undefined && value !== null && !isObject(value)) throw new Unfit(at, 'an object');
    const out: Record<string, unknown> = {};
    for (const [name, member] of entries) {
      // A member called `constructor` or the like is one of the object itself, or none.
      const own = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
      const read = member.read(own, `${at}.${name}`);
      if (read !== undefined) out[name] = read;
    }
    return out as Members<S>;
  });
};
