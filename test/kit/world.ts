import type { Emit } from '../../src/core/event.ts';
import type { Call } from '../../src/providers/contract.ts';
import type { Clock } from '../../src/providers/transport/clock.ts';

/** Time that passes only when everybody sleeps: an hour of waiting takes a moment, and in the same order every time. */
export interface VirtualClock extends Clock {
  /** Moves time on by hand, waking whoever was to wake by then. */
  advance(ms: number): Promise<void>;
  readonly sleeping: number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Starts at 2026-01-01T00:00:00Z unless told. With `auto` false, time moves only by `advance`. */
export function virtualClock({ start = Date.UTC(2026, 0, 1), auto = true }: { start?: number; auto?: boolean } = {}): VirtualClock {
  let now = start;
  let sleepers: Sleeper[] = [];
  let ticking = false;
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  /** Wakes the next sleeper and those of the same moment, in the order in which they lay down. */
  const wakeNext = (): void => {
    const at = sleepers.reduce((least, sleeper) => Math.min(least, sleeper.at), Infinity);
    now = Math.max(now, at);
    const due = sleepers.filter((sleeper) => sleeper.at <= now);
    sleepers = sleepers.filter((sleeper) => sleeper.at > now);
    for (const sleeper of due) sleeper.wake();
  };
  const tick = async (): Promise<void> => {
    if (ticking) return;
    ticking = true;
    // Whoever can still run does so first: every microtask, and two rounds of the event loop for what hops through it.
    for (await turn(), await turn(); sleepers.length > 0; await turn(), await turn()) wakeNext();
    ticking = false;
  };
  return {
    now: () => now,
    get sleeping() {
      return sleepers.length;
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const abort = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          at: now + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        // Who sleeps forever is woken by an abort alone, and does not make time pass.
        if (ms === Infinity) return;
        sleepers.push(sleeper);
        if (auto) void tick();
      }),
    async advance(ms) {
      const until = now + ms;
      await turn();
      while (sleepers.some((sleeper) => sleeper.at <= until)) {
        wakeNext();
        await turn();
      }
      now = until;
    },
  };
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32, Tommy Ettinger 2017, public domain). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Told = Parameters<Emit>[0];

export interface World {
  readonly clock: VirtualClock;
  readonly random: () => number;
  /** Everything that was emitted through the calls of this world. */
  readonly told: readonly Told[];
  /** What a provider is called with. The signal is one that nobody aborts unless given. */
  call(signal?: AbortSignal): Call;
}

/** Clock, dice and ears of one test. */
export function world({ seed = 1, clock = virtualClock() }: { readonly seed?: number; readonly clock?: VirtualClock } = {}): World {
  const random = dice(seed);
  const told: Told[] = [];
  return {
    clock,
    random,
    told,
    call: (signal = new AbortController().signal) => ({ signal, random, now: () => clock.now(), emit: (event) => void told.push(event) }),
  };
}
