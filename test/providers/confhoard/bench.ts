import { rm } from 'node:fs/promises';
import type { Pointer } from '../../../src/core/pointer.ts';
import { segments } from '../../../src/core/pointer.ts';
import type { Fields } from '../../../src/core/value.ts';
import type { Call, Sandbox } from '../../../src/providers/contract.ts';
import type { ConfhoardSession } from '../../../src/providers/confhoard/index.ts';
import { confhoard } from '../../../src/providers/confhoard/index.ts';
import { systemClock } from '../../../src/providers/transport/clock.ts';
import type { Bench, Can, Round } from '../../kit/laws.ts';
import { roundOver } from '../../kit/round.ts';
import { temporaryFolder } from './folder.ts';

/** A sandbox and a session to it. The sandbox is a folder, so that a second one on it is a restart. */
export interface ConfhoardBench extends Bench<ConfhoardSession> {
  session: ConfhoardSession;
  readonly folder: string;
  readonly counts: { reads: number; commits: number };
  control(name: string, input?: Readonly<Record<string, string>>): ReturnType<Sandbox['control']>;
  restart(): Promise<void>;
}

export async function openBench(): Promise<ConfhoardBench> {
  const folder = await temporaryFolder('confhoard');
  const told: unknown[] = [];
  const counts = { reads: 0, commits: 0 };
  const call = (signal = new AbortController().signal): Call => ({
    signal,
    emit: (event) => told.push(event),
    now: Date.now,
    random: () => 0.5,
  });
  let sandbox = await start(folder);
  const connect = async (): Promise<ConfhoardSession> => {
    const target = { name: 'bench', provider: 'confhoard', address: folder, options: {} };
    const session = await confhoard.connect(target, call());
    const { read, write } = session;
    return {
      ...session,
      read: {
        ...read,
        read: (store) => ((counts.reads += 1), read.read(store)),
        readTogether: (stores) => ((counts.reads += 1), read.readTogether(stores)),
      },
      write: { ...write, commit: (edits, options) => ((counts.commits += 1), write.commit(edits, options)) },
    };
  };
  const bench: ConfhoardBench = {
    folder,
    session: await connect(),
    told,
    counts,
    call,
    control: (name, input = {}) => sandbox.control(name, input),
    async restart() {
      await sandbox.close();
      sandbox = await start(folder);
      bench.session = await connect();
    },
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return bench;
}

function start(folder: string): Promise<Sandbox> {
  if (!confhoard.sandbox) throw new Error('confhoard has a sandbox');
  return confhoard.sandbox({ folder, options: {} });
}

const pathOf = (handle: string): string => handle.slice(0, handle.lastIndexOf('#'));

export const can: Can<ConfhoardBench> = {
  reads: ({ counts }) => counts.reads,
  mutations: ({ counts }) => counts.commits,
  async makeByHand(bench, name, spec) {
    const path = String(spec['path']);
    for (const [leaf, value] of Object.entries(spec['config'] as Fields)) {
      await bench.control('change', { path: `${path}/${leaf}`, value: typeof value === 'string' ? value : JSON.stringify(value) });
    }
    return `${path}#${name}`;
  },
  async changeByHand(bench, handle, at: Pointer, value) {
    const names = segments(at)
      .slice(1)
      .map((segment) => ('name' in segment ? segment.name : ''));
    await bench.control('change', { path: [pathOf(handle), ...names].join('/'), value: String(value), user: 'bob' });
  },
  restart: (bench) => bench.restart(),
  drop: async (bench, when) => void (await bench.control(when === 'before' ? 'drop-next-request' : 'lose-next-reply')),
  refuse: async (bench) => void (await bench.control('fail-next-commit')),
  breakOff: async (bench) => void (await bench.control('corrupt')),
  stall: async (bench) => void (await bench.control('stall')),
};

/** The whole engine over a bench. */
export const engine = async (bench: ConfhoardBench): Promise<Round> =>
  roundOver({
    provider: confhoard,
    session: bench.session,
    call: bench.call(),
    clock: systemClock,
    mutations: () => bench.counts.commits,
  });
