import type { KindFacts } from '../core/facts.ts';
import type { ResourceId } from '../core/id.ts';
import type { Evidence, PlanTarget } from '../core/plan.ts';
import type { Observed, Recorded, Resource } from '../core/resource.ts';

/** Everything that one decision needs: what is wanted, what we wrote, and what the live systems say. */
export interface World {
  readonly resources: ReadonlyMap<ResourceId, Resource>;
  readonly recorded: ReadonlyMap<ResourceId, Recorded>;
  /** For every id that is wanted or recorded; one that is missing was not observed. Handles of known resources are RefMarks here. */
  readonly observed: ReadonlyMap<ResourceId, Observed>;
  /** What is true of a resource's kind on its target: a shape may depend on the target's options. */
  readonly facts: (id: ResourceId) => KindFacts | undefined;
  readonly targets: Readonly<Record<string, PlanTarget>>;
  /** Why a recorded resource that is no longer wanted may go. */
  readonly evidence: ReadonlyMap<ResourceId, Evidence>;
  /** The scope of this resource was looked at completely in this run. */
  readonly complete: (id: ResourceId) => boolean;
  /** ISO 8601 in UTC. */
  readonly now: string;
}

/** Refused beyond this share of a target's records, where it has at least `from` of them. */
export interface Budget {
  readonly share: number;
  readonly from: number;
}

export interface PlanOptions {
  readonly environment: string;
  readonly sandbox: boolean;
  readonly commit?: string;
  /** Existing objects may be taken over: all of them, or these. */
  readonly adopt?: boolean | ReadonlySet<ResourceId>;
  /** Only these and what they need; everything else is left untouched and never pruned. */
  readonly only?: ReadonlySet<ResourceId>;
  /** Everything recorded is to go, as if every manifest had been removed. */
  readonly destroy?: boolean;
  /** How many objects of a target one plan may delete. Default: half of them, where there are ten or more. `destroy` is not bound by it. */
  readonly deletionBudget?: Budget | number;
  /** How much may be absent before it looks like another system. Default: more than half of ten or more. */
  readonly vanishedBudget?: Budget;
}

export const HALF_OF_TEN: Budget = { share: 0.5, from: 10 };
