import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { shortId } from '../core/id.ts';
import type { Step } from '../core/plan.ts';
import type { Observed } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import { ownedDigest } from '../planner/owned.ts';
import type { Kinds } from './opened.ts';

export interface StaleOptions {
  readonly kinds: Kinds;
  /** Handles of live objects that make room for a new one under the same id. */
  readonly replaced: ReadonlyMap<ResourceId, string>;
  /** What we last wrote to it: its places are ours as well. */
  readonly applied?: Fields | undefined;
}

/**
 * Why a step may not run any more: the world at the places we own is not the one the plan was made for. Undefined while it is.
 * Drift anywhere else does not matter, so that an approval outlives what does not concern it.
 */
export function staleness(step: Step, seen: Observed | undefined, { kinds, replaced, applied }: StaleOptions): Diagnostic | undefined {
  if (step.verb === 'forget' || step.verb === 'move') return undefined;
  if (!seen || seen.seen === 'unknown') {
    return stale(step, 'it could not be looked at', seen?.fault);
  }
  if (step.verb === 'create') {
    return seen.seen === 'absent' || seen.handle === replaced.get(step.id) ? undefined : stale(step, 'it exists by now');
  }
  if (seen.seen === 'absent') return step.verb === 'delete' ? undefined : stale(step, 'it is gone by now');
  if (seen.handle !== step.expect.handle) return stale(step, 'another object stands in its place');
  const desired = step.verb === 'delete' ? undefined : step.want;
  const rule = kinds.of(step.id)?.facts.rule(desired ?? applied ?? {}) ?? {};
  const owned = ownedDigest({ rule, desired, applied, live: seen.spec, blind: seen.blind });
  return owned === step.expect.owned ? undefined : stale(step, 'its values changed meanwhile');
}

const stale = (step: Step, why: string, cause?: Diagnostic): Diagnostic => ({
  code: 'STALE',
  severity: 'error',
  summary: `${shortId(step.id)}: ${why}`,
  detail: `The plan was made for another world${cause ? ` (${cause.summary})` : ''}, so its ${step.verb} was not run.`,
  hint: 'Plan again and look at what is different.',
  resource: step.id,
});
