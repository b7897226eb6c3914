import { count } from '../../../core/count.ts';
import type { Pointer } from '../../../core/pointer.ts';
import type { Remark } from '../../../core/resource.ts';
import type { Fields } from '../../../core/value.ts';
import type { Live } from '../../contract.ts';
import type { ColonyFunction } from '../client/index.ts';
import { shortIdOf } from '../operations/texts.ts';
import type { Colony } from '../session.ts';
import { unlessGone } from './faults.ts';

/** A function that stands there more than once. */
export interface Doubled {
  readonly name: string;
  /** The rows beside the one that is ours. */
  readonly extra: readonly ColonyFunction[];
}

/**
 * The server takes the same function as often as it is registered (a retry is enough), and offers it as often. The executor alone can take
 * one back: `mayMend` says that we have its key and that the server listens to it.
 */
export const doublesRemarks = (
  all: readonly Doubled[],
  { at, mayMend }: { readonly at?: Pointer; readonly mayMend: boolean },
): readonly Remark[] =>
  all.map(({ name, extra }) => ({
    class: 'ineffective' as const,
    ...(at === undefined ? {} : { at }),
    message: `${name} is registered ${count(extra.length + 1, 'time', 'times')}${mayMend ? '' : ', and only its executor can take one back'}`,
    ...(mayMend ? { mend: { by: 'update' as const, effect: removedText(name, extra) } } : {}),
  }));

const removedText = (name: string, extra: readonly ColonyFunction[]): string => {
  const ids = extra.map(({ functionid }) => shortIdOf(functionid)).join(', ');
  return extra.length === 1
    ? `the ${name} that is one too many is removed (${ids})`
    : `the ${extra.length} of ${name} that are too many are removed (${ids})`;
};

/** What a status says of them: what goes when they are mended. */
export const doublesStatus = (all: readonly Doubled[]): Fields =>
  all.length === 0 ? {} : { doubles: all.flatMap(({ extra }) => extra.map(({ functionid }) => functionid)) };

/** Removes just those that the look which justifies the step saw. */
export async function removeDoubles(
  { write }: Colony,
  live: Live | undefined,
  { key, signal }: { readonly key: string; readonly signal: AbortSignal },
): Promise<void> {
  for (const functionid of (live?.status['doubles'] ?? []) as readonly string[]) {
    await unlessGone(() => write.call('removefunctionmsg', { functionid }, { signal, key }));
  }
}
