import type { Node, YAMLMap, YAMLSeq } from 'yaml';
import { LIMITS } from './page.ts';
import {
  colonOf,
  columnOf,
  contentEnd,
  dashesOf,
  fieldEnd,
  fieldsOf,
  isAbsent,
  isBlockScalar,
  itemsOf,
  startOf,
  type Field,
} from './yaml-geometry.ts';
import { composeDocument, yamlPackage } from './yaml-package.ts';

/** A form that is not laid out. Thrown, because it can be anywhere in a document and ends the attempt; nothing is wrong. */
const LEAVE = new Error('left as it is');

/** The fields that come first in a manifest. */
const ORDER = ['apiVersion', 'kind', 'metadata', 'spec'];

/** An entry of a mapping or list: the comments above it, and its own lines with the comment behind them. */
interface Entry {
  readonly name: string;
  readonly lead: readonly string[];
  readonly body: string;
}

/** A column before and after. */
interface Column {
  readonly old: number;
  readonly now: number;
}

const pad = (column: number): string => ' '.repeat(column);

export interface Body {
  /** The document with the comments and the marker before it, without a `...` line. */
  readonly text: string;
  /** The offset behind its `---`, or of its first character of content. */
  readonly content: number;
  readonly isMarked: boolean;
  readonly isFirst: boolean;
}

/** The text of one document in the project's form, undefined where it has a form that we do not lay out. */
export function layOut(body: Body): string | undefined {
  const { text, content, isMarked, isFirst } = body;
  const composed = composeDocument(text, LIMITS);
  if ('tooDeepAt' in composed) return undefined;
  const root: Node | null = composed.document.contents;
  const { isCollection } = yamlPackage();
  const isEmpty = isAbsent(root);
  if (!isEmpty && !isCollection(root)) return undefined;
  const start = isEmpty || root === null ? text.length : startOf(root);
  const onMarker = isMarked ? (text.slice(content).split('\n')[0] ?? '') : '';
  const above = headLines(text.slice(0, isMarked ? content - 3 : content));
  const below = headLines(text.slice(isMarked ? content + onMarker.length : content, start));
  if (above === undefined || below === undefined || !/^\s*(?:#.*)?$/.test(onMarker)) return undefined;
  try {
    const hasHead = above.length > 0 || onMarker.trim() !== '';
    const marker = !isFirst || isEmpty || (isMarked && hasHead) ? [`---${onMarker.trimEnd()}`] : [];
    const before = marker.length > 0 ? withoutLastBlank(above) : above;
    const comments = isFirst ? [...before, ...marker, ...below] : [...marker, ...before, ...below];
    const lines = isEmpty || root === null ? [] : new Layout(text, isManifestOrder(composed.document)).document(root);
    return [...comments, ...lines].join('\n');
  } catch (error) {
    if (error === LEAVE) return undefined;
    throw error;
  }
}

/** An alias has to stay behind its anchor, so a document with anchors keeps its order. */
function isManifestOrder(document: { readonly contents: unknown }): boolean {
  const { visit, isAlias } = yamlPackage();
  let hasAlias = false;
  visit(document.contents as Node, { Node: (_key, node) => void (hasAlias ||= isAlias(node)) });
  return !hasAlias;
}

/**
 * The comment lines in front of content, with single empty lines between and behind them; undefined where anything else stands
 * there. The last line of the text is the start of the content's own.
 */
function headLines(text: string): readonly string[] | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  if (lines.some((line) => line !== '' && !line.startsWith('#'))) return undefined;
  return collapsed(lines.slice(0, -1));
}

/** With no empty line first, and at most one in a row. */
const collapsed = (lines: readonly string[]): readonly string[] =>
  lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== ''));

/** One walk over a document: each method gives lines without the indentation of their first. */
class Layout {
  readonly #text: string;
  readonly #inOrder: boolean;

  constructor(text: string, inOrder: boolean) {
    this.#text = text;
    this.#inOrder = inOrder;
  }

  document(root: Node): readonly string[] {
    const old = columnOf(this.#text, startOf(root));
    const column = { old, now: 0 };
    const end = contentEnd(root, this.#text, startOf(root));
    const { onLine, lines } = this.#gap(end, this.#text.length, this.#columns(root, { old: old - 2, now: -2 }), column);
    const body = this.#block(root, column, true);
    return [`${body}${onLine}`, ...withoutLastBlank(lines)];
  }

  #block(node: Node, column: Column, isRoot = false): string {
    const { isMap, isSeq } = yamlPackage();
    if (isMap(node) && node.flow !== true)
      return joined(isRoot ? this.#ordered(this.#fields(node, column)) : this.#fields(node, column), column.now);
    if (isSeq(node) && node.flow !== true) return joined(this.#items(node, column), column.now);
    return this.#leaf(node, isRoot ? { old: -2 + column.old, now: -2 } : column);
  }

  #ordered(entries: readonly Entry[]): readonly Entry[] {
    const names = new Set(entries.map(({ name }) => name));
    if (!this.#inOrder || !names.has('apiVersion') || !names.has('kind')) return entries;
    const rank = ({ name }: Entry): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
    const ordered = entries.toSorted((a, b) => rank(a) - rank(b));
    return ordered.map((entry, index) => (index === 0 ? { ...entry, lead: withoutFirstBlank(entry.lead) } : entry));
  }

  #fields(map: YAMLMap, column: Column): readonly Entry[] {
    const fields = fieldsOf(map);
    return fields.map((field, index) => {
      const colon = colonOf(field);
      const key = field.key.range;
      if (colon === undefined || key === undefined || key === null || hasProps(field)) throw LEAVE;
      const before = fields[index - 1];
      const lead = before === undefined ? [] : this.#leadOf(fieldEnd(before, this.#text), startOf(field.key), before.value, column);
      const next = fields[index + 1];
      const trail = next === undefined ? '' : this.#trail(fieldEnd(field, this.#text));
      const name = this.#text.slice(key[0], key[1]);
      const value = this.#behind({ from: colon + 1, value: field.value, column, compact: false });
      return { name, lead, body: `${name}:${value}${trail}` };
    });
  }

  #items(list: YAMLSeq, column: Column): readonly Entry[] {
    const items = itemsOf(list);
    const dashes = dashesOf(list);
    if (dashes.length !== items.length) throw LEAVE;
    return items.map((item, index) => {
      const dash = dashes[index] ?? 0;
      const end = (at: number): number => contentEnd(items[at] ?? null, this.#text, (dashes[at] ?? 0) + 1);
      const lead = index === 0 ? [] : this.#leadOf(end(index - 1), dash, items[index - 1] ?? null, column);
      const trail = index === items.length - 1 ? '' : this.#trail(end(index));
      return { name: '', lead, body: `-${this.#behind({ from: dash + 1, value: item, column, compact: true })}${trail}` };
    });
  }

  /** What stands behind a colon or a dash: anchor and tag, a comment, and the value on this line or on the next ones. */
  #behind(at: { readonly from: number; readonly value: Node | null; readonly column: Column; readonly compact: boolean }): string {
    const { from, value, column, compact } = at;
    if (value === null || isAbsent(value)) {
      if ((value as { tag?: string; anchor?: string } | null)?.tag ?? (value as { anchor?: string } | null)?.anchor) throw LEAVE;
      return '';
    }
    const [first = '', ...rest] = this.#text.slice(from, startOf(value)).split('\n');
    const { props, comment } = /^\s*(?<props>(?:[&!][^\s]*\s*)*)(?<comment>#.*)?$/.exec(first)?.groups ?? {};
    if (
      props === undefined ||
      rest.some((line, index) => index < rest.length - 1 && !/^\s*(?:#.*)?$/.test(line)) ||
      (rest.at(-1) ?? '').trim() !== ''
    )
      throw LEAVE;
    const own = isBlockCollection(value) ? startColumn(value, this.#text) : column.old;
    const inner = { old: own, now: column.now + 2 };
    const lines = collapsed(rest.slice(0, -1).map((line) => line.trim()));
    const head =
      (props.trim() === '' ? '' : ` ${props.trim()}`) +
      (comment === undefined ? '' : `${/\s*$/.exec(first.slice(0, first.length - comment.length))?.[0] || ' '}${comment.trimEnd()}`);
    const body = isBlockCollection(value) ? this.#block(value, inner) : this.#leaf(value, column);
    const sameLine = isBlockCollection(value) ? compact && head === '' && lines.length === 0 : rest.length === 0;
    if (sameLine) return `${head} ${body}`;
    return [head, ...lines.map((line) => (line === '' ? '' : pad(inner.now) + line)), pad(inner.now) + body].join('\n');
  }

  /** A scalar, an alias or a flow collection, inside a collection in this column. */
  #leaf(node: Node, column: Column): string {
    const end = contentEnd(node, this.#text, startOf(node));
    const [first = '', ...rest] = this.#text.slice(startOf(node), end).split('\n');
    if (isBlockScalar(node)) return this.#blockScalar(first, rest, column);
    const isText = yamlPackage().isScalar(node); // its line ends are folded; between brackets people draw tables
    const shift = column.now - column.old;
    const lines = rest.map((line) => {
      const bare = line.trimStart();
      if (bare === '') return '';
      const least = /^[\]}]/.test(bare) ? column.now : column.now + 2;
      return pad(isText ? column.now + 2 : Math.max(0, least, line.length - bare.length + shift)) + bare;
    });
    return [first, ...lines].join('\n');
  }

  #blockScalar(header: string, lines: readonly string[], column: Column): string {
    if (/[1-9]/.test(header.split('#')[0] ?? '')) throw LEAVE;
    const content = lines.find((line) => line.trim() !== '');
    if (content === undefined) throw LEAVE; // how many of its empty lines count is in their spaces
    const indent = /^ */.exec(content)?.[0].length ?? 0;
    return [
      header.trimEnd(),
      ...lines.map((line) => (line.length <= indent && line.trim() === '' ? '' : pad(column.now + 2) + line.slice(indent))),
    ].join('\n');
  }

  /** The comment behind a value, with the space before it. */
  #trail(end: number): string {
    const newline = this.#text.indexOf('\n', end);
    return this.#text.slice(end, newline === -1 ? undefined : newline).trimEnd();
  }

  /** The comment lines between two entries. */
  #leadOf(end: number, start: number, before: Node | null, column: Column): readonly string[] {
    return this.#gap(end, start, this.#columns(before, column), column).lines;
  }

  #gap(from: number, to: number, columns: readonly Column[], own: Column): { readonly onLine: string; readonly lines: readonly string[] } {
    const [first = '', ...rest] = this.#text.slice(from, to).split('\n');
    const lines = rest.slice(0, to === this.#text.length ? undefined : -1).map((line) => {
      const bare = line.trim();
      if (bare === '') return '';
      if (!bare.startsWith('#')) throw LEAVE;
      const old = line.length - line.trimStart().length;
      // a comment deeper than the next entry belongs to what is above it
      const deeper = old <= own.old ? undefined : columns.findLast((one) => one.old <= old);
      return pad((deeper ?? own).now) + bare;
    });
    return { onLine: first.trimEnd(), lines: lines.filter((line, index) => line !== '' || lines[index - 1] !== '') };
  }

  /** The columns that a comment below a value can belong to: of the collections that end there, outermost first. */
  #columns(value: Node | null, holder: Column): readonly Column[] {
    const { isMap, isSeq } = yamlPackage();
    const now = holder.now + 2;
    // below a scalar any deeper comment goes one level in
    if (value === null || !isBlockCollection(value)) return [{ old: holder.old + 1, now }];
    const own = { old: startColumn(value, this.#text), now };
    const last = isMap(value) ? fieldsOf(value).at(-1)?.value : isSeq(value) ? itemsOf(value).at(-1) : undefined;
    return [own, ...this.#columns(last ?? null, own)];
  }
}

const withoutFirstBlank = (lines: readonly string[]): readonly string[] => (lines[0] === '' ? lines.slice(1) : lines);

const withoutLastBlank = (lines: readonly string[]): readonly string[] =>
  lines.at(-1) === '' ? withoutLastBlank(lines.slice(0, -1)) : lines;

const isBlockCollection = (node: Node): boolean => yamlPackage().isCollection(node) && node.flow !== true;

const startColumn = (node: Node, text: string): number => columnOf(text, startOf(node));

const joined = (entries: readonly Entry[], column: number): string =>
  entries.flatMap(({ lead, body }, index) => [...lead, (index === 0 && lead.length === 0 ? '' : pad(column)) + body]).join('\n');

/** Whether an anchor, a tag or a `?` stands before a key. */
function hasProps({ key, srcToken }: Field): boolean {
  const { start } = srcToken as { readonly start?: readonly { readonly type: string }[] };
  const { anchor, tag } = key as { readonly anchor?: string; readonly tag?: string };
  return anchor !== undefined || tag !== undefined || (start ?? []).some(({ type }) => type === 'explicit-key-ind');
}
