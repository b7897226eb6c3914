import type { Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { yamlPackage } from './yaml-package.ts';

/**
 * Where the parts of a composed document stand in its text, for those who change the text. All numbers are offsets.
 *
 *     - name: zone   # warm
 *     ↑ ↑   ↑    ↑         ↑
 *     │ │   │    │         lineEnd
 *     │ │   │    contentEnd
 *     │ key colon
 *     dash
 */
export type Field = Pair<Node, Node | null>;

export const fieldsOf = (map: YAMLMap): readonly Field[] => map.items as Field[];
export const itemsOf = (list: YAMLSeq): readonly Node[] => list.items as Node[];

export const startOf = (node: Node): number => node.range?.[0] ?? 0;

/** Whether there is no text at all for a value. */
export const isAbsent = (node: Node | null): boolean =>
  node === null || (yamlPackage().isScalar(node) && startOf(node) === (node.range?.[1] ?? 0));

export const isBlockScalar = (node: Node | null): node is Scalar => {
  const { isScalar } = yamlPackage();
  return isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
};

interface Token {
  readonly type: string;
  readonly offset: number;
}

/** The offset of a field's colon. */
export function colonOf({ srcToken }: Field): number | undefined {
  const sep = (srcToken as { readonly sep?: readonly Token[] } | undefined)?.sep;
  return sep?.find(({ type }) => type === 'map-value-ind')?.offset;
}

/** The offsets of the dashes of a block list, one an item. */
export function dashesOf(list: YAMLSeq): readonly number[] {
  const { items = [] } = list.srcToken as { readonly items?: readonly { readonly start: readonly Token[] }[] };
  return items.flatMap(({ start }) => start.find(({ type }) => type === 'seq-item-ind')?.offset ?? []);
}

/** Behind the last character of a node, trailing comments and the line end of a block scalar left out. */
export function contentEnd(node: Node | null, text: string, empty: number): number {
  const { isMap, isSeq } = yamlPackage();
  if (node === null || isAbsent(node)) return empty;
  const end = node.range?.[1] ?? 0;
  if (isBlockScalar(node)) return text[end - 1] !== '\n' ? end : text[end - 2] === '\r' ? end - 2 : end - 1;
  if (isMap(node) && node.flow !== true) {
    const last = fieldsOf(node).at(-1);
    return last === undefined ? end : fieldEnd(last, text);
  }
  if (isSeq(node) && node.flow !== true) {
    const last = itemsOf(node).at(-1);
    return last === undefined ? end : contentEnd(last, text, (dashesOf(node).at(-1) ?? end) + 1);
  }
  return end;
}

/** Behind the last character of a field. */
export function fieldEnd(field: Field, text: string): number {
  const colon = colonOf(field);
  return contentEnd(field.value, text, colon === undefined ? (field.key.range?.[1] ?? 0) : colon + 1);
}

export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** The end of the line that an offset is on, before its line end. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  if (found === -1) return text.length;
  return text[found - 1] === '\r' && found > offset ? found - 1 : found;
}

export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset);

/** Whether only spaces stand before an offset on its line. */
export const beginsLine = (text: string, offset: number): boolean => text.slice(lineStart(text, offset), offset).trim() === '';
