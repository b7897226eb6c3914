import type { Plan } from '../core/plan.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** Somebody who holds a lease or held it until death. Times are ISO 8601. */
export interface Holding {
  readonly holder: string;
  readonly run: string;
  readonly takenAt: string;
  readonly expiresAt: string;
  /** How long after expiry a call of this holder may still act, clock skew included. */
  readonly graceMs: number;
  readonly process?: ProcessIdentity;
}

/** A holder whose journal has not reached the state: what it did is known from that journal, or from its plan by looking. */
export interface LeftBehind {
  readonly epoch: number;
  readonly by: Holding;
  readonly plan?: Plan;
}

/** What a lease says. It outlives its holders, so that epochs only ever grow. */
export interface LeaseContent {
  readonly format: number;
  readonly epoch: number;
  /** Null: free. */
  readonly by: Holding | null;
  /** What the holder is about to do; kept where others cannot read its journal. */
  readonly plan?: Plan;
  readonly left: readonly LeftBehind[];
}

/** One place for one lease that can be compared and swapped: the only thing leases need from files or from a git remote. */
export interface LeaseRegister {
  /** `file` or `remote`: in the names of journal segments. */
  readonly name: string;
  /** False where a taker can read the journal of whoever held the lease before: then plans need not be kept. */
  readonly apart: boolean;
  /** `fresh`: not what was fetched a moment ago. */
  read(fresh: boolean): Promise<{ readonly seen: string; readonly content: LeaseContent } | undefined>;
  /** The new `seen`, or undefined where the lease is no longer what was seen (undefined: that there was none). */
  swap(seen: string | undefined, next: LeaseContent): Promise<string | undefined>;
}
