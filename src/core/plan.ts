import type { Diagnostic } from './diagnostic.ts';
import type { KindName, ResourceId } from './id.ts';
import type { Pointer } from './pointer.ts';
import type { Author, Lifecycle, Motion, Need, Origin, Recorded, Remark, Run } from './resource.ts';
import type { Fields, Value } from './value.ts';

export type Action = 'create' | 'adopt' | 'update' | 'replace' | 'advance' | 'delete' | 'forget' | 'move' | 'none';

/** Explains only, never decides. */
export type Reason =
  | 'new'
  | 'edited'
  | 'drifted'
  | 'edited-and-drifted'
  | 'vanished'
  | 'unfinished'
  | 'removed'
  | 'immutable'
  | 'found-unrecorded'
  | 'renamed'
  | 'in-motion'
  | 'in-step'
  | 'gone-already'
  | 'gone-with-parent'
  | 'cannot-be-deleted'
  | 'unobserved'
  | 'deferred';

/**
 * One leaf that differs. `edited`: we changed our mind; `drifted`: the world did. `before` is the live value, `after` the wanted
 * one; an absent member means that there is none. `was` is the value we last wrote, where the live one is another.
 */
export interface Difference {
  readonly path: Pointer;
  readonly before?: Value;
  readonly after?: Value;
  readonly was?: Value;
  readonly cause: 'edited' | 'drifted';
  readonly forcesReplace?: true;
  readonly sensitive?: true;
  readonly units?: string;
  /** The manifest no longer sets it: it is cleared the way the schema's `x-unset` says. */
  readonly dropped?: true;
}

/** What is to happen to one resource, and why. */
export interface Change {
  readonly id: ResourceId;
  readonly action: Action;
  readonly reason: Reason;
  readonly differences: readonly Difference[];
  /** Differences that are shown and left alone: `drift: warn`. */
  readonly ignored?: readonly Difference[];
  /** Places that cannot be read back and are compared with the record alone. */
  readonly unverifiable?: readonly Pointer[];
  readonly remarks?: readonly Remark[];
  readonly author?: Author;
  /** What the system says is wrong with the live object. */
  readonly failing?: string;
  readonly effects: readonly string[];
  /** How bad it is if it goes wrong; the plan prints the worst first. */
  readonly risk: Risk;
  readonly origin?: Origin;
  readonly from?: ResourceId;
  readonly motion?: Motion;
  /** Why nothing may be done though something should: not adopted, protected, a need that is gone. */
  readonly blocked?: Diagnostic;
  readonly fault?: Diagnostic;
}

export type Risk = 'physical' | 'irreversible' | 'replace' | 'update' | 'create' | 'none';

/** What has to be true of the live object just before the call: else the step is stale. */
export interface ExpectLive {
  readonly handle: string;
  /** Digest of the live values at the places that the step's spec owns. */
  readonly owned: string;
  /** Digest of the remarks that the step mends: these are still said of the object, and no others that could be mended. */
  readonly mends?: string;
}
export interface ExpectAbsent {
  /** The natural key, or the id where there is none, under which nothing may stand. */
  readonly absent: string;
  /** The handle of the old one, which goes with what it belongs to before this one is made. */
  readonly goesAlong?: string;
}

interface StepBase {
  /** Position in the plan; `after` names earlier ones. */
  readonly n: number;
  readonly id: ResourceId;
  readonly kind: KindName;
  readonly after: readonly number[];
  /** Of `after`, those that have to be ready and not merely exist. */
  readonly ready: readonly number[];
  readonly batch?: string;
}

/** What a step that ends with a live object writes down besides it. */
export interface Writes {
  readonly want: Fields;
  readonly needs: readonly Need[];
  readonly lifecycle: Lifecycle;
  readonly shape: string;
}

/** One call, in order. A union by verb, so that an update without a handle cannot be written. */
export type Step = StepBase &
  (
    | ({ readonly verb: 'create'; readonly expect: ExpectAbsent; readonly key?: string } & Writes)
    | ({
        readonly verb: 'update';
        readonly handle: string;
        readonly expect: ExpectLive;
        readonly differences: readonly Difference[];
        readonly motion?: Motion;
      } & Writes)
    | ({
        readonly verb: 'adopt';
        readonly handle: string;
        readonly expect: ExpectLive;
        readonly differences: readonly Difference[];
      } & Writes)
    | {
        readonly verb: 'delete';
        readonly handle: string;
        readonly expect: ExpectLive;
        readonly recorded: Recorded;
        readonly old?: true;
      }
    /** Writes state and nothing else: the live object already is what the manifest says. */
    | ({
        readonly verb: 'record';
        readonly handle: string;
        readonly expect: ExpectLive;
        /** A motion that goes on; without it, a recorded one has ended. */
        readonly motion?: Motion;
        /** How what runs once has ended by now. */
        readonly run?: Run;
      } & Writes)
    | { readonly verb: 'forget'; readonly recorded: Recorded }
    /** `recorded` is what is kept under the new id. */
    | { readonly verb: 'move'; readonly from: ResourceId; readonly recorded: Recorded }
  );

export type Verb = Step['verb'];

export interface PlanTarget {
  readonly provider: string;
  /** Version of the provider's code; another one voids an approval. */
  readonly version: string;
  /** Which system answered: another fabric behind the same address is refused. */
  readonly instance?: string;
  readonly fault?: Diagnostic;
}

/** What a plan may write: in its steps, or in a later round. */
export const writtenBy = ({ steps, deferred }: Pick<Plan, 'steps' | 'deferred'>): ReadonlySet<ResourceId> =>
  new Set([...steps.map(({ id }) => id), ...deferred]);

/** What an apply of the plan is refused for. What is wrong with something that it does not write is in nobody's way. */
export function refusals({ problems, ...plan }: Pick<Plan, 'steps' | 'deferred' | 'problems'>): readonly Diagnostic[] {
  const written = writtenBy(plan);
  return problems.filter(({ severity, resource }) => severity === 'error' && resource !== undefined && written.has(resource));
}

/** Why a recorded resource may be deleted: it was removed from a manifest source that was rendered whole. */
export interface Evidence {
  readonly id: ResourceId;
  readonly source: string;
  readonly commit?: string;
}

/** In step as far as anybody can tell: nothing is to be done or to be known, but that a place cannot be read back. */
export const isQuiet = ({ action, reason, blocked, fault, differences, ignored, remarks }: Change): boolean =>
  action === 'none' &&
  reason !== 'unobserved' &&
  reason !== 'deferred' &&
  reason !== 'in-motion' &&
  blocked === undefined &&
  fault === undefined &&
  differences.length + (ignored?.length ?? 0) + (remarks?.length ?? 0) === 0;

/** All of it as plain JSON that can be saved, reviewed, approved, refused as stale. */
export interface Plan {
  readonly format: 1;
  readonly digest: string;
  readonly made: string;
  readonly environment: string;
  readonly sandbox: boolean;
  readonly commit?: string;
  readonly targets: Readonly<Record<string, PlanTarget>>;
  /** Everything that is not simply in step, worst first. */
  readonly changes: readonly Change[];
  readonly steps: readonly Step[];
  readonly evidence: readonly Evidence[];
  /** Ids that a second round may create, adopt or leave alone. */
  readonly deferred: readonly ResourceId[];
  /** Of these, the ones that it may take over though their manifests do not say so: `--adopt`. Left out where there is none. */
  readonly adopt?: readonly ResourceId[];
  readonly problems: readonly Diagnostic[];
  readonly inStep: number;
  readonly total: number;
}
