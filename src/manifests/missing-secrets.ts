import { Fault, type Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { isSecret, type SecretMark } from '../core/mark.ts';
import { member, within, type Pointer } from '../core/pointer.ts';
import type { Value } from '../core/value.ts';
import { canonical, isFields, isList } from '../core/value.ts';
import type { Desired } from './desired.ts';
import { targetId } from './targets.ts';

/**
 * Every place of the manifests whose secret cannot be had, as a diagnostic at its line: all at once, before anything is planned.
 * `look` throws the Fault that says why; each source is looked up once. A generated secret that nobody has made is not missing, and
 * what a resource takes over from another one is told where it is written.
 */
export async function missingSecrets(
  desired: Desired,
  look: (source: SecretMark['setpoint:secret']) => Promise<string | undefined>,
): Promise<readonly Diagnostic[]> {
  const faults = new Map<string, Diagnostic | undefined>();
  const found: Diagnostic[] = [];
  for (const { id, at, mark } of placesOf(desired)) {
    const source = canonical(mark['setpoint:secret']);
    if (!faults.has(source)) faults.set(source, await faultOf(() => look(mark['setpoint:secret'])));
    const fault = faults.get(source);
    if (fault === undefined) continue;
    const located = desired.locate(id, at);
    const placed: Diagnostic = { ...fault, resource: id, pointer: `/spec${at}` };
    if (located === undefined) found.push(placed);
    else {
      const { source: text, ...position } = located;
      found.push({ ...placed, at: position, source: text });
    }
  }
  return found;
}

async function faultOf(look: () => Promise<unknown>): Promise<Diagnostic | undefined> {
  try {
    await look();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.diagnostic;
    throw error;
  }
}

interface Place {
  readonly id: ResourceId;
  readonly at: Pointer;
  readonly mark: SecretMark;
}

function* placesOf(desired: Desired): Generator<Place> {
  for (const { name, options } of desired.targets.values()) yield* marksIn(options, targetId(name), '/options');
  for (const { id, spec, hasSecrets } of desired.resources.values()) {
    if (!hasSecrets) continue;
    const inherited = desired.inherited.get(id) ?? [];
    for (const place of marksIn(spec, id, '')) if (!inherited.some((at) => within(place.at, at))) yield place;
  }
}

function* marksIn(value: Value, id: ResourceId, at: Pointer): Generator<Place> {
  if (isSecret(value)) yield { id, at, mark: value };
  else if (isList(value)) for (const [index, item] of value.entries()) yield* marksIn(item, id, member(at, index));
  else if (isFields(value)) for (const [name, inner] of Object.entries(value)) yield* marksIn(inner, id, member(at, name));
}
