import { setTimeout as wait } from 'node:timers/promises';

/** Time as an argument: tests run hours of backoff in a moment. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends after so many milliseconds, or rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // node's own error says only that something was aborted; the reason is what the caller can use.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
