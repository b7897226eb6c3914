import type { Remark } from '../../../core/resource.ts';
import type { ColonyRead } from '../session.ts';

/**
 * Whether the server still knows whoever made a cron or a generator: it submits their runs in that one's name, and does nothing at all,
 * without a word, when the name cannot be found. Nobody is looked up where all of them were made with the target's own key.
 */
export async function isInitiator(
  read: ColonyRead,
  initiators: readonly string[],
  signal: AbortSignal,
): Promise<(initiator: string) => boolean> {
  const own = read.ids.member;
  if (initiators.every((id) => id === own)) return (id) => id === own;
  const [users, executors] = await Promise.all([read.users(signal), read.executors(signal)]);
  const known = new Set([...users.map(({ userid }) => userid), ...executors.map(({ executorid }) => executorid)]);
  return (id) => known.has(id);
}

export const nobodysRuns = (what: string, initiator: string): Remark => ({
  class: 'ineffective',
  message: `it never runs: the server knows nobody any more with the key that it was made with${initiator === '' ? '' : ` (${initiator})`}; remove the ${what}, and the next apply makes a new one`,
});
