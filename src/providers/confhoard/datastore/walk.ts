import type { Fields, Value } from '../../../core/value.ts';
import { equal, isFields, isList } from '../../../core/value.ts';
import type { SchemaNode } from '../../../yang/index.ts';
import { keyText } from './draft.ts';
import type { DataPath } from './path.ts';
import { childPath, entryPath, keysOf } from './path.ts';

/** One leaf that differs between two trees; an absent member means that there was, or is, none. */
export interface LeafChange {
  readonly path: string;
  readonly old?: Value;
  readonly new?: Value;
}

export interface Leaf {
  readonly path: DataPath;
  readonly value: Value;
}

type Members = ReadonlyMap<string, SchemaNode>;

/** Lists whose entries stand for themselves. One whose user orders it says something by its order, so it is one value. */
export const hasEntries = (node: SchemaNode): boolean => node.kind === 'list' && (node.keys ?? []).length > 0 && node.orderedBy !== 'user';

/**
 * The leaves of canonical data that stands at `path`. What exists without a leaf of its own counts as one too: an empty presence
 * container (value `{}`) and a list entry that has its keys alone (its keys as value). Keys are not listed by themselves: they
 * are part of the paths.
 */
export function* leavesAt(path: DataPath, value: Value): Generator<Leaf> {
  const last = path.steps.at(-1);
  if (!last) return;
  const { node, keys } = last;
  if (keys !== undefined && isFields(value)) {
    const rest = Object.keys(value).filter((name) => !(node.keys ?? []).includes(name));
    if (rest.length === 0) yield { path, value };
    for (const name of rest) yield* leavesOfMember(path, node, name, value);
  } else if (node.kind === 'container' && isFields(value)) {
    const names = Object.keys(value);
    if (node.presence !== undefined && names.length === 0) yield { path, value };
    for (const name of names) yield* leavesOfMember(path, node, name, value);
  } else if (hasEntries(node) && isList(value)) {
    for (const item of value) {
      const itemKeys = keysOf(node, item);
      if (itemKeys) yield* leavesAt(entryPath(path, itemKeys), item);
    }
  } else yield { path, value };
}

function* leavesOfMember(path: DataPath, node: SchemaNode, name: string, value: Fields): Generator<Leaf> {
  const child = node.members.get(name);
  if (child) yield* leavesAt(childPath(path, child), value[name] as Value);
}

/**
 * The leaves that differ, in schema order, entries of the new tree before those that are gone. Parts that are the same object
 * are skipped, so that comparing a draft with what it began from costs what was changed. Linear in the rest.
 */
export function changesBetween(path: DataPath, members: Members, before: Fields, after: Fields): readonly LeafChange[] {
  const out: LeafChange[] = [];
  collect({ path, members, before, after }, out);
  return out;
}

function collect(
  at: { readonly path: DataPath; readonly members: Members; readonly before: Fields; readonly after: Fields },
  out: LeafChange[],
): void {
  for (const node of inSchemaOrder(at.members, at.before, at.after)) {
    const old = at.before[node.member];
    const now = at.after[node.member];
    if (old === now) continue;
    if (node.kind === 'container' && (isFields(old) || isFields(now))) {
      const path = childPath(at.path, node);
      collect({ path, members: node.members, before: isFields(old) ? old : {}, after: isFields(now) ? now : {} }, out);
      if (node.presence !== undefined && (old === undefined || now === undefined)) note(out, path.text, bare(old), bare(now));
    } else if (hasEntries(node)) {
      collectEntries(at.path, node, { old: isList(old) ? old : [], now: isList(now) ? now : [] }, out);
    } else if (!equal(old, now)) note(out, childPath(at.path, node).text, old, now);
  }
}

/** That a presence container is there, without what is in it. */
const bare = (value: Value | undefined): Value | undefined => (value === undefined ? undefined : {});

function collectEntries(
  path: DataPath,
  list: SchemaNode,
  { old, now }: { readonly old: readonly Value[]; readonly now: readonly Value[] },
  out: LeafChange[],
): void {
  const before = new Map<string, Fields>();
  for (const item of old) {
    const keys = keysOf(list, item);
    if (keys) before.set(keyText(keys), item as Fields);
  }
  const entry = (keys: readonly string[], a: Fields | undefined, b: Fields | undefined): void => {
    if (a === b) return;
    const place = childPath(path, list, keys);
    const first = out.length;
    collect({ path: place, members: withoutKeys(list), before: a ?? {}, after: b ?? {} }, out);
    // Only its keys came or went: then the entry itself is what changed.
    if (out.length === first && (a === undefined || b === undefined)) note(out, place.text, a, b);
  };
  for (const item of now) {
    const keys = keysOf(list, item);
    if (!keys) continue;
    const text = keyText(keys);
    entry(keys, before.get(text), item as Fields);
    before.delete(text);
  }
  for (const item of before.values()) entry(keysOf(list, item) ?? [], item, undefined);
}

const unkeyed = new WeakMap<SchemaNode, Members>();

function withoutKeys(list: SchemaNode): Members {
  let members = unkeyed.get(list);
  if (!members) unkeyed.set(list, (members = new Map([...list.members].filter(([name]) => !(list.keys ?? []).includes(name)))));
  return members;
}

/** The nodes that either side has; a side with few of a thousand members is not searched for all of them. */
function inSchemaOrder(members: Members, before: Fields, after: Fields): readonly SchemaNode[] {
  const nodes = new Set<SchemaNode>();
  for (const side of [before, after]) {
    for (const name of Object.keys(side)) {
      const node = members.get(name);
      if (node) nodes.add(node);
    }
  }
  if (nodes.size < 2) return [...nodes];
  return [...members.values()].filter((node) => nodes.has(node));
}

function note(out: LeafChange[], path: string, old: Value | undefined, now: Value | undefined): void {
  out.push({ path, ...(old === undefined ? {} : { old }), ...(now === undefined ? {} : { new: now }) });
}
