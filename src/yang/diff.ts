import { equal, isList, type Value } from '../core/value.ts';
import { rootOf } from './compile.ts';
import { removeAt, setAt } from './data.ts';
import type { Node } from './node.ts';
import { predicatesOf } from './path.ts';
import type { Schema, SchemaNode } from './schema.ts';
import { memberOf, tupleKey } from './tree.ts';

/**
 * One change of a leaf, of a leaf-list entry, or of a presence container or list entry as such (then the values are undefined: its
 * leaves, keys included, are changes of their own). A leaf-list or list that people order is compared and replaced as a whole.
 */
export interface DataChange {
  readonly op: 'create' | 'modify' | 'remove';
  readonly path: string;
  readonly node: SchemaNode;
  readonly before?: Value;
  readonly after?: Value;
}

/**
 * What turns one canonical tree into another, in schema order. List entries meet by their keys, whatever their order; entries of
 * lists without keys meet by place. Linear in the size of both.
 */
export function diffData(schema: Schema, before: Value, after: Value): readonly DataChange[] {
  const changes: DataChange[] = [];
  compareMembers({ node: rootOf(schema), path: '' }, before, after, changes);
  return changes;
}

interface Place {
  readonly node: Node;
  readonly path: string;
}

const change = ({ node, path }: Place, before: Value | undefined, after: Value | undefined): DataChange => ({
  op: before === undefined ? 'create' : after === undefined ? 'remove' : 'modify',
  path: path || '/',
  node,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

function compareMembers(place: Place, before: Value | undefined, after: Value | undefined, into: DataChange[]): void {
  if (before === after) return;
  for (const child of place.node.list) {
    const [old, now] = [memberOf(before, child.member), memberOf(after, child.member)];
    if (old !== undefined || now !== undefined) compareNode({ node: child, path: `${place.path}/${child.member}` }, old, now, into);
  }
}

function compareNode(place: Place, before: Value | undefined, after: Value | undefined, into: DataChange[]): void {
  if (before === after) return;
  const { node, path } = place;
  switch (node.kind) {
    case 'container':
      if (node.presence !== undefined && (before === undefined || after === undefined)) into.push(existence(place, before === undefined));
      compareMembers(place, before, after, into);
      return;
    case 'list':
      compareEntries(place, listed(before), listed(after), into);
      return;
    case 'leaf-list': {
      const [old, now] = [listed(before), listed(after)];
      // Order is part of the value where people give it, and so are repetitions, which only state may have.
      if (node.orderedBy === 'user' || !node.config) {
        if (!equal(old, now)) into.push(change(place, before, after));
        return;
      }
      const [oldSet, nowSet] = [new Set(old), new Set(now)];
      for (const one of old)
        if (!nowSet.has(one)) into.push(change({ node, path: `${path}${predicatesOf(node, one, 0)}` }, one, undefined));
      for (const one of now)
        if (!oldSet.has(one)) into.push(change({ node, path: `${path}${predicatesOf(node, one, 0)}` }, undefined, one));
      return;
    }
    default:
      if (!equal(before, after)) into.push(change(place, before, after));
  }
}

const existence = ({ node, path }: Place, created: boolean): DataChange => ({ op: created ? 'create' : 'remove', path, node });

const listed = (value: Value | undefined): readonly Value[] => (isList(value) ? value : []);

function compareEntries(place: Place, before: readonly Value[], after: readonly Value[], into: DataChange[]): void {
  const { node, path } = place;
  const keys = node.keyNodes;
  const keyOf = (entry: Value, index: number): string =>
    keys.length === 0 ? String(index) : tupleKey(keys.map((key) => memberOf(entry, key.member)));
  if (node.orderedBy === 'user' || keys.length === 0) {
    if (!equal(before, after)) into.push(change(place, before.length === 0 ? undefined : before, after.length === 0 ? undefined : after));
    return;
  }
  const known = new Map(before.map((entry, index) => [keyOf(entry, index), entry]));
  const kept = new Set(after.map(keyOf));
  for (const [index, entry] of before.entries()) if (!kept.has(keyOf(entry, index))) compareEntry(entry, undefined);
  for (const [index, entry] of after.entries()) compareEntry(known.get(keyOf(entry, index)), entry);

  function compareEntry(old: Value | undefined, now: Value | undefined): void {
    const at = { node, path: `${path}${predicatesOf(node, now ?? old, 0)}` };
    if (old === undefined || now === undefined) into.push(existence(at, old === undefined));
    compareMembers(at, old, now, into);
  }
}

/**
 * Applies a diff: `applyDiff(s, a, diffData(s, a, b))` equals b, but for the order of entries that the system orders. Every change
 * looks its entries up in the lists on its way, so this is for edits, not for bulk.
 */
export function applyDiff(schema: Schema, tree: Value, changes: readonly DataChange[]): Value {
  let result = tree;
  let gone: string | undefined;
  for (const { op, path, before, after, node } of changes) {
    // A diff goes depth first: what was in an entry that is gone follows it, and has gone with it.
    if (gone !== undefined && path.startsWith(`${gone}/`)) continue;
    if (op === 'remove') {
      result = removeAt(schema, result, path);
      if (before === undefined) gone = path;
    } else if (after !== undefined) result = setAt(schema, result, path, after);
    else if (node.kind === 'container') result = setAt(schema, result, path, {});
  }
  return result;
}
