import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { Recorded } from '../core/resource.ts';
import { equal } from '../core/value.ts';
import type { Abandoned, Intent } from '../state/store.ts';
import type { Kinds } from './opened.ts';
import type { Calling } from './work.ts';
import { calls, intentOf } from './work.ts';

/**
 * The calls that a dead holder may have made, from the plan it published with its lease: its journal lies on another machine,
 * so every step that the state does not show as done is an open intent.
 */
export function intentsOf(
  { holder, plan }: Abandoned,
  { target, kinds, recorded }: { readonly target: string; readonly kinds: Kinds; readonly recorded: ReadonlyMap<ResourceId, Recorded> },
): readonly Intent[] {
  const run = { id: holder.run, now: () => Date.parse(holder.takenAt), ...(plan.commit === undefined ? {} : { commit: plan.commit }) };
  return plan.steps
    .filter(calls)
    .filter((step) => idParts(step.id).target === target && !shows(step, recorded.get(step.id)))
    .map((step) => intentOf(step, { plan, kinds, run, recorded }));
}

/** The state already knows how this step ended. */
const shows = (step: Calling, record: Recorded | undefined): boolean =>
  step.verb === 'delete' ? record?.handle !== step.handle : record !== undefined && equal(record.applied, step.want);
