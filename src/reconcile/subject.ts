import type { KindName, ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { Need, Recorded, Resource } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';

/** Something to look at: a desired resource, a recorded one, or both. */
export interface Subject {
  readonly id: ResourceId;
  readonly target: string;
  readonly kind: KindName;
  readonly name: string;
  readonly want?: Fields;
  readonly recorded?: Recorded;
  /** A handle that may be ours though nobody recorded it: from a step whose reply was lost. */
  readonly handle?: string;
  /** Of a step whose reply was lost: a kind that marks what it makes with it knows what that step made. */
  readonly intent?: string;
  /** Handles of what it took the place of: under its name, and not it. */
  readonly replaced?: readonly string[];
  readonly needs: readonly Need[];
}

export function subjectOf(id: ResourceId, desired: Resource | undefined, recorded: Recorded | undefined): Subject {
  const { target, kind, name } = idParts(id);
  const needs = desired?.needs ?? recorded?.needs ?? [];
  return {
    id,
    target,
    kind,
    name,
    needs,
    ...(desired ? { want: desired.spec } : {}),
    ...(recorded ? { recorded, handle: recorded.handle } : {}),
  };
}

/** Every id that is desired or recorded, once each. */
export function subjectsOf(desired: ReadonlyMap<ResourceId, Resource>, recorded: ReadonlyMap<ResourceId, Recorded>): readonly Subject[] {
  const subjects: Subject[] = [];
  for (const [id, resource] of desired) subjects.push(subjectOf(id, resource, recorded.get(id)));
  for (const [id, record] of recorded) if (!desired.has(id)) subjects.push(subjectOf(id, undefined, record));
  return subjects;
}
