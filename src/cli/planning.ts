import { join, relative } from 'node:path';
import type { Desired, Engine, Plan, PlanChoice, Survey } from '../app/engine.ts';
import { keepPlan } from '../app/saved-plan.ts';
import { undoOf } from '../app/undo.ts';
import { Fault } from '../core/diagnostic.ts';
import type { Event } from '../core/event.ts';
import { refusals } from '../core/plan.ts';
import { applyLine, rollbackLine } from './command-line.ts';
import { EXIT } from './exit.ts';
import type { Context } from './frame.ts';
import { sourcesIn, styleOf } from './print.ts';
import { looking } from './progress.ts';
import { planJson, renderPlan, renderPlanMarkdown } from './render/index.ts';

/** A plan with all that it was made from. */
export interface Planned {
  readonly engine: Engine;
  readonly desired: Desired;
  readonly survey: Survey;
  readonly plan: Plan;
  readonly choice: PlanChoice;
  readonly pages: number;
  readonly elapsedMs: number;
}

/** Reads manifests, state and targets, and plans. `emit` hears of the reading. Throws Fault INTERRUPTED. */
export async function makePlan(
  context: Context,
  choice: PlanChoice = {},
  emit: (event: Event) => void = () => undefined,
): Promise<Planned> {
  const started = performance.now();
  const look = looking(context);
  try {
    const engine = await context.engine({
      emit(event) {
        look.emit(event);
        emit(event);
      },
    });
    const desired = await engine.desired();
    return await planFor(context, { engine, desired, choice, started });
  } finally {
    look.end();
  }
}

/** Looks and plans for an engine that is open. A look that was interrupted saw half a world: nothing is said about it. */
export async function planFor(context: Pick<Context, 'stopping'>, { engine, desired, choice = {}, started }: PlanFor): Promise<Planned> {
  const survey = await engine.survey(desired, choice.destroy ? { going: () => true } : {});
  const plan = await engine.plan(survey, choice);
  if (context.stopping()) throw interrupted();
  return { engine, desired, survey, plan, choice, pages: survey.look.pages, elapsedMs: performance.now() - started };
}

interface PlanFor {
  readonly engine: Engine;
  readonly desired: Desired;
  readonly choice?: PlanChoice;
  /** Of performance.now(). */
  readonly started: number;
}

const interrupted = (): Fault =>
  new Fault({
    code: 'INTERRUPTED',
    summary: 'interrupted while looking',
    detail: 'What was seen by then is half of the world, so nothing is planned from it. Nothing was written.',
    hint: 'Run it again.',
  });

/** The options that choose what is planned, as the command line has them. */
export function choiceOf({ options }: Context): PlanChoice {
  const { only, adopt } = options as { readonly only?: readonly string[]; readonly adopt?: boolean | readonly string[] };
  return { ...(only === undefined ? {} : { only }), ...(adopt === undefined ? {} : { adopt }) };
}

/**
 * Prints a plan in the format that was asked for, and keeps it so that exactly it can be applied, unless that happens anyway or would be
 * refused.
 */
export async function printPlan(context: Context, planned: Planned, keep = true): Promise<void> {
  const { engine, desired, survey, plan, choice, pages, elapsedMs } = planned;
  const { globals, terminal } = context;
  if (globals.format === 'json' || globals.format === 'ndjson') {
    terminal.out(planJson(plan));
    return;
  }
  const kept = plan.steps.length === 0 || !keep || refusals(plan).length > 0 ? undefined : await keepPlan(plan, engine.home);
  const apply = kept === undefined ? undefined : applyLine(relative(terminal.cwd, join(engine.home, kept)), globals);
  const { canUndo, cannot } = undoOf(plan, survey);
  const common = {
    elapsedMs,
    pages,
    ...(choice.destroy ? { nothing: nothingToDestroy(context) } : {}),
    undo: { ...(canUndo ? { command: rollbackLine(globals) } : {}), cannot },
    locate: (id: string, pointer: string) => desired.locate(id, pointer),
    ...(apply === undefined ? {} : { apply, needsInput: globals.file?.includes('-') ?? false }),
  };
  if (globals.format === 'markdown') terminal.out(renderPlanMarkdown(plan, common));
  else terminal.out(renderPlan(plan, { ...common, style: styleOf(context), sources: sourcesIn(engine.project.dir) }));
}

/** A destroy plans what is recorded: what is written down and was never applied is no part of it. */
const nothingToDestroy = ({ globals, options }: Context): string =>
  options.only === undefined && globals.target === undefined && globals.file === undefined
    ? 'Nothing to destroy: nothing is recorded'
    : 'Nothing to destroy: nothing of what was chosen is recorded';

/**
 * The exit code that a plan alone asks for: what could not be read is more urgent than what was refused, and both are more
 * urgent than that changes wait.
 */
export function planExit(plan: Plan): number {
  if (plan.changes.some(({ reason }) => reason === 'unobserved')) return EXIT.unobserved;
  if (refusals(plan).length > 0) return EXIT.manifests;
  const isWrong = plan.problems.some(({ severity }) => severity === 'error');
  if (isWrong || plan.changes.some(({ blocked }) => blocked)) return EXIT.refused;
  return EXIT.ok;
}
