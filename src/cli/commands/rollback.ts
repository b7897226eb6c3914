import { rollbackBefore } from '../../app/rollback.ts';
import { askAndApply } from '../applying.ts';
import type { Action } from '../frame.ts';
import { progress } from '../print.ts';

/** `setpoint rollback [RUN]`: the inverse plan, shown and asked for like any other. */
export const action: Action = async (context) => {
  const started = performance.now();
  const shown = progress(context);
  const engine = await context.engine({ emit: shown.emit, prune: true });
  const { undone, desired } = await rollbackBefore(engine, context.words[0]);
  const survey = await engine.survey(desired);
  const plan = await engine.plan(survey);
  if (context.globals.format === 'text') context.terminal.out(`Back to before run ${undone.run} (${undone.message}).\n\n`);
  const code = await askAndApply(
    context,
    { engine, desired, survey, plan, pages: survey.look.pages, elapsedMs: performance.now() - started },
    shown,
  );
  if (plan.steps.length > 0)
    context.terminal.err('The manifests still say what they said: change them too, or the next apply goes forward again.\n');
  return code;
};
