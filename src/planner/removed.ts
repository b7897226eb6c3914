import type { Diagnostic } from '../core/diagnostic.ts';
import { shortId, type ResourceId } from '../core/id.ts';
import type { Evidence } from '../core/plan.ts';
import type { Need, Recorded } from '../core/resource.ts';
import type { Context, Decisions } from './context.ts';
import { DESTROY, put, targetOf } from './context.ts';
import type { Decision, Live, Rule } from './decision.ts';
import { cycle, graph, sorted } from './graph.ts';
import { foreignOwner, inCycle, kindUnknown, mayNotGo, needed, noEvidence, notObserved, overBudget } from './refusals.ts';
import { HALF_OF_TEN } from './world.ts';

interface Removed {
  readonly decisions: Decisions;
  readonly evidence: readonly Evidence[];
  readonly problems: readonly Diagnostic[];
}

/**
 * Decides about what is recorded and no longer asked for. First each by itself; then what stays holds what it needs; then what
 * goes takes along what belongs to it.
 */
export function decideRemoved(context: Context, desired: Decisions): Removed {
  const { removed } = context;
  if (removed.size === 0) return { decisions: new Map(), evidence: [], problems: [] };
  const decisions = new Map<ResourceId, Decision>();
  for (const recorded of removed.values()) decisions.set(recorded.id, byItself(context, recorded));
  const problems = withinBudget(context, decisions);
  const knots = holdBack(context, decisions, desired);
  const evidence: Evidence[] = [];
  for (const { id, act } of decisions.values()) {
    if (act === 'none') continue;
    evidence.push(context.options.destroy === true ? { id, ...DESTROY } : (context.world.evidence.get(id) ?? { id, source: '' }));
  }
  return { decisions, evidence, problems: [...problems, ...knots] };
}

function byItself({ world, options, halted, refused }: Context, recorded: Recorded): Decision {
  const { id, lifecycle } = recorded;
  const facts = world.facts(id);
  const observed = world.observed.get(id);
  const live: Live | undefined = observed?.seen === 'live' ? observed : undefined;
  const base = { id, facts, recorded, live, differences: [], author: live?.author, reason: 'removed' as const };
  const stop = (rule: Rule, blocked: Diagnostic): Decision => ({ ...base, rule, act: 'none', action: 'none', blocked });
  const forget = (rule: Rule, reason: Decision['reason'] = 'removed'): Decision => ({
    ...base,
    rule,
    act: 'forget',
    action: 'forget',
    reason,
  });
  const halt = halted.get(targetOf(id));
  if (halt !== undefined) return stop('halted', halt);
  if (facts === undefined) return stop('kind-unknown', kindUnknown(recorded));
  if (options.destroy !== true) {
    const proven = world.evidence.has(id);
    if (!proven || !world.complete(id)) return stop('no-evidence', noEvidence(recorded, proven));
  }
  const refusal = refused.get(id);
  if (refusal !== undefined) return stop(refusal.rule, refusal.why);
  if (facts.nature === 'run') return forget('run-removed');
  if (observed === undefined || observed.seen === 'unknown') {
    const fault = observed?.fault ?? notObserved(recorded);
    return { ...base, rule: 'unobserved', act: 'none', action: 'none', reason: 'unobserved', fault };
  }
  // Another handle is another object: ours has gone, and somebody made one in its place.
  const ours = live !== undefined && (live.handle === recorded.handle || live.mark === id);
  if (!ours) return forget('gone-already', 'gone-already');
  if (lifecycle.protect === true) return stop('protected', mayNotGo(recorded, 'protected', 'delete'));
  if (lifecycle.retain === true) return forget('retained');
  if (lifecycle.manage === 'adopt' || lifecycle.manage === 'observe' || (recorded.adopted === true && lifecycle.manage !== 'full')) {
    return forget('not-ours-to-delete');
  }
  if (live.mark !== undefined && live.mark !== id && recorded.was?.includes(live.mark) !== true) {
    return stop('foreign-owner', foreignOwner(recorded, live.mark));
  }
  if (!facts.removable) return forget('cannot-be-deleted', 'cannot-be-deleted');
  return { ...base, rule: 'delete', act: 'delete', action: 'delete' };
}

/** Blocks every delete on a target where there are too many; says so once a target. */
function withinBudget({ world, options }: Context, decisions: Map<ResourceId, Decision>): readonly Diagnostic[] {
  if (options.destroy === true) return [];
  const budget = options.deletionBudget ?? HALF_OF_TEN;
  const tooMany = (count: number, records: number): boolean =>
    typeof budget === 'number' ? count > budget : records >= budget.from && count > budget.share * records;
  const going = tally([...decisions.values()].filter((d) => d.act === 'delete').map((d) => d.id));
  if (going.size === 0) return [];
  const all = tally(world.recorded.keys());
  const over = new Map<string, Diagnostic>();
  for (const [target, count] of going) {
    const records = all.get(target) ?? 0;
    if (tooMany(count, records)) over.set(target, overBudget(target, count, records));
  }
  for (const [id, decision] of decisions) {
    const why = over.get(targetOf(id));
    if (decision.act === 'delete' && why !== undefined) decisions.set(id, stays(decision, 'budget', why));
  }
  return [...over.values()];
}

export function tally(ids: Iterable<ResourceId>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(targetOf(id), (counts.get(targetOf(id)) ?? 0) + 1);
  return counts;
}

const stays = (decision: Decision, rule: Rule, blocked: Diagnostic): Decision => ({
  ...decision,
  rule,
  act: 'none',
  action: 'none',
  blocked,
});

/** What stays stands in the way of what it needs, from the outermost dependent inwards; then, outwards again, children go with parents. */
function holdBack(context: Context, decisions: Map<ResourceId, Decision>, desired: Decisions): readonly Diagnostic[] {
  const { left } = context.moves;
  const ids = [...decisions.keys()];
  const number = new Map(ids.map((id, n) => [id, n]));
  const edges: number[] = [];
  /** By whom something is held. */
  const held = new Map<ResourceId, ResourceId[]>();
  for (const { id, needs } of context.world.recorded.values()) {
    const n = number.get(id);
    for (const need of needs) {
      const other = number.get(need.id);
      if (other === undefined || need.ref.onRemove === 'detaches') continue;
      if (n !== undefined) edges.push(n, other);
      else if (!letsGo(context, desired, left.get(id) ?? id, need)) put(held, need.id, left.get(id) ?? id);
    }
  }
  const net = graph(ids.length, edges);
  const { order, knots } = sorted(net);
  const problems: Diagnostic[] = [];
  for (const knot of knots) {
    const members = [...knot].sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1));
    const deleted = members.filter((n) => decisions.get(ids[n]!)?.act === 'delete');
    if (deleted.length < 2) continue;
    const why = inCycle(cycle(net, members).map((n) => ({ id: ids[n]! })));
    problems.push(why);
    for (const n of deleted) decisions.set(ids[n]!, stays(decisions.get(ids[n]!)!, 'cycle', why));
  }
  // `order` has what is needed first: backwards, whoever needs it has been judged already.
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const id = ids[order[i]!]!;
    let decision = decisions.get(id)!;
    const by = held.get(id);
    if (decision.act === 'delete' && by !== undefined) {
      decision = stays(decision, 'needed', heldBy(id, by, decisions));
      decisions.set(id, decision);
    }
    for (const need of decision.recorded?.needs ?? []) {
      if (number.has(need.id) && holds(decision, need)) put(held, need.id, id);
    }
  }
  for (const n of order) {
    const decision = decisions.get(ids[n]!)!;
    const goes = decision.act === 'delete' || decision.rule === 'cannot-be-deleted';
    if (!goes || !decision.recorded!.needs.some((need) => need.ref.onRemove === 'cascades' && isGoing(decisions.get(need.id)))) continue;
    decisions.set(decision.id, { ...decision, rule: 'gone-with-parent', act: 'forget', action: 'forget', reason: 'gone-with-parent' });
  }
  return problems;
}

/** What is itself held is no reason of its own; what is let go of and stays in the live system holds until somebody removes it there. */
function heldBy(id: ResourceId, by: readonly ResourceId[], decisions: Decisions): Diagnostic {
  const rule = (one: ResourceId): Rule | undefined => decisions.get(one)?.rule;
  const first = by.filter((one) => rule(one) !== 'needed');
  const all = [...new Set(first.length > 0 ? first : by)].sort();
  const stuck = all.flatMap((one) => {
    const how =
      rule(one) === 'not-ours-to-delete' ? 'was taken over rather than made' : rule(one) === 'retained' ? 'is to be retained' : '';
    if (how === '') return [];
    const why = `${how}: it is forgotten and not deleted, and what it needs stays with it`;
    return [{ id: one, why, way: `Remove ${shortId(one)} by hand and do this again; or leave both there: setpoint state forget ${id}.` }];
  });
  return needed({ id }, all, stuck);
}

const isGoing = (parent: Decision | undefined): boolean => parent?.act === 'delete' || parent?.rule === 'gone-with-parent';

/** Whether something that is itself no longer asked for goes on standing on what it needs. */
function holds({ act, rule }: Decision, need: Need): boolean {
  if (need.ref.onRemove === 'detaches' || act === 'delete') return false;
  if (act === 'none') return true;
  if (rule === 'cannot-be-deleted') return need.ref.onRemove === 'blocks';
  return rule === 'retained' || rule === 'not-ours-to-delete';
}

/** Whether something that is still asked for, or not selected, lets go of what it once needed. */
function letsGo({ world, desired: wanted }: Context, desired: Decisions, id: ResourceId, need: Need): boolean {
  const resource = wanted.get(id);
  const observed = world.observed.get(id);
  if (observed?.seen === 'absent') return true;
  if (resource === undefined || resource.needs.some((other) => other.id === need.id)) return false;
  const decision = desired.get(id);
  if (world.facts(id)?.nature === 'run') return true;
  return decision === undefined || decision.act !== 'none' || decision.action === 'move';
}
