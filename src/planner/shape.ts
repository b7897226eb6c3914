import { isRef, isSecret, isUnknown } from '../core/mark.ts';
import type { FieldRule } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { isList } from '../core/value.ts';
import { hasEntries, find } from './keyed.ts';
import { isMap, itemRule, keysOf, memberRule, own } from './same.ts';

/** Everything the live map holds is something we wrote, and nothing in it asks to be cleared in a way of its own: it may go as a whole. */
export function ownsAll(rule: FieldRule, ours: Fields, live: Fields): boolean {
  for (const name in live) {
    const below = memberRule(rule, name);
    const wrote = own(ours, name);
    const seen = live[name];
    if (wrote === undefined || below.unset !== undefined) return false;
    if (isMap(wrote) && isMap(seen) && !ownsAll(below, wrote, seen)) return false;
    const keys = keysOf(below);
    if (keys === undefined || !isList(wrote) || !isList(seen) || !hasEntries(wrote) || !hasEntries(seen)) continue;
    const finder = { list: wrote, keys };
    if (seen.some((entry, i) => find(finder, entry, i) === undefined)) return false;
  }
  return true;
}

/** A map that is not there yet sets a field that can be set only once. New entries of lists and free-form maps do not count. */
export function holdsImmutable(rule: FieldRule, value: Fields): boolean {
  if (rule.fields === undefined) return false;
  for (const [name, below] of Object.entries(rule.fields)) {
    const inner = own(value, name);
    if (inner !== undefined && (below.immutable === true || (isMap(inner) && holdsImmutable(below, inner)))) return true;
  }
  return false;
}

/** The value without what a rule below it calls sensitive: marks stay, since they hold no secret; anything else there goes. */
export function scrubbed(rule: FieldRule, value: Value): Value {
  if (isSecret(value) || isRef(value) || isUnknown(value)) return value;
  if (isList(value)) return rule.items === undefined ? value : value.map((item) => scrubbed(itemRule(rule), item));
  if (!isMap(value) || (rule.fields === undefined && rule.rest === undefined)) return value;
  const out: Record<string, Value> = {};
  for (const [name, inner] of Object.entries(value)) {
    const below = memberRule(rule, name);
    if (below.sensitive !== true || isSecret(inner)) out[name] = scrubbed(below, inner);
  }
  return out;
}
