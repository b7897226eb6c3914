import type { ResourceId } from '../core/id.ts';
import { isRef, isSecret } from '../core/mark.ts';
import { member, segments, type Pointer } from '../core/pointer.ts';
import type { FieldRule, Resource } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { isFields, isList } from '../core/value.ts';

type From = NonNullable<FieldRule['from']>;

/** Fields with `x-from`, by rule: most kinds have none. */
const borrowing = new WeakMap<FieldRule, readonly (readonly [string, From])[]>();

function fieldsFrom(rule: FieldRule): readonly (readonly [string, From])[] {
  let found = borrowing.get(rule);
  if (found === undefined) {
    found = Object.entries(rule.fields ?? {}).flatMap(([name, { from }]) => (from === undefined ? [] : [[name, from] as const]));
    borrowing.set(rule, found);
  }
  return found;
}

/**
 * The resource with the fields that its manifest leaves out and its schema marks `x-from`: they are those of the manifest that it
 * refers to, as that one has them written down. `inherited` tells which, since nothing stands at their places.
 */
export function withInherited(
  resource: Resource,
  rule: FieldRule,
  other: (id: ResourceId) => Resource | undefined,
): { readonly resource: Resource; readonly inherited: readonly Pointer[] } {
  let spec: Record<string, Value> | undefined;
  let hasSecrets = resource.hasSecrets === true;
  const inherited: Pointer[] = [];
  for (const [name, { ref, field }] of fieldsFrom(rule)) {
    if (Object.hasOwn(resource.spec, name)) continue;
    const mark = valueAt(resource.spec, ref);
    const value = isRef(mark) ? valueAt(other(mark['setpoint:ref'])?.spec, field) : undefined;
    if (value === undefined) continue;
    (spec ??= { ...resource.spec })[name] = value;
    inherited.push(member('', name));
    hasSecrets ||= holdsSecret(value);
  }
  if (spec === undefined) return { resource, inherited };
  return { resource: { ...resource, spec, ...(hasSecrets ? { hasSecrets } : {}) }, inherited };
}

const holdsSecret = (value: Value): boolean =>
  isSecret(value) || (isList(value) ? value.some(holdsSecret) : isFields(value) && Object.values(value).some(holdsSecret));

function valueAt(spec: Fields | undefined, at: Pointer): Value | undefined {
  let value: Value | undefined = spec;
  for (const segment of segments(at)) {
    value = 'name' in segment && isFields(value) && Object.hasOwn(value, segment.name) ? value[segment.name] : undefined;
  }
  return value;
}
