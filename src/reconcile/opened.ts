import type { Diagnostic } from '../core/diagnostic.ts';
import type { Emit } from '../core/event.ts';
import type { KindFacts } from '../core/facts.ts';
import type { ResourceId } from '../core/id.ts';
import type { SecretMark } from '../core/mark.ts';
import type { Fields } from '../core/value.ts';
import type { AnyKind, AnyProvider, Call, Session } from '../providers/contract.ts';
import type { Clock } from '../providers/transport/clock.ts';
import type { Limiter } from '../providers/transport/rate.ts';

/** A kind with its shape opened on the project's files: what the engine's rooms work with. */
export interface Opened {
  readonly kind: AnyKind;
  readonly provider: AnyProvider;
  readonly facts: KindFacts;
  readonly normalize: (spec: Fields) => Fields;
}

/** The kind of a resource, opened for its target: a shape may depend on the target's options (which YANG modules it has). */
export interface Kinds {
  of(id: ResourceId): Opened | undefined;
}

/** How much at once, how often, and how long a single request may take. */
export interface Limits {
  readonly parallel: number;
  readonly ratePerSecond?: number;
  readonly timeoutMs: number;
}

/** A target that answered. */
export interface LiveLink {
  readonly session: Session;
  /** Not there where nobody has made the system yet. */
  readonly instance?: string;
  readonly limits: Limits;
  /** Every request to the target goes through it, reads and writes alike. */
  readonly limiter: Limiter;
  readonly provider: AnyProvider;
}

/** How far the way to a target led, and what ended it. */
export interface Stopped {
  readonly at: 'secrets' | 'connection' | 'identity';
  readonly cause: Diagnostic;
  /** Where it really is: a stand-in has another place than its manifest says. */
  readonly address?: string;
  readonly session?: Session;
}

/** A target that answered, or why it did not. */
export type Link =
  LiveLink | { readonly fault: Diagnostic; readonly stopped: Stopped; readonly limits: Limits; readonly provider: AnyProvider };

/** The only place that looks a secret up; every value it hands out is known to the redactor first. */
export interface Secrets {
  /** A generated one is made and stored now, if nobody has yet. Throws Fault SECRET_MISSING. */
  value(mark: SecretMark): Promise<string>;
  /** Without making one: undefined for a generated secret that does not exist yet. */
  peek(mark: SecretMark): Promise<string | undefined>;
  /** Undefined without a state key: then nobody can tell whether a secret changed. */
  fingerprint(value: string): string | undefined;
  /** Takes every secret that was looked up out of what a peer said. */
  redact<T>(value: T): T;
}

/** The run's surroundings: clock, dice, listeners, and when to stop. */
export interface Run extends Clock {
  /** Names the run in journal, lease and state. */
  readonly id: string;
  readonly emit: Emit;
  readonly random: () => number;
  /** Aborted by the second interrupt: calls under way are given up. */
  readonly signal: AbortSignal;
  readonly commit?: string;
}

export const callOf = (run: Run, signal: AbortSignal = run.signal): Call => ({
  signal,
  emit: run.emit,
  now: () => run.now(),
  random: run.random,
});
