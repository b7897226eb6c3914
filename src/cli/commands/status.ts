import { statusOf } from '../../app/status.ts';
import type { Action } from '../frame.ts';
import { choiceOf, makePlan, planExit } from '../planning.ts';
import { printJson, styleOf } from '../print.ts';
import { renderStatus } from '../render/index.ts';

/** `setpoint status`: a line a target, then what somebody has to see to. */
export const action: Action = async (context) => {
  const { terminal } = context;
  const planned = await makePlan(context, choiceOf(context));
  const status = await statusOf(planned.engine, planned);
  if (!printJson(context, status)) terminal.out(renderStatus(status, styleOf(context)));
  return planExit(planned.plan);
};
