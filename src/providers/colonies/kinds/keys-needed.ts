import type { Refusal } from '../../contract.ts';
import type { Whose } from '../faults.ts';
import { needsKey, needsOwner, type Signing } from './faults.ts';

/** A kind's `mayWrite` where each of its writes is signed with this key of the target. */
export const signedBy =
  (whose: Whose) =>
  (write: Signing): Refusal | undefined =>
    whose === 'owner' ? needsOwner(write) : needsKey(write.options, whose);
