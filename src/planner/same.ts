import { digest } from '../core/digest.ts';
import type { SecretMark } from '../core/mark.ts';
import { isRef, isSecret, isUnknown } from '../core/mark.ts';
import type { FieldRule } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { canonical, equal, isFields, isList } from '../core/value.ts';

/** A member that the value itself has: a spec may well have one called `constructor`. */
export const own = <T>(members: { readonly [name: string]: T } | undefined, name: string): T | undefined =>
  members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;

/** A map of members, as opposed to a mark, which stands for a single value. */
export const isMap = (value: Value | undefined): value is Fields =>
  isFields(value) && !isRef(value) && !isSecret(value) && !isUnknown(value);

const NO_RULE: FieldRule = {};
export const memberRule = (rule: FieldRule, name: string): FieldRule => own(rule.fields, name) ?? rule.rest ?? NO_RULE;
export const itemRule = (rule: FieldRule): FieldRule => rule.items ?? NO_RULE;

/** The key members of a list whose entries are compared one by one. */
export const keysOf = (rule: FieldRule): readonly string[] | undefined => (typeof rule.list === 'object' ? rule.list.key : undefined);

/** Two values under one rule mean the same; either may be absent. Order and repetition do not count in a set. */
export function alike(rule: FieldRule, a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (equal(a, b)) return true;
  return rule.list === 'set' && isList(a) && isList(b) && sameSet(a, b);
}

function sameSet(a: readonly Value[], b: readonly Value[]): boolean {
  const left = new Set(a.map(canonical));
  const right = new Set(b.map(canonical));
  return left.size === right.size && [...left].every((item) => right.has(item));
}

/** Whether two secrets are one. Without a public form or a fingerprint on both sides nobody can tell, which is not the same as *changed*. */
export function sameSecret(a: Value, b: Value): boolean | 'unknown' {
  if (isSecret(a) && isSecret(b)) {
    if (a.public !== undefined && b.public !== undefined) return a.public === b.public;
    return a.fingerprint === undefined || b.fingerprint === undefined ? 'unknown' : a.fingerprint === b.fingerprint;
  }
  return isSecret(a) || isSecret(b) ? 'unknown' : equal(a, b);
}

const sameSource = (a: SecretMark, b: SecretMark): boolean => equal(a['setpoint:secret'], b['setpoint:secret']);

/**
 * A secret against the one we recorded. Where fingerprints cannot tell, the place that it comes from does: somebody who points
 * the manifest at another file has edited it.
 */
export function recordedSecret(desired: Value, recorded: Value | undefined): boolean {
  if (recorded === undefined) return false;
  const verdict = sameSecret(desired, recorded);
  if (verdict !== 'unknown') return verdict;
  return isSecret(desired) && isSecret(recorded) && sameSource(desired, recorded);
}

/**
 * Whether the record already says what the manifest says. A machine without the state key must not take fingerprints out of
 * the record, so a desired secret without one agrees with a recorded one of the same source.
 */
export function sameWant(desired: Value | undefined, recorded: Value | undefined): boolean {
  if (equal(desired, recorded)) return true;
  if (isSecret(desired) && isSecret(recorded)) return desired.fingerprint === undefined && sameSource(desired, recorded);
  if (isFields(desired) && isFields(recorded)) {
    const names = Object.keys(desired);
    return names.length === Object.keys(recorded).length && names.every((name) => sameWant(desired[name], own(recorded, name)));
  }
  if (isList(desired) && isList(recorded)) {
    return desired.length === recorded.length && desired.every((item, i) => sameWant(item, recorded[i]));
  }
  return false;
}

/** Identifies what a `run` was started with. A secret that was rotated, or a lost state key, is no reason to run again. */
export const runHash = (spec: Fields): string => digest(withoutFingerprints(spec));

function withoutFingerprints(value: Value): Value {
  if (isSecret(value)) return { 'setpoint:secret': value['setpoint:secret'] };
  if (isList(value)) return value.map(withoutFingerprints);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutFingerprints(inner)]));
}
