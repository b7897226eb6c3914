import { Fault } from '../core/diagnostic.ts';
import type { Plan } from '../core/plan.ts';
import { FORMAT } from './damage.ts';
import type { Holding, LeaseContent, LeaseRegister, LeftBehind } from './lease-register.ts';
import { isDead, type ProcessIdentity } from './process-identity.ts';

/** Time as the state sees it; tests turn it by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls `task` every so many milliseconds until the returned function is called; keeps no process alive. */
  readonly every: (ms: number, task: () => void) => () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  every(ms, task) {
    const timer = setInterval(task, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** All in milliseconds. The owner begins no call later than expiry minus the longest request; a taker waits expiry plus that plus the skew. */
export interface LeaseTimes {
  readonly ttlMs: number;
  readonly renewMs: number;
  readonly longestRequestMs: number;
  readonly skewMs: number;
}
export const LEASE_TIMES: LeaseTimes = { ttlMs: 120_000, renewMs: 20_000, longestRequestMs: 30_000, skewMs: 5_000 };

/** Who takes leases here. */
export interface Taker {
  readonly holder: string;
  readonly process: ProcessIdentity | undefined;
  readonly clock: Clock;
  readonly times: LeaseTimes;
}

/** A lease that is held: renewed by a heartbeat until it is let go. */
export interface Held {
  readonly epoch: number;
  readonly content: () => LeaseContent;
  readonly stopAt: () => number;
  /** Throws LEASE_LOST when another one has it or it may have expired. `forLong`: it is renewed first if half of it has passed. */
  check(forLong: boolean): Promise<void>;
  /** Writes something else into the lease, such as that what was left behind is dealt with. */
  change(next: (content: LeaseContent) => LeaseContent): Promise<void>;
  /** Lets go. `leaving`: the journal has not reached the state and somebody must still read it. Quiet where the lease is lost. */
  release(leaving: boolean): Promise<void>;
}

/** Whoever may take longer over one request holds the lease for as much longer: there is as much time to work in, and to wait for the last. */
function timesFor(times: LeaseTimes, longestRequestMs = 0): LeaseTimes {
  const more = Math.max(0, longestRequestMs - times.longestRequestMs);
  return { ...times, ttlMs: times.ttlMs + more, longestRequestMs: times.longestRequestMs + more };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * Takes a lease that is free, has long expired, or belonged to a process of this machine that is certainly dead. Throws LEASE_HELD
 * otherwise, with `retry` set to the time when it can be had at the latest. There is no way to force it.
 */
export async function takeLease(options: {
  readonly register: LeaseRegister;
  readonly taker: Taker;
  readonly target: string;
  readonly run: string;
  readonly plan?: Plan | undefined;
  /** How long one request to this target may take, where that is longer than usual. */
  readonly longestRequestMs?: number | undefined;
}): Promise<Held> {
  const { register, taker, target, run, plan } = options;
  const { clock } = taker;
  const times = timesFor(taker.times, options.longestRequestMs);
  const found = await register.read(true);
  const before = found?.content;
  if (before?.by && !mayTake(before.by, clock.now())) throw leaseHeld(target, before.by, clock.now());

  const holding = (): Holding => ({
    holder: taker.holder,
    run,
    takenAt: iso(clock.now()),
    expiresAt: iso(clock.now() + times.ttlMs),
    graceMs: times.longestRequestMs + times.skewMs,
    ...(taker.process ? { process: taker.process } : {}),
  });
  let content: LeaseContent = {
    format: FORMAT,
    epoch: (before?.epoch ?? 0) + 1,
    by: holding(),
    ...(plan && register.apart ? { plan } : {}),
    left: leftBy(before),
  };
  let seen = await register.swap(found?.seen, content);
  if (seen === undefined) {
    const winner = (await register.read(true))?.content.by;
    throw winner ? leaseHeld(target, winner, clock.now()) : contended(target);
  }

  let lost = false;
  let gone = false;
  /** One swap after the other: a heartbeat and a release at once would each undo the other's `seen`. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const put = (next: (content: LeaseContent) => LeaseContent): Promise<void> =>
    inTurn(async () => {
      if (lost || gone) return;
      const wanted = next(content);
      const swapped = await register.swap(seen, wanted);
      if (swapped === undefined) lost = true;
      else [seen, content] = [swapped, wanted];
    });
  const renewed = (current: LeaseContent): LeaseContent =>
    current.by ? { ...current, by: { ...current.by, expiresAt: iso(clock.now() + times.ttlMs) } } : current;
  // A heartbeat that cannot be sent is no reason to stop at once: the lease is good until `stopAt`, and then the owner stops by itself.
  const stop = clock.every(times.renewMs, () => void put(renewed).catch(() => undefined));
  const stopAt = (): number => (content.by && !lost && !gone ? Date.parse(content.by.expiresAt) - times.longestRequestMs : 0);

  return {
    epoch: content.epoch,
    content: () => content,
    stopAt,
    async check(forLong) {
      const due = forLong ? stopAt() - times.ttlMs / 2 : stopAt();
      if (!lost && clock.now() >= due) await put(renewed);
      if (lost || gone || clock.now() >= stopAt()) throw leaseLost(target);
    },
    async change(next) {
      await put((current) => renewed(next(current)));
      if (lost) throw leaseLost(target);
    },
    async release(leaving) {
      stop();
      await put((current) => ({ format: FORMAT, epoch: current.epoch, by: null, left: leaving ? leftBy(current) : current.left }));
      gone = true;
    },
  };
}

/** What the next holder inherits: everything left so far, and the last holder's own work unless it let go with all of it in the state. */
function leftBy(before: LeaseContent | undefined): readonly LeftBehind[] {
  if (!before) return [];
  if (before.by === null) return before.left;
  return [...before.left, { epoch: before.epoch, by: before.by, ...(before.plan ? { plan: before.plan } : {}) }];
}

const freeAt = (by: Holding): number => Date.parse(by.expiresAt) + by.graceMs;
/** Free by the clock, or its holder is a process of this machine that is certainly dead. */
export const mayTake = (by: Holding, now: number): boolean => now >= freeAt(by) || isDead(by.process);

function leaseHeld(target: string, by: Holding, now: number): Fault {
  const until = iso(freeAt(by));
  return new Fault(
    {
      code: 'LEASE_HELD',
      summary: `${target} is being written by ${by.holder} (run ${by.run}) until ${until}`,
      detail:
        `It took the lease at ${by.takenAt} and renews it while it works; ${until} is when it ends if it is not renewed, with time for its ` +
        'last request to end. Two writers at once would each undo what the other does, so there is no way to force it.',
      hint: 'Wait for that run to end. If it is dead, run the same command again after that time.',
    },
    { sent: 'no', retry: { afterMs: Math.max(1000, freeAt(by) - now) } },
  );
}

const contended = (target: string): Fault =>
  new Fault(
    {
      code: 'LEASE_HELD',
      summary: `somebody else took and released the lease of ${target} at this moment`,
      detail: 'Nothing was written.',
      hint: 'Run the same command again.',
    },
    { sent: 'no', retry: { afterMs: 1000 } },
  );

const leaseLost = (target: string): Fault =>
  new Fault(
    {
      code: 'LEASE_LOST',
      summary: `the lease of ${target} is lost: it could not be renewed in time, or somebody else took it after it expired`,
      detail: 'No further step was begun there. What had begun is in the journal and is resolved by looking at the next run.',
      hint: 'Plan again.',
    },
    { sent: 'no' },
  );
