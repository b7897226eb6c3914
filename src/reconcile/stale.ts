import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { shortId } from '../core/id.ts';
import type { Step } from '../core/plan.ts';
import type { Observed, Recorded } from '../core/resource.ts';
import { mendsOf, ownedNow } from '../planner/index.ts';
import type { Kinds } from './opened.ts';

export type Deleting = Extract<Step, { readonly verb: 'delete' }>;

export interface StaleOptions {
  readonly kinds: Kinds;
  /** The deletes that make room for a new object under the same id. */
  readonly replaced: ReadonlyMap<ResourceId, readonly Deleting[]>;
  readonly recorded?: Recorded | undefined;
}

/**
 * Why a step may not run any more: the world at the places we own is not the one the plan was made for. Undefined while it is.
 * Drift anywhere else does not matter, so that an approval outlives what does not concern it.
 */
export function staleness(step: Step, seen: Observed | undefined, options: StaleOptions): Diagnostic | undefined {
  const { kinds, replaced, recorded } = options;
  if (step.verb === 'forget' || step.verb === 'move') return undefined;
  if (!seen || seen.seen === 'unknown') {
    return seen ? unseen(step, seen.fault) : stale(step, 'it could not be looked at');
  }
  if (step.verb === 'create') {
    if (seen.seen === 'absent') return undefined;
    // A new object may be made where it replaces the old one, if that one still is what the plan was made for …
    const old = replaced.get(step.id)?.find(({ handle }) => handle === seen.handle);
    if (old) return staleness(old, seen, options);
    // … or where the old one has gone along with what it belongs to since it was seen …
    if (seen.handle === step.expect.goesAlong) return undefined;
    // … or beside it, and who has made the same meanwhile has made the right one, …
    if (kinds.of(step.id)?.facts.contentAddressed === true) return undefined;
    // … and a new run begun while the last one still stands.
    const isRun = kinds.of(step.id)?.facts.nature === 'run' && recorded !== undefined;
    return isRun && seen.handle === recorded.handle ? undefined : stale(step, 'it exists by now');
  }
  if (seen.seen === 'absent') return step.verb === 'delete' ? undefined : stale(step, 'it is gone by now');
  // The old one of a pair was judged with the new one, which by now is what is seen; one that an earlier run left, by that run.
  if (step.verb === 'delete' && step.old && (seen.handle !== step.expect.handle || step.expect.owned === '')) return undefined;
  if (seen.handle !== step.expect.handle) return stale(step, 'another object stands in its place');
  // What we last wrote is ours as well.
  const applied = step.verb === 'delete' ? step.recorded.applied : recorded?.applied;
  const desired = step.verb === 'delete' ? undefined : step.want;
  const opened = kinds.of(step.id);
  if (!opened) throw new Error(`no provider has the kind of ${step.id}`);
  const live = step.verb === 'delete' ? (seen.asRecorded ?? seen.spec) : seen.spec;
  const owned = ownedNow({ facts: opened.facts, want: desired, applied, live, blind: seen.blind });
  if (owned !== step.expect.owned) return stale(step, 'its values changed meanwhile');
  const { mends } = step.expect;
  return mends === undefined || mends === mendsOf(seen.remarks) ? undefined : stale(step, 'what was to be mended is another matter by now');
}

/** Nothing is known to have changed: what kept us from looking is what there is to mend. */
const unseen = (step: Step, cause: Diagnostic): Diagnostic => ({
  ...cause,
  summary: `${shortId(step.id)} could not be looked at: ${cause.summary}`,
  detail: `Nobody knows what is there now, so its ${step.verb} was not run. ${cause.detail}`,
  resource: step.id,
});

const stale = (step: Step, why: string): Diagnostic => ({
  code: 'STALE',
  severity: 'error',
  summary: `${shortId(step.id)}: ${why}`,
  detail: `The plan was made for another world, so its ${step.verb} was not run.`,
  hint: 'Plan again and look at what is different.',
  resource: step.id,
});
