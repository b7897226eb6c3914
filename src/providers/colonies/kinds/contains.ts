import type { Value } from '../../../core/value.ts';
import { equal, isFields } from '../../../core/value.ts';

/** Every member that is wanted is there as it is wanted; lists count as a whole. */
export function contains(live: Value | undefined, want: Value): boolean {
  if (!isFields(want) || !isFields(live)) return equal(live, want);
  return Object.entries(want).every(([name, value]) => Object.hasOwn(live, name) && contains(live[name], value));
}
