import { Fault } from '../../../core/diagnostic.ts';
import type { Fields } from '../../../core/value.ts';
import type { Done, Refusal } from '../../contract.ts';
import { KEY_OPTIONS, keyMissing, ownedByOther, type Whose } from '../faults.ts';
import { colonyIdIn } from '../identify.ts';
import type { ColonyRead } from '../session.ts';

const OPTION = new Map(KEY_OPTIONS);

/** What `mayWrite` says where the target has no such key; undefined where it has one. `what`: "a cron"; undefined for whatever it is. */
export const needsKey = (options: Fields, whose: Whose, what?: string): Refusal | undefined =>
  options[OPTION.get(whose) ?? ''] === undefined ? keyMissing(whose, what) : undefined;

export interface Signing {
  readonly options: Fields;
  readonly link?: { readonly read: ColonyRead; readonly instance?: string };
}

/** The same of what the colony's owner signs, and besides where the key is that of another one: a colony's id is that of its owner's key. */
export function needsOwner({ options, link }: Signing, what?: string): Refusal | undefined {
  const mine = link?.read.ids.owner;
  if (link?.instance === undefined || mine === undefined) return needsKey(options, 'owner', what);
  const { colony } = link.read;
  const theirs = colonyIdIn(link.instance, colony);
  return theirs === mine ? undefined : { ...ownedByOther(colony, { mine, theirs }), option: OPTION.get('owner') ?? '' };
}

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
