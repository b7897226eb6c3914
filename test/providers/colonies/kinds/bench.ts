import { setMaxListeners } from 'node:events';
import type { Fields } from '../../../../src/core/value.ts';
import type { Call, Sandbox } from '../../../../src/providers/contract.ts';
import {
  hashText,
  messages,
  openColonies,
  type ColoniesClient,
  type MessageType,
  type Requests,
} from '../../../../src/providers/colonies/client/index.ts';
import { colonies, colonyOf, type Colony, type Keys } from '../../../../src/providers/colonies/index.ts';
import { sandbox as openSandbox } from '../../../../src/providers/colonies/sandbox/index.ts';
import { systemClock } from '../../../../src/providers/transport/clock.ts';
import type { Bench, Can, Round } from '../../../kit/laws.ts';
import { roundOver } from '../../../kit/round.ts';

export const COLONY = 'dev';

/** A key that is the same in every run, one for each name. */
export const keyOf = (name: string): string => hashText(`the key of ${name}`);

/** The real sandbox, with a session to it whose requests are counted, and a hand of its own that has every key. */
export interface ColonyBench extends Bench<Colony> {
  readonly counts: { reads: number; mutations: number };
  readonly keys: Required<Keys>;
  readonly address: string;
  control(name: string, input?: Readonly<Record<string, string>>): ReturnType<Sandbox['control']>;
  /** Anything that somebody else does, signed by the owner unless `key` says who. */
  hand<T extends MessageType>(type: T, request: Requests[T]['request'], key?: string): Promise<Requests[T]['reply']>;
  /** Another session to the same server, with other keys. */
  session2(keys: Keys, more?: { readonly reregister?: boolean; readonly colony?: string }): Colony;
}

export interface BenchOptions {
  /** Of a target: the colony is there, with the sample user in it, unless it has a serverKey. */
  readonly options?: Fields;
  readonly keys?: readonly (keyof Keys)[];
  readonly reregister?: boolean;
}

export async function openBench({ options = {}, keys: which, reregister = false }: BenchOptions = {}): Promise<ColonyBench> {
  const system = await openSandbox({ options: { colony: COLONY, ...options } });
  const given = system.options as { readonly serverKey: string; readonly colonyKey: string; readonly key: string };
  const keys = { server: given.serverKey, owner: given.colonyKey, member: given.key };
  const counts = { reads: 0, mutations: 0 };
  const open: { close(): Promise<void> }[] = [];
  const connect = (some: Keys, more: { readonly reregister?: boolean; readonly colony?: string } = {}): Colony => {
    const client = counted(openColonies({ address: system.address }), counts);
    const session = colonyOf(client, { colony: COLONY, keys: some, ...more });
    open.push(session);
    return session;
  };
  const hand = openColonies({ address: system.address });
  open.push(hand);
  const told: unknown[] = [];
  return {
    session: connect(which === undefined ? keys : Object.fromEntries(which.map((whose) => [whose, keys[whose]])), { reregister }),
    session2: connect,
    told,
    counts,
    keys,
    address: system.address,
    control: (name, input = {}) => system.control(name, input),
    hand: (type, request, key = keys.owner) => hand.call(type, request, { key }),
    call: (signal = new AbortController().signal): Call => {
      // One question is several requests, each with an ear on this signal.
      setMaxListeners(0, signal);
      return { signal, emit: (event) => told.push(event), now: systemClock.now, random: () => 0.5 };
    },
    async close() {
      await system.control('clear', {});
      await Promise.all(open.map((one) => one.close()));
      await system.close();
    },
  };
}

const counted = (client: ColoniesClient, counts: ColonyBench['counts']): ColoniesClient => ({
  ...client,
  call(type, request, options) {
    // What was aborted before it began is never sent.
    if (options?.signal?.aborted !== true) counts[messages[type].effect === 'reads' ? 'reads' : 'mutations'] += 1;
    return client.call(type, request, options);
  },
});

/** What can be done to a server behind the provider's back; `makes` is the request that makes an object of the kind. */
export const canOf = (makes: MessageType, more: Partial<Can<ColonyBench>> = {}): Can<ColonyBench> => ({
  reads: ({ counts }) => counts.reads,
  mutations: ({ counts }) => counts.mutations,
  async restart(bench) {
    await bench.control('restart');
    await answers(bench);
  },
  async drop(bench, when) {
    if (when === 'before') await bench.control('lose-request');
    else await bench.control('lose-reply', { type: makes });
  },
  refuse: async (bench) => void (await bench.control('refuse', { status: '400', message: 'not today' })),
  breakOff: (bench) => repeat(20, () => bench.control('bad-gateway')),
  stall: (bench) => repeat(20, () => bench.control('stall')),
  ...more,
});

async function repeat(times: number, act: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < times; i += 1) await act();
}

/** Until no connection that was cut is taken for one that stands. */
async function answers({ session, call }: ColonyBench): Promise<void> {
  const ask = (): Promise<boolean> =>
    session.read.ask('versionmsg', {}, call().signal).then(
      () => true,
      () => false,
    );
  while (!(await Promise.all(Array.from({ length: 16 }, ask))).every(Boolean)) await systemClock.sleep(1);
}

/** The whole engine over a bench. */
export const engine = async (bench: ColonyBench): Promise<Round> =>
  roundOver({
    provider: colonies,
    session: bench.session,
    call: bench.call(),
    clock: systemClock,
    mutations: () => bench.counts.mutations,
  });
