import type { Sandbox, SandboxOptions } from '../../contract.ts';
import { switches } from '../../switches.ts';
import type { Clock } from '../../transport/clock.ts';
import { systemClock } from '../../transport/clock.ts';
import { controlsOf } from './controls.ts';
import { openCounts } from './counts.ts';
import { handlers } from './handlers.ts';
import { openKeep } from './keep.ts';
import { openWorld, type OpenWorld } from './open-world.ts';
import { startRounds } from './rounds.ts';
import { serve } from './serve.ts';
import { SAMPLE_COLONY_KEY, SAMPLE_USER_KEY, settingsOf } from './settings.ts';
import { openTroubles } from './troubles.ts';

/**
 * A Colonies server (v1.9.12) that the real clients take for one. With a folder, what the real one has in its database survives.
 * A target reaches it with the published sample keys that come with the address. It starts empty where the target has a server key, for
 * its manifests make the colony then; otherwise the colony is there, with the sample user in it unless the target has the owner's key.
 * `clock` is for tests: everything that takes time asks it.
 * Throws Fault SANDBOX_OPTION, SANDBOX_DAMAGED, and those of the disk.
 */
export async function sandbox(options: SandboxOptions, given: Clock = systemClock): Promise<Sandbox> {
  const settings = settingsOf(options.options);
  let skewMs = 0;
  const clock = running(given, { pace: settings.pace, skew: () => skewMs });
  const keep = await openKeep(options.folder);
  const troubles = openTroubles();
  const counts = openCounts();
  const host = options.host ?? '127.0.0.1';
  let deeds: Promise<void> = Promise.resolve();
  let up = true;
  const open = async (): Promise<OpenWorld> => {
    const opened = await openWorld({ settings, clock, keep, port: () => server.port });
    startRounds(opened.world);
    return opened;
  };
  let current = await open();
  const end = async (): Promise<void> => {
    await current.end();
    await keep.close();
  };
  const server = await serve({
    host,
    port: options.port ?? 0,
    up: () => up,
    current: () => ({ world: current.world, handlers, troubles, counts }),
  }).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  const next = (deed: () => Promise<void>): Promise<void> => (deeds = deeds.then(deed, deed));
  const down = async (): Promise<void> => {
    up = false;
    server.cut();
    await current.end();
  };
  const stop = (): Promise<void> => next(down);
  // Nobody is let in meanwhile: what one world is told when the next one has read the rows, that would never know.
  const restart = (): Promise<void> =>
    next(async () => {
      await down();
      current = await open();
      up = true;
    });
  const { cut, cutSockets } = server;
  const skew = (ms: number): void => void (skewMs = ms);
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    options: {
      ...{ serverKey: settings.serverKey, colonyKey: SAMPLE_COLONY_KEY, key: SAMPLE_USER_KEY },
      // The store of the real server is not to hear of what is tried here.
      ...(options.options['storage'] === undefined ? {} : { storage: null }),
    },
    ...switches('ColonyOS', controlsOf({ world: () => current.world, troubles, counts, cut, cutSockets, stop, restart, skew })),
    close: () =>
      next(async () => {
        await server.close();
        await end();
      }),
  };
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The same clock, faster and off by something. A poll may last longer than any timer of this machine. */
function running({ now, sleep }: Clock, { pace, skew }: { readonly pace: number; readonly skew: () => number }): Clock {
  const begin = now();
  return {
    now: () => begin + (now() - begin) / pace + skew(),
    async sleep(ms, signal) {
      for (let left = ms * pace; left >= 0; left -= LONGEST_TIMER_MS) await sleep(Math.min(left, LONGEST_TIMER_MS), signal);
    },
  };
}
