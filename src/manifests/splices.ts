import type { Document, Node, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { equal, isFields, isList, type Fields, type Value } from '../core/value.ts';
import { afterDash, afterKey, blockText, flowText, keyText, literalText, scalarText, type Style } from './render.ts';
import {
  beginsLine,
  colonOf,
  columnOf,
  contentEnd,
  dashesOf,
  fieldEnd,
  fieldsOf,
  isAbsent,
  isBlockScalar,
  itemsOf,
  lineEnd,
  lineStart,
  startOf,
  type Field,
} from './yaml-geometry.ts';
import { yamlPackage } from './yaml-package.ts';

/** Text to put in the place of other text. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** What a node hangs on: behind a colon or a dash that stands in a column, between brackets, or on nothing. */
type Holder =
  | { readonly by: 'colon' | 'dash'; readonly behind: number; readonly column: number }
  | { readonly by: 'bracket'; readonly behind?: number }
  | { readonly by: 'document'; readonly behind: number };

export interface Change {
  readonly document: Document.Parsed;
  readonly text: string;
  readonly before: Value;
  readonly after: Value;
}

/** The smallest splices of a document's text that make `after` of `before`. They do not overlap. */
export function splicesFor({ document, text, before, after }: Change): readonly Splice[] {
  const splices: Splice[] = [];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const splice = (from: number, to: number, insert: string): void => {
    splices.push({ from, to, insert: newline === '\n' ? insert : insert.replaceAll('\n', newline) });
  };

  function change(node: Node | null, from: Value, to: Value, holder: Holder): void {
    if (equal(from, to)) return;
    const { isMap, isSeq } = yamlPackage();
    if (isMap(node) && isFields(from) && isFields(to) && namesOf(node).some((name) => Object.hasOwn(to, name))) changeMap(node, from, to);
    else if (isSeq(node) && isList(from) && isList(to) && node.items.length > 0 && to.length > 0) changeList(node, from, to);
    else replace(node, to, holder);
  }

  function replace(node: Node | null, value: Value, holder: Holder): void {
    const isLeaf = typeof value !== 'object' || value === null;
    const { isCollection } = yamlPackage();
    if (node !== null && !isAbsent(node) && isLeaf && !isCollection(node)) return replaceScalar(node, value, holder);
    if (holder.by === 'bracket') {
      const at = node === null || isAbsent(node) ? holder.behind : undefined;
      if (at !== undefined) splice(at, at, ` ${flowText(value)}`);
      else if (node !== null) splice(startOf(node), contentEnd(node, text, startOf(node)), flowText(value));
      return;
    }
    const end = contentEnd(node, text, holder.behind);
    if (holder.by === 'document') {
      const start = node === null || isAbsent(node) ? end : startOf(node);
      splice(start, end, (start === end && start > 0 ? '\n' : '') + blockText(value, node === null ? 0 : columnOf(text, start)));
    } else {
      // a comment behind the old value stays on the first line of the new one
      const stop = lineEnd(text, end);
      const written = holder.by === 'colon' ? afterKey(value, holder.column) : afterDash(value, holder.column);
      // a block scalar would swallow deeper comments below it
      const isSwallowed = typeof value === 'string' && /^(?:\r?\n *)+ #/.test(text.slice(stop, stop + 500));
      const [line = '', ...rest] = (isSwallowed ? ` ${scalarText(value)}` : written).split('\n');
      splice(holder.behind, stop, [line + text.slice(end, stop), ...rest].join('\n'));
    }
  }

  /** Scalar for scalar: in the same style, and nothing around it moves. */
  function replaceScalar(node: Node, value: Value, holder: Holder): void {
    const { isScalar } = yamlPackage();
    const from = startOf(node);
    const to = contentEnd(node, text, from);
    if (isBlockScalar(node)) {
      const header = text.slice(from, lineEnd(text, from));
      const comment = /\s+#.*$/.exec(header)?.[0] ?? '';
      const first = text.slice(from + header.length, to).match(/\n( *)[^\s]/)?.[1]?.length;
      const literal = typeof value === 'string' ? literalText(value, first ?? 2) : undefined;
      const [line = '', ...rest] = (literal ?? scalarText(value)).split('\n');
      return splice(from, to, [line + comment, ...rest].join('\n'));
    }
    const quotes: Readonly<Record<string, Style['quote']>> = { PLAIN: 'plain', QUOTE_SINGLE: 'single', QUOTE_DOUBLE: 'double' };
    const quote = isScalar(node) ? quotes[node.type ?? ''] : undefined;
    const style = { inFlow: holder.by === 'bracket', source: text.slice(from, to), ...(quote === undefined ? {} : { quote }) };
    splice(from, to, scalarText(value, style));
  }

  function changeMap(map: YAMLMap, from: Fields, to: Fields): void {
    const isFlow = map.flow === true;
    const fields = fieldsOf(map);
    const names = namesOf(map);
    const gone = new Set(names.filter((name) => Object.hasOwn(from, name) && !Object.hasOwn(to, name)));
    for (const [index, field] of fields.entries()) {
      const name = names[index] ?? '';
      if (!gone.has(name) && Object.hasOwn(to, name)) change(field.value, from[name] ?? null, to[name] ?? null, holderOf(field, isFlow));
    }
    remove({
      count: fields.length,
      isFlow,
      isGone: (index) => gone.has(names[index] ?? ''),
      startOf: (index) => startOf(keyOf(fields, index)),
      endOf: (index) => fieldEnd(fieldAt(fields, index), text),
    });
    const added = Object.keys(to).filter((name) => !names.includes(name) && !equal(from[name], to[name]));
    const keptLast = fields.findLast((_field, index) => !gone.has(names[index] ?? ''));
    const last = keptLast ?? fields.at(-1);
    if (added.length === 0 || last === undefined) return;
    const end = fieldEnd(last, text);
    if (isFlow) splice(end, end, added.map((name) => `, ${keyText(name, true)}: ${flowText(to[name] ?? null)}`).join(''));
    else {
      const column = columnOf(text, startOf(last.key));
      const at = lineEnd(text, end);
      splice(at, at, added.map((name) => `\n${' '.repeat(column)}${keyText(name)}:${afterKey(to[name] ?? null, column)}`).join(''));
    }
  }

  function holderOf(field: Field, isFlow: boolean): Holder {
    const colon = colonOf(field);
    if (isFlow) return { by: 'bracket', ...(colon === undefined ? {} : { behind: colon + 1 }) };
    return { by: 'colon', behind: (colon ?? fieldEnd(field, text) - 1) + 1, column: columnOf(text, startOf(field.key)) };
  }

  /** Entries at both ends that stay are left alone; in between, the first ones are changed in place. */
  function changeList(list: YAMLSeq, from: readonly Value[], to: readonly Value[]): void {
    const isFlow = list.flow === true;
    const items = itemsOf(list);
    const dashes = isFlow ? [] : dashesOf(list);
    const shorter = Math.min(from.length, to.length);
    let head = 0;
    while (head < shorter && equal(from[head], to[head])) head += 1;
    let tail = 0;
    while (tail < shorter - head && equal(from.at(-1 - tail), to.at(-1 - tail))) tail += 1;
    const both = shorter - tail;
    const holder = (index: number): Holder => {
      const dash = dashes[index];
      return dash === undefined ? { by: 'bracket' } : { by: 'dash', behind: dash + 1, column: columnOf(text, dash) };
    };
    for (let index = head; index < both; index += 1) change(items[index] ?? null, from[index] ?? null, to[index] ?? null, holder(index));
    const start = (index: number): number => dashes[index] ?? startOf(items[index] as Node);
    const end = (index: number): number => contentEnd(items[index] ?? null, text, start(index) + (isFlow ? 0 : 1));
    remove({ count: items.length, isFlow, isGone: (index) => index >= both && index < from.length - tail, startOf: start, endOf: end });
    const added = to.slice(both, to.length - tail);
    if (added.length === 0) return;
    const column = columnOf(text, dashes[0] ?? 0);
    if (both === 0) {
      const at = start(0);
      splice(
        at,
        at,
        added.map((value) => (isFlow ? `${flowText(value)}, ` : `-${afterDash(value, column)}\n${' '.repeat(column)}`)).join(''),
      );
    } else if (isFlow) splice(end(both - 1), end(both - 1), added.map((value) => `, ${flowText(value)}`).join(''));
    else {
      const at = lineEnd(text, end(both - 1));
      splice(at, at, added.map((value) => `\n${' '.repeat(column)}-${afterDash(value, column)}`).join(''));
    }
  }

  /** Takes entries out of a mapping or list of which at least one stays. */
  function remove(entries: {
    readonly count: number;
    readonly isFlow: boolean;
    readonly isGone: (index: number) => boolean;
    readonly startOf: (index: number) => number;
    readonly endOf: (index: number) => number;
  }): void {
    for (let index = 0; index < entries.count; index += 1) {
      if (!entries.isGone(index)) continue;
      let next = index + 1;
      while (next < entries.count && entries.isGone(next)) next += 1;
      removeRun(entries, index, next);
      index = next;
    }
  }

  function removeRun(entries: Parameters<typeof remove>[0], first: number, next: number): void {
    const from = entries.startOf(first);
    const end = entries.endOf(next - 1);
    const isLast = next === entries.count;
    if (entries.isFlow) {
      if (!isLast) splice(from, entries.startOf(next), '');
      else splice(entries.endOf(first - 1), end, '');
    } else if (!beginsLine(text, from)) {
      // the first of a mapping that begins behind a dash: the next one takes its place
      if (isLast) splice(from, end, '');
      else splice(from, entries.startOf(next), '');
    } else {
      const start = lineStart(text, from);
      const stop = text.indexOf('\n', end);
      if (stop !== -1) splice(start, stop + 1, '');
      else splice(Math.max(0, start - (text[start - 2] === '\r' ? 2 : 1)), text.length, '');
    }
  }

  const root = document.contents;
  change(root, before, after, { by: 'document', behind: contentBehindMarker(text) });
  return splices;
}

/** Keys are scalars: the reader refuses others. */
const namesOf = (map: YAMLMap): readonly string[] => fieldsOf(map).map(({ key }) => String((key as Scalar).value));

const fieldAt = (fields: readonly Field[], index: number): Field => {
  const field = fields[index];
  if (field === undefined) throw new Error(`no field number ${index}`);
  return field;
};

const keyOf = (fields: readonly Field[], index: number): Node => fieldAt(fields, index).key;

/** Where the value of an empty document would go: behind its `---` line. */
function contentBehindMarker(text: string): number {
  const marker = /^---/m.exec(text);
  return marker === null ? 0 : lineEnd(text, marker.index);
}
