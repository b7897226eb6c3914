import { Fault } from '../../core/diagnostic.ts';
import { noIdentity, otherOwner } from './faults.ts';
import type { ColonyRead } from './session.ts';

/** What a colony is told from all others by. By its name as well: colonies of one owner have one id. */
export const instanceOf = (colony: string, colonyid: string): string => `${colony}:${colonyid}`;

/** The id of the colony of that name in `instanceOf` it. */
export const colonyIdIn = (instance: string, colony: string): string => instance.slice(instanceOf(colony, '').length);

/**
 * The colony's id, by whichever key of the target may have it; undefined while there is no such colony. Throws Fault COLONIES_NO_IDENTITY
 * where no key of the target may, and COLONIES_OTHER_OWNER where the colony has another owner than the target says.
 */
export async function identify(read: ColonyRead, signal: AbortSignal): Promise<string | undefined> {
  const standing = await read.standing(signal);
  if (standing.is === 'absent') return undefined;
  if (standing.is === 'member') return standing.colonyid;
  if (read.ids.server !== undefined) {
    const all = await read.ask('getcoloniesmsg', {}, signal);
    // Gone since it was asked about, where it is not among them.
    return all.find(({ name }) => name === read.colony)?.colonyid;
  }
  if (read.ids.owner === undefined) throw noIdentity(read.colony, read.ids.member);
  if (!(await isOwner(read, signal))) throw otherOwner(read.colony, read.ids.owner);
  return read.ids.owner;
}

/** Whether the target's colonyKey is that of the colony's owner: definitions of blueprints are the one thing that an owner may read. */
async function isOwner(read: ColonyRead, signal: AbortSignal): Promise<boolean> {
  try {
    await read.ask('getblueprintdefinitionsmsg', { colonyname: read.colony }, signal, 'owner');
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === 'COLONIES_NOT_OWNER') return false;
    throw error;
  }
}
