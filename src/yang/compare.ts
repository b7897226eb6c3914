import { isList, type Value } from '../core/value.ts';
import { rootOf } from './compile.ts';
import { diffData } from './diff.ts';
import type { Node } from './node.ts';
import { predicatesOf } from './path.ts';
import type { Schema } from './schema.ts';
import { memberOf, textOf, tupleKey } from './tree.ts';

export const START = '--- CONFIGURATION START ---';
export const END = '--- CONFIGURATION END ---';

/**
 * Two canonical trees as a person compares configurations: in schema order, unchanged parts left out, two blanks a level, `+` and `-`
 * in the first column, a blank there for containers that both have and that hold a change. Containers end in `::`, leaves in `;`,
 * a changed leaf is a minus line and a plus line. An entry of a list is its name and its keys.
 */
export function compareData(schema: Schema, before: Value, after: Value): string {
  const lines: string[] = [START];
  if (diffData(schema, before, after).length > 0) members({ node: rootOf(schema), depth: 0 }, before, after, lines);
  return [...lines, END].join('\n');
}

interface Place {
  readonly node: Node;
  readonly depth: number;
}

const line = (sign: string, depth: number, text: string): string => `${sign} ${'  '.repeat(depth)}${text}`;

/** A value that holds blanks or quotes is quoted, as the command line wants it. */
const word = (value: Value): string => {
  const text = textOf(value);
  return /^[^\s"';]+$/.test(text) ? text : JSON.stringify(text);
};

function members({ node, depth }: Place, before: Value | undefined, after: Value | undefined, lines: string[]): void {
  for (const child of node.list) {
    const [old, now] = [memberOf(before, child.member), memberOf(after, child.member)];
    if (old === undefined && now === undefined) continue;
    const place = { node: child, depth };
    if (child.kind === 'container') block(place, child.name, old, now, lines);
    else if (child.kind === 'list') entries(place, listed(old), listed(now), lines);
    else if (child.kind === 'leaf-list') values(place, listed(old), listed(now), lines);
    else if (textOf(old) !== textOf(now) || (old === undefined) !== (now === undefined)) {
      if (old !== undefined) lines.push(line('-', depth, `${child.name} ${word(old)};`));
      if (now !== undefined) lines.push(line('+', depth, `${child.name} ${word(now)};`));
    }
  }
}

const listed = (value: Value | undefined): readonly Value[] => (isList(value) ? value : []);

function block({ node, depth }: Place, title: string, before: Value | undefined, after: Value | undefined, lines: string[]): void {
  const sign = before === undefined ? '+' : after === undefined ? '-' : ' ';
  const inner: string[] = [];
  members({ node, depth: depth + 1 }, before, after, inner);
  if (inner.length > 0 || sign !== ' ') lines.push(line(sign, depth, `${title}::`), ...inner);
}

function entries(place: Place, before: readonly Value[], after: readonly Value[], lines: string[]): void {
  const { node } = place;
  const keyOf = (entry: Value, index: number): string =>
    node.keyNodes.length === 0 ? predicatesOf(node, entry, index) : tupleKey(node.keyNodes.map((key) => memberOf(entry, key.member)));
  const title = (entry: Value): string => [node.name, ...node.keyNodes.map((key) => word(memberOf(entry, key.member) ?? ''))].join(' ');
  const now = new Map(after.map((entry, index) => [keyOf(entry, index), entry]));
  const old = new Set(before.map(keyOf));
  for (const [index, entry] of before.entries()) block(place, title(entry), entry, now.get(keyOf(entry, index)), lines);
  for (const [index, entry] of after.entries()) if (!old.has(keyOf(entry, index))) block(place, title(entry), undefined, entry, lines);
}

function values({ node, depth }: Place, before: readonly Value[], after: readonly Value[], lines: string[]): void {
  const [old, now] = [new Set(before), new Set(after)];
  for (const one of before) if (!now.has(one)) lines.push(line('-', depth, `${node.name} ${word(one)};`));
  for (const one of after) if (!old.has(one)) lines.push(line('+', depth, `${node.name} ${word(one)};`));
}
