import {
  BACKSLASH,
  BYTE_ORDER_MARK,
  CLOSE_LIST,
  CLOSE_MAP,
  COLON,
  COMMA,
  CR,
  type Cursor,
  DASH,
  DOUBLE_QUOTE,
  END,
  HASH,
  isBlank,
  LF,
  OPEN_LIST,
  OPEN_MAP,
  QUOTE,
  SPACE,
  UNSURE,
} from './cursor.ts';

const isFlowIndicator = (c: number): boolean => c === COMMA || c === OPEN_LIST || c === CLOSE_LIST || c === OPEN_MAP || c === CLOSE_MAP;

/** Characters that no unquoted scalar begins with. `?` and `:` may begin one under conditions; those are for `yaml`. */
const INDICATORS: ReadonlySet<number> = new Set([...'!"#%&\',:>?@[]`{|}*'].map((c) => c.charCodeAt(0)));

function mayBePlain(cursor: Cursor, inFlow: boolean): boolean {
  const c = cursor.code(cursor.at);
  if (c === DASH) {
    const next = cursor.code(cursor.at + 1);
    return !isBlank(next) && !(inFlow && isFlowIndicator(next));
  }
  return c !== END && !INDICATORS.has(c);
}

/** Reads an unquoted scalar and stops on what ends it: the `:` behind a key, a comment, a comma, a bracket or the line end. */
export function plainSource(cursor: Cursor, inFlow: boolean): string {
  if (!mayBePlain(cursor, inFlow)) throw UNSURE;
  const start = cursor.at;
  let at = start;
  let last = start;
  for (;;) {
    const c = cursor.code(at);
    if (c === SPACE) {
      at += 1;
      if (cursor.code(at) === HASH) break;
    } else if (c === COLON) {
      const next = cursor.code(at + 1);
      if (isBlank(next)) break;
      if (inFlow && isFlowIndicator(next)) throw UNSURE;
      last = at += 1;
    } else if (c === LF || c === CR || c === END || (inFlow && isFlowIndicator(c))) {
      break;
    } else if (c < SPACE || c === BYTE_ORDER_MARK) {
      throw UNSURE;
    } else {
      last = at += 1;
    }
  }
  cursor.at = at;
  return cursor.text.slice(start, last);
}

export const atQuote = (cursor: Cursor): boolean => {
  const c = cursor.code(cursor.at);
  return c === QUOTE || c === DOUBLE_QUOTE;
};

/** Reads a quoted scalar that ends on its line. */
export const quoted = (cursor: Cursor): string => (cursor.code(cursor.at) === QUOTE ? singleQuoted(cursor) : doubleQuoted(cursor));

function singleQuoted(cursor: Cursor): string {
  const { text } = cursor;
  let value = '';
  let start = cursor.at + 1;
  let at = start;
  for (;;) {
    const c = cursor.code(at);
    if (c === QUOTE) {
      if (cursor.code(at + 1) !== QUOTE) break;
      value += text.slice(start, at + 1);
      start = at += 2;
    } else if (c >= SPACE) at += 1;
    else throw UNSURE;
  }
  cursor.at = at + 1;
  return value + text.slice(start, at);
}

function doubleQuoted(cursor: Cursor): string {
  const { text } = cursor;
  let value = '';
  let start = cursor.at + 1;
  let at = start;
  for (;;) {
    const c = cursor.code(at);
    if (c === DOUBLE_QUOTE) break;
    if (c === BACKSLASH) {
      value += text.slice(start, at);
      const simple = ESCAPES.get(text.charAt(at + 1));
      if (simple === undefined) {
        const length = text.charAt(at + 1) === 'x' ? 2 : 4;
        value += String.fromCharCode(hexadecimal(text, at + 1, length));
        at += length;
      } else value += simple;
      start = at += 2;
    } else if (c >= SPACE) at += 1;
    else throw UNSURE;
  }
  cursor.at = at + 1;
  return value + text.slice(start, at);
}

/** YAML 1.2, section 5.7, less the rare ones. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
  ['/', '/'],
  ['\\', '\\'],
  [' ', ' '],
]);

/** The number behind the `x` or `u` of an escape. */
function hexadecimal(text: string, at: number, length: number): number {
  const letter = text.charAt(at);
  const hex = text.slice(at + 1, at + 1 + length);
  if ((letter !== 'x' && letter !== 'u') || hex.length !== length || !/^[0-9a-fA-F]+$/.test(hex)) throw UNSURE;
  return Number.parseInt(hex, 16);
}
