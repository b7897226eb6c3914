import type { Desired, Engine, Plan, PlanChoice, Survey } from '../app/engine.ts';
import { keepPlan } from '../app/saved-plan.ts';
import { undoOf } from '../app/undo.ts';
import type { Event } from '../core/event.ts';
import { EXIT } from './exit.ts';
import type { Context } from './frame.ts';
import { sourcesIn, styleOf } from './print.ts';
import { planJson, renderPlan, renderPlanMarkdown } from './render/index.ts';

/** A plan with all that it was made from. */
export interface Planned {
  readonly engine: Engine;
  readonly desired: Desired;
  readonly survey: Survey;
  readonly plan: Plan;
  readonly pages: number;
  readonly elapsedMs: number;
}

/** Reads manifests, state and targets, and plans. `emit` hears of the reading. */
export async function makePlan(
  context: Context,
  choice: PlanChoice = {},
  emit: (event: Event) => void = () => undefined,
): Promise<Planned> {
  const started = performance.now();
  const engine = await context.engine({ emit });
  const desired = await engine.desired();
  const survey = await engine.survey(desired);
  const plan = await engine.plan(survey, choice);
  return { engine, desired, survey, plan, pages: survey.look.pages, elapsedMs: performance.now() - started };
}

/** The options that choose what is planned, as the command line has them. */
export function choiceOf({ options }: Context): PlanChoice {
  const { only, adopt } = options as { readonly only?: readonly string[]; readonly adopt?: boolean | readonly string[] };
  return { ...(only === undefined ? {} : { only }), ...(adopt === undefined ? {} : { adopt }) };
}

/** Prints a plan in the format that was asked for, and keeps it so that exactly it can be applied. */
export async function printPlan(context: Context, { engine, desired, survey, plan, pages, elapsedMs }: Planned): Promise<void> {
  const { globals, terminal } = context;
  if (globals.format === 'json' || globals.format === 'ndjson') {
    terminal.out(planJson(plan));
    return;
  }
  const digestPath = plan.steps.length === 0 ? undefined : await keepPlan(plan, engine.home);
  const common = {
    elapsedMs,
    pages,
    undo: undoOf(plan, survey),
    locate: (id: string, pointer: string) => desired.locate(id, pointer),
    ...(digestPath === undefined ? {} : { digestPath }),
  };
  if (globals.format === 'markdown') terminal.out(renderPlanMarkdown(plan, common));
  else terminal.out(renderPlan(plan, { ...common, style: styleOf(context), sources: sourcesIn(engine.home) }));
}

/**
 * The exit code that a plan alone asks for: what could not be read is more urgent than what was refused, and both are more
 * urgent than that changes wait.
 */
export function planExit(plan: Plan): number {
  if (plan.changes.some(({ reason }) => reason === 'unobserved')) return EXIT.unobserved;
  const written = new Set(plan.steps.map(({ id }) => id));
  const errors = plan.problems.filter(({ severity }) => severity === 'error');
  if (errors.some(({ resource }) => resource !== undefined && written.has(resource))) return EXIT.manifests;
  if (errors.length > 0 || plan.changes.some(({ blocked }) => blocked)) return EXIT.refused;
  return EXIT.ok;
}
