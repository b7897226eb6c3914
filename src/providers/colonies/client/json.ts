/** JSON whose integers are exact: those within ±(2^53 − 1) are numbers, the others are bigints. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [name: string]: Json };

/** What can be written: members that are undefined are left out. */
export type Writable = null | boolean | number | bigint | string | readonly Writable[] | { readonly [name: string]: Writable | undefined };

/** Two quotation marks around anything, or a number. Strings come first, so that digits inside of them are stepped over. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MANY_DIGITS = /\d{16}/;

/**
 * JSON without loss: an integer beyond ±(2^53 − 1) becomes a bigint, everything else is as JSON.parse has it. Throws SyntaxError
 * exactly where JSON.parse does. (`Log.timestamp` is some 1.8e18: JSON.parse alone would be wrong by up to 128 ns.)
 */
export function parseJson(text: string): Json {
  // The text as it stands is what has to be JSON: a number in the place of a member name must not become one by being quoted.
  const plain = JSON.parse(text) as Json;
  if (!MANY_DIGITS.test(text)) return plain;
  // Large integers travel through JSON.parse as strings with a mark before them. JSON can only write U+0001 as an escape, so no
  // string of the text has more of them in a row than the text has escapes, and none can be mistaken for a marked one.
  const mark = '\\u0001'.repeat((text.match(/\\u0001/g)?.length ?? 0) + 1);
  const marked = text.replace(TOKENS, (token) => (isLargeInteger(token) ? `"${mark}${token}"` : token));
  return unmarked(JSON.parse(marked) as Json, JSON.parse(`"${mark}"`) as string);
}

const isLargeInteger = (token: string): boolean =>
  token.length > 15 && !token.startsWith('"') && !/[.eE]/.test(token) && !Number.isSafeInteger(Number(token));

type Holder = Record<string | number, Json>;

/** Marked strings become bigints, in place. Without recursion: a reply is nested as deeply as whoever made it likes. */
function unmarked(root: Json, mark: string): Json {
  const top: Holder = { root };
  const waiting: Holder[] = [top];
  for (let holder = waiting.pop(); holder !== undefined; holder = waiting.pop()) {
    for (const name of Object.keys(holder)) {
      const value = holder[name];
      if (typeof value === 'string') {
        if (value.startsWith(mark)) holder[name] = BigInt(value.slice(mark.length));
      } else if (typeof value === 'object' && value !== null) waiting.push(value as Holder);
    }
  }
  return top['root'] ?? null;
}

/**
 * Compact JSON; bigints are written as integers. What JavaScript has besides is written as JSON.stringify does: a Date as its text, a hole
 * in a list as null. Throws RangeError for a number that JSON cannot write (NaN, Infinity).
 */
export function writeJson(value: Writable): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`JSON has no ${value}`);
  // Handlers in JavaScript return anything. Of undefined and of a function JSON.stringify makes nothing, which is no JSON in a list.
  if (typeof value !== 'object' || value === null) return (JSON.stringify(value) as string | undefined) ?? 'null';
  if (isItems(value)) return `[${Array.from(value, writeJson).join(',')}]`;
  if (saysItself(value)) return writeJson(value.toJSON());
  const members: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${writeJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

const saysItself = (value: object): value is { toJSON(): Writable } => 'toJSON' in value && typeof value.toJSON === 'function';
const isItems = (value: Writable): value is readonly Writable[] => Array.isArray(value);
