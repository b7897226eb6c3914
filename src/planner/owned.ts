import { digest } from '../core/digest.ts';
import { isSecret } from '../core/mark.ts';
import type { Pointer } from '../core/pointer.ts';
import { entry, member } from '../core/pointer.ts';
import type { FieldRule } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { byText, canonical, isList } from '../core/value.ts';
import { find, hasEntries, keyOf } from './keyed.ts';
import { isMap, itemRule, keysOf, memberRule, own } from './same.ts';

export interface Owned {
  readonly rule: FieldRule;
  /** What the step writes; left out for a delete. */
  readonly desired?: Fields | undefined;
  readonly applied?: Fields | undefined;
  readonly live: Fields;
  readonly blind?: readonly Pointer[] | undefined;
}

interface Place {
  readonly rule: FieldRule;
  readonly whole: boolean;
  readonly at: Pointer;
  readonly blind: ReadonlySet<Pointer>;
}

type Side = Value | undefined;

/**
 * Digest over the live values at the places that are ours: those the manifest sets and those we wrote. A step is stale when it
 * is another one just before the call, so what somebody else does beside our fields voids nothing.
 */
export function ownedDigest({ rule, desired, applied, live, blind }: Owned): string {
  const root = { rule, whole: false, at: '', blind: new Set(blind) };
  return digest(project(root, desired, applied, live) ?? null);
}

function project(place: Place, desired: Side, applied: Side, live: Side): Side {
  const { rule, at, blind } = place;
  const whole = place.whole || rule.whole === true;
  if (live === undefined || rule.blind === true || blind.has(at)) return undefined;
  if (!whole && desired === undefined && applied === undefined) return undefined;
  // Of a secret only its public form, or its fingerprint, is a fact about the live system.
  if (rule.sensitive === true || isSecret(live)) return isSecret(live) ? (live.public ?? live.fingerprint ?? null) : null;
  const keys = keysOf(rule);
  if (isMap(live)) {
    const wanted = isMap(desired) ? desired : undefined;
    const wrote = isMap(applied) ? applied : undefined;
    if (!whole && wanted === undefined && wrote === undefined) return live;
    const out: Record<string, Value> = {};
    for (const name of Object.keys(live)) {
      const below = { rule: memberRule(rule, name), whole, at: member(at, name), blind };
      const inner = project(below, own(wanted, name), own(wrote, name), live[name]);
      if (inner !== undefined) out[name] = inner;
    }
    return out;
  }
  if (!isList(live)) return live;
  if (rule.list === 'set') return [...new Set(live.map(canonical))].sort(byText);
  if (keys === undefined || !hasEntries(live)) return live;
  const wanted = { list: isList(desired) && hasEntries(desired) ? desired : [], keys };
  const wrote = { list: isList(applied) && hasEntries(applied) ? applied : [], keys };
  const out: [readonly string[], Value][] = [];
  for (const [i, seen] of live.entries()) {
    const key = keyOf(keys, seen);
    const below = { rule: itemRule(rule), whole, at: entry(at, key), blind };
    const inner = project(below, find(wanted, seen, i), find(wrote, seen, i), seen);
    if (inner !== undefined) out.push([key, inner]);
  }
  return out.sort((a, b) => byText(JSON.stringify(a[0]), JSON.stringify(b[0])));
}
