import type { Diagnostic } from '../core/diagnostic.ts';
import type { KindFacts } from '../core/facts.ts';
import type { ResourceId } from '../core/id.ts';
import type { Need, Recorded, Remark, Resource } from '../core/resource.ts';
import type { Context, Decisions } from './context.ts';
import { targetOf } from './context.ts';
import type { Subject } from './decide.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Renewed } from './diff.ts';
import { cycle, graph, sorted } from './graph.ts';
import { withNewIds } from './moves.ts';
import { inCycle, kindUnknown, needMissing, notObserved } from './refusals.ts';
import { sameWant } from './same.ts';

/**
 * Decides about everything that the manifests ask for, what is needed first: whether a reference can be written depends on
 * what is decided about its target. What is in step leaves no decision.
 */
export function decideDesired(context: Context): { readonly decisions: Decisions; readonly problems: readonly Diagnostic[] } {
  const resources = [...context.desired.values()];
  const number = new Map<ResourceId, number>();
  for (const [n, resource] of resources.entries()) number.set(resource.id, n);
  const edges: number[] = [];
  for (const [n, { needs }] of resources.entries()) {
    for (const need of needs) {
      const other = number.get(need.id);
      if (other !== undefined) edges.push(n, other);
    }
  }
  const net = graph(resources.length, edges);
  const { order, knots } = sorted(net);
  const pass: Pass = { context, decisions: new Map(), made: new Set() };
  const problems: Diagnostic[] = [];
  for (const knot of knots) {
    const members = knot.map((n) => resources[n]!).sort((a, b) => (a.id < b.id ? -1 : 1));
    const way = cycle(
      net,
      members.map((r) => number.get(r.id)!),
    );
    const why = inCycle(way.map((n) => resources[n]!));
    problems.push(why);
    for (const member of members) pass.decisions.set(member.id, refuse(member, 'cycle', why));
  }
  for (const n of order) judge(pass, resources[n]!);
  return { decisions: pass.decisions, problems };
}

interface Pass {
  readonly context: Context;
  readonly decisions: Map<ResourceId, Decision>;
  /** Made by this plan, or in need of something that is. */
  readonly made: Set<ResourceId>;
}

const refuse = (resource: Resource, rule: Decision['rule'], blocked: Diagnostic, draft?: Decision): Decision => ({
  id: resource.id,
  resource,
  reason: 'edited',
  differences: [],
  ...draft,
  rule,
  act: 'none',
  action: 'none',
  blocked,
});

function judge(pass: Pass, resource: Resource): void {
  const { context, decisions, made } = pass;
  const { id } = resource;
  if (made.size > 0 && resource.needs.some((need) => made.has(need.id))) made.add(id);
  if (decisions.has(id)) return;
  const facts = context.world.facts(id);
  if (facts === undefined) return void decisions.set(id, refuse(resource, 'kind-unknown', kindUnknown(resource)));
  const twice = context.moves.twice.get(id);
  if (twice !== undefined) return void decisions.set(id, refuse(resource, 'twice', twice));
  const draft = withOldLeft(context, resource, decide(subject(pass, resource, facts)));
  if (draft === undefined) return;
  const final = settle(pass, resource, draft);
  decisions.set(id, final);
  if (final.act === 'create' || final.act === 'replace') made.add(id);
}

/** A resource that is in step is not done while what it replaced in an earlier run still stands. */
function withOldLeft({ world, moves }: Context, resource: Resource, draft: Decision | undefined): Decision | undefined {
  const recorded = world.recorded.get(moves.from.get(resource.id) ?? resource.id);
  if (recorded?.replaced === undefined || recorded.replaced.length === 0) return draft;
  const isQuiet = draft === undefined || (draft.act === 'none' && draft.action === 'none' && draft.blocked === undefined);
  if (!isQuiet || draft?.reason === 'unobserved' || draft?.reason === 'deferred') return draft;
  const facts = world.facts(resource.id);
  const left = { id: resource.id, resource, recorded, facts, differences: [], ...draft };
  const observed = world.observed.get(resource.id);
  if (facts?.replace === 'create-first' && observed?.seen === 'live' && observed.readiness.state !== 'ready') {
    const { message } = observed.readiness;
    const stays: Remark = { class: 'unapplied', message: `what it replaced still stands, and goes when this is ready: ${message}` };
    return { ...left, rule: 'old-stays', act: 'none', action: 'none', reason: 'in-step', remarks: [...(draft?.remarks ?? []), stays] };
  }
  return { ...left, rule: 'old-left', act: 'discard', action: 'replace', reason: 'immutable' };
}

/** The draft, unless its target is halted, an earlier round refused it, or something it needs does not come. */
function settle({ context, decisions }: Pass, resource: Resource, draft: Decision): Decision {
  if (draft.act === 'none' && draft.action === 'none') return draft;
  const halted = context.halted.get(targetOf(resource.id));
  if (halted !== undefined) return refuse(resource, 'halted', halted, draft);
  const refused = context.refused.get(resource.id);
  if (refused !== undefined) return refuse(resource, refused.rule, refused.why, draft);
  if (draft.act === 'record' || draft.act === 'none') return draft;
  let unobserved: Need | undefined;
  let deferred = false;
  for (const need of resource.needs) {
    const state = stateOf(context, decisions, need);
    if (state === 'missing') return refuse(resource, 'need-missing', needMissing(resource, need.id), draft);
    if (state === 'unobserved') unobserved ??= need;
    if (state === 'deferred') deferred = true;
  }
  if (unobserved === undefined && !deferred) return draft;
  const rule = unobserved === undefined ? 'deferred' : 'unobserved';
  return {
    ...draft,
    // A name that nobody can tell is none that it has drifted from.
    ...(unobserved?.ref.by === 'name' ? { differences: draft.differences.filter(({ path }) => path !== unobserved.at) } : {}),
    rule,
    act: 'none',
    action: 'none',
    reason: rule,
    ...(unobserved === undefined ? {} : { fault: notObserved(resource, unobserved.id) }),
  };
}

/** Whether a reference to it can be written when this plan runs. */
function stateOf(
  { world, desired }: Context,
  decisions: Decisions,
  { id, ref: { by } }: Need,
): 'comes' | 'unobserved' | 'deferred' | 'missing' {
  const decision = decisions.get(id);
  if (decision === undefined && desired.has(id)) return 'comes';
  if (decision !== undefined && decision.act !== 'none') return 'comes';
  const observed = world.observed.get(id);
  const recorded = decision?.recorded ?? world.recorded.get(id);
  const known = recorded !== undefined && observed?.seen !== 'absent';
  // A record knows the handle, and nothing of what the live system alone says: without it, everything would look changed.
  const told = known && !by.startsWith('status.') && !(by === 'name' && isRenamed(desired.get(id), recorded));
  if (decision?.reason === 'deferred') return told ? 'comes' : 'deferred';
  if (decision?.reason === 'unobserved' && decision.blocked === undefined) return told ? 'comes' : 'unobserved';
  return known || (decision !== undefined && decision.blocked === undefined) ? 'comes' : 'missing';
}

/** It is to have a name that it was not recorded under, and nobody can tell whether it will. */
function isRenamed(resource: Resource | undefined, { applied, key }: Recorded): boolean {
  const name = resource?.spec['name'];
  return typeof name === 'string' && name !== applied['name'] && name !== key;
}

function subject({ context, decisions, made }: Pass, resource: Resource, facts: KindFacts): Subject {
  const { world, moves, options } = context;
  const { id, lifecycle } = resource;
  const from = world.recorded.has(id) ? undefined : moves.from.get(id);
  const own = world.observed.get(id);
  // The old name may be the only one under which it can be looked for.
  const observed = from === undefined || own?.seen === 'live' ? own : (world.observed.get(from) ?? own);
  const { left } = moves;
  return {
    resource,
    facts,
    recorded: world.recorded.get(from ?? id),
    observed,
    from,
    translate: left.size > 0 && resource.needs.some((need) => moves.from.has(need.id)) ? (spec) => withNewIds(spec, left) : undefined,
    ...fate(decisions, resource, facts),
    madeBelow: made.has(id),
    mayAdopt:
      lifecycle.adopt === true ||
      lifecycle.manage === 'adopt' ||
      facts.contentAddressed === true ||
      (typeof options.adopt === 'object' ? options.adopt.has(id) : options.adopt === true),
    now: world.now,
  };
}

type Fate = Pick<Subject, 'renewed' | 'recreate' | 'oldGoesAlong' | 'goneBefore' | 'replace'>;

/** What the making and remaking of its targets means for whoever refers to them. */
function fate(decisions: Decisions, resource: Resource, facts: KindFacts): Fate {
  let { replace } = facts;
  let recreate = false;
  let oldGoesAlong = false;
  let goneBefore = false;
  let again: Map<ResourceId, 'rewrite' | 'recreate'> | undefined;
  for (const need of resource.needs) {
    const target = decisions.get(need.id);
    if (target === undefined || !changesHandle(target)) continue;
    const isNew = target.act === 'create' && target.recorded === undefined;
    if (!isNew && need.at === '' && need.ref.onReplace === 'recreate') recreate = true;
    if (need.ref.by !== 'name' && again?.get(need.id) !== 'recreate') (again ??= new Map()).set(need.id, need.ref.onReplace);
    if (target.act !== 'replace') continue;
    if (target.replace === 'delete-first') replace = 'delete-first';
    if (need.ref.onRemove !== 'cascades') continue;
    oldGoesAlong = true;
    if (target.replace === 'delete-first') goneBefore = true;
    // It dies with the old one before it could be written to the new one.
    if (target.replace === 'delete-first' || need.ref.by === 'name') recreate = true;
  }
  const found = again;
  const renewed: Renewed | undefined = found === undefined ? undefined : (ref) => found.get(ref['setpoint:ref']);
  return { renewed, recreate, oldGoesAlong, goneBefore, replace };
}

/** After this plan its handle is one that nobody knows yet. */
export const changesHandle = ({ act, recorded, live, facts, want }: Decision): boolean =>
  // What was lost and is made again of the same content is the same object.
  (act === 'create' && !(facts?.contentAddressed === true && sameWant(want, recorded?.applied))) ||
  act === 'replace' ||
  ((act === 'adopt' || act === 'update' || act === 'record') &&
    recorded !== undefined &&
    live !== undefined &&
    recorded.handle !== live.handle);
