import { digest } from '../../src/core/digest.ts';
import { Fault } from '../../src/core/diagnostic.ts';
import { isSecret, secretMark } from '../../src/core/mark.ts';
import type { Difference } from '../../src/core/plan.ts';
import type { FieldRule, Recorded } from '../../src/core/resource.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import { isFields, isList } from '../../src/core/value.ts';
import { ruleOf } from '../../src/manifests/rule.ts';
import type { Comparison } from '../../src/planner/diff.ts';
import { compare } from '../../src/planner/diff.ts';
import type { Call, Done, Known, Sighting, Work } from '../../src/providers/contract.ts';
import { observedTerms, withSecrets } from '../../src/reconcile/marks.ts';
import { assert } from './group.ts';
import type { AnyBench, AnyLawsOptions } from './law.ts';
import { NO_FILES } from './law-fields.ts';

export type LiveSighting = Sighting<Fields> & { readonly seen: 'live' };
export type SightingOfOne = Exclude<Sighting<Fields>, { readonly seen: 'end' }>;

/** An object that a law made, and what it knows about it. */
export interface Made {
  readonly name: string;
  readonly spec: Fields;
  readonly handle: string;
  readonly recorded: Recorded;
}

export interface Looked {
  readonly sightings: readonly SightingOfOne[];
  /** One for each scope that was asked about. */
  readonly ends: readonly (Sighting<Fields> & { readonly seen: 'end' })[];
}

/** What laws do to a kind on one bench: the part of the engine that they need, and no more. */
export interface Driver {
  readonly options: AnyLawsOptions;
  readonly bench: AnyBench;
  readonly call: (signal?: AbortSignal) => Call;
  readonly rule: (spec: Fields) => FieldRule;
  normalize(spec: Fields): Fields;
  /** The samples with this bench's parents in them. */
  samples(): Promise<readonly Fields[]>;
  /** The spec of the nth of many objects. */
  nth(n: number): Promise<Fields>;
  known(name: string, spec: Fields, handle?: string): Known;
  /** By the kind, or by hand where only people can make one. Settled. */
  obtain(name: string, spec: Fields): Promise<Made>;
  make(name: string, spec: Fields, call?: Call): Promise<Made>;
  /** Writes these differences, or all between what was made, what is live and `to`. Settled. */
  update(made: Made, to: Fields, differences?: readonly Difference[], call?: Call): Promise<Made>;
  remove(made: Made, call?: Call): Promise<void>;
  work(verb: Work<Fields>['verb'], name: string, want: Fields, rest?: Partial<Work<Fields>>): Work<Fields>;
  look(known: readonly Known[], ask?: { readonly strangers?: boolean; readonly call?: Call }): Promise<Looked>;
  /** The one answer about one object. */
  see(made: Pick<Made, 'name' | 'spec'> & { readonly handle?: string }): Promise<SightingOfOne>;
  /** As `see`; fails unless it is live. */
  live(made: Pick<Made, 'name' | 'spec'> & { readonly handle?: string }): Promise<LiveSighting>;
  compare(desired: Fields, live: LiveSighting, applied?: Fields): Comparison;
}

const TARGET = 'bench';

export function driver(options: AnyLawsOptions, bench: AnyBench): Driver {
  const { kind, can } = options;
  const call = (signal?: AbortSignal): Call => bench.call(signal);
  const shape = kind.open?.(options.files ?? NO_FILES, options.options ?? {});
  const normalize = (spec: Fields): Fields => shape?.normalize(spec) ?? spec;
  const fixed = ruleOf(kind.schema());
  const rule = (spec: Fields): FieldRule => shape?.rule?.(spec, fixed) ?? fixed;
  const idOf = (name: string): string => `${TARGET}/${kind.kind}/${name}`;
  const scopeOf = (spec: Fields): string => kind.scope?.(spec) ?? '';
  const place = async (spec: Fields): Promise<Fields> => options.place?.(spec, bench) ?? spec;
  let intents = 0;

  const known = (name: string, written: Fields, handle?: string): Known => {
    const spec = normalize(written);
    const key = kind.key === undefined ? name : kind.key(spec, name);
    return { id: idOf(name), want: spec, ...(handle === undefined ? {} : { handle }), ...(key === undefined ? {} : { key }) };
  };
  const recordedOf = (name: string, spec: Fields, done: Done): Recorded => ({
    id: idOf(name),
    shape: `${kind.kind}.${kind.version}`,
    handle: done.handle,
    ...(done.key === undefined ? {} : { key: done.key }),
    applied: spec,
    needs: [],
    lifecycle: {},
    ...(kind.nature === 'run' ? { run: { outcome: 'begun' as const, ...done.run, hash: digest(spec) } } : {}),
    by: { run: 'law', at: new Date(bench.call().now()).toISOString() },
  });
  const work: Driver['work'] = (verb, name, want, rest = {}) => ({
    id: idOf(name),
    verb,
    intent: `law.${(intents += 1)}`,
    want: normalize(want),
    differences: [],
    ...rest,
  });
  /** As the engine calls it: what has a batch key goes through the batch, alone or not. */
  const carryOut = async (one: Work<Fields>, with_: Call): Promise<Done | undefined> => {
    if (kind.batch?.of({ id: one.id, verb: one.verb }) !== undefined) {
      const [outcome] = await kind.batch.run(bench.session, [one], with_);
      if (outcome instanceof Fault) throw outcome;
      return outcome;
    }
    if (one.verb === 'delete') {
      await kind.remove(bench.session, one, with_);
      return undefined;
    }
    if (one.verb === 'create') return kind.make(bench.session, one, with_);
    if (kind.update === undefined) throw new Error(`${kind.kind} has no update`);
    return kind.update(bench.session, one, with_);
  };
  const settled = async (): Promise<void> => can.settle?.(bench);

  const look: Driver['look'] = async (all, { strangers = false, call: with_ = call() } = {}) => {
    const sightings: SightingOfOne[] = [];
    const ends: Looked['ends'][number][] = [];
    for (const scope of new Set(all.map(({ want }) => scopeOf(want ?? {})))) {
      const known = all.filter(({ want }) => scopeOf(want ?? {}) === scope);
      for await (const page of kind.observe(bench.session.read, { scope, known, strangers }, with_)) {
        for (const sighting of page) {
          if (sighting.seen === 'end') ends.push(sighting);
          else sightings.push(sighting);
        }
      }
    }
    return { sightings, ends };
  };
  const see: Driver['see'] = async ({ name, spec, handle }) => {
    const one = known(name, spec, handle);
    const { sightings } = await look([one]);
    const about = sightings.filter((sighting) => isAbout(sighting, one));
    assert.is(about.length, 1, `${about.length} answers about ${one.id}, where there has to be one`);
    return about[0] as SightingOfOne;
  };
  const live: Driver['live'] = async (made) => {
    const sighting = await see(made);
    if (sighting.seen !== 'live') throw new Error(`${made.name} should be live and is ${sighting.seen}`);
    return sighting;
  };
  const make: Driver['make'] = async (name, spec, with_ = call()) => {
    const done = await carryOut(work('create', name, spec), with_);
    if (done === undefined) throw new Error(`making ${name} gave no outcome`);
    return { name, spec, handle: done.handle, recorded: recordedOf(name, normalize(spec), done) };
  };
  const against: Driver['compare'] = (desired, seen, applied) => {
    const at = rule(desired);
    const inTerms = (spec: Fields): Fields => shown(marked(at, normalize(spec)), kind.publicOf);
    const found = compare({
      rule: at,
      desired: inTerms(desired),
      applied: applied === undefined ? undefined : inTerms(applied),
      live: inTerms(seen.spec),
      blind: seen.blind,
    });
    return { ...found, differences: found.differences.map(plain) };
  };
  return {
    options,
    bench,
    call,
    rule,
    normalize,
    samples: () => Promise.all(options.samples.map(place)),
    nth: (n) => place(options.nth?.(n) ?? (options.samples[n % options.samples.length] as Fields)),
    known,
    work,
    look,
    see,
    live,
    make,
    compare: against,
    async obtain(name, spec) {
      if (kind.creatable) {
        const made = await make(name, spec);
        await settled();
        return made;
      }
      if (can.makeByHand === undefined) throw new Error(`${kind.kind} cannot be created: the laws need can.makeByHand`);
      const handle = await can.makeByHand(bench, name, normalize(spec));
      return { name, spec, handle, recorded: recordedOf(name, normalize(spec), { handle }) };
    },
    async update(made, to, differences, with_ = call()) {
      const seen = await live(made);
      const all = differences ?? against(to, seen, made.spec).differences;
      const { key, status = {}, readiness = { state: 'ready' }, ...rest } = seen;
      const now = { ...rest, ...(key === undefined ? {} : { key }), status, readiness };
      const done = await carryOut(work('update', made.name, to, { differences: all, recorded: made.recorded, live: now }), with_);
      await settled();
      const after = done ?? { handle: made.handle };
      return { name: made.name, spec: to, handle: after.handle, recorded: recordedOf(made.name, normalize(to), after) };
    },
    async remove(made, with_ = call()) {
      await carryOut(work('delete', made.name, made.spec, { recorded: made.recorded }), with_);
    },
  };
}

/** A sighting answers a question by id, by handle or by key, in this order. */
export const isAbout = (sighting: SightingOfOne, { id, handle, key }: Known): boolean => {
  if (sighting.id !== undefined) return sighting.id === id;
  if (sighting.handle !== undefined && sighting.handle === handle) return true;
  return sighting.key !== undefined && sighting.key === key;
};

/** Sensitive values are compared behind a fingerprint, as the engine does; here it is the value itself, which never leaves the bench. */
const marked = (rule: FieldRule, spec: Fields): Fields =>
  observedTerms(rule, spec, { reverse: () => undefined, fingerprint: (value) => value }) as Fields;

/** With what the system shows of each secret, where the kind has such a form. */
const shown = (spec: Fields, publicOf: ((secret: string) => string | undefined) | undefined): Fields =>
  withSecrets(spec, (mark) => secretMark(mark['setpoint:secret'], mark.fingerprint, mark.public ?? publicOf?.(mark.fingerprint ?? '')));

const unmarked = (value: Value): Value => {
  if (isSecret(value)) return value.fingerprint ?? null;
  if (isList(value)) return value.map(unmarked);
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unmarked(inner)])) : value;
};

const plain = (difference: Difference): Difference =>
  difference.after === undefined ? difference : { ...difference, after: unmarked(difference.after) };
