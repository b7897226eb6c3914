import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { shortId } from '../core/id.ts';
import type { Step } from '../core/plan.ts';
import type { Observed } from '../core/resource.ts';
import type { OwnedDigest } from './intents.ts';
import type { Kinds } from './opened.ts';

/**
 * Why a step may not run any more: the world at the places we own is not the one the plan was made for. Undefined while it is.
 * Drift anywhere else does not matter, so that an approval outlives what does not concern it.
 */
export function staleness(
  step: Step,
  seen: Observed | undefined,
  {
    kinds,
    ownedDigest,
    replaced,
  }: { readonly kinds: Kinds; readonly ownedDigest: OwnedDigest; readonly replaced: ReadonlyMap<ResourceId, string> },
): Diagnostic | undefined {
  if (step.verb === 'forget' || step.verb === 'move') return undefined;
  if (!seen || seen.seen === 'unknown') {
    return stale(step, 'it could not be looked at', seen?.fault);
  }
  if (step.verb === 'create') {
    return seen.seen === 'absent' || seen.handle === replaced.get(step.id) ? undefined : stale(step, 'it exists by now');
  }
  if (seen.seen === 'absent') return step.verb === 'delete' ? undefined : stale(step, 'it is gone by now');
  if (seen.handle !== step.expect.handle) return stale(step, 'another object stands in its place');
  const owned = step.verb === 'delete' ? step.recorded.applied : step.want;
  const rule = kinds.get(step.kind)?.facts.rule(owned) ?? {};
  return ownedDigest(rule, owned, seen.spec) === step.expect.owned ? undefined : stale(step, 'its values changed meanwhile');
}

const stale = (step: Step, why: string, cause?: Diagnostic): Diagnostic => ({
  code: 'STALE',
  severity: 'error',
  summary: `${shortId(step.id)}: ${why}`,
  detail: `The plan was made for another world${cause ? ` (${cause.summary})` : ''}, so its ${step.verb} was not run.`,
  hint: 'Plan again and look at what is different.',
  resource: step.id,
});
