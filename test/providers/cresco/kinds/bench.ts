import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fields } from '../../../../src/core/value.ts';
import type { Call, ProjectFiles, Sandbox } from '../../../../src/providers/contract.ts';
import { openCresco, type CrescoClient } from '../../../../src/providers/cresco/client/index.ts';
import { cresco, fabricOf, type Fabric } from '../../../../src/providers/cresco/index.ts';
import { sandbox as openSandbox } from '../../../../src/providers/cresco/sandbox/index.ts';
import { systemClock, type Clock } from '../../../../src/providers/transport/clock.ts';
import { interrupted } from '../../../../src/providers/transport/interrupted.ts';
import type { Bench, Can, Round } from '../../../kit/laws.ts';
import { roundOver } from '../../../kit/round.ts';
import { jar } from './jar.ts';
import { MEMORY } from '../../../kit/memory.ts';

/** Time runs a hundred times as fast, on the fabric and here: starts take 3 ms, and waiting for a removal as well. */
const PACE = 0.01;
const start = systemClock.now();
const fast: Clock = {
  now: () => start + (systemClock.now() - start) / PACE,
  sleep: (ms, signal) => systemClock.sleep(ms * PACE, signal),
};

/** Nothing may be called lost because a test machine is slow. */
const NEVER_MS = 60_000 / PACE;

export const AGENTS = ['dp/pi-1', 'dp/pi-2'] as const;
export const PI_1 = { region: 'dp', agent: 'pi-1' } as const;
export const PI_2 = { region: 'dp', agent: 'pi-2' } as const;

/** JARs that are in the repository of every bench, by the handle that a reference to their package stands for. */
const stocked = {
  reader: jar({ name: 'io.example.reader', version: '1.0.0' }),
  writer: jar({ name: 'io.example.writer', version: '2.1.0' }),
  executor: jar({ name: 'io.cresco.executor', version: '1.3.0' }),
  filerepo: jar({ name: 'io.cresco.filerepo', version: '1.2.0' }),
};
export type Stocked = keyof typeof stocked;
export const handleOf = (bytes: Uint8Array, { name, version }: { readonly name: string; readonly version: string }): string =>
  `${name}/${version}/${createHash('md5').update(bytes).digest('hex')}`;
export const handles: Readonly<Record<Stocked, string>> = {
  reader: handleOf(stocked.reader, { name: 'io.example.reader', version: '1.0.0' }),
  writer: handleOf(stocked.writer, { name: 'io.example.writer', version: '2.1.0' }),
  executor: handleOf(stocked.executor, { name: 'io.cresco.executor', version: '1.3.0' }),
  filerepo: handleOf(stocked.filerepo, { name: 'io.cresco.filerepo', version: '1.2.0' }),
};

/** The real sandbox, with a session to it whose calls are counted, and a hand of its own. */
export interface FabricBench extends Bench<Fabric> {
  readonly counts: { reads: number; mutations: number };
  readonly hand: CrescoClient;
  readonly folder: string;
  control(name: string, input?: Readonly<Record<string, string>>): ReturnType<Sandbox['control']>;
}

export interface BenchOptions {
  readonly generation?: 2 | 3;
  readonly files?: ProjectFiles;
  readonly sandbox?: Fields;
}

export async function openBench({ generation = 3, files, sandbox = {} }: BenchOptions = {}): Promise<FabricBench> {
  const folder = await mkdtemp(join(MEMORY, 'setpoint-cresco-bench-'));
  const options = { generation, agents: AGENTS, pace: PACE, voidMs: NEVER_MS, allowCommands: true, allowFolders: [folder], ...sandbox };
  const system = await openSandbox({ options });
  const client = (): CrescoClient => openCresco({ address: system.address, ...(system.options as unknown as Access) });
  const told: unknown[] = [];
  const counts = { reads: 0, mutations: 0 };
  const fabric = fabricOf(client(), { clock: fast, files });
  const hand = client();
  for (const name of Object.keys(stocked) as Stocked[]) {
    const [pluginName = '', version = '', md5 = ''] = handles[name].split('/');
    await hand.global.uploadPlugin({ pluginName, version, md5, bytes: stocked[name] });
  }
  return {
    session: {
      read: counted(fabric.read, () => (counts.reads += 1)),
      write: counted(fabric.write, () => (counts.mutations += 1)),
      close: () => fabric.close(),
    },
    told,
    counts,
    hand,
    folder,
    call: (signal = new AbortController().signal): Call => {
      // One question is many requests, each with an ear on this signal.
      setMaxListeners(0, signal);
      return { signal, emit: (event) => told.push(event), now: systemClock.now, random: () => 0.5 };
    },
    control: (name, input = {}) => system.control(name, input),
    async close() {
      await system.control('clear', {});
      await settled(system);
      await Promise.all([fabric.close(), hand.close()]);
      await system.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Access {
  readonly serviceKey: string;
  readonly tls: { readonly fingerprint: string };
}

/** What is no request: it is neither counted nor stopped. */
const LOCAL: ReadonlySet<string> = new Set(['pause', 'download', 'uploaded', 'sinceUpload', 'connected', 'files']);

/** Every function of a session counts, wherever it stands. What was aborted before it began is never sent. */
function counted<T extends object>(part: T, count: () => void): T {
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => {
      if (LOCAL.has(name)) return [name, value];
      if (typeof value === 'object') return [name, counted(value as object, count)];
      const call = value as (...given: readonly unknown[]) => unknown;
      return [
        name,
        (...given: readonly unknown[]) => {
          const { signal } = (given.at(-1) ?? {}) as { readonly signal?: AbortSignal };
          if (signal?.aborted === true) return Promise.reject(interrupted(signal, 'no'));
          count();
          return call(...given);
        },
      ];
    }),
  ) as T;
}

/** What can be done to a fabric behind the provider's back; `makes` is the request that makes an object of the kind. */
export const canOf = (makes: string, more: Partial<Can<FabricBench>> = {}): Can<FabricBench> => ({
  settle,
  reads: ({ counts }) => counts.reads,
  mutations: ({ counts }) => counts.mutations,
  restart: async (bench) => {
    await bench.control('restart');
    // Requests that leave before the cut is noticed are lost: the engine would ask again.
    while (bench.session.read.connected() || bench.hand.connected()) await systemClock.sleep(1);
    await settle(bench);
  },
  drop: async (bench, when) => void (await bench.control('drop-socket', { when, ...(when === 'after' ? { action: makes } : {}) })),
  refuse: async (bench) => void (await bench.control('error-text-next', { text: '{"error":"not today"}' })),
  breakOff: (bench) => repeat(30, () => bench.control('error-text-next', { text: '{"action":"list","pl' })),
  stall: (bench) => repeat(30, () => bench.control('lose-next-reply')),
  ...more,
});

async function repeat(times: number, act: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < times; i += 1) await act();
}

interface State {
  readonly agents: readonly { readonly plugins: readonly { readonly code: number }[] }[];
  readonly pipelines: readonly { readonly code: number }[];
}

/** Until nothing is on its way any more. */
export const settle = ({ control }: FabricBench): Promise<void> => settled({ control: (name, input) => control(name, input) });

async function settled(system: Pick<Sandbox, 'control'>): Promise<void> {
  for (;;) {
    const { agents, pipelines } = (await system.control('state', {})) as unknown as State;
    const coming = [...agents.flatMap(({ plugins }) => plugins), ...pipelines].some(({ code }) => code === 3 || code === 4);
    if (!coming) return;
    await systemClock.sleep(2);
  }
}

/** For as long as agents believe an old list of a repository. */
export const settlePackages = (): Promise<void> => fast.sleep(5_100);

/** The whole engine over a bench. */
export const engine = async (bench: FabricBench, files?: ProjectFiles): Promise<Round> =>
  roundOver({
    provider: cresco,
    session: bench.session,
    call: bench.call(),
    // Leases are judged by the time of this machine.
    clock: { now: systemClock.now, sleep: fast.sleep },
    mutations: () => bench.counts.mutations,
    ...(files === undefined ? {} : { files }),
  });
