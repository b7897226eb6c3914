import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { shortId } from '../core/id.ts';
import type { Recorded } from '../core/resource.ts';
import type { Context, Decisions, Refusal } from './context.ts';
import { put } from './context.ts';
import { findInside } from './inside.ts';
import { halfGone, needed } from './refusals.ts';
import { tally } from './removed.ts';
import type { PlanOptions, World } from './world.ts';
import { HALF_OF_TEN } from './world.ts';

/**
 * Targets where so much is absent at once that it looks like another system. Runs do not count: it is their nature to be gone.
 */
export function findHalted(world: World, options: PlanOptions): ReadonlyMap<string, Diagnostic> {
  const { share, from } = options.vanishedBudget ?? HALF_OF_TEN;
  const lasts = (id: ResourceId): boolean => world.facts(id)?.nature !== 'run';
  const absent: ResourceId[] = [];
  for (const id of world.recorded.keys()) if (world.observed.get(id)?.seen === 'absent' && lasts(id)) absent.push(id);
  const halted = new Map<string, Diagnostic>();
  if (absent.length === 0) return halted;
  const gone = tally(absent);
  const all = tally([...world.recorded.keys()].filter(lasts));
  for (const [target, count] of gone) {
    const records = all.get(target) ?? 0;
    if (records >= from && count > share * records) halted.set(target, halfGone(target, count, records));
  }
  return halted;
}

/**
 * Replacements that would pull an object away from under somebody who refers to its live handle and is not rewritten in this
 * plan: blocked, not selected, or not observed; and removals that reach further than the plan. They are refused, and everything is
 * decided once more without them.
 */
export function findConflicts(context: Context, decisions: Decisions): ReadonlyMap<ResourceId, Refusal> {
  const found = new Map<ResourceId, Refusal>(findInside(context, decisions));
  const replaced = new Set<ResourceId>();
  // What stays beside the new one is not pulled away from under anybody.
  for (const { id, act, facts } of decisions.values())
    if (act === 'replace' && !(facts?.contentAddressed === true && !facts.removable)) replaced.add(id);
  if (replaced.size === 0) return found;
  const holders = new Map<ResourceId, ResourceId[]>();
  for (const recorded of context.world.recorded.values()) {
    const id = context.moves.left.get(recorded.id) ?? recorded.id;
    const holds = (target: ResourceId): boolean => replaced.has(target) && standsOn(context, decisions, id, recorded, target);
    for (const need of recorded.needs) {
      const target = context.moves.left.get(need.id) ?? need.id;
      if (need.ref.by !== 'name' && need.at !== '' && holds(target)) put(holders, target, id);
    }
  }
  for (const [id, all] of holders) {
    const by = [...new Set(all)].sort();
    found.set(id, { rule: 'needed', why: needed(decisions.get(id)!.resource!, by, stuckAmong(by, decisions)) });
  }
  return found;
}

/** Those that would be made anew with what they refer to, and may not be: what hinders them is what hinders that. */
const stuckAmong = (ids: readonly ResourceId[], decisions: Decisions): Parameters<typeof needed>[2] =>
  ids.flatMap((id) => {
    const { rule, blocked } = decisions.get(id) ?? {};
    if (rule !== 'replace-refused' || blocked === undefined) return [];
    const why = `would have to be made anew with it, and may not be: ${blocked.summary}`;
    return [{ id, why, way: `${shortId(id)}: ${blocked.hint ?? ''}` }];
  });

function standsOn({ world, desired }: Context, decisions: Decisions, id: ResourceId, recorded: Recorded, target: ResourceId): boolean {
  const kind = world.facts(id);
  if (kind?.nature === 'run' || world.observed.get(recorded.id)?.seen === 'absent') return false;
  const decision = decisions.get(id);
  if (decision === undefined) {
    // In step, so its live reference is another one already; or not selected, and left as it is.
    return !desired.has(id) && id !== target;
  }
  return decision.act === 'none' || (decision.act === 'forget' && decision.rule !== 'gone-already' && decision.rule !== 'gone-with-parent');
}
