import { statusOf } from '../../app/status.ts';
import type { Action } from '../frame.ts';
import { choiceOf, makePlan, planExit } from '../planning.ts';
import { styleOf } from '../print.ts';
import { jsonLine, renderStatus } from '../render/index.ts';

/** `setpoint status`: a line a target, then what somebody has to see to. */
export const action: Action = async (context) => {
  const { terminal, globals } = context;
  const planned = await makePlan(context, choiceOf(context));
  const status = await statusOf(planned.engine, planned);
  if (globals.format === 'json' || globals.format === 'ndjson') terminal.out(jsonLine(status));
  else terminal.out(renderStatus(status, styleOf(context)));
  return planExit(planned.plan);
};
