import { faultOf } from '../../../kit/fault.ts';

/** How a Fault reads: its code, whether something may have happened, and whether trying again can help. */
export const told = async (run: Promise<unknown> | (() => unknown)): Promise<string> => {
  const { code, sent, retry } = await faultOf(run);
  return `${code} ${sent}${retry === false ? '' : ' again'}`;
};
