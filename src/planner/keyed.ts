import type { Fields, Value } from '../core/value.ts';
import { canonical, equal, isFields } from '../core/value.ts';
import { own } from './same.ts';

/** The key values of an entry as text; keys are never joined, so that no separator in one can make two entries meet. */
export const keyOf = (keys: readonly string[], entry: Fields): readonly string[] =>
  keys.map((name) => {
    const value = own(entry, name);
    return typeof value === 'string' ? value : canonical(value ?? null);
  });

const keyText = (keys: readonly string[], entry: Fields): string => JSON.stringify(keyOf(keys, entry));

/** True where every item is a map: else the list cannot be compared by key and is one value. */
export function hasEntries(list: readonly Value[]): list is readonly Fields[] {
  for (const item of list) if (!isFields(item)) return false;
  return true;
}

/** Finds entries by key. Most lists keep their order: the entry at the same index is tried first, and the index made only when it fails. */
export interface Finder {
  readonly list: readonly Fields[];
  readonly keys: readonly string[];
  index?: ReadonlyMap<string, Fields>;
}

export function find(finder: Finder, wanted: Fields, hint: number): Fields | undefined {
  const { list, keys } = finder;
  const guess = list[hint];
  if (guess !== undefined && sameKey(keys, guess, wanted)) return guess;
  if (list.length === 0) return undefined;
  finder.index ??= indexed(list, keys);
  return finder.index.get(keyText(keys, wanted));
}

function indexed(list: readonly Fields[], keys: readonly string[]): ReadonlyMap<string, Fields> {
  const index = new Map<string, Fields>();
  for (const entry of list) {
    const key = keyText(keys, entry);
    if (!index.has(key)) index.set(key, entry);
  }
  return index;
}

function sameKey(keys: readonly string[], a: Fields, b: Fields): boolean {
  for (const name of keys) if (!equal(own(a, name) ?? null, own(b, name) ?? null)) return false;
  return true;
}
