import { setTimeout as wait } from 'node:timers/promises';

/** Time as an argument: tests run hours of backoff in a moment. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends after so many milliseconds, Infinity included, or rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A timer of node takes no more, 24 days, and fires at once for what is longer. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      for (let left = ms, first = true; first || left > 0; left -= LONGEST_MS, first = false) {
        await wait(Math.min(left, LONGEST_MS), undefined, signal === undefined ? {} : { signal });
      }
    } catch (error) {
      // node's own error says only that something was aborted; the reason is what the caller can use.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
