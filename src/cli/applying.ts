import type { Outcome } from '../app/engine.ts';
import { Fault } from '../core/diagnostic.ts';
import { refusals } from '../core/plan.ts';
import { EXIT } from './exit.ts';
import type { Context } from './frame.ts';
import type { Planned } from './planning.ts';
import { planExit, printPlan } from './planning.ts';
import type { Progress } from './progress.ts';
import { jsonLine, ndjson } from './render/index.ts';

/** Shows a plan, asks unless told `--yes`, applies exactly it. Resolves with the exit code. Throws Fault NOT_APPROVED. */
export async function askAndApply(context: Context, planned: Planned, shown: Progress): Promise<number> {
  const { globals, terminal } = context;
  const { plan, survey } = planned;
  const isText = globals.format === 'text' || globals.format === 'markdown';
  if (isText) await printPlan(context, planned);
  if (plan.steps.length === 0 && survey.unsettled.length === 0) {
    if (!isText) printNothing(context, planned);
    return planExit(plan);
  }
  if (isText && refusals(plan).length > 0) {
    terminal.err('Nothing was applied: the plan says what is wrong.\n');
    return planExit(plan);
  }
  if (!globals.yes) {
    // A program reads JSON, and a question is for a person who has seen the plan.
    const answer = isText ? await terminal.ask('\nApply this? Only "yes" does: ', context.stop) : undefined;
    if (answer === undefined) throw notAsked();
    if (answer.trim() !== 'yes') {
      terminal.err(`${answer === '' ? '\n' : ''}Nothing was applied.\n`);
      return context.stopping() ? EXIT.interrupted : EXIT.refused;
    }
  }
  if (isText) terminal.out('\n');
  return applyShown(context, planned, shown);
}

/** Applies a plan that was approved. */
export async function applyShown(context: Context, { engine, desired, survey, plan }: ApplyShown, shown: Progress): Promise<number> {
  const over = context.graceful((text) => shown.say(text));
  shown.begin(plan.steps.map(({ id }) => id));
  try {
    const outcome = await engine.apply(plan, {
      grant: plan.digest,
      desired,
      ...(survey ? { survey } : {}),
      ...(context.options.wait === true ? { wait: true } : {}),
    });
    if (context.globals.format === 'json') context.terminal.out(outcomeJson({ engine, plan }, outcome, shown));
    return exitOfOutcome(outcome) || planExit(plan);
  } finally {
    over();
    shown.end();
  }
}

type ApplyShown = Pick<Planned, 'engine' | 'desired' | 'plan'> & { readonly survey?: Planned['survey'] };

const notAsked = (): Fault =>
  new Fault({
    code: 'NOT_APPROVED',
    summary: 'nobody can be asked here, so nothing was applied',
    detail: 'A plan is applied when a person has seen it and says yes.',
    hint: '--yes applies without asking; a saved plan (setpoint plan -o FILE) needs no answer.',
  });

function exitOfOutcome({ failed, unknown, skipped, stale, unready, interrupted }: Outcome): number {
  if (interrupted) return EXIT.interrupted;
  if (stale > 0 && failed === stale) return EXIT.stale;
  return failed + unknown + skipped + unready > 0 ? EXIT.failed : EXIT.ok;
}

const NOTHING = { done: 0, failed: 0, skipped: 0, unknown: 0, motion: 0, stale: 0, unready: 0, interrupted: false };

/** `--format json` of an apply: schemas/own/outcome.json. */
function outcomeJson(
  { engine, plan }: Pick<Planned, 'engine' | 'plan'>,
  outcome: typeof NOTHING,
  { events }: Pick<Progress, 'events'>,
): string {
  const { done, failed, skipped, unknown, motion, stale, unready, interrupted } = outcome;
  const told = events.map((event) => ({ format: 1, ...event }));
  const counts = { done, failed, skipped, unknown, motion, stale, unready, interrupted };
  return jsonLine({ run: engine.run.id, plan: plan.digest, ...counts, events: told });
}

/** What a program is told where a person reads "In step": as much as if something had been done. */
function printNothing({ globals, terminal }: Context, planned: Planned): void {
  const { engine } = planned;
  if (globals.format === 'json') terminal.out(outcomeJson(planned, NOTHING, { events: [] }));
  else {
    const { done, failed, skipped, unknown, motion, unready } = NOTHING;
    terminal.out(
      ndjson({ at: new Date(engine.run.now()).toISOString(), type: 'summary', done, failed, skipped, unknown, motion, unready, ms: 0 }),
    );
  }
}
