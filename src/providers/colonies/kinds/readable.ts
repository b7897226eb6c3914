import type { ResourceId } from '../../../core/id.ts';
import type { Kind, Known, Sighting } from '../../contract.ts';
import { unreadable } from '../faults.ts';
import type { Colony, ColonyRead, Standing } from '../session.ts';

type Observe<Spec extends object> = Kind<Colony, Spec>['observe'];

/**
 * A look at what only members may see: while nobody here is one, everything is unknown, and put off until a step of the plan may have
 * made it readable.
 */
export const forMembers = <Spec extends object>(observe: Observe<Spec>): Observe<Spec> =>
  async function* (read, ask, call) {
    const standing = await read.standing(call.signal);
    if (standing.is === 'member') return yield* observe(read, ask, call);
    yield ask.known.map((one) => unread(one, read, standing));
    yield [{ seen: 'end', strangers: ask.strangers ? 'some' : 'none' }];
  };

/**
 * Nobody here may read the colony, or not yet. What is to go has gone with a colony that is not there; what is wanted waits for one that
 * may come with the very plan.
 */
export const unread = (
  { id, want }: Known,
  { colony, ids }: ColonyRead,
  { is }: Exclude<Standing, { readonly is: 'member' }>,
): Extract<Sighting<never>, { readonly seen: 'unknown' | 'absent' }> =>
  is === 'absent' && want === undefined ? { seen: 'absent', id } : notReadable(id, { colony, ids, is });

/** The same of what outlives its colony. */
export const notReadable = (
  id: ResourceId,
  { colony, ids, is }: Pick<ColonyRead, 'colony' | 'ids'> & Exclude<Standing, { readonly is: 'member' }>,
): Extract<Sighting<never>, { readonly seen: 'unknown' }> => ({
  seen: 'unknown',
  id,
  fault: { ...unreadable(colony, { is, id: ids.member }), resource: id },
  deferred: true,
});
