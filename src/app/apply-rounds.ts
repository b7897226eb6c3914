import { count } from '../core/count.ts';
import { Fault, Faults } from '../core/diagnostic.ts';
import { idParts } from '../core/id.ts';
import { refusals, type Plan } from '../core/plan.ts';
import type { Outcome } from '../reconcile/apply.ts';
import { apply } from '../reconcile/apply.ts';
import { otherInstance } from '../reconcile/instance.ts';
import { planDigest } from '../planner/index.ts';
import type { ApplyGrant, Engine } from './engine.ts';
import type { Survey, SurveyContext } from './survey.ts';

export interface RoundsOptions extends ApplyGrant {
  readonly engine: Engine;
  readonly context: SurveyContext;
  readonly stopping: () => boolean;
  readonly sandbox: boolean;
}

/** A second round may bring into being what could not be read before, and nothing else. */
const ALLOWED: ReadonlySet<string> = new Set(['create', 'adopt', 'record']);
const MOST_ROUNDS = 10;

/**
 * Applies a plan, then plans and applies what it deferred, round after round, until nothing is deferred any more. A later round
 * that wants more than to create, adopt or leave alone ends there: nobody approved it.
 */
export async function applyRounds(plan: Plan, options: RoundsOptions): Promise<Outcome> {
  const { engine } = options;
  await refuseUnapproved(plan, options);
  // Handles of what a saved plan refers to but does not touch are learned by looking, as when it was made.
  let outcome = await applyOnce(plan, options.survey ?? (await engine.survey(options.desired)), options);
  let { deferred, adopt = [] } = plan;
  for (let round = 2; deferred.length > 0 && outcome.failed + outcome.unknown === 0 && !outcome.interrupted; round += 1) {
    if (round > MOST_ROUNDS) throw unreadable(deferred);
    const only = new Set(deferred);
    const surveyed = await engine.survey(options.desired);
    const next = await engine.plan(surveyed, { only: deferred, ...(adopt.length > 0 ? { adopt } : {}) });
    const steps = next.steps.filter((step) => only.has(step.id));
    refuseProblems(next);
    if (steps.length < next.steps.length || steps.some((step) => !ALLOWED.has(step.verb))) throw asksAgain(next);
    // What it waited for is there by now: whatever still cannot be read is not waiting any more, it is unreadable.
    const blind = next.changes.filter(({ id, reason }) => only.has(id) && reason === 'unobserved').map(({ id }) => id);
    if (steps.length === 0 && next.deferred.length + blind.length >= deferred.length) throw unreadable([...next.deferred, ...blind]);
    engine.run.emit({ type: 'round', number: round, steps: steps.length });
    outcome = sum(outcome, await applyOnce(next, surveyed, options));
    if (blind.length > 0) throw unreadable(blind);
    ({ deferred, adopt = [] } = next);
  }
  return outcome;
}

async function applyOnce(plan: Plan, surveyed: Survey, { context, stopping, wait }: RoundsOptions): Promise<Outcome> {
  return apply({
    plan,
    kinds: context.kinds,
    links: context.links,
    secrets: context.secrets,
    store: context.store,
    run: context.run,
    handles: surveyed.look.handles,
    unsettled: surveyed.unsettled,
    stopping,
    ...(wait ? { wait } : {}),
  });
}

/** Exactly what was approved, by the same code, in the same place, to the same systems. */
async function refuseUnapproved(plan: Plan, { grant, engine, sandbox, context }: RoundsOptions): Promise<void> {
  if (grant !== plan.digest || planDigest(plan) !== plan.digest) throw notApproved('it is not the plan that was approved');
  if (plan.environment !== engine.environment.name || plan.sandbox !== sandbox) {
    throw notApproved(`it was made for the environment ${plan.environment}${plan.sandbox ? ' (sandbox)' : ''}`);
  }
  for (const name of new Set(plan.steps.map(({ id }) => idParts(id).target))) {
    const meant = Object.hasOwn(plan.targets, name) ? plan.targets[name] : undefined;
    const provider = context.providerOf(name);
    if (!meant || !provider) throw notApproved(`there is no target called ${name} any more`);
    if (provider.name !== meant.provider)
      throw notApproved(`${name} was a target of ${meant.provider}, and is one of ${provider.name} now`);
    if (provider.version !== meant.version) {
      throw notApproved(`its steps for ${name} were planned by version ${meant.version} of its provider, and this is ${provider.version}`);
    }
    const link = await context.links.get(name);
    if ('session' in link && meant.instance !== undefined && link.instance !== meant.instance) {
      throw otherInstance({ target: name, meant: meant.instance, answers: link.instance });
    }
  }
  refuseProblems(plan);
}

/** What the planner itself refuses has no step. What is said to a write beforehand would be said again in the middle. */
function refuseProblems(plan: Plan): void {
  const errors = refusals(plan);
  if (errors.length > 0) throw new Faults(errors);
}

const notApproved = (why: string): Fault =>
  new Fault({
    code: 'STALE_PLAN',
    summary: `the plan is refused: ${why}`,
    detail: 'A plan is applied exactly as it was approved or not at all. Nothing was written.',
    hint: 'Plan again, look at it, and apply that.',
  });

const asksAgain = (next: Plan): Fault =>
  new Fault({
    code: 'ASKS_AGAIN',
    summary: 'what could not be read before turned out to need more than was approved',
    detail: `A later round may create, adopt or leave alone. This one wants ${[...new Set(next.steps.map((step) => step.verb))].join(', ')}. The first round is done and recorded; nothing more was written.`,
    hint: 'Plan again and look at what is left.',
  });

const unreadable = (deferred: readonly string[]): Fault =>
  new Fault({
    code: 'STILL_DEFERRED',
    summary: `${count(deferred.length, 'resource')} could not be read after all`,
    detail: `They were to become readable by what this plan made: ${deferred.slice(0, 5).join(', ')}${deferred.length > 5 ? ', …' : ''}.`,
    hint: 'Plan again; setpoint plan --why ID tells what stands in the way.',
  });

function sum(a: Outcome, b: Outcome): Outcome {
  return {
    done: a.done + b.done,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    unknown: a.unknown + b.unknown,
    motion: a.motion + b.motion,
    stale: a.stale + b.stale,
    unready: a.unready + b.unready,
    interrupted: a.interrupted || b.interrupted,
    recorded: new Map([...a.recorded, ...b.recorded]),
  };
}
