import { Fault } from '../../../core/diagnostic.ts';
import type { Fields } from '../../../core/value.ts';
import type { Done, Finding } from '../../contract.ts';
import { KEY_OPTIONS, keyMissing, type Whose } from '../faults.ts';

const OPTION = new Map(KEY_OPTIONS);

/** What `mayWrite` says where the target has no such key; undefined where it has one. `what`: "a cron". */
export const needsKey = (options: Fields, whose: Whose, what: string): Finding | undefined =>
  options[OPTION.get(whose) ?? ''] === undefined ? keyMissing(whose, what) : undefined;

/** A removal: where there is nothing to remove, it is done. */
export async function unlessGone(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'COLONIES_NOT_FOUND') throw error;
  }
}

/** What follows after an object was made: whatever becomes of that, the object is there. */
export async function onceMade(done: Done, rest: () => Promise<void>): Promise<Done> {
  try {
    await rest();
    return done;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ...done, unfinished: error.diagnostic };
  }
}
