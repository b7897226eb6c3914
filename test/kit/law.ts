import type fc from 'fast-check';
import type { Pointer } from '../../src/core/pointer.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import type { Call, Kind, ProjectFiles, Provider, Session } from '../../src/providers/contract.ts';
import type { Driver } from './law-driver.ts';
import type { Round } from './laws-engine.ts';

/** A fresh system with a session to it, for one law. */
export interface Bench<S extends Session> {
  readonly session: S;
  call(signal?: AbortSignal): Call;
  /** Everything that was emitted through its calls. */
  readonly told: readonly unknown[];
  close(): Promise<void>;
}

/** What can be done to the system behind the provider's back. A law that needs what is missing here is skipped, and said so. */
export interface Can<B> {
  /** Waits until what was written is ready. */
  settle?(bench: B): Promise<void>;
  /** Requests so far that read, and that write, as the system counts them. */
  reads?(bench: B): number;
  mutations?(bench: B): number;
  /** Makes an object as a person would, and gives its handle. */
  makeByHand?(bench: B, name: string, spec: Fields): Promise<string>;
  changeByHand?(bench: B, handle: string, at: Pointer, value: Value): Promise<void>;
  restart?(bench: B): Promise<void>;
  /** The next request loses its connection: before it had an effect, or after it. */
  drop?(bench: B, when: 'before' | 'after'): Promise<void>;
  /** The next request is answered with a 4xx. */
  refuse?(bench: B): Promise<void>;
  /** Every list ends in an error after its first page. */
  breakOff?(bench: B): Promise<void>;
  /** Requests hang from now on, until they are aborted. */
  stall?(bench: B): Promise<void>;
}

export interface KindLawsOptions<S extends Session, Spec extends object, B extends Bench<S> = Bench<S>> {
  readonly name: string;
  readonly provider: Provider<S>;
  readonly kind: Kind<S, Spec>;
  readonly open: () => Promise<B>;
  /** Valid specs; each is changed into the next one, except where that would change what is immutable. */
  readonly samples: readonly [Spec, Spec, ...(readonly Spec[])];
  /** The spec of the nth of many objects, where their names alone do not tell them apart. Default: the samples in turn. */
  readonly nth?: (n: number) => Spec;
  /** More specs, for laws about the shape alone. */
  readonly arbitrary?: fc.Arbitrary<Spec>;
  /** Makes a sample fit a bench: parents are made and their handles put in. */
  readonly place?: (spec: Spec, bench: B) => Promise<Spec>;
  /** A sample under another name, where something of it belongs to one name for ever: a key. */
  readonly under?: (name: string, spec: Spec) => Spec;
  /** A leaf that no sample sets or that may change under it, and what a person changes it to. */
  readonly elsewhere?: { readonly at: Pointer; readonly value: Value };
  /** A secret that such an object can have, where not any text will do: a key. The nth of many. */
  readonly canary?: (n: number) => string;
  /** A spec that the system refuses: what is atomic is proven with it. */
  readonly invalid?: Spec;
  readonly files?: ProjectFiles;
  readonly options?: Fields;
  readonly can: Can<B>;
  /** The whole engine over a bench: laws about plans need it. */
  readonly engine?: (bench: B) => Promise<Round>;
}

export type AnyBench = Bench<Session>;
export type AnyLawsOptions = KindLawsOptions<Session, Fields, AnyBench>;

/** One thing that is true of every kind that declares what `applies` looks at. */
export interface Law {
  readonly name: string;
  /** Undefined: it applies. `not declared` is left out; any other text says what the bench lacks. */
  readonly applies: (options: AnyLawsOptions) => typeof NOT_DECLARED | string | undefined;
  readonly holds: (driver: Driver) => Promise<void>;
}
export const NOT_DECLARED = 'not declared';

/** Why a law cannot be tried, for want of these abilities; undefined where all are there. */
export const lacks = (options: AnyLawsOptions, ...needed: readonly (keyof Can<AnyBench>)[]): string | undefined => {
  const missing = needed.filter((name) => options.can[name] === undefined);
  return missing.length === 0 ? undefined : `the bench has no can.${missing.join(', can.')}`;
};
