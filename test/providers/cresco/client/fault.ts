import { Fault } from '../../../../src/core/diagnostic.ts';

/** The Fault that something rejects with; anything else fails the test. */
export async function faultOf(run: Promise<unknown> | (() => unknown)): Promise<Fault> {
  try {
    await (typeof run === 'function' ? run() : run);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** How a Fault reads: its code, whether something may have happened, and whether trying again can help. */
export const told = async (run: Promise<unknown> | (() => unknown)): Promise<string> => {
  const { code, sent, retry } = await faultOf(run);
  return `${code} ${sent}${retry === false ? '' : ' again'}`;
};
