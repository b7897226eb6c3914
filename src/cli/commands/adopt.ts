import { askAndApply } from '../applying.ts';
import type { Action } from '../frame.ts';
import { makePlan } from '../planning.ts';
import { progress } from '../progress.ts';

/** `setpoint adopt ID…`: plans just these with leave to take them over, shows every difference, asks. */
export const action: Action = async (context) => {
  const shown = progress(context);
  return askAndApply(context, await makePlan(context, { only: context.words, adopt: context.words }, shown.emit), shown);
};
