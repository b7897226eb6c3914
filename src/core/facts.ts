import type { KindName, ResourceId } from './id.ts';
import type { Difference } from './plan.ts';
import type { FieldRule, Observed, Recorded } from './resource.ts';
import type { Fields } from './value.ts';

/**
 * What the planner has to know about a kind: facts and pure functions, taken from the provider's Kind by whoever opens it.
 * `state` kinds are kept as written; a `run` kind (a workflow, a report) happens once, and its record is the truth.
 */
export interface KindFacts {
  readonly kind: KindName;
  /** `v1` */
  readonly version: string;
  readonly nature: 'state' | 'run';
  /** False: only an existing object can be taken over. */
  readonly creatable: boolean;
  /** False: the system cannot delete it; removing the manifest forgets it with the reason `cannot-be-deleted`. */
  readonly removable: boolean;
  /** The new one can stand beside the old one: made first, and the old one removed when the new one is ready. */
  readonly replace: 'create-first' | 'delete-first';
  /** Its key is its content: taken over without being asked, and never in the way of another one. */
  readonly contentAddressed?: true;
  readonly rule: (spec: Fields) => FieldRule;
  /** Steps with one key run as one call: the datastore, the workflow. */
  readonly batch?: (step: { readonly id: ResourceId; readonly verb: string }) => string | undefined;
  readonly effects?: (differences: readonly Difference[], live?: Observed & { readonly seen: 'live' }) => readonly string[];
  /** A mistake here moves something in the real world; such changes are printed first. */
  readonly physical?: (differences: readonly Difference[]) => boolean;
  /** How long a motion may take before it is called overdue. Default: a day. */
  readonly arrivesWithinMs?: number;
  /** The next waypoint of a running motion. Pure; `now` is ISO 8601. A change whose first waypoint is not its goal opens one. */
  readonly advance?: (recorded: Recorded, live: Observed & { readonly seen: 'live' }, now: string) => Fields | 'hold' | 'done';
}
