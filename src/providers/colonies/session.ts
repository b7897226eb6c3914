import { Fault } from '../../core/diagnostic.ts';
import type { Fields } from '../../core/value.ts';
import type { ProjectFiles, Session } from '../contract.ts';
import type { S3Client } from '../transport/s3.ts';
import type { ColoniesClient, ColonyFunction, Executor, Log, MessageType, Process, Requests, Signer, User } from './client/index.ts';
import { idOf, messages } from './client/index.ts';
import { noKey, notTheKey } from './faults.ts';
import { shared } from './shared.ts';

type WithEffect<E> = { [T in MessageType]: (typeof messages)[T]['effect'] extends E ? T : never }[MessageType];
/** A request that changes nothing. */
export type Reading = WithEffect<'reads'>;
export type Writing = Exclude<MessageType, Reading>;

/** The private keys of a target, 64 hexadecimal digits each. One that is yet to be generated is not there. */
export interface Keys {
  /** Of the server's owner. */
  readonly server?: string;
  /** Of the colony's owner, who is no member. */
  readonly owner?: string;
  /** Of the member who reads and applies. */
  readonly member?: string;
}

/**
 * How the target's own key stands to the colony. `absent`: no colony has that name. `stranger`: there is one, and the key is no member's,
 * or there is no key yet: then nothing of the colony can be read.
 */
export type Standing = { readonly is: 'absent' } | { readonly is: 'stranger' } | { readonly is: 'member'; readonly colonyid: string };

/** What planning may do with a colony. Lists are whole, and one answer serves all who ask while it is under way. */
export interface ColonyRead {
  /** Of the server. */
  readonly address: string;
  /** The name of the colony. */
  readonly colony: string;
  /** What the target's keys are known by. */
  readonly ids: { readonly [K in keyof Keys]?: string };
  /** The names of removed executors may be used again. */
  readonly reregister: boolean;
  /**
   * One request, signed by whom the request asks for (the member, or the owner of the server or the colony) unless `by` says who. Throws
   * Fault COLONIES_KEY_MISSING, and those of the client.
   */
  ask<T extends Reading>(type: T, request: Requests[T]['request'], signal: AbortSignal, by?: keyof Keys): Promise<Requests[T]['reply']>;
  /** Asked again until it is `member`, and after every write. */
  standing(signal: AbortSignal): Promise<Standing>;
  users(signal: AbortSignal): Promise<readonly User[]>;
  /** Unregistered ones included. */
  executors(signal: AbortSignal): Promise<readonly Executor[]>;
  /** Of all executors. */
  functions(signal: AbortSignal): Promise<readonly ColonyFunction[]>;
  /** The process once it has ended, however it did. */
  ended(processid: string, signal: AbortSignal): Promise<Process>;
  /** What a process or an executor logs after `since` (Unix nanoseconds), line by line. Ends with the process, those of an executor never. */
  logs(
    of: { readonly processid: string } | { readonly executorname: string },
    options: { readonly since?: bigint; readonly signal: AbortSignal },
  ): AsyncIterable<Log>;
}

/** What applying may do besides. */
export interface ColonyWrite {
  /** As `ask`, for any request. `key` signs what only the executor or user that it is about may sign. */
  call<T extends MessageType>(
    type: T,
    request: Requests[T]['request'],
    options: { readonly signal: AbortSignal; readonly key?: string },
  ): Promise<Requests[T]['reply']>;
  /** Of the project, for what is read from them: specs of functions, keys. */
  readonly files?: ProjectFiles;
  /** A secret by its source, as manifests write one; a generated one is made, and stored first. */
  readonly secret?: (source: Fields) => Promise<string>;
  /** The project's folder, which paths of this machine are relative to. Default: where the process was started. */
  readonly folder?: string;
  /** Where the bytes of files are, if the target says so. */
  readonly store?: S3Client;
}

/** One colony on one server. */
export interface Colony extends Session {
  readonly read: ColonyRead;
  readonly write: ColonyWrite;
}

/** A client as the kinds want it. */
export function colonyOf(
  client: ColoniesClient,
  {
    colony,
    keys,
    reregister = false,
    around = {},
  }: {
    readonly colony: string;
    readonly keys: Keys;
    readonly reregister?: boolean;
    readonly around?: Omit<ColonyWrite, 'call'>;
  },
): Colony {
  const ids = Object.fromEntries(Object.entries(keys).map(([whose, key]) => [whose, idOf(key as string)]));
  const inColony = { colonyname: colony };
  let member: Standing | undefined;
  let writes = 0;

  /** `own` is a key that is none of the target's. */
  const send = async <T extends MessageType>(
    type: T,
    request: Requests[T]['request'],
    { signal, whose, own }: { readonly signal: AbortSignal; readonly whose: keyof Keys | undefined; readonly own?: string },
  ): Promise<Requests[T]['reply']> => {
    const key = own ?? keyOf(keys, whose);
    try {
      return await client.call(type, request, { ...(key === undefined ? {} : { key }), signal });
    } catch (error) {
      // Which key a request needs helps less than where that key belongs.
      const isOurs = own === undefined && error instanceof Fault && WRONG_KEY.has(error.code);
      throw isOurs && whose !== undefined ? notTheKey(error, whose) : error;
    } finally {
      // Also where it failed: it may have arrived.
      if (messages[type].effect !== 'reads') outdate();
    }
  };
  const call: ColonyWrite['call'] = (type, request, { signal, key }) =>
    send(type, request, { signal, whose: ownerOf(messages[type].signer, keys), ...(key === undefined ? {} : { own: key }) });
  const ask: ColonyRead['ask'] = (type, request, signal, by = ownerOf(messages[type].signer, keys)) =>
    send(type, request, { signal, whose: by });

  const look = shared(async (signal): Promise<Standing> => {
    // Who signs is judged after the name of the colony: any key at all tells whether there is one.
    const key = keys.member ?? keys.owner ?? keys.server ?? NOBODYS_KEY;
    try {
      const { colonyid } = await client.call('getcolonymsg', inColony, { key, signal });
      return key === keys.member ? { is: 'member', colonyid } : { is: 'stranger' };
    } catch (error) {
      if (error instanceof Fault && error.code === 'COLONIES_NO_COLONY') return { is: 'absent' };
      if (error instanceof Fault && error.code === 'COLONIES_NOT_MEMBER') return { is: 'stranger' };
      throw error;
    }
  });

  const lists = {
    users: shared((signal) => ask('getusersmsg', inColony, signal)),
    executors: shared((signal) => ask('getexecutorsmsg', inColony, signal)),
    functions: shared((signal) => ask('getfunctionsmsg', { ...inColony, executorname: '' }, signal)),
  };
  const outdate = (): void => {
    member = undefined;
    writes += 1;
    for (const one of [look, ...Object.values(lists)]) one.outdate();
  };

  return {
    read: {
      ...lists,
      address: client.address,
      colony,
      ids,
      reregister,
      ask,
      async standing(signal) {
        if (member !== undefined) return member;
        const before = writes;
        const standing = await look(signal);
        if (standing.is === 'member' && writes === before) member = standing;
        return standing;
      },
      ended: (processid, signal) => client.waitForProcess({ processid }, { key: keyOf(keys, 'member'), signal }),
      logs: (of, options) => client.followLogs({ ...inColony, ...of }, { key: keyOf(keys, 'member'), ...options }),
    },
    write: { ...around, call },
    async close() {
      await Promise.all([client.close(), around.store?.close()]);
    },
  };
}

const WRONG_KEY: ReadonlySet<string> = new Set(['COLONIES_NOT_OWNER', 'COLONIES_NOT_MEMBER']);

/** Known to everybody, and nobody's: it signs the question whether there is a colony, where the target has no key yet. */
const NOBODYS_KEY = '1'.padStart(64, '0');

/** Whose key of the target's a request takes; what only an executor or user may sign about itself, the member's. */
const ownerOf = (signer: Signer, { member }: Keys): keyof Keys | undefined => {
  if (signer === 'nobody') return undefined;
  if (signer === 'server' || signer === 'owner') return signer;
  return signer === 'memberOrOwner' && member === undefined ? 'owner' : 'member';
};

function keyOf<W extends keyof Keys | undefined>(keys: Keys, whose: W): W extends undefined ? undefined : string;
function keyOf(keys: Keys, whose: keyof Keys | undefined): string | undefined {
  const key = whose === undefined ? undefined : keys[whose];
  if (whose !== undefined && key === undefined) throw noKey(whose);
  return key;
}
