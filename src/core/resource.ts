import type { Diagnostic } from './diagnostic.ts';
import type { KindName, ResourceId } from './id.ts';
import type { RefBy } from './mark.ts';
import type { Pointer } from './pointer.ts';
import type { Fields, Value } from './value.ts';

/** How a field refers to another resource; from the schema's `x-ref`. */
export interface RefRule {
  readonly kind: KindName;
  readonly by: RefBy;
  /** What the referring resource waits for before its own step begins. */
  readonly wait: 'exists' | 'ready';
  /** The other one gets a new handle: write the new handle here, or make this one anew as well. */
  readonly onReplace: 'rewrite' | 'recreate';
  /** The other one is to go: this one stands in its way, goes with it, or lets go of it. */
  readonly onRemove: 'blocks' | 'cascades' | 'detaches';
}

export interface Need {
  readonly id: ResourceId;
  /** Where in the spec the reference stands; '' for `metadata.dependsOn`. */
  readonly at: Pointer;
  readonly ref: RefRule;
}

/** How a field that the manifest no longer sets is cleared. `default` writes the schema's default; `never` leaves it alone. */
export type Unset = 'null' | 'default' | 'never' | { readonly value: Value };

/**
 * What the comparison has to know about a place in a spec, compiled from a kind's schema (or by the kind itself for a
 * free-form section). A place without a rule is a plain leaf or a plain map of such.
 */
export interface FieldRule {
  readonly fields?: Readonly<Record<string, FieldRule>>;
  /** The rule of members that `fields` does not name. */
  readonly rest?: FieldRule;
  readonly items?: FieldRule;
  /** A list compares as a whole, as a set, or entry by entry under these key members. Without it: as a whole. */
  readonly list?: 'atomic' | 'set' | { readonly key: readonly string[] };
  /** A map that is replaced as a whole: members that somebody else added are differences. */
  readonly whole?: true;
  readonly unset?: Unset;
  readonly default?: Value;
  readonly ref?: RefRule;
  /** Left out, it is what the manifest that `ref` refers to has at `field`; both from the root of their specs. */
  readonly from?: { readonly ref: Pointer; readonly field: Pointer };
  readonly sensitive?: true;
  /** Cannot be read back: compared with the record only and shown as unverifiable. */
  readonly blind?: true;
  readonly immutable?: true;
  /** Numbers reach the shape as their source text: a YANG section judges `1.50` by its lexical form, and some systems know nothing but text. */
  readonly lexical?: true;
  /** The system keeps numbers below as 64-bit floats, whatever they are to be: one that a float cannot hold is refused. */
  readonly double?: true;
  readonly units?: string;
}

export interface Lifecycle {
  readonly protect?: boolean;
  readonly retain?: boolean;
  readonly adopt?: boolean;
  readonly manage?: 'full' | 'adopt' | 'observe';
  readonly drift?: 'heal' | 'warn' | 'ignore';
}

export interface Origin {
  readonly file: string;
  /** 1-based line of the document's first line of content. */
  readonly line: number;
  /** Number of the document in its file, from 0. */
  readonly document: number;
}

/** A checked manifest: the *desired*. References in `spec` are RefMarks, secrets SecretMarks, defaults are written out. */
export interface Resource {
  readonly id: ResourceId;
  readonly kind: KindName;
  /** `v1` */
  readonly version: string;
  readonly target: string;
  readonly name: string;
  readonly spec: Fields;
  readonly needs: readonly Need[];
  readonly lifecycle: Lifecycle;
  readonly labels: Readonly<Record<string, string>>;
  /** A SecretMark stands somewhere in `spec`: most have none, and need not be searched. */
  readonly hasSecrets?: true;
  /** Ids that this resource had before: `metadata.was`. */
  readonly was: readonly ResourceId[];
  readonly origin: Origin;
}

/** Where a `run` kind stands: `begun` without an end is never started again without an answer. */
export interface Run {
  /** Digest of the spec that was run. */
  readonly hash: string;
  readonly outcome: 'begun' | 'done' | 'failed' | 'unknown';
  readonly result?: Value;
}

/** A change that takes longer than a run: `goal` is what was approved, `Recorded.applied` the last waypoint written. */
export interface Motion {
  readonly goal: Fields;
  /** Digest of the plan that opened it. */
  readonly plan: string;
  readonly since: string;
  readonly next?: string;
  readonly deadline: string;
}

/** A live object of ours that a new one has taken the place of. */
export interface Replaced {
  readonly handle: string;
  readonly applied: Fields;
}

/** What we last wrote and the live handle we got for it: one line of state. */
export interface Recorded {
  readonly id: ResourceId;
  /** `cresco/Pipeline.v1`: the kind and version whose spec `applied` is. */
  readonly shape: string;
  readonly handle: string;
  readonly key?: string;
  readonly applied: Fields;
  readonly needs: readonly Need[];
  readonly lifecycle: Lifecycle;
  /** Ids that it had before: the live object may still bear the mark of one of them. */
  readonly was?: readonly ResourceId[];
  /** Taken over, not made by us: forgotten rather than deleted. */
  readonly adopted?: true;
  /** What this one took the place of and what still stands: deleted as soon as this is ready, whatever became of the run that made it. */
  readonly replaced?: readonly Replaced[];
  readonly revision?: string;
  /** A create of several writes got through some of them: what differs is still to be done, and nobody has drifted. */
  readonly unfinished?: true;
  readonly run?: Run;
  readonly motion?: Motion;
  readonly by: { readonly run: string; readonly at: string; readonly commit?: string };
}

/** Accepted is not ready: a pipeline is stored at once and healthy a minute later. */
export type Readiness =
  | { readonly state: 'ready' }
  | { readonly state: 'progressing'; readonly message: string; readonly etaMs?: number }
  | { readonly state: 'failed'; readonly message: string };

/** Who wrote the live object last, where the system can tell: `console, bob, 02:14`. */
export interface Author {
  readonly who?: string;
  readonly via?: string;
  readonly at?: string;
}

export type DriftClass = 'value' | 'missing' | 'unsaved' | 'unapplied' | 'ineffective' | 'unmanaged' | 'held' | 'unverifiable';

/** What a system says about one of its objects apart from its values: stored but not acted on, held by a switch on the wall, … */
export interface Remark {
  readonly class: Exclude<DriftClass, 'value' | 'missing' | 'unmanaged' | 'unverifiable'>;
  readonly at?: Pointer;
  readonly message: string;
  /** An apply mends it, and how. Left out where nobody here can, or may. */
  readonly mend?: Mend;
}

/** `update` leaves the object there and is one with its other changes; `replace` makes another one in its place. */
export interface Mend {
  readonly by: 'update' | 'replace';
  /** What is done for it, where that is more than the verb says: printed with the effects of the change. */
  readonly effect?: string;
}

/** A live object, whoever made it, that goes with the removal of another one or is in its way: an executor in a colony. */
export interface Inside {
  readonly kind: KindName;
  readonly handle: string;
  readonly name: string;
  /** The others are seen through it: it stays as long as they are in the way. */
  readonly shows?: true;
}

/** The sighting matched to a resource, in the spec's own shape: handles of known resources are RefMarks here. */
export type Observed =
  | {
      readonly seen: 'live';
      readonly handle: string;
      readonly key?: string;
      readonly spec: Fields;
      /** The same with the references that we last wrote, where the manifest has others by now: what a removal goes by. */
      readonly asRecorded?: Fields;
      readonly status: Fields;
      readonly readiness: Readiness;
      readonly revision?: string;
      /** The ownership marker on the live object, if it bears one: the id of whoever wrote it. */
      readonly mark?: string;
      readonly author?: Author;
      readonly remarks?: readonly Remark[];
      /** Places that this answer could not tell, beyond those the schema calls blind. */
      readonly blind?: readonly Pointer[];
      /** All that its removal would take along or be refused for, where it may have to go; left out where nobody can tell. */
      readonly inside?: readonly Inside[];
    }
  | { readonly seen: 'absent' }
  /** `deferred`: a step of this very plan may make it readable; it is looked at again in a second round. */
  | { readonly seen: 'unknown'; readonly fault: Diagnostic; readonly deferred?: true };
