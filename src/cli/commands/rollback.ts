import { headlineOf } from '../../app/history.ts';
import { rollbackBefore } from '../../app/rollback.ts';
import { askAndApply } from '../applying.ts';
import type { Action } from '../frame.ts';
import { planFor } from '../planning.ts';
import { sentence } from '../print.ts';
import { progress } from '../progress.ts';

/** `setpoint rollback [RUN]`: the inverse plan, shown and asked for like any other. */
export const action: Action = async (context) => {
  const started = performance.now();
  const shown = progress(context);
  const engine = await context.engine({ emit: shown.emit, prune: true });
  const { undone, desired } = await rollbackBefore(engine, context.words[0]);
  const planned = await planFor(context, { engine, desired, started });
  if (context.globals.format === 'text')
    context.terminal.out(`${sentence(`Back to before run ${undone.run} (${headlineOf(undone)}).`, context)}\n`);
  const code = await askAndApply(context, planned, shown);
  if (planned.plan.steps.length > 0)
    context.terminal.err(
      sentence('The manifests still say what they said: change them too, or the next apply goes forward again.', context),
    );
  return code;
};
