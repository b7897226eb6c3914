import type { Diagnostic, Fault } from '../core/diagnostic.ts';
import type { Emit } from '../core/event.ts';
import type { KindFacts } from '../core/facts.ts';
import type { KindName, ResourceId } from '../core/id.ts';
import type { Difference } from '../core/plan.ts';
import type { Pointer } from '../core/pointer.ts';
import type { Author, FieldRule, Inside, Observed, Readiness, Recorded, Remark, Run } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';

/**
 * The contract between the engine and a system. A provider is a folder: a client that knows the wire and no kind, one file a
 * kind, a sandbox that speaks the same wire. Adding a kind is one schema, one file, one line and one example.
 */

/** What every call gets: when to stop, whom to tell, and the only clock and dice it may use. */
export interface Call {
  readonly signal: AbortSignal;
  readonly emit: Emit;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1): jitter and ids. */
  readonly random: () => number;
}

/**
 * A connection to one target. `read` has no method that writes, and planning is handed nothing else: a plan is read-only by
 * construction.
 */
export interface Session {
  readonly read: object;
  readonly write: object;
  close(): Promise<void>;
}
export type Read<S extends Session> = S['read'];

/** A resource the engine asks about. `want` lets a kind that owns single leaves of a larger object look at just those. */
export interface Known {
  readonly id: ResourceId;
  readonly handle?: string;
  readonly key?: string;
  readonly want?: Fields;
  /** What we last wrote: the leaves that are ours although the manifest may have dropped them. */
  readonly applied?: Fields;
  /** Of a `run` kind: where the record says that it stands. What has ended need not be looked at closely. */
  readonly run?: Run;
  /** Of a call whose reply was lost (Work.intent): what it made, if it made anything, is the answer. */
  readonly intent?: string;
}

/** One question about one kind in one scope (`''`, an agent, a pool, a parent's handle). */
export interface Ask {
  readonly scope: string;
  readonly known: readonly Known[];
  /** Objects that nobody here wrote down are wanted as well. */
  readonly strangers: boolean;
}

/**
 * One answer about one object. Every `known` gets one; none means *unknown*. Only an explicit `absent` allows create, vanished
 * or gone-already: a kind may say it only after a read that would have shown the object, never because of an error.
 */
export type Sighting<S> =
  | {
      readonly seen: 'live';
      readonly handle: string;
      readonly key?: string;
      /** Which `known` this answers, where handle and key do not tell. */
      readonly id?: ResourceId;
      readonly spec: S;
      /** `result`, of a run that has ended, is recorded as its result. */
      readonly status?: Fields;
      readonly readiness?: Readiness;
      readonly revision?: string;
      readonly mark?: string;
      readonly author?: Author;
      readonly remarks?: readonly Remark[];
      readonly blind?: readonly Pointer[];
      /**
       * What goes with it when it is removed, or keeps it from being removed: told where it may have to go (no `want`, or one that takes a
       * new object). It stays while there is any of it that no step of the plan removes. Left out: nothing, or nobody can tell.
       */
      readonly inside?: readonly Inside[];
    }
  | { readonly seen: 'absent'; readonly handle?: string; readonly key?: string; readonly id?: ResourceId }
  | {
      readonly seen: 'unknown';
      readonly handle?: string;
      readonly key?: string;
      readonly id?: ResourceId;
      readonly fault: Diagnostic;
      readonly deferred?: true;
    }
  /** Ends an answer: whether every stranger in the scope was shown. Only `all` counts as a scope looked at completely. */
  | { readonly seen: 'end'; readonly strangers: 'all' | 'some' | 'none'; readonly pages?: number };

/** A finding of a shape: a Diagnostic without its position, which the engine finds in the manifest by resource and pointer. */
export type Finding = Omit<Diagnostic, 'severity' | 'at' | 'source'> & {
  readonly severity?: Diagnostic['severity'];
  /** The name itself is wrong, not what stands behind it: the caret goes there. */
  readonly part?: 'key';
};

/** Why a write is sure to be refused. With `option` it is that option of the target which is wrong: it is shown where that stands. */
export type Refusal = Omit<Finding, 'part'> & { readonly option?: string };

/** A place in the live system that a resource owns: two manifests that claim one are an error, whatever their kinds. */
export interface Claim {
  readonly path: string;
  /** Everything below the path as well. `path` is then a prefix that ends at a boundary the kind chooses. */
  readonly subtree?: true;
  /** Where in the spec it is made, for messages. */
  readonly at?: Pointer;
}

/** The offline rules of a kind, pure once opened: a cron that is no cron, a failing must, a section above 8 KB. */
export interface Shape<S> {
  /** Findings point into the spec as written: `/config/fermentation/setpoint`. */
  check(spec: S): readonly Finding[];
  /** Canonical decimals, order, server defaults: two specs that mean the same become equal. Idempotent. */
  normalize(spec: S): S;
  /** The rule of a free-form section, where it depends on the spec: a YANG subtree has the keys of its module. */
  rule?(spec: S, fixed: FieldRule): FieldRule;
  claims?(spec: S, id: ResourceId): readonly Claim[];
  /** What can only be judged across all resources of this kind on one target. Findings carry `resource`. */
  together?(all: readonly { readonly id: ResourceId; readonly spec: S }[]): readonly Finding[];
}

/** The files of a project as a kind may read them while it is opened: paths are relative to `setpoint.yaml`. */
export interface ProjectFiles {
  /** Undefined where there is no such file. */
  read(path: string): string | undefined;
  /** The same for a file that is no text: a JAR, a certificate. */
  bytes(path: string): Uint8Array | undefined;
  /** Names of the files below a folder, sorted; empty where there is none. */
  list(folder: string): readonly string[];
}

export type Live = Observed & { readonly seen: 'live' };

/** What is to be written: a provider writes `differences` and nothing else. Secrets and references in `want` are resolved. */
export interface Work<S> {
  readonly id: ResourceId;
  readonly verb: 'create' | 'update' | 'delete';
  /** Unique to this attempt at this step, the same in journal and marker: how a lost reply is found again. */
  readonly intent: string;
  readonly want: S;
  readonly differences: readonly Difference[];
  readonly recorded?: Recorded;
  readonly live?: Live;
  /** Of an update: what its remarks say that it mends (Remark.mend) is to be mended. `live` has just those remarks. */
  readonly mends?: true;
}

/** What a call left behind. */
export interface Done {
  readonly handle: string;
  readonly key?: string;
  readonly revision?: string;
  /** Of a `run` kind: where it stands. Left out: it has begun. */
  readonly run?: Omit<Run, 'hash'>;
  /**
   * Why a `make` of several writes did not get through all of them. The object is there and is ours, so it is recorded; its step has
   * failed, and the next plan finishes it.
   */
  readonly unfinished?: Diagnostic;
}

export interface Kind<S extends Session, Spec extends object> {
  /** `cresco/Pipeline` */
  readonly kind: KindName;
  /** `v1` */
  readonly version: string;
  /** The kind's JSON Schema, read when it is first wanted. */
  readonly schema: () => Fields;
  readonly nature: 'state' | 'run';
  /** False: only an existing object can be taken over. */
  readonly creatable: boolean;
  /** False: the system cannot delete it; removing the manifest forgets it with the reason `cannot-be-deleted`. */
  readonly removable: boolean;
  /** Can a new one stand beside the old one? Default: `delete-first`. */
  readonly replace?: 'create-first' | 'delete-first';
  /**
   * An object is nothing but its content, and its key says which: a JAR under its digest. Whoever wants the same has the same, so it
   * is taken over without being asked, and other content is another object beside it; where the system cannot delete, the old one
   * stays.
   */
  readonly contentAddressed?: true;
  /**
   * False: the system neither lists nor shows such an object, and the record is all that is known of it. Every field is `x-blind`;
   * `observe` believes a handle, and calls absent what has none.
   */
  readonly readable?: false;
  /** How long *ready* may take after *accepted*, and how often to look. Default: 300 s and 1 s. */
  readonly settle?: { readonly withinMs: number; readonly everyMs: number };
  open?(files: ProjectFiles, options: Fields): Shape<Spec>;
  /**
   * What modules let stand in the free-form sections of a spec, as a JSON Schema by the section's field, for `explain` alone.
   * Besides the usual words: `x-yang-type` and `x-yang-rules`, in words; `readOnly` for what the system reports.
   */
  describe?(files: ProjectFiles, options: Fields): Readonly<Record<string, Fields>>;
  /** Which question the object belongs to. Default: `''`. */
  scope?(spec: Spec): string;
  /** Natural key inside target and kind; undefined while a parent's handle is unknown: then nobody is asked. */
  key?(spec: Spec, name: string): string | undefined;
  /** Yields each page as soon as it is there: the target's limit of time is that of one request, and begins anew with every page. */
  observe(read: Read<S>, ask: Ask, call: Call): AsyncIterable<readonly Sighting<Spec>[]>;
  make(session: S, work: Work<Spec>, call: Call): Promise<Done>;
  /**
   * Left out where nothing can change in place: the schema's root is `x-immutable` then, and every difference replaces. With such a root,
   * it is asked for nothing but what `mends`.
   */
  update?(session: S, work: Work<Spec>, call: Call): Promise<Done>;
  /** `want` is what was last written. A secret in it that cannot be had any more is still its mark: a kind that needs it says so. */
  remove(session: S, work: Work<Spec>, call: Call): Promise<void>;
  /**
   * Everything else on the target rests on this one: the lower the number, the deeper. What rests on it is made after it and goes
   * before it, and what nobody can read without it is planned when it is there. For the few without which there is no target to speak
   * of: the colony, and the member who may read.
   */
  foundation?(spec: Spec): number | undefined;
  /**
   * Why a write is sure to be refused, as far as the target's options tell: the key that it takes is not among them. Pure, and asked
   * while planning, about what is deferred as well, so that an apply refuses before its first write. Secrets and references are
   * marks, in `spec` and in `options`: a secret that an apply will generate counts as there. `pointer` is one into the spec. `link` is
   * what the target was reached by, and undefined where it was not: nothing is asked over it, what it knows already is enough.
   */
  mayWrite?(write: {
    readonly verb: Work<Spec>['verb'];
    readonly spec: Spec;
    readonly options: Fields;
    readonly link?: { readonly read: S['read']; readonly instance?: string };
  }): Refusal | undefined;
  /**
   * What the system shows of a secret in a spec: the id that belongs to a key; undefined where it shows nothing of it, or the secret is
   * none that it could have. A sighting gives it as `secretMark({}, undefined, shown)`, and a spec that is asked about has it in the mark.
   */
  publicOf?(secret: string): string | undefined;
  /** Printed and counted as risk: "deletes 3 scheduled runs". `live` is the object that it happens to; there is none before a create. */
  effects?(differences: readonly Difference[], live?: Live): readonly string[];
  physical?(differences: readonly Difference[]): boolean;
  /** What must commit together: many Configs, one datastore commit. One outcome each; with `atomic` all or none. */
  readonly batch?: {
    of(step: { readonly id: ResourceId; readonly verb: string }): string | undefined;
    readonly atomic: boolean;
    /** One outcome a work, in its order; undefined where it was a delete. What is thrown instead is everybody's failure. */
    run(session: S, work: readonly Work<Spec>[], call: Call): Promise<readonly (Done | Fault | undefined)[]>;
    /** What the system would say to this work, asked while planning: findings carry `resource`. */
    foresee?(read: Read<S>, work: readonly Work<Spec>[], call: Call): Promise<readonly Finding[]>;
  };
  advance?: KindFacts['advance'];
  readonly arrivesWithinMs?: number;
  /** From an older shape of `applied`, by version number: a release may change a spec without losing what was recorded. */
  readonly upgrade?: Readonly<Record<number, (applied: Fields) => Fields>>;
}

/** A kind whose types are its own business. Method parameters are bivariant, so every Kind is one. */
export type AnyKind = Kind<Session, object>;

/** A line, a table or a value that an operation says while it runs. */
export type Output =
  | { readonly line: string }
  | { readonly table: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] } }
  | { readonly value: Value };

/** An act that is no state: restart, submit, upload, follow logs. */
export interface Operation<S extends Session> {
  readonly name: string;
  readonly summary: string;
  /** Changes the live system: asks first, unless told `--yes`. */
  readonly mutates: boolean;
  readonly inputs: readonly {
    readonly name: string;
    readonly summary: string;
    readonly required?: true;
    /** Yes or no: its name alone is yes. */
    readonly flag?: true;
    /** What it may be, as the live system has it: offered while somebody types. */
    complete?(read: Read<S>, call: Call): Promise<readonly string[]>;
  }[];
  run(session: S, input: Readonly<Record<string, string>>, call: Call): AsyncIterable<Output>;
}
export type AnyOperation = Operation<Session>;

/**
 * A target as a provider connects to it: its spec with secrets looked up. An option whose secret is generated and was not made yet is
 * left out: whoever only looks makes none, and an apply connects anew with all of them.
 */
export interface TargetSpec {
  readonly name: string;
  readonly provider: string;
  /** A URL, or for an embedded system a folder; absolute when it is a folder. */
  readonly address: string;
  readonly options: Fields;
  /** The project's files, for options that name some: YANG modules, certificates. */
  readonly files?: ProjectFiles;
  /** The project's folder, absolute: operations that read and write files of this machine take paths relative to it. */
  readonly folder?: string;
  /**
   * A secret by its source, as manifests write one: for operations that are told where another one is, or where a new one is to be kept.
   * A generated one is on disk before this resolves. Throws Fault SECRET_MISSING, SECRET_UNKEPT and their like.
   */
  readonly secret?: (source: Fields) => Promise<string>;
}

export interface SandboxOptions {
  /** Keeps what it holds here; without it, in memory or in a temporary folder. */
  readonly folder?: string;
  /** Loopback unless told otherwise. */
  readonly host?: string;
  /** 0: any free port. */
  readonly port?: number;
  readonly options: Fields;
  readonly files?: ProjectFiles;
}

/** A running sandbox: the address a target takes, and the documented control verbs of `sandbox ctl`. */
export interface Sandbox {
  readonly address: string;
  /** Take the place of the target's own where its address does: a key, a certificate to pin. Nothing that is secret elsewhere. */
  readonly options?: Fields;
  readonly controls: readonly { readonly name: string; readonly summary: string; readonly inputs: readonly string[] }[];
  control(name: string, input: Readonly<Record<string, string>>): Promise<Value>;
  close(): Promise<void>;
}

export interface Provider<S extends Session> {
  readonly name: string;
  /** Of the code that writes: a plan made by another one is not applied. */
  readonly version: string;
  readonly kinds: readonly Kind<S, object>[];
  readonly operations: readonly Operation<S>[];
  /** JSON Schema of a target's `spec.options`. */
  readonly options?: () => Fields;
  connect(target: TargetSpec, call: Call): Promise<S>;
  /**
   * Which system answered: another one behind the same address is refused. Undefined for one that is not there yet, and is made by
   * `found` or by a resource of the plan: until then it reads as empty, or cannot be read.
   */
  identify(read: Read<S>, call: Call): Promise<string | undefined>;
  /** Makes a system that is not there yet, before anything is written to it; quiet where it is. It has a name from then on. */
  found?(session: S, call: Call): Promise<void>;
  sandbox?(options: SandboxOptions): Promise<Sandbox>;
  /** What `doctor` finds out about a target: each check is a line. */
  examine?(read: Read<S>, call: Call): AsyncIterable<{ readonly name: string; readonly ok: boolean; readonly message: string }>;
}
export type AnyProvider = Provider<Session>;
