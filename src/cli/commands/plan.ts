import { resolve } from 'node:path';
import { savePlan } from '../../app/saved-plan.ts';
import { FOR_PEOPLE } from '../commands.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { choiceOf, makePlan, planExit, printPlan } from '../planning.ts';
import { styleOf } from '../print.ts';
import { renderWhy } from '../render/index.ts';
import { onlyAs } from '../wrong-words.ts';

/** `setpoint plan`: changes nothing. */
export const action: Action = async (context) => {
  const { terminal, options } = context;
  if (options.why !== undefined) onlyAs(FOR_PEOPLE, 'setpoint plan --why', context.globals);
  const choice = choiceOf(context);
  const planned = await makePlan(context, choice);
  const { engine, survey, plan, desired } = planned;
  if (typeof options.why === 'string') {
    const why = engine.why(options.why, survey, choice);
    terminal.out(renderWhy(why, { plan, style: styleOf(context), locate: (id, pointer) => desired.locate(id, pointer) }));
    return planExit(plan);
  }
  await printPlan(context, planned);
  if (typeof options.out === 'string') await savePlan(plan, resolve(terminal.cwd, options.out));
  const code = planExit(plan);
  return code === EXIT.ok && options.exitCode === true && plan.steps.length > 0 ? EXIT.changes : code;
};
