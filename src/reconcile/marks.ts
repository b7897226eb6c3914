import type { ResourceId } from '../core/id.ts';
import type { RefBy, SecretMark } from '../core/mark.ts';
import { isRef, isSecret, isUnknown, refMark, secretMark, unknownMark } from '../core/mark.ts';
import type { FieldRule } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { isFields, isList } from '../core/value.ts';

/** The live value that a reference stands for, once somebody knows it. */
export type Lookup = (id: ResourceId, by: RefBy) => Value | undefined;
/** The id behind a live value at a reference: the other way round. */
export type Reverse = (kind: string, by: RefBy, live: Value) => ResourceId | undefined;

// Almost every spec has nothing to be replaced: it is passed on as it is, and nothing is allocated for it.

export function mapItems(list: readonly Value[], change: (item: Value, i: number) => Value): readonly Value[] {
  let copy: Value[] | undefined;
  for (let i = 0; i < list.length; i += 1) {
    const before = list[i] as Value;
    const after = change(before, i);
    if (after !== before) (copy ??= [...list])[i] = after;
  }
  return copy ?? list;
}

export function mapMembers(fields: Fields, change: (value: Value, name: string) => Value): Fields {
  let changed: [string, Value][] | undefined;
  for (const name of Object.keys(fields)) {
    const before = fields[name] as Value;
    const after = change(before, name);
    if (after !== before) (changed ??= []).push([name, after]);
  }
  // A live object may have a member called __proto__: it is defined, never assigned.
  return changed === undefined ? fields : { ...fields, ...Object.fromEntries(changed) };
}

function mapValue(value: Value, change: (value: Value) => Value | undefined): Value {
  const changed = change(value);
  if (changed !== undefined) return changed;
  if (isList(value)) return mapItems(value, (item) => mapValue(item, change));
  return isFields(value) ? mapMembers(value, (member) => mapValue(member, change)) : value;
}

/** References replaced by what they stand for; those nobody knows yet become UnknownMarks. The spec itself where there are none. */
export const withReferences = (spec: Fields, lookup: Lookup): Fields =>
  mapValue(spec, (value) =>
    isRef(value) ? (lookup(value['setpoint:ref'], value.by) ?? unknownMark(value['setpoint:ref'])) : undefined,
  ) as Fields;

/** True where a value holds a mark of any kind. */
export function hasMarks(value: Value): boolean {
  if (isList(value)) return value.some(hasMarks);
  return isFields(value) && (isRef(value) || isSecret(value) || isUnknown(value) || Object.values(value).some(hasMarks));
}

/** Every SecretMark inside a spec. */
export function secretsOf(spec: Fields): readonly SecretMark[] {
  const found: SecretMark[] = [];
  mapValue(spec, (value) => {
    if (isSecret(value)) found.push(value);
    return undefined;
  });
  return found;
}

/** The resource whose creation would make the first unknown part of a value known; undefined where everything is known. */
export function firstUnknown(value: Value): ResourceId | undefined {
  let found: ResourceId | undefined;
  mapValue(value, (inner) => {
    if (found === undefined && isUnknown(inner)) found = inner['setpoint:unknown'];
    return undefined;
  });
  return found;
}

/** The spec with each secret replaced by what `replace` has for it. */
export const withSecrets = (spec: Fields, replace: (mark: SecretMark) => Value): Fields =>
  mapValue(spec, (value) => (isSecret(value) ? replace(value) : undefined)) as Fields;

/** A question about a rule and everything below it, answered once: most specs are then passed on untouched. */
function anywhere(holds: (rule: FieldRule) => boolean): (rule: FieldRule) => boolean {
  const answers = new WeakMap<FieldRule, boolean>();
  return function ask(rule) {
    const known = answers.get(rule);
    if (known !== undefined) return known;
    answers.set(rule, false); // a rule that contains itself adds nothing new
    const below = [...Object.values(rule.fields ?? {}), ...(rule.rest ? [rule.rest] : []), ...(rule.items ? [rule.items] : [])];
    const answer = holds(rule) || below.some(ask);
    answers.set(rule, answer);
    return answer;
  };
}

const concerns = anywhere((rule) => rule.ref !== undefined || rule.sensitive === true);

/**
 * A live spec in the terms of the desired one: a handle of a resource that we know is a reference to it, any other stays a
 * handle; a sensitive value becomes its fingerprint before anybody can print it.
 */
export function observedTerms(
  rule: FieldRule,
  spec: Value,
  terms: { readonly reverse: Reverse; readonly fingerprint: (value: string) => string | undefined },
): Value {
  if (!concerns(rule)) return spec;
  if (rule.sensitive && spec !== null && !isSecret(spec)) {
    return secretMark({}, terms.fingerprint(typeof spec === 'string' ? spec : JSON.stringify(spec)));
  }
  if (rule.ref && !isRef(spec)) {
    const id = terms.reverse(rule.ref.kind, rule.ref.by, spec);
    return id === undefined ? spec : refMark(id, rule.ref.by);
  }
  if (isList(spec)) {
    const items = rule.items;
    return items && concerns(items) ? mapItems(spec, (item) => observedTerms(items, item, terms)) : spec;
  }
  if (!isFields(spec)) return spec;
  return mapMembers(spec, (value, name) => {
    const inner = (rule.fields && Object.hasOwn(rule.fields, name) ? rule.fields[name] : undefined) ?? rule.rest;
    return inner ? observedTerms(inner, value, terms) : value;
  });
}
