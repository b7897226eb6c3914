import type { Remark } from '../../../core/resource.ts';
import type { ColonyRead } from '../session.ts';

/** What there is to say of whoever made a cron or a generator; nothing of one whose runs the server submits. */
export type Initiated = (made: { readonly initiatorid: string; readonly initiatorname: string }) => readonly Remark[];

/**
 * Whether the server still knows whoever made these: it submits their runs in that one's name, and does nothing at all, without a word,
 * when the id cannot be found. Made anew with the target's own key, they run again; unless that key is not found either. Nobody is
 * looked up where all of them were made with the target's own key: a member is found by the same two tables.
 */
export async function initiated(
  read: ColonyRead,
  all: readonly { readonly initiatorid: string }[],
  signal: AbortSignal,
): Promise<Initiated> {
  const own = read.ids.member;
  if (all.every(({ initiatorid }) => initiatorid === own)) return () => [];
  const [users, executors] = await Promise.all([read.users(signal), read.executors(signal)]);
  const known = new Set([...users.map(({ userid }) => userid), ...executors.map(({ executorid }) => executorid)]);
  const mend = own !== undefined && known.has(own);
  return ({ initiatorid, initiatorname }) => (known.has(initiatorid) ? [] : [nobodys(initiatorname, mend)]);
}

function nobodys(initiator: string, mend: boolean): Remark {
  const why = `it never runs: the server knows nobody any more with the key that it was made with${initiator === '' ? '' : ` (${initiator})`}`;
  if (mend) return { class: 'ineffective', message: why, mend: { by: 'replace' } };
  return {
    class: 'ineffective',
    message: `${why}, and nobody with the key of this target (spec.options.key): made anew, it would not run either. Add a User with that key first`,
  };
}
