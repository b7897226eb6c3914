import { resolve } from 'node:path';
import { readPlan } from '../../app/saved-plan.ts';
import { applyShown, askAndApply } from '../applying.ts';
import type { Action } from '../frame.ts';
import { choiceOf, makePlan } from '../planning.ts';
import { progress } from '../progress.ts';

/** `setpoint apply [PLAN]`: a saved plan is its own approval; without one, plans now and asks. */
export const action: Action = async (context) => {
  const { words, globals } = context;
  const [saved] = words;
  const shown = progress(context);
  if (saved === undefined) return askAndApply(context, await makePlan(context, choiceOf(context), shown.emit), shown);
  const plan = readPlan(resolve(context.terminal.cwd, saved));
  // The plan says where it is to be applied; somebody who says something else is told that it is not that plan.
  const { environment = plan.environment, sandbox = plan.sandbox } = globals;
  const engine = await context.engine({ emit: shown.emit, environment, sandbox });
  return applyShown(context, { engine, desired: await engine.desired(), plan }, shown);
};
