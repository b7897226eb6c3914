import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import type { Plan, Verb } from '../core/plan.ts';
import type { Recorded } from '../core/resource.ts';

/** What began and, as far as the disk knows, did not end: resolved by looking before anything else happens to the object. */
export interface Intent {
  readonly intent: string;
  readonly id: ResourceId;
  readonly verb: Exclude<Verb, 'record' | 'forget' | 'move'>;
  /** Natural key or handle under which the object can be looked for. */
  readonly key?: string;
  readonly handle?: string;
  /** What is recorded if the look finds it made. Absent for a delete. */
  readonly outcome?: Recorded;
  /** Steps that ran in one atomic call share it. */
  readonly batch?: string;
  readonly run: string;
  readonly at: string;
}

/** How a step ended: the record to keep from now on, or `null` where there is nothing to keep. */
export interface End {
  readonly intent?: string;
  readonly id: ResourceId;
  readonly outcome: 'done' | 'failed';
  /** Undefined: what was recorded stays. */
  readonly recorded?: Recorded | null;
}

/** All that is known of one target: its records, its open intents, and the lines that could not be read. */
export interface TargetState {
  readonly target: string;
  readonly instance?: string;
  /** Name of the project whose records these are. State that was written before it was kept here has none, and is anybody's. */
  readonly project?: string;
  readonly records: ReadonlyMap<ResourceId, Recorded>;
  readonly open: readonly Intent[];
  /** A damaged or too new file: named, kept as it is, and nothing may be written to this target. */
  readonly damage: readonly Diagnostic[];
}

/** Who may write to a target, until when. Times are ISO 8601; `epoch` grows with every new holder. */
export interface LeaseHolder {
  /** `user@host pid` */
  readonly holder: string;
  readonly run: string;
  readonly epoch: number;
  readonly takenAt: string;
  readonly expiresAt: string;
}

/** The right to write to a target. One holder at a time; there is no force-unlock, it expires. */
export interface Lease extends LeaseHolder {
  /** Milliseconds since 1970 after which the owner may begin no further call: expiry minus the longest request. */
  readonly stopAt: () => number;
  /**
   * Says that every step of the plans in `Store.abandoned` has been looked at, and that those whose outcome is still unknown were
   * begun again as open intents. They are forgotten with the next checkpoint, not before.
   */
  resolved(): Promise<void>;
  release(): Promise<void>;
}

/**
 * The plan of a holder who died on another machine, where its journal lies: any of its steps may have been made. Its intents
 * are named as the holder named them, by run and step.
 */
export interface Abandoned {
  readonly holder: LeaseHolder;
  readonly plan: Plan;
}

/** One record as it was and as it became; `before` is missing where it is new, `after` where it went. */
export interface RecordChange {
  readonly id: ResourceId;
  readonly before?: Recorded;
  readonly after?: Recorded;
}

/** One checkpoint of the past. */
export interface Checkpoint {
  /** The commit on the state ref; without git, a digest of the checkpoint. */
  readonly id: string;
  readonly at: string;
  readonly run: string;
  readonly message: string;
  readonly changes: readonly RecordChange[];
}

/** Where state lives: a folder, or a ref in git. Everything that returns has reached the disk. */
export interface Store {
  /** Name of the project that this store is opened for; undefined for a folder that is no project. */
  readonly project?: string;
  load(target: string): Promise<TargetState>;
  /** Names of the targets that have state. */
  targets(): Promise<readonly string[]>;
  /**
   * Throws Fault LEASE_HELD (holder and expiry in its text) when somebody else writes, and STATE_OF_OTHER_PROJECT where another
   * project does. `plan` is published with the lease.
   */
  lease(options: {
    readonly target: string;
    readonly run: string;
    readonly plan?: Plan;
    /** How long one request to this target may take, where that is longer than usual. */
    readonly longestRequestMs?: number;
    /** Also where the state is another project's: to bind it to this one. */
    readonly takeOver?: true;
  }): Promise<Lease>;
  /** On disk before it returns; calls made at the same time share an fsync. Needs the lease, as do `end` and `bind`. */
  begin(target: string, intents: readonly Intent[]): Promise<void>;
  end(target: string, ends: readonly End[]): Promise<void>;
  /** Binds the target's state to this project and to the system that answered; without one, it stays bound to the one it is. */
  bind(target: string, instance?: string): Promise<void>;
  /** Rewrites the touched files of the leased targets from journal and checkpoint; with git, commits them under this message. */
  checkpoint(options: { readonly run: string; readonly message: string }): Promise<void>;
  /** The plans whose steps have to be looked for under the lease before anything else; empty where all journals are at hand. */
  abandoned(target: string): Promise<readonly Abandoned[]>;
  /** Newest first. With git all of it, in a folder what its bounded history still holds. */
  history(): AsyncIterable<Checkpoint>;
  close(): Promise<void>;
}
