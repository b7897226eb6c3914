import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { Plan, Step } from '../core/plan.ts';
import type { Observed, Recorded } from '../core/resource.ts';
import type { Lease, Store } from '../state/store.ts';
import { execute } from './execute.ts';
import type { OwnedDigest } from './intents.ts';
import { resolveIntents } from './intents.ts';
import type { Links } from './links.ts';
import type { Look } from './observe.ts';
import { look } from './observe.ts';
import type { Kinds, Run, Secrets } from './opened.ts';
import type { StepEnd } from './schedule.ts';
import { schedule } from './schedule.ts';
import { createSettler } from './settle.ts';
import { staleness } from './stale.ts';
import type { Subject } from './subject.ts';
import { subjectOf } from './subject.ts';
import type { Unit } from './units.ts';

export interface ApplyOptions {
  readonly plan: Plan;
  readonly kinds: Kinds;
  readonly links: Links;
  readonly secrets: Secrets;
  readonly store: Store;
  readonly run: Run;
  readonly ownedDigest: OwnedDigest;
  readonly recorded: ReadonlyMap<ResourceId, Recorded>;
  /** The look that the plan was made from, if it was made just now. */
  readonly seen?: Look;
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
  /** Accepted, and not ready within their time. */
  readonly unready: number;
  readonly interrupted: boolean;
  readonly ends: ReadonlyMap<number, StepEnd>;
  readonly recorded: ReadonlyMap<ResourceId, Recorded>;
}

/** A sighting older than this does not justify a write. */
const FRESH_MS = 10_000;
const CHECKPOINT_MS = 30_000;

/**
 * Does what the plan says and nothing else: one lease a target, open intents resolved first, each step checked against a fresh
 * sighting just before it runs, *begin* and *end* on disk around every call, a checkpoint at the end.
 */
export async function apply(options: ApplyOptions): Promise<Outcome> {
  const { plan, run, store, kinds, links, secrets } = options;
  const started = run.now();
  const leases = await takeLeases(options);
  const recorded = new Map(options.recorded);
  const sightings = new Map<ResourceId, { readonly seen: Observed; readonly at: number }>();
  let handles: Look["handles"] | undefined = options.seen?.handles;
  if (options.seen) remember(options.seen);

  function remember(seen: Look): void {
    handles = seen.handles;
    for (const [id, one] of seen.observed) sightings.set(id, { seen: one, at: seen.at });
  }
  const lookAt = (subjects: readonly Subject[]): Promise<Look> =>
    look(subjects, { kinds, links, secrets, run, ...(handles ? { known: handles } : {}) });

  const touched = new Set<ResourceId>();
  const refused = new Map<number, Diagnostic>();
  let motion = 0;
  /** Sightings that have grown old are renewed in bulk for all units about to start; then every step is judged once. */
  const prepare = async (units: readonly Unit[]): Promise<void> => {
    const steps = units.flatMap((unit) => unit.steps).filter((step) => !touched.has(step.id));
    const old = steps.filter((step) => run.now() - (sightings.get(step.id)?.at ?? -Infinity) > FRESH_MS);
    if (old.length > 0) remember(await lookAt(old.map((step) => subjectOfStep(step, recorded))));
    for (const step of steps) {
      const why = staleness(step, sightings.get(step.id)?.seen, { kinds, ownedDigest: options.ownedDigest });
      if (why) refused.set(step.n, why);
    }
  };

  const settler = createSettler({ kinds, run, look: lookAt, stopping: options.stopping });
  const checkpoints = setInterval(() => {
    store.checkpoint({ run: run.id, message: messageOf(plan, run) }).catch(() => undefined); // tried again at the end, and then told
  }, CHECKPOINT_MS);
  checkpoints.unref();
  try {
    // Targets of open intents were looked at under the lease, so nobody else can be writing what we look for.
    if (handles === undefined) remember(await lookAt(plan.steps.map((step) => subjectOfStep(step, recorded))));
    const context = {
      plan,
      kinds,
      links,
      secrets,
      store,
      run,
      recorded,
      handles: handles as Look['handles'],
      lease: (target: string): Lease => leases.get(target) as Lease,
      observed: (id: ResourceId): Observed | undefined => sightings.get(id)?.seen,
      lookAgain: async (intents: Parameters<typeof resolveIntents>[0]) => {
        if (run.signal.aborted) return intents.map((intent) => ({ intent, found: 'unknown' as const }));
        const seen = await lookAt(intents.map((intent) => subjectOf(intent.id, undefined, intent.outcome ?? recorded.get(intent.id))));
        return resolveIntents(intents, seen.observed, { kinds, ownedDigest: options.ownedDigest });
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
        for (const step of unit.steps) touched.add(step.id);
        const results = await execute(unit, { ...context, handles: handles ?? context.handles });
        for (const [i, step] of unit.steps.entries()) if (results[i] === 'done' && step.verb === 'update' && step.motion) motion += 1;
        return results;
      },
      settled: async (steps) => {
        const answers = await Promise.all(steps.map((step) => settler.ready(subjectOfStep(step, recorded))));
        return answers.every((answer) => answer === 'ready');
      },
      skip: (step, because) => run.emit({ type: 'skip', id: step.id, verb: step.verb, n: step.n, because }),
      stopping: () => options.stopping() || run.signal.aborted,
    });
    const unready = options.wait ? await awaitAll(plan.steps, ends, (step) => settler.ready(subjectOfStep(step, recorded))) : 0;
    await store.checkpoint({ run: run.id, message: messageOf(plan, run) });
    const count = (end: StepEnd): number => [...ends.values()].filter((one) => one === end).length;
    const outcome: Outcome = {
      done: count('done'),
      failed: count('failed'),
      skipped: count('skipped'),
      unknown: count('unknown'),
      motion,
      stale: refused.size,
      unready,
      interrupted: options.stopping() || run.signal.aborted,
      ends,
      recorded,
    };
    const { done, failed, skipped, unknown } = outcome;
    run.emit({ type: 'summary', done, failed, skipped, unknown, motion, ms: run.now() - started });
    return outcome;
  } finally {
    clearInterval(checkpoints);
    await Promise.allSettled([...leases.values()].map((lease) => lease.release()));
  }
}

/** All leases or none: half of them would only keep others waiting. */
async function takeLeases({ plan, store, run }: ApplyOptions): Promise<Map<string, Lease>> {
  const leases = new Map<string, Lease>();
  const targets = [...new Set(plan.steps.map((step) => idParts(step.id).target))].sort();
  try {
    for (const target of targets) leases.set(target, await store.lease({ target, run: run.id, plan }));
  } catch (error) {
    await Promise.allSettled([...leases.values()].map((lease) => lease.release()));
    throw error;
  }
  return leases;
}

async function awaitAll(
  steps: readonly Step[],
  ends: ReadonlyMap<number, StepEnd>,
  ready: (step: Step) => Promise<string>,
): Promise<number> {
  const written = steps.filter(
    (step) => ends.get(step.n) === 'done' && (step.verb === 'create' || step.verb === 'update' || step.verb === 'adopt'),
  );
  const answers = await Promise.all(written.map(ready));
  return answers.filter((answer) => answer !== 'ready').length;
}

function subjectOfStep(step: Step, recorded: ReadonlyMap<ResourceId, Recorded>): Subject {
  const record = recorded.get(step.id) ?? ('recorded' in step ? step.recorded : undefined);
  const base = subjectOf(step.id, undefined, record);
  if (!('want' in step)) return base;
  return { ...base, want: step.want, needs: step.needs, ...('handle' in step && !record ? { handle: step.handle } : {}) };
}

/** The first line of the state commit: what a person reads in `git log`. */
function messageOf(plan: Plan, run: Run): string {
  const verbs = new Map<string, number>();
  for (const step of plan.steps) verbs.set(step.verb, (verbs.get(step.verb) ?? 0) + 1);
  const counts = [...verbs].map(([verb, count]) => `${count} ${verb}`).join(', ');
  return `${counts || 'nothing to do'} (run ${run.id}${run.commit ? `, manifests ${run.commit.slice(0, 10)}` : ''})`;
}
