/**
 * JSON as the server's library (gson 2.10, lenient) reads and writes it. Scalars keep the text they were written with, because
 * the server's maps hold strings: `1.50` arrives as "1.50".
 */

/** A scalar with its text, an object with its members in order (a name may occur twice), a list, or null. */
export type Gson =
  | null
  | { readonly text: string; readonly quoted: boolean }
  | { readonly members: readonly Member[] }
  | { readonly items: readonly Gson[] };
type Member = readonly [name: string, value: Gson];

/** A map of texts, as gson makes one of an object of scalars. */
export type Texts = Readonly<Record<string, string>>;

/** Throws SyntaxError. Names and texts may stand without quotes or in single ones, comments are skipped, as lenient gson does. */
export function readGson(text: string): Gson {
  const reader: Reader = { text, at: 0 };
  const value = readValue(reader, 0);
  if (peek(reader) !== '') throw new SyntaxError('JSON document was not fully consumed.');
  return value;
}

/**
 * An object of scalars as the server's `Map<String,String>`: numbers and booleans become text, null stays null. Throws
 * SyntaxError for a nested value, a list, a scalar, or a name that occurs twice. Null where the document is null.
 */
export function textsOf(value: Gson): Readonly<Record<string, string | null>> | null {
  if (value === null) return null;
  if (!('members' in value)) throw new SyntaxError('Expected BEGIN_OBJECT');
  const texts: Record<string, string | null> = Object.create(null) as Record<string, string | null>;
  for (const [name, member] of value.members) {
    if (Object.hasOwn(texts, name)) throw new SyntaxError(`duplicate key: ${name}`);
    if (member !== null && !('text' in member)) throw new SyntaxError(`Expected a string but was a structure at ${name}`);
    texts[name] = member === null ? null : member.text;
  }
  return texts;
}

/** The same without the members that are null: what is left when the server writes the map again. */
export const withoutNulls = (texts: Readonly<Record<string, string | null>>): Texts =>
  Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== null));

/** What the server writes. A number is a Java double: everything else that counts travels as text. */
export type Written = string | number | boolean | null | readonly Written[] | { readonly [name: string]: Written | undefined };

/** JSON with gson's HTML escapes. Members that are null or undefined are left out. */
export function writeGson(value: Written): string {
  if (typeof value === 'string') return JSON.stringify(value).replace(/[<>&='\u2028\u2029]/g, escape);
  if (typeof value === 'number') return javaDouble(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (isWrittenList(value)) return `[${value.map(writeGson).join(',')}]`;
  const members = Object.entries(value).filter((member): member is [string, Written] => member[1] !== undefined && member[1] !== null);
  return `{${members.map(([name, member]) => `${writeGson(name)}:${writeGson(member)}`).join(',')}}`;
}

const isWrittenList = (value: Written): value is readonly Written[] => Array.isArray(value);
const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Double.toString: always a point, and an exponent from ten million up and below a thousandth. */
function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${value}.0` : `${value}`;
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

interface Reader {
  readonly text: string;
  at: number;
}

/** Deeper documents are refused as gson 2.10.1 would by running out of stack; nothing the protocol knows is deeper than six. */
const DEEPEST = 256;
const ENDS_LITERAL = /[{}[\]:=,;\s"'/\\#]/;

function readValue(reader: Reader, depth: number): Gson {
  if (depth > DEEPEST) throw new SyntaxError('nested too deeply');
  const first = peek(reader);
  if (first === '{') return readObject(reader, depth);
  if (first === '[') return readList(reader, depth);
  if (first === '"' || first === "'") return { text: readQuoted(reader), quoted: true };
  const text = readLiteral(reader);
  return text.toLowerCase() === 'null' ? null : { text: /^(?:true|false)$/i.test(text) ? text.toLowerCase() : text, quoted: false };
}

function readObject(reader: Reader, depth: number): Gson {
  reader.at += 1;
  const members: Member[] = [];
  if (take(reader, '}')) return { members };
  do {
    const first = peek(reader);
    const name = first === '"' || first === "'" ? readQuoted(reader) : readLiteral(reader);
    if (!take(reader, ':=')) throw new SyntaxError("Expected ':'");
    if (reader.text[reader.at - 1] === '=' && reader.text[reader.at] === '>') reader.at += 1;
    members.push([name, readValue(reader, depth + 1)]);
  } while (take(reader, ',;'));
  if (!take(reader, '}')) throw new SyntaxError('Unterminated object');
  return { members };
}

function readList(reader: Reader, depth: number): Gson {
  reader.at += 1;
  const items: Gson[] = [];
  if (take(reader, ']')) return { items };
  do items.push(readValue(reader, depth + 1));
  while (take(reader, ',;'));
  if (!take(reader, ']')) throw new SyntaxError('Unterminated array');
  return { items };
}

/** Skips white space and comments; the next character, or '' at the end. */
function peek(reader: Reader): string {
  const { text } = reader;
  for (;;) {
    while (reader.at < text.length && /[ \t\r\n]/.test(text[reader.at] as string)) reader.at += 1;
    if (text.startsWith('/*', reader.at)) {
      const end = text.indexOf('*/', reader.at + 2);
      if (end < 0) throw new SyntaxError('Unterminated comment');
      reader.at = end + 2;
    } else if (text[reader.at] === '#' || text.startsWith('//', reader.at)) {
      const end = text.indexOf('\n', reader.at);
      reader.at = end < 0 ? text.length : end + 1;
    } else return text[reader.at] ?? '';
  }
}

function take(reader: Reader, anyOf: string): boolean {
  const next = peek(reader);
  if (next === '' || !anyOf.includes(next)) return false;
  reader.at += 1;
  return true;
}

function readLiteral(reader: Reader): string {
  const start = reader.at;
  while (reader.at < reader.text.length && !ENDS_LITERAL.test(reader.text[reader.at] as string)) reader.at += 1;
  if (reader.at === start) throw new SyntaxError('Expected value');
  return reader.text.slice(start, reader.at);
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', b: '\b', n: '\n', r: '\r', f: '\f' };

function readQuoted(reader: Reader): string {
  const { text } = reader;
  const quote = text[reader.at] as string;
  reader.at += 1;
  let read = '';
  for (let start = reader.at; ;) {
    const character = text[reader.at];
    if (character === undefined) throw new SyntaxError('Unterminated string');
    if (character === quote) {
      read += text.slice(start, reader.at);
      reader.at += 1;
      return read;
    }
    if (character !== '\\') {
      reader.at += 1;
      continue;
    }
    read += text.slice(start, reader.at);
    const escaped = text[reader.at + 1] ?? '';
    if (escaped === 'u') {
      const hex = text.slice(reader.at + 2, reader.at + 6);
      if (!/^[0-9a-f]{4}$/i.test(hex)) throw new SyntaxError(`\\u${hex}`);
      read += String.fromCharCode(Number.parseInt(hex, 16));
      reader.at += 6;
    } else {
      if (!/^[tbnrf'"\\/\n]$/.test(escaped)) throw new SyntaxError('Invalid escape sequence');
      read += ESCAPES[escaped] ?? escaped;
      reader.at += 2;
    }
    start = reader.at;
  }
}
