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
  const granted = deferred.filter((id) => (typeof options.adopt === 'object' ? options.adopt.has(id) : options.adopt === true));
  const adopt = granted.length === 0 ? {} : { adopt: granted };
  const total = context.desired.size + context.removed.size;
  const proof = [...evidence].sort((a, b) => byText(a.id, b.id));
  return {
    format: 1,
    digest: planDigest({ made: world.now, steps, evidence: proof, deferred, ...adopt, targets: world.targets, environment, sandbox }),
    made: world.now,
    environment,
    sandbox,
    ...(options.commit === undefined ? {} : { commit: options.commit }),
    targets: world.targets,
    changes,
    steps,
    evidence: proof,
    deferred,
    ...adopt,
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

type Approved = Pick<Plan, 'made' | 'steps' | 'evidence' | 'deferred' | 'adopt' | 'targets' | 'environment' | 'sandbox'>;

/**
 * What an approval covers: what is written where, in which order, on the strength of what, by which code to which system, for which
 * environment. Of steps it is every word, since any of them may decide what is done or what is remembered of it. Not when the plan was
 * made, nor what only explains it: drift beside the plan voids nothing, drift under it does by `expect`.
 */
export function planDigest({ made, steps, evidence, deferred, adopt, targets, environment, sandbox }: Approved): string {
  const systems = Object.fromEntries(
    Object.entries(targets).map(([name, { provider, version, instance }]) => [name, { provider, version, instance }]),
  );
  return digest({ steps: steps.map((step) => timeless(step, made)), evidence, deferred, adopt, systems, environment, sandbox });
}

/** A motion that this plan opens begins whenever the plan is made: its times count from then. */
function timeless(step: Step, made: string): object {
  const motion = 'motion' in step ? step.motion : undefined;
  if (motion?.plan !== '') return step;
  const after = (time: string): number => Date.parse(time) - Date.parse(made);
  return { ...step, motion: { ...motion, since: after(motion.since), deadline: after(motion.deadline) } };
}
