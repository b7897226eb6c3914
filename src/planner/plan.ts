import type { Diagnostic } from '../core/diagnostic.ts';
import { digest } from '../core/digest.ts';
import type { ResourceId } from '../core/id.ts';
import type { Evidence, Plan, Step } from '../core/plan.ts';
import { byText } from '../core/value.ts';
import type { Act } from './acts.ts';
import { actsOf } from './acts.ts';
import { changesOf } from './changes.ts';
import { findConflicts, findHalted } from './conflicts.ts';
import type { Context, Decisions, Refusal } from './context.ts';
import { selection } from './context.ts';
import { decideDesired } from './desired.ts';
import { cycle, sorted } from './graph.ts';
import { findMoves } from './moves.ts';
import { netOf } from './order.ts';
import { inCycle } from './refusals.ts';
import { decideRemoved } from './removed.ts';
import { stepsOf } from './steps.ts';
import type { PlanOptions, World } from './world.ts';

/** Everything that was decided, before it is written down as a plan. */
export interface Judgement {
  readonly context: Context;
  readonly decisions: Decisions;
  readonly acts: readonly Act[];
  readonly evidence: readonly Evidence[];
  readonly problems: readonly Diagnostic[];
}

/** What is to happen, why, and in which order. Pure: the same world gives the same bytes, whatever order its maps are in. */
export function plan(world: World, options: PlanOptions): Plan {
  const { context, decisions, acts, evidence, problems } = judge(world, options);
  const { environment, sandbox } = options;
  const steps = stepsOf(context, acts);
  const changes = changesOf(context, [...decisions.values()]);
  const deferred = changes.filter((change) => change.reason === 'deferred').map((change) => change.id);
  const total = context.desired.size + context.removed.size;
  const proof = [...evidence].sort((a, b) => byText(a.id, b.id));
  return {
    format: 1,
    digest: planDigest({ steps, evidence: proof, deferred, targets: world.targets, environment, sandbox }),
    made: world.now,
    environment,
    sandbox,
    ...(options.commit === undefined ? {} : { commit: options.commit }),
    targets: world.targets,
    changes,
    steps,
    evidence: proof,
    deferred,
    problems: [...problems].sort((a, b) => byText(a.code, b.code) || byText(a.summary, b.summary)),
    inStep: total - changes.length,
    total,
  };
}

/**
 * Decides, and decides again without what turned out to be impossible: a replacement that would leave somebody with a dead
 * reference, acts that wait for each other. Each round refuses at least one more, so it ends; almost always the first one does.
 */
export function judge(world: World, options: PlanOptions): Judgement {
  const moves = findMoves(world);
  const halted = findHalted(world, options);
  const chosen = { world, options, moves, halted, ...selection(world, options, moves) };
  const refused = new Map<ResourceId, Refusal>();
  const tangles: Diagnostic[] = [];
  for (;;) {
    const context: Context = { ...chosen, refused };
    const desired = decideDesired(context);
    const removed = decideRemoved(context, desired.decisions);
    const decisions: Decisions = new Map([...desired.decisions, ...removed.decisions]);
    const acts = actsOf(context, decisions);
    const conflicts = findConflicts(context, decisions);
    const tangled = conflicts.size === 0 ? findTangles(acts, tangles) : conflicts;
    if (tangled.size > 0) {
      for (const [id, refusal] of tangled) refused.set(id, refusal);
      continue;
    }
    const twice = [...moves.twice.values()].filter((why) => context.desired.has(why.resource ?? ''));
    const problems = [...halted.values(), ...twice, ...desired.problems, ...removed.problems, ...tangles];
    return { context, decisions, acts, evidence: removed.evidence, problems };
  }
}

/** Acts that wait for each other, though no manifest has a cycle: what has to go first is held by what has to come first. */
function findTangles(acts: readonly Act[], problems: Diagnostic[]): ReadonlyMap<ResourceId, Refusal> {
  const found = new Map<ResourceId, Refusal>();
  const net = netOf(acts);
  for (const knot of sorted(net).knots) {
    const idOf = (n: number): ResourceId => acts[n]!.decision.id;
    const members = [...knot].sort((a, b) => byText(idOf(a), idOf(b)) || a - b);
    const way = cycle(net, members).filter((n, i, all) => i === 0 || idOf(n) !== idOf(all[i - 1]!));
    const why = inCycle(way.map((n) => acts[n]!.decision.resource ?? { id: idOf(n) }));
    problems.push(why);
    for (const n of members) found.set(idOf(n), { rule: 'cycle', why });
  }
  return found;
}

type Approved = Pick<Plan, 'steps' | 'evidence' | 'deferred' | 'targets' | 'environment' | 'sandbox'>;

/**
 * What an approval covers: what is written where, in which order, on the strength of what, by which code to which system, for which
 * environment. Not
 * when it was planned, nor values that only explain: drift beside the plan voids nothing, drift under it does by `expect`.
 */
export function planDigest({ steps, evidence, deferred, targets, environment, sandbox }: Approved): string {
  const systems = Object.fromEntries(Object.entries(targets).map(([name, { version, instance }]) => [name, { version, instance }]));
  return digest({ steps: steps.map(essence), evidence, deferred, systems, environment, sandbox });
}

function essence({ n, id, verb, after, ready, batch, ...step }: Step): object {
  const place = { n, id, verb, after, ready, batch };
  const expect = 'expect' in step ? step.expect : undefined;
  if ('recorded' in step) {
    // Who wrote the record and when is no part of what is to happen.
    const { handle, applied, lifecycle } = step.recorded;
    return { ...place, expect, from: 'from' in step ? step.from : undefined, recorded: { handle, applied, lifecycle } };
  }
  const { want, lifecycle, shape } = step;
  // When a motion was opened is no part of it either.
  const goal = 'motion' in step ? step.motion?.goal : undefined;
  const run = 'run' in step ? step.run : undefined;
  const writes = 'differences' in step ? step.differences.map(({ path, after: value }) => ({ path, value })) : undefined;
  return { ...place, expect, want, lifecycle, shape, goal, run, writes };
}
