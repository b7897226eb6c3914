import { member } from '../core/pointer.ts';
import type { Value } from '../core/value.ts';
import {
  CLOSE_LIST,
  CLOSE_MAP,
  COLON,
  COMMA,
  CR,
  Cursor,
  HASH,
  isBlank,
  LF,
  MORE,
  OPEN_LIST,
  OPEN_MAP,
  PIPE,
  SPACE,
  TAB,
  UNSURE,
} from './cursor.ts';
import { isForbiddenKey, NOTHING_LEXICAL } from './page.ts';
import { blockScalar } from './plain-block-scalar.ts';
import { plainScalar } from './plain-scalar.ts';
import { atQuote, plainSource, quoted } from './plain-tokens.ts';

/** Implicit keys may have 1024 characters; near that we let `yaml` count. */
const LONGEST_KEY = 1000;

export interface PlainDocument {
  readonly value: Value;
  readonly lexical: ReadonlyMap<string, string>;
  /** Where the first character of content is. */
  readonly content: number;
}

/** Where a document's content stands in the text; `marked`: the rest of a `---` line comes first. */
export interface PlainRange {
  readonly from: number;
  readonly to: number;
  readonly marked: boolean;
}

/**
 * Reads the YAML that people write in manifests, fast: block mappings and lists, plain and quoted scalars on one line, block
 * scalars, flow collections. It gives the very value that `yaml` gives, or `undefined`: whatever it is not sure about
 * (anchors, tags, tabs, scalars over several lines, duplicate keys, any error) is for `yaml` to read and to explain.
 *
 * It never goes back by more than one scalar or key, so it is linear in the text, whatever the text is.
 */
export function plainReader(text: string, depthLimit: number): (range: PlainRange) => PlainDocument | undefined {
  const cursor = new Cursor(text);
  let depth = 0;
  let path: (string | number)[] = [];
  let lexical: Map<string, string> | undefined;

  const keep = (source: string): void => {
    lexical ??= new Map();
    lexical.set(path.reduce<string>(member, ''), source);
  };

  const nothing = (): null => {
    keep('');
    return null;
  };

  const enter = (): void => {
    depth += 1;
    if (depth > depthLimit) throw UNSURE;
  };

  /** A node that begins here, in column `own`, inside a collection with the indentation `parent`. */
  function node(own: number, parent: number): Value {
    if (cursor.atDash()) return list(own);
    const start = cursor.at;
    const isQuoted = atQuote(cursor);
    if (!isQuoted && !atPlain()) return sameLineValue(parent);
    const source = isQuoted ? quoted(cursor) : plainSource(cursor, false);
    const behind = cursor.at;
    if (isQuoted) cursor.skipSpaces();
    if (cursor.code(cursor.at) === COLON && isBlank(cursor.code(cursor.at + 1))) {
      return map(own, checked({ key: source, isQuoted, start }, {}));
    }
    cursor.at = behind;
    return lastOnLine(isQuoted ? source : plainScalar(source, keep));
  }

  /** Whether neither a block scalar nor a flow collection begins here. */
  function atPlain(): boolean {
    const c = cursor.code(cursor.at);
    return c !== PIPE && c !== MORE && c !== OPEN_LIST && c !== OPEN_MAP;
  }

  /** A value on the line of its key: anything but a block collection. */
  function sameLineValue(parent: number): Value {
    const c = cursor.code(cursor.at);
    if (c === PIPE || c === MORE) {
      const value = blockScalar(cursor, parent);
      cursor.nextContent();
      return value;
    }
    if (c === OPEN_LIST || c === OPEN_MAP) return lastOnLine(flowValue(parent, 0));
    if (atQuote(cursor)) return lastOnLine(quoted(cursor));
    const source = plainSource(cursor, false);
    if (cursor.code(cursor.at) === COLON) throw UNSURE;
    return lastOnLine(plainScalar(source, keep));
  }

  function lastOnLine(value: Value): Value {
    cursor.endLine();
    cursor.nextContent();
    return value;
  }

  function map(own: number, firstKey: string): Value {
    enter();
    const fields: Record<string, Value> = {};
    for (let key = firstKey; ; key = keyHere(false, fields)) {
      cursor.at += 1;
      path.push(key);
      if (cursor.hasMoreOnLine()) fields[key] = sameLineValue(own);
      else if (cursor.column > own) fields[key] = node(cursor.column, own);
      else if (cursor.column === own && cursor.atDash()) fields[key] = list(own);
      else fields[key] = nothing();
      path.pop();
      if (cursor.column < own) break;
      if (cursor.column > own) throw UNSURE;
    }
    depth -= 1;
    return fields;
  }

  function list(own: number): Value {
    enter();
    const items: Value[] = [];
    do {
      const dash = cursor.at;
      cursor.at += 1;
      path.push(items.length);
      if (cursor.hasMoreOnLine()) items.push(node(own + cursor.at - dash, own));
      else if (cursor.column > own) items.push(node(cursor.column, own));
      else items.push(nothing());
      path.pop();
    } while (cursor.column === own && cursor.atDash());
    if (cursor.column > own) throw UNSURE;
    depth -= 1;
    return items;
  }

  /** Reads a key and stops on its colon. */
  function keyHere(inFlow: boolean, fields: Record<string, Value>): string {
    const start = cursor.at;
    const isQuoted = atQuote(cursor);
    const key = isQuoted ? quoted(cursor) : plainSource(cursor, inFlow);
    if (isQuoted) cursor.skipSpaces();
    // {"a":1} is JSON, so between brackets a quoted key needs no space
    if (cursor.code(cursor.at) !== COLON || !((inFlow && isQuoted) || isBlank(cursor.code(cursor.at + 1)))) throw UNSURE;
    return checked({ key, isQuoted, start }, fields);
  }

  function checked({ key, isQuoted, start }: { key: string; isQuoted: boolean; start: number }, fields: Record<string, Value>): string {
    if (cursor.at - start > LONGEST_KEY || isForbiddenKey(key) || Object.hasOwn(fields, key) || (key === '<<' && !isQuoted)) throw UNSURE;
    return key;
  }

  function flowValue(parent: number, level: number): Value {
    const c = cursor.code(cursor.at);
    if (c === OPEN_LIST) return flowList(parent, level + 1);
    if (c === OPEN_MAP) return flowMap(parent, level + 1);
    if (atQuote(cursor)) return quoted(cursor);
    return plainScalar(plainSource(cursor, true), keep);
  }

  function flowList(parent: number, level: number): Value {
    enter();
    const items: Value[] = [];
    cursor.at += 1;
    while (flowItem(parent, level, CLOSE_LIST)) {
      path.push(items.length);
      items.push(flowValue(parent, level));
      path.pop();
      skipFlowSpace(parent, level);
      if (!flowComma(CLOSE_LIST)) break;
    }
    cursor.at += 1;
    depth -= 1;
    return items;
  }

  function flowMap(parent: number, level: number): Value {
    enter();
    const fields: Record<string, Value> = {};
    cursor.at += 1;
    while (flowItem(parent, level, CLOSE_MAP)) {
      const key = keyHere(true, fields);
      cursor.at += 1;
      skipFlowSpace(parent, level);
      path.push(key);
      fields[key] = flowValue(parent, level);
      path.pop();
      skipFlowSpace(parent, level);
      if (!flowComma(CLOSE_MAP)) break;
    }
    cursor.at += 1;
    depth -= 1;
    return fields;
  }

  function flowItem(parent: number, level: number, close: number): boolean {
    skipFlowSpace(parent, level);
    return cursor.code(cursor.at) !== close;
  }

  function flowComma(close: number): boolean {
    const c = cursor.code(cursor.at);
    if (c === close) return false;
    if (c !== COMMA) throw UNSURE;
    cursor.at += 1;
    return true;
  }

  /** White space between brackets: lines there have to be indented more than what holds the collection. */
  function skipFlowSpace(parent: number, level: number): void {
    let lineStart = -1;
    for (;;) {
      cursor.skipSpaces();
      const c = cursor.code(cursor.at);
      if (c === HASH) {
        if (text.charCodeAt(cursor.at - 1) !== SPACE) throw UNSURE; // `yaml` refuses some comments at the start of a line here
        cursor.skipLine();
        lineStart = cursor.at;
      } else if (c === LF || c === CR) {
        if (!cursor.newline()) throw UNSURE;
        lineStart = cursor.at;
      } else {
        if (c === TAB || cursor.at >= cursor.end) throw UNSURE;
        if (lineStart === -1 || cursor.at - lineStart > parent) return;
        // the last closing bracket may stand below the start of what holds it
        if (level === 1 && cursor.at - lineStart === parent && (c === CLOSE_LIST || c === CLOSE_MAP)) return;
        throw UNSURE;
      }
    }
  }

  return ({ from, to, marked }) => {
    cursor.at = from;
    cursor.end = to;
    depth = 0;
    path = [];
    lexical = undefined;
    try {
      if (marked) cursor.endLine();
      cursor.nextContent();
      const isEmpty = cursor.column === -1;
      const content = isEmpty ? from : cursor.at;
      const value = isEmpty ? nothing() : node(cursor.column, -1);
      return cursor.column === -1 ? { value, lexical: lexical ?? NOTHING_LEXICAL, content } : undefined;
    } catch (error) {
      if (error === UNSURE) return undefined;
      throw error;
    }
  };
}
