import { Fault } from '../../../core/diagnostic.ts';
import type { Admission } from './admission.ts';
import type { Persistent } from './persistent.ts';

interface MemberOptions {
  readonly call: Persistent;
  readonly door: Admission;
  /** It is out, and not to be let in again. */
  readonly onExpelled: (why: unknown) => void;
}

const OUT = new Set(['COLONIES_NOT_MEMBER', 'COLONIES_NO_COLONY']);
/** A colony that has let it in and refuses it all the same, so many times in a row, will not do otherwise the next time. */
const MOST_REFUSALS = 3;

/** Requests that also outlive a time in which the colony does not know the executor. */
export function asMember({ call, door, onExpelled }: MemberOptions): Persistent {
  return async (type, request, how) => {
    for (let refusals = 1; ; refusals += 1) {
      const { epoch } = door;
      try {
        return await call(type, request, how);
      } catch (error) {
        if (!(error instanceof Fault) || !OUT.has(error.code) || refusals === MOST_REFUSALS) throw error;
      }
      try {
        await door.again(epoch, how.signal);
      } catch (why) {
        if (!how.signal.aborted) onExpelled(why);
        throw why;
      }
    }
  };
}
