import type { RefMark } from '../core/mark.ts';
import { isRef, isSecret } from '../core/mark.ts';
import type { Difference } from '../core/plan.ts';
import type { Pointer } from '../core/pointer.ts';
import { entry, member } from '../core/pointer.ts';
import type { FieldRule } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { isFields, isList } from '../core/value.ts';
import type { Finder } from './keyed.ts';
import { find, hasEntries, keyOf } from './keyed.ts';
import { alike, isMap, itemRule, keysOf, memberRule, own, recordedSecret, sameSecret } from './same.ts';
import { holdsImmutable, ownsAll, scrubbed } from './shape.ts';

/** What a reference needs when its target gets another handle in this plan; undefined where the handle stays. */
export type Renewed = (ref: RefMark) => 'rewrite' | 'recreate' | undefined;

export interface Sides {
  readonly rule: FieldRule;
  readonly desired: Fields;
  /** What we last wrote; undefined: nothing is recorded, the object is new to us. */
  readonly applied?: Fields | undefined;
  readonly live: Fields;
  /** Places that this very answer could not tell, beyond those the rule calls blind. */
  readonly blind?: readonly Pointer[] | undefined;
  readonly renewed?: Renewed | undefined;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Places that were compared with the record alone. */
  readonly unverifiable: readonly Pointer[];
}

interface Walk {
  readonly recorded: boolean;
  readonly blind: ReadonlySet<Pointer> | undefined;
  readonly renewed: Renewed | undefined;
  /** Where we are: member names, and for a keyed entry its key names followed by the entry. Only a difference makes text of it. */
  readonly path: (string | readonly string[] | Fields)[];
  differences: Difference[] | undefined;
  unverifiable: Pointer[] | undefined;
}

// What a place inherits from the places around it.
const IMMUTABLE = 1;
const SENSITIVE = 2;
const WHOLE = 4;
const BLIND = 8;
/** A new entry of a list or of a free-form map: what can be set only once in it is being set for the first time. */
const FRESH = 16;

const NONE: readonly never[] = [];
const SAME: Comparison = { differences: NONE, unverifiable: NONE };

/** The three-way comparison: what differs between desired and live, leaf by leaf, and who changed it. Allocates nothing for a leaf that is equal. */
export const diff = (sides: Sides): readonly Difference[] => compare(sides).differences;

/**
 * As `diff`, and the places that nobody could verify. Only what the manifest sets and what we wrote earlier is looked at: a
 * member that only the live system has is not ours, except below a `whole` rule.
 */
export function compare(sides: Sides): Comparison {
  const walk: Walk = {
    recorded: sides.applied !== undefined,
    blind: sides.blind === undefined || sides.blind.length === 0 ? undefined : new Set(sides.blind),
    renewed: sides.renewed,
    path: [],
    differences: undefined,
    unverifiable: undefined,
  };
  place(walk, sides.rule, 0, sides.desired, sides.applied, sides.live);
  if (walk.differences === undefined && walk.unverifiable === undefined) return SAME;
  return { differences: walk.differences ?? NONE, unverifiable: walk.unverifiable ?? NONE };
}

type Side = Value | undefined;

// The walk below runs for every leaf of every resource in every plan: it takes its arguments one by one, and no object holds them.

function place(walk: Walk, rule: FieldRule, inherited: number, desired: Side, recorded: Side, seen: Side): void {
  let flags = inherited;
  if (rule.immutable === true) flags |= IMMUTABLE;
  if (rule.sensitive === true) flags |= SENSITIVE;
  if (rule.whole === true) flags |= WHOLE;
  if ((flags & BLIND) === 0 && (rule.blind === true || walk.blind?.has(pointer(walk)) === true)) {
    flags |= BLIND;
    if (desired !== undefined || recorded !== undefined) unverifiable(walk);
  }
  // What cannot be read is taken to be what we wrote: then only an edit is a difference.
  const live = (flags & BLIND) === 0 ? seen : recorded;
  if (desired === undefined) return gone(walk, rule, flags, recorded, live);
  if ((flags & SENSITIVE) !== 0 || isSecret(desired)) return secret(walk, rule, flags, desired, recorded, live);
  if (isMap(desired) && isMap(live)) return members(walk, rule, flags, desired, recorded, live);
  const keys = keysOf(rule);
  if (keys !== undefined && isList(desired) && (live === undefined || isList(live))) {
    const lives = live ?? NONE;
    if (hasEntries(desired) && hasEntries(lives)) return entries(walk, { rule, keys, flags }, desired, recorded, lives);
  }
  const renewed = walk.renewed === undefined ? undefined : renews(walk.renewed, desired);
  if (renewed === undefined && alike(rule, desired, live)) return;
  add(walk, { rule, flags: renewed === 'recreate' ? flags | IMMUTABLE : flags, desired, recorded, live, after: desired });
}

function members(walk: Walk, rule: FieldRule, flags: number, desired: Fields, recorded: Side, live: Fields): void {
  const before = isMap(recorded) ? recorded : undefined;
  for (const name in desired) child(walk, rule, flags, name, desired[name], own(before, name), own(live, name));
  if (before !== undefined) {
    for (const name in before) if (!Object.hasOwn(desired, name)) child(walk, rule, flags, name, undefined, before[name], own(live, name));
  }
  if ((flags & WHOLE) === 0) return;
  for (const name in live) {
    if (!Object.hasOwn(desired, name) && own(before, name) === undefined) child(walk, rule, flags, name, undefined, undefined, live[name]);
  }
}

function child(walk: Walk, rule: FieldRule, flags: number, name: string, desired: Side, recorded: Side, live: Side): void {
  walk.path.push(name);
  const fresh = live === undefined && own(rule.fields, name) === undefined;
  place(walk, memberRule(rule, name), fresh ? flags | FRESH : flags, desired, recorded, live);
  walk.path.pop();
}

interface Keyed {
  readonly rule: FieldRule;
  readonly keys: readonly string[];
  readonly flags: number;
}

/** Entry by entry under its key. Entries that only the live system has are not ours; the order of entries does not count. */
function entries(walk: Walk, { rule, keys, flags }: Keyed, desired: readonly Fields[], recorded: Side, live: readonly Fields[]): void {
  const items = itemRule(rule);
  const before = isList(recorded) && hasEntries(recorded) ? recorded : (NONE as readonly Fields[]);
  const inDesired: Finder = { list: desired, keys };
  const inRecorded: Finder = { list: before, keys };
  const inLive: Finder = { list: live, keys };
  const visit = (at: Fields, wanted: Side, wrote: Side, seen: Side): void => {
    walk.path.push(keys, at);
    if (wanted !== undefined) place(walk, items, seen === undefined ? flags | FRESH : flags, wanted, wrote, seen);
    // An entry goes as a whole, whatever its members say about being cleared.
    else if (seen !== undefined && items.unset !== 'never') {
      add(walk, { rule: items, flags, desired: undefined, recorded: wrote, live: seen, after: undefined });
    }
    walk.path.length -= 2;
  };
  for (const [i, wanted] of desired.entries()) visit(wanted, wanted, find(inRecorded, wanted, i), find(inLive, wanted, i));
  for (const [i, wrote] of before.entries()) {
    if (find(inDesired, wrote, i) === undefined) visit(wrote, undefined, wrote, find(inLive, wrote, i));
  }
  if ((flags & WHOLE) === 0) return;
  for (const [i, seen] of live.entries()) {
    if (find(inDesired, seen, i) === undefined && find(inRecorded, seen, i) === undefined) visit(seen, undefined, undefined, seen);
  }
}

function secret(walk: Walk, rule: FieldRule, flags: number, desired: Value, recorded: Side, live: Side): void {
  let same = live === undefined ? false : sameSecret(desired, live);
  let against = live;
  if (same === 'unknown') {
    if ((flags & BLIND) === 0) unverifiable(walk);
    same = recordedSecret(desired, recorded);
    against = recorded;
  }
  if (!same) add(walk, { rule, flags: flags | SENSITIVE, desired, recorded, live: against, after: desired });
}

/** A place that the manifest does not set: one that we wrote is cleared as its rule says; below `whole`, a stranger's is taken away. */
function gone(walk: Walk, rule: FieldRule, flags: number, recorded: Side, live: Side): void {
  if (live === undefined || (recorded === undefined && (flags & WHOLE) === 0)) return;
  const remove = (after: Side): void => {
    if (!alike(rule, after, live)) add(walk, { rule, flags, desired: undefined, recorded, live, after });
  };
  if ((flags & WHOLE) !== 0) return remove(undefined);
  if (rule.unset === 'never') return;
  if (rule.unset === 'null') return remove(null);
  if (rule.unset === 'default') return remove(rule.default);
  if (rule.unset !== undefined) return remove(rule.unset.value);
  const keys = keysOf(rule);
  if (keys !== undefined && isList(recorded) && isList(live) && hasEntries(recorded) && hasEntries(live)) {
    return entries(walk, { rule, keys, flags }, NONE, recorded, live);
  }
  // Somebody else may have put members beside ours: then only ours go.
  if (isMap(recorded) && isMap(live) && !ownsAll(rule, recorded, live)) return members(walk, rule, flags, {}, recorded, live);
  remove(undefined);
}

interface Found {
  readonly rule: FieldRule;
  readonly flags: number;
  readonly desired: Side;
  readonly recorded: Side;
  readonly live: Side;
  readonly after: Side;
}

function add(walk: Walk, { rule, flags, desired, recorded, live, after }: Found): void {
  const sensitive = (flags & SENSITIVE) !== 0;
  const same = sensitive ? (a: Side, b: Side): boolean => a !== undefined && recordedSecret(a, b) : alike.bind(undefined, rule);
  // A reference whose target gets another handle is equal on all three sides; it is our doing all the same.
  const drifted = walk.recorded && same(desired, recorded) && !same(desired, live);
  const show = (name: string, value: Side): object => {
    if (value === undefined) return {};
    if (!sensitive) return { [name]: scrubbed(rule, value) };
    return isSecret(value) ? { [name]: value } : {};
  };
  (walk.differences ??= []).push({
    path: pointer(walk),
    ...show('before', live),
    ...show('after', after),
    ...(same(recorded, live) ? {} : show('was', recorded)),
    cause: drifted || (walk.recorded && desired === undefined && recorded === undefined) ? 'drifted' : 'edited',
    ...((flags & IMMUTABLE) !== 0 || ((flags & FRESH) === 0 && isFields(after) && holdsImmutable(rule, after))
      ? { forcesReplace: true as const }
      : {}),
    ...(sensitive ? { sensitive: true as const } : {}),
    ...(rule.units === undefined ? {} : { units: rule.units }),
    ...(desired === undefined && recorded !== undefined ? { dropped: true as const } : {}),
  });
}

function renews(renewed: Renewed, value: Value): 'rewrite' | 'recreate' | undefined {
  if (isRef(value)) return value.by === 'name' ? undefined : renewed(value);
  if (typeof value !== 'object' || value === null) return undefined;
  let found: 'rewrite' | undefined;
  for (const inner of isList(value) ? value : Object.values(value)) {
    const verdict = renews(renewed, inner);
    if (verdict === 'recreate') return verdict;
    found ??= verdict;
  }
  return found;
}

const unverifiable = (walk: Walk): void => void (walk.unverifiable ??= []).push(pointer(walk));

function pointer({ path }: Walk): Pointer {
  let at = '';
  for (let i = 0; i < path.length; i += 1) {
    const step = path[i];
    if (typeof step === 'string') at = member(at, step);
    else if (Array.isArray(step)) at = entry(at, keyOf(step as readonly string[], path[(i += 1)] as Fields));
  }
  return at;
}
