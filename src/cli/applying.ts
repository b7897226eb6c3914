import type { Outcome } from '../app/engine.ts';
import { EXIT } from './exit.ts';
import type { Context } from './frame.ts';
import type { Planned } from './planning.ts';
import { planExit, printPlan } from './planning.ts';
import type { Progress } from './print.ts';

/** Shows a plan, asks unless told `--yes`, applies exactly it. Resolves with the exit code. */
export async function askAndApply(context: Context, planned: Planned, shown: Progress): Promise<number> {
  const { globals, terminal } = context;
  const { plan, survey } = planned;
  const isText = globals.format === 'text' || globals.format === 'markdown';
  if (isText) await printPlan(context, planned);
  if (plan.steps.length === 0 && survey.unsettled.length === 0) return planExit(plan);
  if (!globals.yes) {
    const answer = await terminal.ask('\nApply this? Only "yes" does: ');
    if (answer === undefined) {
      terminal.err('\nNobody can be asked here, so nothing was applied. --yes applies without asking; a saved plan needs no answer.\n');
      return EXIT.refused;
    }
    if (answer.trim() !== 'yes') {
      terminal.err('Nothing was applied.\n');
      return EXIT.refused;
    }
  }
  if (isText) terminal.out('\n');
  return applyShown(context, planned, shown);
}

/** Applies a plan that was approved. */
export async function applyShown(context: Context, { engine, desired, survey, plan }: ApplyShown, shown: Progress): Promise<number> {
  context.graceful();
  shown.begin(plan.steps.map(({ id }) => id));
  try {
    const outcome = await engine.apply(plan, {
      grant: plan.digest,
      desired,
      ...(survey ? { survey } : {}),
      ...(context.options.wait === true ? { wait: true } : {}),
    });
    return exitOfOutcome(outcome) || planExit(plan);
  } finally {
    shown.end();
  }
}

type ApplyShown = Pick<Planned, 'engine' | 'desired' | 'plan'> & { readonly survey?: Planned['survey'] };

function exitOfOutcome({ failed, unknown, skipped, stale, unready, interrupted }: Outcome): number {
  if (interrupted) return EXIT.interrupted;
  if (stale > 0 && failed === stale) return EXIT.stale;
  return failed + unknown + skipped + unready > 0 ? EXIT.failed : EXIT.ok;
}
