import type { Call } from '../../src/providers/contract.ts';
import type { Bench, Can } from './laws.ts';
import { scripted } from './scripted-provider.ts';
import type { Scripted, ScriptedSession } from './scripted-provider.ts';
import type { Told, World } from './world.ts';
import { world } from './world.ts';

/** The scripted system as a bench for laws: it can have every bad day there is. */
export interface ScriptedBench extends Bench<ScriptedSession>, Scripted {
  readonly world: World;
  readonly told: readonly Told[];
}

export async function scriptedBench(): Promise<ScriptedBench> {
  const here = world();
  const there = scripted({ clock: here.clock, pageSize: 2 });
  const call = (signal?: AbortSignal): Call => here.call(signal);
  const target = { name: 'bench', provider: 'scripted', address: 'memory:', options: {} };
  const session = await there.provider.connect(target, call());
  return { ...there, world: here, session, call, told: here.told, close: () => session.close() };
}

/** What can be done to it, for objects of one kind. */
export const scriptedCan = (kind: string): Can<ScriptedBench> => ({
  settle: async ({ world: { clock } }) => clock.advance(60_000),
  reads: ({ system }) => system.counts.reads,
  mutations: ({ system }) => system.counts.mutations,
  makeByHand: async ({ system }, name, spec) =>
    system.byHand.create(kind, { key: name, spec, scope: typeof spec['parent'] === 'string' ? spec['parent'] : '' }),
  changeByHand: async ({ system }, handle, at, value) => system.byHand.set(handle, at, value),
  restart: async ({ system }) => system.restart(),
  drop: async ({ system }, when) => system.trouble({ when }),
  refuse: async ({ system }) => system.trouble({ when: 'refuse' }),
  breakOff: async ({ system }) => system.halfRead(),
  stall: async ({ system }) => system.latency(Infinity),
});
