import type { Fields, Value } from '../../../core/value.ts';
import { equal, isFields, isList } from '../../../core/value.ts';
import type { Schema, SchemaNode } from '../../../yang/index.ts';
import { keyText } from './draft.ts';
import { keysOf } from './path.ts';

/**
 * The difference of two trees as the console shows it: depth first in schema order, what is equal left out, two blanks a level
 * behind the sign, containers closed with `::` and leaves with `;`. A container that both sides have bears no sign.
 */
export function compareText(schema: Schema, before: Fields, after: Fields): readonly string[] {
  const lines: string[] = [];
  members({ nodes: schema.roots, before, after, depth: 0 }, lines);
  return lines.length === 0 ? [] : ['--- CONFIGURATION START ---', ...lines, '--- CONFIGURATION END ---'];
}

interface Level {
  readonly nodes: ReadonlyMap<string, SchemaNode>;
  readonly before: Fields;
  readonly after: Fields;
  readonly depth: number;
  /** Keys of a list entry stand in its head line. */
  readonly keys?: readonly string[];
}

function members({ nodes, before, after, depth, keys }: Level, out: string[]): void {
  for (const node of nodes.values()) {
    if (keys?.includes(node.member)) continue;
    const old = before[node.member];
    const now = after[node.member];
    if (equal(old, now)) continue;
    if (node.kind === 'list') entries(node, { old: isList(old) ? old : [], now: isList(now) ? now : [], depth }, out);
    else if (node.kind === 'container') block(node.name, { node, old, now, depth }, out);
    else {
      if (old !== undefined) out.push(`-${indent(depth)}${node.name} ${shown(old)};`);
      if (now !== undefined) out.push(`+${indent(depth)}${node.name} ${shown(now)};`);
    }
  }
}

function entries(
  list: SchemaNode,
  { old, now, depth }: { readonly old: readonly Value[]; readonly now: readonly Value[]; readonly depth: number },
  out: string[],
): void {
  const before = new Map(old.map((item) => [keyText(keysOf(list, item) ?? []), item]));
  const one = (item: Value, a: Value | undefined, b: Value | undefined): void => {
    if (!equal(a, b)) block([list.name, ...(keysOf(list, item) ?? []).map(quoted)].join(' '), { node: list, old: a, now: b, depth }, out);
  };
  for (const item of now) {
    const text = keyText(keysOf(list, item) ?? []);
    one(item, before.get(text), item);
    before.delete(text);
  }
  for (const item of before.values()) one(item, item, undefined);
}

function block(
  head: string,
  {
    node,
    old,
    now,
    depth,
  }: { readonly node: SchemaNode; readonly old: Value | undefined; readonly now: Value | undefined; readonly depth: number },
  out: string[],
): void {
  const sign = old === undefined ? '+' : now === undefined ? '-' : ' ';
  out.push(`${sign}${indent(depth)}${head}::`);
  const keys = node.kind === 'list' ? node.keys : undefined;
  members(
    { nodes: node.members, before: isFields(old) ? old : {}, after: isFields(now) ? now : {}, depth: depth + 1, ...(keys ? { keys } : {}) },
    out,
  );
}

const indent = (depth: number): string => ` ${'  '.repeat(depth)}`;
const quoted = (text: string): string => (/^[^\s"';]+$/.test(text) ? text : JSON.stringify(text));
const shown = (value: Value): string =>
  isList(value) ? `[ ${value.map(shown).join(' ')} ]` : quoted(typeof value === 'string' ? value : JSON.stringify(value));
