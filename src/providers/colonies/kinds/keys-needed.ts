import type { Fields } from '../../../core/value.ts';
import type { Finding } from '../../contract.ts';
import { KEY_OPTIONS, noKey, type Whose } from '../faults.ts';

const OPTION = new Map(KEY_OPTIONS);

/** A kind's `mayWrite` where each of its writes is signed with this key of the target. */
export const signedBy =
  (whose: Whose) =>
  ({ options }: { readonly options: Fields }): Finding | undefined =>
    options[OPTION.get(whose) ?? ''] === undefined ? noKey(whose).diagnostic : undefined;
