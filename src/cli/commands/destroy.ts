import { askAndApply } from '../applying.ts';
import type { Action } from '../frame.ts';
import { choiceOf, makePlan } from '../planning.ts';
import { progress } from '../progress.ts';

/** `setpoint destroy`: everything recorded goes, in the order in which it can. */
export const action: Action = async (context) => {
  const shown = progress(context);
  return askAndApply(context, await makePlan(context, { ...choiceOf(context), destroy: true }, shown.emit), shown);
};
