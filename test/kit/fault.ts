import { Fault } from '../../src/core/diagnostic.ts';

/** The Fault that something fails with; anything else that it throws is a bug, and passes through. */
export async function faultOf(run: Promise<unknown> | (() => unknown)): Promise<Fault> {
  try {
    await (typeof run === 'function' ? run() : run);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('this should have been refused, and was done');
}
