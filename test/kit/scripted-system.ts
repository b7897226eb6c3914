import { Fault } from '../../src/core/diagnostic.ts';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import type { Difference } from '../../src/core/plan.ts';
import type { FieldRule } from '../../src/core/resource.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import type { Call } from '../../src/providers/contract.ts';
import type { Clock } from '../../src/providers/transport/clock.ts';
import { interrupted } from '../../src/providers/transport/interrupted.ts';
import { patched } from './patched.ts';
import type { Thing } from './scripted-store.ts';
import { thingStore } from './scripted-store.ts';

export type { Thing } from './scripted-store.ts';

/** How the system treats objects of one kind, whatever a provider thinks of it. */
export interface KindConduct {
  readonly rule: FieldRule;
  /** A key may be taken once in a scope. */
  readonly unique: boolean;
  /** What has the same key is the same object, and made once. */
  readonly shared?: boolean;
  readonly refusesCreate?: boolean;
  readonly refusesDelete?: boolean;
  /** Taken in and never shown again. */
  readonly hidden?: readonly string[];
  /** Set where the writer leaves them out. */
  readonly defaults?: Fields;
  /** From accepted to ready. */
  readonly settleMs?: number;
  /** Holds the handle of the object that this one is part of: it goes when that one goes. */
  readonly parent?: string;
  /** Judges the world that a commit would leave behind; a text is a refusal. */
  readonly judge?: (specs: readonly Fields[]) => string | undefined;
}

export type Change =
  | {
      readonly do: 'create';
      readonly kind: string;
      readonly key: string;
      readonly scope: string;
      readonly spec: Fields;
      readonly mark?: string;
    }
  | {
      readonly do: 'patch';
      readonly kind: string;
      readonly handle: string;
      readonly mark?: string;
      readonly differences: readonly Pick<Difference, 'path' | 'after'>[];
    }
  | { readonly do: 'delete'; readonly kind: string; readonly handle: string };

/** A method of the system's wire. */
export type Op = 'get' | 'list' | Change['do'] | 'commit';

/** A bad day: `before` the effect nothing has happened, `after` it the reply is lost, `refuse` is a 409. */
export interface Trouble {
  readonly op?: Op | 'read' | 'write';
  readonly kind?: string;
  readonly when: 'before' | 'after' | 'refuse';
  /** Counted from now on, over calls that fit; default 1. */
  readonly nth?: number;
  /** How many calls in a row; default 1. */
  readonly times?: number;
}

export interface ScriptedSystem {
  get(
    kind: string,
    by: { readonly handle: string } | { readonly key: string; readonly scope: string },
    call: Call,
  ): Promise<Thing | undefined>;
  list(kind: string, scope: string, from: number, call: Call): Promise<{ readonly things: readonly Thing[]; readonly next?: number }>;
  /** All or none, judged at the end. One handle a change, '' for a delete. */
  commit(changes: readonly Change[], call: Call): Promise<readonly string[]>;

  readonly things: ReadonlyMap<string, Thing>;
  readonly counts: { readonly reads: number; readonly mutations: number; readonly busiest: number };
  readonly instance: string;
  trouble(trouble: Trouble): void;
  /** Every call takes this long from now on; Infinity: until it is aborted. */
  latency(ms: number): void;
  /** A list of more than one page ends in an error after its first page; off again with false. */
  halfRead(on?: boolean): void;
  /** Sightings of this handle are unknown, with this fault; undefined: known again. */
  obscure(handle: string, fault: Diagnostic | undefined): void;
  obscured(handle: string): Diagnostic | undefined;
  /** The object never becomes ready. */
  breakDown(handle: string, message: string): void;
  /** Calls under way lose their connection; what the system holds, it holds. */
  restart(): void;
  /** What a person does behind our back: no call, no count. */
  readonly byHand: {
    create(kind: string, object: { readonly key: string; readonly spec: Fields; readonly scope?: string; readonly mark?: string }): string;
    set(handle: string, path: string, value: Value | undefined): void;
    remove(handle: string): void;
  };
}

export interface ScriptedSystemOptions {
  readonly conduct: Readonly<Record<string, KindConduct>>;
  readonly clock: Clock;
  readonly pageSize?: number;
  readonly instance?: string;
}

const fault = (code: string, summary: string, options: ConstructorParameters<typeof Fault>[1]): Fault =>
  new Fault({ code, summary }, options);

/** A system in memory that assigns handles, takes its time, and can be told to have a bad day. Deterministic by its clock. */
export function scriptedSystem({ conduct, clock, pageSize = 20, instance = 'scripted-1' }: ScriptedSystemOptions): ScriptedSystem {
  const store = thingStore();
  const obscured = new Map<string, Diagnostic>();
  const counts = { reads: 0, mutations: 0, busiest: 0 };
  const troubles: { trouble: Trouble; seen: number }[] = [];
  let running = 0;
  let latencyMs = 0;
  let epoch = 0;
  let breaksOff = false;
  let made = 0;

  const of = (kind: string): KindConduct => conduct[kind] ?? { rule: {}, unique: true };
  const shown = (thing: Thing): Thing => ({
    ...thing,
    spec: Object.fromEntries(Object.entries(thing.spec).filter(([name]) => !(of(thing.kind).hidden ?? []).includes(name))),
  });

  const troubleFor = (op: Op, kinds: readonly string[]): Trouble['when'] | undefined => {
    const reads = op === 'get' || op === 'list';
    for (const one of troubles) {
      const { trouble } = one;
      const fits = trouble.op === undefined || trouble.op === op || (trouble.op === 'read' ? reads : trouble.op === 'write' && !reads);
      if (!fits || (trouble.kind !== undefined && !kinds.includes(trouble.kind))) continue;
      one.seen += 1;
      const first = trouble.nth ?? 1;
      if (one.seen >= first && one.seen < first + (trouble.times ?? 1)) return trouble.when;
    }
    return undefined;
  };

  /** One request: counted, as slow as it was told to be, and interrupted by whatever goes wrong meanwhile. */
  const wire = async <T>({ op, kinds, call }: { op: Op; kinds: readonly string[]; call: Call }, effect: () => T): Promise<T> => {
    if (call.signal.aborted) throw interrupted(call.signal, 'no');
    const reads = op === 'get' || op === 'list';
    counts[reads ? 'reads' : 'mutations'] += 1;
    running += 1;
    counts.busiest = Math.max(counts.busiest, running);
    const begun = epoch;
    const retry = reads ? ({ afterMs: 0 } as const) : false;
    try {
      if (latencyMs > 0) await clock.sleep(latencyMs, call.signal);
      else await Promise.resolve();
      const when = troubleFor(op, kinds);
      if (when === 'refuse') throw fault('HTTP_409', 'the server answered 409 Conflict', { sent: 'answered' });
      if (when === 'before') throw fault('CONNECTION_LOST', 'the connection was lost', { sent: 'maybe', retry });
      if (epoch !== begun) throw fault('CONNECTION_LOST', 'the server went down', { sent: 'maybe', retry });
      const result = effect();
      if (when === 'after') throw fault('CONNECTION_LOST', 'the connection was lost', { sent: 'maybe', retry });
      return result;
    } catch (error) {
      if (call.signal.aborted && !(error instanceof Fault)) throw interrupted(call.signal, 'maybe');
      throw error;
    } finally {
      running -= 1;
    }
  };

  const newHandle = (kind: string): string => `${kind.slice(kind.indexOf('/') + 1).toLowerCase()}-${(made += 1)}`;
  const create = ({ kind, key, scope, spec, mark }: Omit<Change & { do: 'create' }, 'do'>): string => {
    const { parent: field, unique, shared = false, defaults, settleMs = 0 } = of(kind);
    const parent = field === undefined ? undefined : String(spec[field]);
    if (parent !== undefined && !store.all.has(parent)) throw fault('HTTP_404', 'there is no such parent', { sent: 'answered' });
    const [namesake] = store.byKey(kind, scope, key);
    if (shared && namesake !== undefined) return namesake.handle;
    if (unique && namesake !== undefined) throw fault('HTTP_409', 'that name is taken', { sent: 'answered' });
    const handle = newHandle(kind);
    const readyAt = clock.now() + settleMs;
    store.put({ kind, handle, key, scope, parent, spec: { ...defaults, ...spec }, mark, revision: 1, readyAt, broken: undefined });
    return handle;
  };
  const remove = (handle: string): void => {
    store.drop(handle);
    for (const thing of store.childrenOf(handle)) remove(thing.handle);
  };
  const patch = ({ kind, handle, differences, mark }: Change & { do: 'patch' }): string => {
    const thing = store.all.get(handle);
    if (thing?.kind !== kind) throw fault('HTTP_404', 'there is no such object', { sent: 'answered' });
    const { rule, settleMs = 0, defaults } = of(kind);
    const spec = { ...defaults, ...patched(thing.spec, differences, rule) };
    store.put({ ...thing, spec, mark: mark ?? thing.mark, revision: thing.revision + 1, readyAt: clock.now() + settleMs });
    return handle;
  };
  const notAllowed = (): Fault => fault('HTTP_405', 'the server answered 405 Method Not Allowed', { sent: 'answered' });
  const carryOut = (changes: readonly Change[]): readonly string[] => {
    const handles = changes.map((change) => {
      switch (change.do) {
        case 'create':
          if (of(change.kind).refusesCreate) throw notAllowed();
          return create(change);
        case 'patch':
          return patch(change);
        case 'delete':
          if (of(change.kind).refusesDelete) throw notAllowed();
          remove(change.handle);
          return '';
      }
    });
    for (const kind of new Set(changes.map((change) => change.kind))) {
      const { judge } = of(kind);
      const refusal = judge?.(store.ofKind(kind).map((thing) => thing.spec));
      if (refusal !== undefined) throw fault('HTTP_422', refusal, { sent: 'answered' });
    }
    return handles;
  };
  const change = (handle: string, with_: Partial<Thing>): void => {
    const thing = store.all.get(handle);
    if (thing === undefined) throw new Error(`there is no ${handle}`);
    store.put({ ...thing, ...with_ });
  };

  return {
    get: (kind, by, call) =>
      wire({ op: 'get', kinds: [kind], call }, () => {
        const found = 'handle' in by ? store.all.get(by.handle) : store.byKey(kind, by.scope, by.key).at(-1);
        return found?.kind === kind ? shown(found) : undefined;
      }),
    list: (kind, scope, from, call) =>
      wire({ op: 'list', kinds: [kind], call }, () => {
        if (breaksOff && from > 0) throw fault('HTTP_500', 'the server answered 500', { sent: 'answered' });
        const all = store.inScope(kind, scope);
        // Breaking off needs a second page to break off at.
        const size = breaksOff ? 1 : pageSize;
        const next = from + size;
        return { things: all.slice(from, next).map(shown), ...(next < all.length || (breaksOff && from === 0) ? { next } : {}) };
      }),
    commit: (changes, call) =>
      wire({ op: changes.length === 1 ? (changes[0]?.do ?? 'commit') : 'commit', kinds: changes.map((change) => change.kind), call }, () =>
        store.atomically(() => carryOut(changes)),
      ),
    things: store.all,
    counts,
    instance,
    trouble: (trouble) => void troubles.push({ trouble, seen: 0 }),
    latency: (ms) => void (latencyMs = ms),
    halfRead: (on = true) => void (breaksOff = on),
    obscure: (handle, why) => void (why === undefined ? obscured.delete(handle) : obscured.set(handle, why)),
    obscured: (handle) => obscured.get(handle),
    breakDown: (handle, message) => change(handle, { broken: message }),
    restart: () => void (epoch += 1),
    byHand: {
      create: (kind, { key, spec, scope = '', mark }) => create({ kind, key, scope, spec, ...(mark === undefined ? {} : { mark }) }),
      set(handle, path, value) {
        const thing = store.all.get(handle);
        const rule = thing === undefined ? {} : of(thing.kind).rule;
        const spec = patched(thing?.spec ?? {}, [value === undefined ? { path } : { path, after: value }], rule);
        change(handle, { spec, revision: (thing?.revision ?? 0) + 1 });
      },
      remove,
    },
  };
}
