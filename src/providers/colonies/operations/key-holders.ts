import { Fault } from '../../../core/diagnostic.ts';
import type { Fields } from '../../../core/value.ts';
import { idOf } from '../client/index.ts';
import { noKey } from '../faults.ts';
import type { Colony } from '../session.ts';
import { EXECUTOR, needed, USER, type Words } from './inputs.ts';

export const INTO = 'into';
export const KEY = 'key';
export const COLONY = 'colony';

/** Whose key is to become another one. */
export interface Holder {
  readonly who: string;
  /** The id of the key as it is. */
  readonly id: string;
  /** Tells the server of another id; signed with the key as it is. */
  change(id: string, signal: AbortSignal): Promise<unknown>;
  /** Whether the server goes by this key, or the one as it is, for the holder: a read that is signed with it says so. */
  isKnown(key: string | undefined, signal: AbortSignal): Promise<boolean>;
  /** What is left for a person to do. */
  readonly then: readonly string[];
}

interface Asked {
  readonly words: Words;
  readonly into: string;
  readonly isColony: boolean;
}

/** Throws Fault COLONIES_KEY_MISSING, INPUT_MISSING, INPUT_VALUE. */
export async function holderIn(session: Colony, { words, into, isColony }: Asked): Promise<Holder> {
  const chosen = [EXECUTOR.name, USER.name].filter((name) => words[name] !== undefined);
  if (chosen.length + (isColony ? 1 : 0) > 1) throw tooMany([...chosen, ...(isColony ? [COLONY] : [])]);
  if (isColony) return ownerOf(session, into);
  const executor = words[EXECUTOR.name];
  if (executor !== undefined) return executorOf(session, { name: executor, into, key: await keyIn(session, words, executor) });
  const user = words[USER.name];
  return userOf(session, into, user === undefined ? undefined : { name: user, key: await keyIn(session, words, user) });
}

function ownerOf({ read, write }: Colony, into: string): Holder {
  if (read.ids.owner === undefined) throw noKey('owner');
  const inColony = { colonyname: read.colony };
  return {
    who: `the owner of ${read.colony}`,
    id: read.ids.owner,
    change: (colonyid, signal) => write.call('changecolonyidmsg', { ...inColony, colonyid }, { signal }),
    // Members may read definitions as well: a read that the owner's key of the target signs asks for the owner.
    isKnown: (key, signal) =>
      known(async () => {
        if (key === undefined) await read.ask('getblueprintdefinitionsmsg', inColony, signal, 'owner');
        else await write.call('getblueprintdefinitionsmsg', inColony, { signal, key });
        return true;
      }),
    then: [
      `Point spec.options.colonyKey of the Target to ${into}.`,
      'A colony is known by the id of its key: setpoint state rebind TARGET tells the state that this one is meant. Then plan.',
    ],
  };
}

function executorOf(
  { read, write }: Colony,
  { name, key, into }: { readonly name: string; readonly key: string; readonly into: string },
): Holder {
  const inColony = { colonyname: read.colony };
  return {
    who: `the executor ${name}`,
    id: idOf(key),
    change: (executorid, signal) => write.call('changeexecutoridmsg', { ...inColony, executorid }, { signal, key }),
    isKnown: (one = key, signal) =>
      known(async () => {
        const all = await write.call('getexecutorsmsg', inColony, { signal, key: one });
        return all.some(({ executorid, executorname }) => executorname === name && executorid === idOf(one));
      }),
    then: [`Give the executor itself the new key: until then it is refused. In its manifest, key is {file: ${into}} from now on.`],
  };
}

/** Without another one it is the user of the target, by whatever name. */
function userOf({ read, write }: Colony, into: string, other: { readonly name: string; readonly key: string } | undefined): Holder {
  const id = other === undefined ? read.ids.member : idOf(other.key);
  if (id === undefined) throw noKey('member');
  const inColony = { colonyname: read.colony };
  const own = other === undefined ? {} : { key: other.key };
  return {
    who: other === undefined ? 'the user of this target' : `the user ${other.name}`,
    id,
    change: (userid, signal) => write.call('changeuseridmsg', { ...inColony, userid }, { signal, ...own }),
    isKnown: (key, signal) =>
      known(async () => {
        const all = await write.call('getusersmsg', inColony, { signal, ...own, ...(key === undefined ? {} : { key }) });
        const wanted = key === undefined ? id : idOf(key);
        return all.some(({ userid, name }) => userid === wanted && (other === undefined || name === other.name));
      }),
    then: [
      other === undefined
        ? `Point spec.options.key of the Target to ${into}: until then this target is a stranger to the colony. Then plan.`
        : `Give ${other.name} the new key. A manifest that has its key or userid has to be changed as well.`,
    ],
  };
}

/** A stranger is refused, whatever it is that is asked for. */
async function known(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Fault && ['COLONIES_NOT_MEMBER', 'COLONIES_NOT_OWNER', 'COLONIES_DENIED'].includes(error.code)) return false;
    throw error;
  }
}

const keyIn = (session: Colony, words: Words, name: string): Promise<string> =>
  secretIn(session, needed(words, KEY, `The target does not have the key of ${name}: key=… names the file that it is in.`), 'find');

/** The secret in a file of the project; `make`: a new key, where there is none yet. Throws Fault SECRET_MISSING and its like. */
export function secretIn({ write }: Colony, file: string, how: 'find' | 'make'): Promise<string> {
  if (write.secret === undefined) throw new TypeError('a session without secrets was asked for one');
  const place: Fields = file.endsWith('.age') ? { age: file } : { file };
  return write.secret(how === 'find' ? place : { generate: 'secp256k1', keep: place });
}

const tooMany = (names: readonly string[]): Fault =>
  new Fault(
    {
      code: 'INPUT_VALUE',
      summary: `${names.join(' and ')} cannot both be given`,
      detail: 'One key is replaced at a time. Nothing was done.',
      hint: 'Leave one of them out.',
    },
    { sent: 'no' },
  );
