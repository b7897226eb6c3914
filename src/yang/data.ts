import { isFields, isList, type Fields, type Value } from '../core/value.ts';
import { rootOf } from './compile.ts';
import type { Node } from './node.ts';
import { predicatesOf, resolvePath, type DataStep } from './path.ts';
import type { Mode, Schema, SchemaNode } from './schema.ts';
import { memberOf, textOf, tupleKey } from './tree.ts';
import { Refusal } from './types/type.ts';

/** One leaf (or leaf-list entry) of a canonical tree. */
export interface Leaf {
  readonly path: string;
  readonly node: SchemaNode;
  readonly value: Value;
}

/** Thrown for a path that the schema does not have: the caller's mistake, with what is wrong in words. */
export class PathError extends Error {
  override readonly name = 'PathError';
}

function stepsTo(schema: Schema, path: string): readonly DataStep[] {
  const steps = resolvePath(rootOf(schema), path);
  if (typeof steps === 'string') throw new PathError(steps);
  return steps;
}

/** The canonical form of a data path: names qualified where the module changes, keys as predicates in key order. Throws PathError. */
export const canonicalDataPath = (schema: Schema, path: string): string => stepsTo(schema, path).map(stepText).join('') || '/';

function stepText({ node, keys, position }: DataStep): string {
  if (keys) return `/${node.member}${predicatesOf(node, node.kind === 'leaf-list' ? (keys[0] ?? '') : keysAsFields(node, keys), 0)}`;
  return `/${node.member}${position === undefined ? '' : `[${position}]`}`;
}

/** Key texts as the members of an entry, each in the JSON kind of its type. */
function keysAsFields(node: Node, keys: readonly string[]): Fields {
  return Object.fromEntries(
    node.keyNodes.map((key, index) => {
      const read = key.type?.read(keys[index] ?? '', 'yaml');
      return [key.member, read === undefined || read instanceof Refusal ? (keys[index] ?? '') : read];
    }),
  );
}

const indexOf = ({ node, keys, position }: DataStep, entries: readonly Value[]): number => {
  if (position !== undefined) return position <= entries.length ? position - 1 : -1;
  if (!keys) return -1;
  if (node.kind === 'leaf-list') return entries.findIndex((entry) => textOf(entry) === keys[0]);
  const wanted = tupleKey(keys);
  return entries.findIndex((entry) => tupleKey(node.keyNodes.map((key) => memberOf(entry, key.member))) === wanted);
};

/** What stands at a data path of a canonical tree; undefined where there is nothing. Defaults are not added. Throws PathError. */
export function getAt(schema: Schema, tree: Value, path: string): Value | undefined {
  let value: Value | undefined = tree;
  for (const step of stepsTo(schema, path)) {
    value = memberOf(value, step.node.member);
    if (step.keys === undefined && step.position === undefined) continue;
    value = isList(value) ? value[indexOf(step, value)] : undefined;
  }
  return value;
}

/** The tree with a canonical value put at a path, what was there replaced; containers and list entries on the way are made. Throws PathError. */
export function setAt(schema: Schema, tree: Value, path: string, value: Value): Value {
  return changed(tree, { steps: stepsTo(schema, path), at: 0, change: () => value, parent: rootOf(schema) }) ?? {};
}

/** The tree with canonical content merged in at a path: leaves win, list entries meet by their keys, leaf-lists unite. Throws PathError. */
export function mergeAt(schema: Schema, tree: Value, path: string, value: Value): Value {
  const steps = stepsTo(schema, path);
  const last = steps.at(-1);
  const node = last?.node ?? rootOf(schema);
  const entry = last?.keys !== undefined || node.kind !== 'list';
  const change = (before: Value | undefined): Value => (before === undefined ? value : merged(node, before, value, entry));
  return changed(tree, { steps, at: 0, change, parent: rootOf(schema) }) ?? {};
}

/** The tree without what stands at a path; containers that held nothing else go with it. The same tree if nothing stands there. Throws PathError. */
export function removeAt(schema: Schema, tree: Value, path: string): Value {
  if (getAt(schema, tree, path) === undefined) return tree;
  return changed(tree, { steps: stepsTo(schema, path), at: 0, change: () => undefined, parent: rootOf(schema) }) ?? {};
}

interface Change {
  readonly steps: readonly DataStep[];
  readonly at: number;
  readonly parent: Node;
  readonly change: (before: Value | undefined) => Value | undefined;
}

function changed(value: Value | undefined, c: Change): Value | undefined {
  const step = c.steps[c.at];
  if (!step) return c.change(value);
  const { node, keys } = step;
  const before = memberOf(value, node.member);
  const inner: Change = { ...c, at: c.at + 1, parent: node };
  let after: Value | undefined;
  if (keys === undefined && step.position === undefined) {
    if (node.kind === 'list' && inner.at < c.steps.length) throw new PathError(`${node.path} is a list: name the entry by its keys`);
    after = changed(before, inner);
  } else {
    const entries = isList(before) ? before : [];
    const index = indexOf(step, entries);
    const blank = keys && node.kind === 'list' ? keysAsFields(node, keys) : undefined;
    const entry = changed(index < 0 ? blank : entries[index], inner);
    if (index < 0) after = entry === undefined ? entries : [...entries, entry];
    else after = entry === undefined ? entries.filter((_, place) => place !== index) : entries.with(index, entry);
  }
  return withMember(c.parent, isFields(value) ? value : {}, node, after);
}

const isNothing = (node: Node, value: Value | undefined): boolean =>
  value === undefined ||
  (isList(value) && value.length === 0) ||
  (node.kind === 'container' && node.presence === undefined && isFields(value) && Object.keys(value).length === 0);

/** The members in schema order, one of them exchanged. */
function withMember(parent: Node, fields: Fields, node: Node, value: Value | undefined): Fields {
  const out: Record<string, Value> = {};
  for (const child of parent.list) {
    const one = child === node ? value : memberOf(fields, child.member);
    if (one !== undefined && !isNothing(child, one)) out[child.member] = one;
  }
  return out;
}

function merged(node: Node, before: Value, after: Value, entry: boolean): Value {
  if (node.kind === 'leaf' || node.kind === 'anydata' || node.kind === 'anyxml') return after;
  if (node.kind === 'leaf-list' && !(entry && !isList(after))) {
    return isList(before) && isList(after) ? [...new Set([...before, ...after])] : after;
  }
  if (node.kind === 'list' && !entry) {
    if (!isList(before) || !isList(after)) return after;
    const keyOf = (one: Value): string => tupleKey(node.keyNodes.map((key) => memberOf(one, key.member)));
    const entries = new Map(before.map((one) => [keyOf(one), one]));
    for (const one of after) {
      const known = entries.get(keyOf(one));
      entries.set(keyOf(one), known === undefined ? one : merged(node, known, one, true));
    }
    return [...entries.values()];
  }
  const out: Record<string, Value> = {};
  for (const child of node.list) {
    const [old, add] = [memberOf(before, child.member), memberOf(after, child.member)];
    const one =
      old !== undefined && add !== undefined ? merged(child, old, add, child.kind !== 'list' && child.kind !== 'leaf-list') : (add ?? old);
    if (one !== undefined) out[child.member] = one;
  }
  return out;
}

/** Every leaf that a canonical tree holds (below `at`), in schema order; leaf-list entries one by one. Throws PathError. */
export function* leaves(schema: Schema, tree: Value, at = '/'): Generator<Leaf> {
  const steps = stepsTo(schema, at);
  const value = getAt(schema, tree, at);
  const last = steps.at(-1);
  const path = steps.map(stepText).join('');
  if (value !== undefined) yield* leavesOf({ node: last?.node ?? rootOf(schema), value, path, named: last?.keys !== undefined });
}

function* leavesOf({ node, value, path, named }: { node: Node; value: Value; path: string; named: boolean }): Generator<Leaf> {
  if ((node.kind === 'list' || node.kind === 'leaf-list') && !named && isList(value)) {
    for (const [index, entry] of value.entries())
      yield* leavesOf({ node, value: entry, path: `${path}${predicatesOf(node, entry, index)}`, named: true });
  } else if (node.kind === 'container' || node.kind === 'list') {
    for (const child of node.list) {
      const inner = memberOf(value, child.member);
      if (inner !== undefined) yield* leavesOf({ node: child, value: inner, path: `${path}/${child.member}`, named: false });
    }
  } else yield { path, node, value };
}

/** One scalar in canonical RFC 7951 form, or why it is no value of that leaf. */
export function canonicalValue(
  node: SchemaNode,
  value: Value,
  mode: Mode = 'json',
): { readonly value: Value } | { readonly problem: string; readonly hint?: string } {
  const type = (node as Node).type;
  if (!type) return { problem: `${node.name} is a ${node.kind}, not a leaf` };
  const read = type.read(value, mode);
  if (!(read instanceof Refusal)) return { value: read };
  return { problem: read.message, ...(read.hint === undefined ? {} : { hint: read.hint }) };
}
