import type { Clock } from './clock.ts';
import { interrupted, stopIfAborted } from './interrupted.ts';

export interface RateLimits {
  /** How many may run at once. Default: no limit. */
  readonly parallel?: number;
  /** How many may begin in a second, on average. Default: no limit. */
  readonly ratePerSecond?: number;
  /** How many may begin at once after a quiet time. Default: a second's worth, at least one. */
  readonly burst?: number;
  readonly clock: Clock;
}

/** Lets work begin in the order in which it asked, within the limits of one target. */
export interface Limiter {
  /** Throws INTERRUPTED (`sent: no`) when the signal is aborted while waiting; work that has begun has to mind the signal itself. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  readonly running: number;
  readonly waiting: number;
}

interface Waiter {
  readonly begin: () => void;
  gone: boolean;
}

/**
 * A token bucket and a number of slots, fair: strictly first come, first served. A token is spent when work begins, and only
 * together with a slot, so that neither is held while waiting for the other.
 */
export function limiter({ parallel = Infinity, ratePerSecond = Infinity, burst, clock }: RateLimits): Limiter {
  if (!(parallel >= 1) || !(ratePerSecond > 0) || !((burst ?? 1) >= 1)) throw new RangeError('a limiter that lets nothing through');
  const capacity = burst ?? Math.max(1, Math.floor(ratePerSecond));
  let tokens = capacity;
  let filledAt = clock.now();
  let running = 0;
  let waiting = 0;
  let asleep = false;
  // A queue of O(1): taken from `head` on, cut when half of it is history.
  let queue: Waiter[] = [];
  let head = 0;

  const refill = (): void => {
    if (ratePerSecond === Infinity) return;
    const now = clock.now();
    // A clock that was set back gives nothing and takes nothing.
    tokens = Math.min(capacity, tokens + (Math.max(0, now - filledAt) * ratePerSecond) / 1000);
    filledAt = now;
  };
  const takeNext = (): Waiter | undefined => {
    while (head < queue.length && queue[head]?.gone === true) head += 1;
    if (head > 64 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
    return queue[head];
  };
  const pump = (): void => {
    refill();
    for (let next = takeNext(); next !== undefined && running < parallel; next = takeNext()) {
      // A millionth of a token is the rounding error of the refill, not a right.
      if (tokens < 1 - 1e-6) {
        wakeWhenFilled();
        return;
      }
      if (ratePerSecond !== Infinity) tokens -= 1;
      head += 1;
      waiting -= 1;
      running += 1;
      next.begin();
    }
  };
  const wakeWhenFilled = (): void => {
    if (asleep) return;
    asleep = true;
    void clock.sleep(Math.max(1, Math.ceil(((1 - tokens) * 1000) / ratePerSecond))).then(() => {
      asleep = false;
      pump();
    });
  };

  const turn = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiter.gone = true;
        waiting -= 1;
        reject(interrupted(signal, 'no'));
      };
      const waiter: Waiter = {
        gone: false,
        begin: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      queue.push(waiter);
      waiting += 1;
      pump();
    });

  return {
    get running() {
      return running;
    },
    get waiting() {
      return waiting;
    },
    async run(work, signal) {
      stopIfAborted(signal, 'no');
      await turn(signal);
      try {
        // Aborted between the turn and this line: the slot goes back unused.
        stopIfAborted(signal, 'no');
        return await work();
      } finally {
        running -= 1;
        pump();
      }
    },
  };
}
