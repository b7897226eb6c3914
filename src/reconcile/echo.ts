import { isRef, isSecret } from '../core/mark.ts';
import type { FieldRule } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { canonical, equal, isFields, isList } from '../core/value.ts';
import type { Lookup } from './marks.ts';
import { hasMarks, mapItems, mapMembers, withReferences } from './marks.ts';

/**
 * A live spec with references where the wanted spec has them, wherever the live value is the one that the reference stands for now.
 * `${…}` may stand in any field, and no schema says so there: without this it would differ from its own value for ever.
 *
 * The value is looked for as it is first, then as the kind writes it: a status says `7`, and a YANG leaf of it `"7.0"`.
 */
export function echoed(sides: {
  readonly rule: FieldRule;
  readonly want: Fields;
  readonly live: Fields;
  readonly lookup: Lookup;
  readonly normalize: (spec: Fields) => Fields;
}): Fields {
  const { rule, want, live, lookup, normalize } = sides;
  const now = withReferences(want, lookup);
  if (now === want) return live;
  let isMissed = false;
  const found = echo({ rule, want, now, live }, () => (isMissed = true));
  return (isMissed ? echo({ rule, want, now: normalize(now), live: found }, () => undefined) : found) as Fields;
}

/** `now` is what was wanted with its references looked up. */
interface Sides {
  readonly rule: FieldRule;
  readonly want: Value | undefined;
  readonly now: Value | undefined;
  readonly live: Value;
}

function echo({ rule, want, now, live }: Sides, miss: () => void): Value {
  if (want === undefined || want === live || isSecret(want)) return live;
  if (isRef(want)) {
    if (isRef(live)) return live;
    if (now !== undefined && equal(now, live)) return want;
    miss();
    return live;
  }
  if (isList(want)) {
    if (!isList(live)) return live;
    const partner = partners({ rule, want, now: isList(now) ? now : [], miss });
    return mapItems(live, (item, i) => echo({ rule: rule.items ?? NO_RULE, ...partner(item, i), live: item }, miss));
  }
  if (!isFields(want) || !isFields(live)) return live;
  return mapMembers(live, (inner, name) =>
    echo({ rule: memberRule(rule, name), want: own(want, name), now: isFields(now) ? own(now, name) : undefined, live: inner }, miss),
  );
}

const NO_RULE: FieldRule = {};
const own = <T>(members: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
const memberRule = (rule: FieldRule, name: string): FieldRule => own(rule.fields, name) ?? rule.rest ?? NO_RULE;

type Partner = (item: Value, i: number) => Pick<Sides, 'want' | 'now'>;

/** Which item of a list is meant by a live one: by its key, in a set by what it stands for, else by its place. */
function partners({
  rule: { list },
  want,
  now,
  miss,
}: {
  readonly rule: FieldRule;
  readonly want: readonly Value[];
  readonly now: readonly Value[];
  readonly miss: () => void;
}): Partner {
  if (typeof list === 'object') {
    const keyOf = (item: Value): string => canonical(isFields(item) ? list.key.map((name) => own(item, name) ?? null) : item);
    const wants = new Map(want.map((item) => [keyOf(item), item]));
    const nows = new Map(now.map((item) => [keyOf(item), item]));
    return (item) => ({ want: wants.get(keyOf(item)), now: nows.get(keyOf(item)) });
  }
  // A kind that sorts a list puts a value in another place than the reference to it.
  const isAligned = now.length === want.length && want.every((item, i) => hasMarks(item) || equal(item, now[i]));
  if (list !== 'set') return (_, i) => ({ want: want[i], now: isAligned ? now[i] : undefined });
  const places = new Map(isAligned ? now.map((item, i) => [canonical(item), i]) : []);
  return (item) => {
    const i = places.get(canonical(item));
    if (i !== undefined) return { want: want[i], now: now[i] };
    miss();
    return { want: undefined, now: undefined };
  };
}
