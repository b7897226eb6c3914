import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts, shortId } from '../core/id.ts';
import type { Plan, Step } from '../core/plan.ts';
import type { Recorded } from '../core/resource.ts';
import type { Lease, Store } from '../state/store.ts';
import { execute } from './execute.ts';
import { intentsOf } from './abandoned.ts';
import type { Handles } from './handles.ts';
import { untaught } from './handles.ts';
import { recordsAfter, resolveByLooking } from './intents.ts';
import { bindInstances, bindMade } from './instance.ts';
import type { Links } from './links.ts';
import type { Look } from './observe.ts';
import { look } from './observe.ts';
import type { Kinds, Run, Secrets } from './opened.ts';
import { recordRunEnd } from './run-over.ts';
import type { Because, StepEnd } from './schedule.ts';
import { schedule } from './schedule.ts';
import { createSettler } from './settle.ts';
import { isOld, sightingsOf } from './sightings.ts';
import type { Deleting } from './stale.ts';
import { staleness } from './stale.ts';
import type { Subject } from './subject.ts';
import { subjectOf } from './subject.ts';
import type { Unit } from './units.ts';
import { upgraded } from './upgrade.ts';
import { calls } from './work.ts';

export interface ApplyOptions {
  readonly plan: Plan;
  readonly kinds: Kinds;
  readonly links: Links;
  readonly secrets: Secrets;
  readonly store: Store;
  readonly run: Run;
  /** The handles that the planning look learned: references to resources that this plan does not touch. */
  readonly handles: Handles;
  /** Targets with calls of an earlier run that nobody knows the end of. */
  readonly unsettled: readonly string[];
  /** True after the first interrupt. */
  readonly stopping: () => boolean;
  /** Wait until everything written is ready, too. */
  readonly wait?: boolean;
}

/** What became of a plan. */
export interface Outcome {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  /** Calls whose reply was lost and that no look could find: resolved before anything else at the next run. */
  readonly unknown: number;
  readonly motion: number;
  /** Steps that were refused because the world is not the plan's any more. */
  readonly stale: number;
  /** Accepted, waited for, and failed or not ready within their time. */
  readonly unready: number;
  readonly interrupted: boolean;
  readonly recorded: ReadonlyMap<ResourceId, Recorded>;
}

const CHECKPOINT_MS = 30_000;

/**
 * Does what the plan says and nothing else: one lease a target, open intents resolved first, each step checked against a fresh
 * sighting just before it runs, *begin* and *end* on disk around every call, a checkpoint at the end.
 */
export async function apply(options: ApplyOptions): Promise<Outcome> {
  const { plan, run, store } = options;
  const started = run.now();
  const leases = await takeLeases(options);
  const checkpoints = setInterval(() => {
    store.checkpoint({ run: run.id, message: messageOf(plan, run) }).catch(() => undefined); // tried again at the end, and told then
  }, CHECKPOINT_MS);
  checkpoints.unref();
  try {
    await bindInstances(leases.keys(), options);
    const outcome = await underLease(options, leases);
    await bindMade(leases.keys(), options);
    await store.checkpoint({ run: run.id, message: messageOf(plan, run) });
    const { done, failed, skipped, unknown, motion, unready } = outcome;
    run.emit({ type: 'summary', done, failed, skipped, unknown, motion, unready, ms: run.now() - started });
    return outcome;
  } finally {
    clearInterval(checkpoints);
    for (const released of await Promise.allSettled([...leases.values()].map((lease) => lease.release()))) {
      if (released.status === 'fulfilled') continue;
      // It ends by itself, and until then the next run is kept waiting: somebody has to be told.
      if (!(released.reason instanceof Fault)) throw released.reason;
      run.emit({ type: 'note', diagnostic: { ...released.reason.diagnostic, severity: 'warning' } });
    }
  }
}

async function underLease(options: ApplyOptions, leases: ReadonlyMap<string, Lease>): Promise<Outcome> {
  const { plan, run, store, kinds, links, secrets, handles } = options;
  const lookAt = (subjects: readonly Subject[]): Promise<Look> => look(subjects, { kinds, links, secrets, run, known: handles });
  const lookAside = (subjects: readonly Subject[]): Promise<Look> =>
    look(subjects, { kinds, links, secrets, run, known: untaught(handles) });
  // What was planned without a lease is read again with it: another run may have ended in between.
  const { recorded, open } = await reload(leases, options, lookAt);
  const begun = new Set<number>();
  /** Objects that a call of this run may have changed. */
  const touched = new Set<ResourceId>();
  const sightings = sightingsOf({
    steps: plan.steps,
    look: lookAt,
    lookAtOld: lookAside,
    subjectOf: (step) => subjectOfStep(step, recorded),
    begun: (step) => begun.has(step.n),
    touched: (step) => touched.has(step.id),
    now: () => run.now(),
  });
  const refused = new Map<number, Diagnostic>();
  let motion = 0;
  /** The deletes that make room for a new object under the same id. */
  const replaced = new Map<ResourceId, Deleting[]>();
  for (const step of plan.steps) {
    if (step.verb === 'delete' && step.old) replaced.set(step.id, [...(replaced.get(step.id) ?? []), step]);
  }
  /**
   * Every object is judged just before its first call: what follows on that goes by what the call did. The old one of a pair is an object
   * of its own, which no call has touched.
   */
  const prepare = async (units: readonly Unit[]): Promise<void> => {
    const steps = units.flatMap((unit) => unit.steps).filter((step) => !touched.has(step.id) || isOld(step));
    await sightings.refresh(steps);
    for (const step of steps) {
      const seen = sightings.of(step);
      const why = open.has(step.id) ? unresolved(step) : staleness(step, seen, { kinds, replaced, recorded: recorded.get(step.id) });
      if (why) refused.set(step.n, why);
    }
  };

  const settler = createSettler({
    kinds,
    run,
    look: lookAt,
    stopping: options.stopping,
    over: ({ id }, live) => recordRunEnd(id, live, { store, run, secrets, recorded }),
  });
  const context = {
    plan,
    kinds,
    links,
    secrets,
    store,
    run,
    recorded,
    handles,
    lease: (target: string): Lease => leases.get(target) as Lease,
    observed: sightings.of,
    learn: async (id: ResourceId): Promise<void> => {
      await lookAt([subjectOf(id, undefined, recorded.get(id))]);
    },
    lookAgain: async (intents: Parameters<typeof resolveByLooking>[0]) => {
      if (run.signal.aborted) return intents.map((intent) => ({ intent, found: 'unknown' as const }));
      // What is found is written by `execute`: what stands under an old handle is not what later steps refer to.
      return resolveByLooking(intents, { look: lookAside, kinds, records: recorded });
    },
  };
  const ends = await schedule({
    steps: plan.steps,
    parallel: (target) => links.limits(target).parallel,
    prepare,
    execute: async (unit) => {
      const why = unit.steps.map((step) => refused.get(step.n)).find((one) => one !== undefined);
      if (why) {
        for (const step of unit.steps) {
          run.emit({ type: 'fail', id: step.id, verb: step.verb, n: step.n, ms: 0, fault: refused.get(step.n) ?? why });
        }
        return unit.steps.map(() => 'failed' as const);
      }
      for (const step of unit.steps) {
        begun.add(step.n);
        if (calls(step)) touched.add(step.id);
      }
      const results = await execute(unit, context);
      for (const [i, step] of unit.steps.entries()) if (results[i] === 'done' && step.verb === 'update' && step.motion) motion += 1;
      return results;
    },
    settled: async (steps) => {
      const answers = await Promise.all(steps.map((step) => settler.ready(subjectOfDone(step, recorded))));
      return steps[answers.findIndex((answer) => answer !== 'ready')];
    },
    skip: (step, because) =>
      run.emit({
        type: 'skip',
        id: step.id,
        verb: step.verb,
        n: step.n,
        because: inWords(step, because),
        ...(isOld(step) ? { old: true } : {}),
      }),
    stopping: () => options.stopping() || run.signal.aborted,
  });
  if (options.wait)
    await awaitAll(plan.steps, ends, async (step) => {
      // What failed or took its whole time already has been told of, and is not waited for a second time.
      if (!settler.unready.has(step.id)) await settler.ready(subjectOfDone(step, recorded));
    });
  const count = (end: StepEnd): number => [...ends.values()].filter((one) => one === end).length;
  return {
    done: count('done'),
    failed: count('failed'),
    skipped: count('skipped'),
    unknown: count('unknown'),
    motion,
    stale: [...refused.values()].filter(({ code }) => code === 'STALE' || code === 'INTENT_OPEN').length,
    unready: settler.unready.size,
    interrupted: options.stopping() || run.signal.aborted,
    recorded,
  };
}

/** The state as it is now that nobody else can change it, with every open intent resolved by looking. */
async function reload(
  leases: ReadonlyMap<string, Lease>,
  { store, kinds, secrets, run }: ApplyOptions,
  lookAt: (subjects: readonly Subject[]) => Promise<Look>,
): Promise<{ readonly recorded: Map<ResourceId, Recorded>; readonly open: ReadonlySet<ResourceId> }> {
  const recorded = new Map<ResourceId, Recorded>();
  const open = new Set<ResourceId>();
  for (const [target, lease] of leases) {
    const state = await store.load(target);
    const records = upgraded(state.records, kinds);
    const dead = await intentsOf(await store.abandoned(target), { target, kinds, secrets, recorded: records });
    const intents = [...state.open, ...dead];
    const resolved = await resolveByLooking(intents, { look: lookAt, kinds, records });
    const ends = resolved.flatMap(({ end }) => (end ? [end] : []));
    if (ends.length > 0) await store.end(target, ends);
    if (dead.length > 0) {
      // What the dead holder's plan leaves unknown becomes an intent of ours; then nobody has to read that plan again.
      const unknown = resolved.filter(({ intent, end }) => !end && dead.includes(intent)).map(({ intent }) => intent);
      if (unknown.length > 0) await store.begin(target, unknown);
      await lease.resolved();
    }
    for (const { intent, found, end } of resolved) {
      run.emit({ type: 'resolved', id: intent.id, intent: intent.intent, found });
      if (!end) open.add(intent.id);
    }
    for (const [id, record] of recordsAfter(records, resolved)) recorded.set(id, record);
  }
  return { recorded, open };
}

/** All leases or none: half of them would only keep others waiting. */
async function takeLeases({ plan, store, run, links, unsettled }: ApplyOptions): Promise<Map<string, Lease>> {
  const leases = new Map<string, Lease>();
  const targets = [...new Set([...plan.steps.map((step) => idParts(step.id).target), ...unsettled])].sort();
  try {
    for (const target of targets) {
      const longestRequestMs = links.limits(target).timeoutMs;
      leases.set(target, await store.lease({ target, run: run.id, plan, longestRequestMs }));
    }
  } catch (error) {
    await Promise.allSettled([...leases.values()].map((lease) => lease.release()));
    throw error;
  }
  return leases;
}

async function awaitAll(steps: readonly Step[], ends: ReadonlyMap<number, StepEnd>, ready: (step: Step) => Promise<void>): Promise<void> {
  const written = steps.filter(
    (step) => ends.get(step.n) === 'done' && (step.verb === 'create' || step.verb === 'update' || step.verb === 'adopt'),
  );
  await Promise.all(written.map(ready));
}

/** Both of a replacement have one id: the words tell which of them is meant, and that the old one stays. */
function inWords(step: Step, because: Because): string {
  const stays = isOld(step) ? 'it stays: ' : '';
  if (because === 'interrupted') return `${stays}the run was interrupted`;
  const { id, end } = because;
  if (id !== step.id) return `${stays}${end === 'unready' ? `${id} is not ready` : `needs ${id}`}`;
  if (isOld(step)) return `${stays}the new one ${end === 'unready' ? 'is not ready' : 'was not made'}`;
  return 'the old one is still there';
}

function subjectOfStep(step: Step, recorded: ReadonlyMap<ResourceId, Recorded>): Subject {
  const record = recorded.get(step.id) ?? ('recorded' in step ? step.recorded : undefined);
  const base = subjectOf(step.id, undefined, record);
  if (!('want' in step)) return base;
  return { ...base, want: step.want, needs: step.needs, ...('handle' in step && !record ? { handle: step.handle } : {}) };
}

/** What a step has made, as it is recorded: its plan did not know the secrets that were generated for it. */
function subjectOfDone(step: Step, recorded: ReadonlyMap<ResourceId, Recorded>): Subject {
  const record = recorded.get(step.id);
  const subject = subjectOfStep(step, recorded);
  return record === undefined ? subject : { ...subject, want: record.applied };
}

const unresolved = (step: Step): Diagnostic => ({
  code: 'INTENT_OPEN',
  severity: 'error',
  summary: `what an earlier run did to ${shortId(step.id)} is not known yet`,
  detail:
    'A call left and its reply was lost, and the target could not be looked at since. Nothing else happens to the object before that is known.',
  hint: 'Plan again when the target answers.',
  resource: step.id,
});

/** The first line of the state commit: what a person reads in `git log`. */
function messageOf(plan: Plan, run: Run): string {
  const verbs = new Map<string, number>();
  for (const step of plan.steps) verbs.set(step.verb, (verbs.get(step.verb) ?? 0) + 1);
  const counts = [...verbs].map(([verb, count]) => `${count} ${verb}`).join(', ');
  return `${counts || 'nothing to do'} (run ${run.id}${run.commit ? `, manifests ${run.commit.slice(0, 10)}` : ''})`;
}
