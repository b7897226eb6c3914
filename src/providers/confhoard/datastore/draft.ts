import type { Fields, Value } from '../../../core/value.ts';
import { isFields, isList } from '../../../core/value.ts';
import type { SchemaNode } from '../../../yang/index.ts';
import type { DataPath, Step } from './path.ts';
import { keysOf } from './path.ts';

/**
 * A tree of canonical data that is being edited. The tree it began from is never touched: what changes is copied once, on the way down to it, and
 * the rest is shared, so that a later comparison can skip every part that is the same object.
 */
export interface Draft {
  /** The value at a place, or undefined. */
  read(path: DataPath): Value | undefined;
  /** Makes the place exactly this, with the containers and list entries above it. */
  set(path: DataPath, value: Value): void;
  /** Adds to what is there: containers member by member, lists entry by entry, leaves and leaf-lists as a whole. */
  merge(path: DataPath, value: Value): void;
  /** Removes the place, and the containers above it that are empty after that. Quiet where there is nothing. */
  remove(path: DataPath): void;
  /** The edited tree; the draft is over. */
  finish(): Fields;
}

type Container = Record<string, Value>;
type Items = (Value | undefined)[];

/** Text that no two key tuples share: a comma inside a key cannot make two of them one. */
export const keyText = (keys: readonly string[]): string => keys.map((key) => `${key.length}:${key}`).join('');

export function createDraft(tree: Fields): Draft {
  /** Objects made by this draft: they may be changed in place. */
  const own = new WeakSet<object>();
  /** Where the entries of a list stand, made when the first is looked for. */
  const indexes = new WeakMap<object, Map<string, number>>();
  /** Lists with holes where entries were removed; closed in `finish`, so that removing n entries is not n moves of the rest. */
  const holed = new Set<Items>();
  const mine = <T extends object>(made: T): T => (own.add(made), made);
  let root = tree as Container;

  const indexOf = (items: Items, list: SchemaNode): Map<string, number> => {
    let index = indexes.get(items);
    if (!index) {
      indexes.set(items, (index = new Map()));
      for (const [i, item] of items.entries()) {
        const keys = keysOf(list, item);
        if (keys) index.set(keyText(keys), i);
      }
    }
    return index;
  };

  /** A copy that this draft may change, put in the place of the original. */
  const opened = (holder: Container, name: string): Value | undefined => {
    const value = holder[name];
    if (typeof value !== 'object' || value === null || own.has(value)) return value;
    return (holder[name] = mine(isList(value) ? [...value] : { ...value }));
  };
  const openedItem = (items: Items, at: number): Container => {
    const item = items[at];
    if (isFields(item) && own.has(item)) return item as Container;
    return (items[at] = mine(isFields(item) ? { ...item } : {})) as Container;
  };
  const openedRoot = (): Container => (own.has(root) ? root : (root = mine({ ...root })));

  /** The list entry with these keys, made at the end of the list if it is not there. */
  const entryIn = (items: Items, list: SchemaNode, keys: readonly string[], given?: Fields): Container => {
    const index = indexOf(items, list);
    const at = index.get(keyText(keys));
    if (at !== undefined) return openedItem(items, at);
    const entry: Container = mine({});
    for (const [i, name] of (list.keys ?? []).entries()) entry[name] = given?.[name] ?? keyValue(list, name, keys[i] ?? '');
    index.set(keyText(keys), items.length);
    items.push(entry);
    return entry;
  };
  const itemsOf = (holder: Container, name: string): Items => {
    const items = opened(holder, name);
    return (isList(items) ? items : (holder[name] = mine([]))) as Items;
  };
  /** Walks down to the holder of the last step, making what is missing. */
  const holderOf = (path: DataPath): Container => {
    let holder = openedRoot();
    for (const { node, keys } of path.steps.slice(0, -1)) {
      if (keys) holder = entryIn(itemsOf(holder, node.member), node, keys);
      else {
        const inner = opened(holder, node.member);
        holder = (isFields(inner) ? inner : (holder[node.member] = mine({}))) as Container;
      }
    }
    return holder;
  };

  const mergeInto = (holder: Container, node: SchemaNode, value: Value): void => {
    if (node.kind === 'container' && isFields(value)) {
      const inner = opened(holder, node.member);
      mergeMembers((isFields(inner) ? inner : (holder[node.member] = mine({}))) as Container, node, value);
    } else if (node.kind === 'list' && isList(value) && (node.keys ?? []).length > 0) {
      const items = itemsOf(holder, node.member);
      for (const item of value) {
        const keys = keysOf(node, item);
        if (keys && isFields(item)) mergeMembers(entryIn(items, node, keys, item), node, item);
        else items.push(item); // without its keys it cannot be told from others; validation says so
      }
    } else holder[node.member] = value;
  };
  const mergeMembers = (target: Container, node: SchemaNode, value: Fields): void => {
    for (const name of Object.keys(value)) {
      const child = node.members.get(name);
      if (!child) throw new Error(`${node.path} has no member ${name}: what is merged has to be canonical`);
      mergeInto(target, child, value[name] as Value);
    }
  };

  const read = (path: DataPath): Value | undefined => {
    let value: Value | undefined = root;
    for (const { node, keys } of path.steps) {
      value = isFields(value) && Object.hasOwn(value, node.member) ? value[node.member] : undefined;
      if (keys && isList(value)) {
        const at: number | undefined = indexOf(value as Items, node).get(keyText(keys));
        value = at === undefined ? undefined : value[at];
      }
      if (value === undefined) return undefined;
    }
    return holed.has(value as Items) ? (value as Items).filter((item) => item !== undefined) : value;
  };

  return {
    read,
    set(path, value) {
      const last = lastOf(path);
      const holder = holderOf(path);
      if (!last.keys) {
        holder[last.node.member] = value;
        return;
      }
      const items = itemsOf(holder, last.node.member);
      const entry = entryIn(items, last.node, last.keys, isFields(value) ? value : undefined);
      for (const name of Object.keys(entry)) if (!(last.node.keys ?? []).includes(name)) delete entry[name];
      if (isFields(value)) Object.assign(entry, value);
    },
    merge(path, value) {
      const last = lastOf(path);
      const holder = holderOf(path);
      if (!last.keys) mergeInto(holder, last.node, value);
      else if (isFields(value)) mergeMembers(entryIn(itemsOf(holder, last.node.member), last.node, last.keys, value), last.node, value);
    },
    remove(path) {
      if (read(path) === undefined) return;
      // Every place above exists, so that the way down makes nothing new.
      const way: { readonly holder: Container; readonly items?: Items }[] = [];
      let holder = openedRoot();
      for (const [i, { node, keys }] of path.steps.entries()) {
        if (!keys) {
          way.push({ holder });
          if (i < path.steps.length - 1) holder = opened(holder, node.member) as Container;
          continue;
        }
        const items = itemsOf(holder, node.member);
        way.push({ holder, items });
        if (i < path.steps.length - 1) holder = entryIn(items, node, keys);
      }
      for (let i = path.steps.length - 1; i >= 0; i -= 1) {
        const { node, keys } = path.steps[i] as Step;
        const { holder: above, items } = way[i] as (typeof way)[number];
        if (items && keys) {
          const index = indexOf(items, node);
          items[index.get(keyText(keys)) as number] = undefined;
          index.delete(keyText(keys));
          holed.add(items);
          if (index.size > 0) return;
        }
        delete above[node.member];
        const parent = path.steps[i - 1];
        // A list entry stays with its keys alone, and a presence container says something by being there.
        if (!parent || parent.keys || parent.node.presence !== undefined || Object.keys(above).length > 0) return;
      }
    },
    finish() {
      for (const items of holed) {
        let kept = 0;
        for (const item of items) if (item !== undefined) items[kept++] = item;
        items.length = kept;
      }
      return root;
    },
  };
}

function lastOf(path: DataPath): Step {
  const last = path.steps.at(-1);
  if (!last) throw new TypeError('the datastore itself cannot be edited as one value');
  return last;
}

/** A key's value as RFC 7951 writes it: only small integers and booleans are not text. */
function keyValue(list: SchemaNode, name: string, text: string): Value {
  const base = list.members.get(name)?.type?.base;
  if (base === 'boolean') return text === 'true';
  if (base === 'empty') return [null];
  if (base !== undefined && /^u?int(8|16|32)$/.test(base)) return Number(text);
  return text;
}
