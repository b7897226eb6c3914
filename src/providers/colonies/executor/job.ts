import { Fault } from '../../../core/diagnostic.ts';
import type { Clock } from '../../transport/clock.ts';
import type { ColoniesClient } from '../client/client.ts';
import type { Process } from '../client/models/index.ts';
import { closeFailed, closeSuccessful, errorsOf, storable, type Closed } from './closing.ts';
import { short, type Outcome, type Tell } from './events.ts';
import { stopped, takenAway, timeLimit } from './faults.ts';
import { logLines } from './log-lines.ts';
import type { Persistent } from './persistent.ts';
import { described, outputOf, type Functions, type Handler } from './task.ts';
import { taskOf } from './task-of.ts';

/** What all jobs of an executor share. */
export interface Shop {
  readonly functions: Functions;
  readonly client: ColoniesClient;
  readonly call: Persistent;
  readonly clock: Clock;
  readonly tell: Tell;
  /** The executor's id. */
  readonly self: string;
  readonly stacks: boolean;
  /** Work that is broken off stays open at the server: the executor is about to be removed, which puts it back into the queue. */
  readonly givesBack: boolean;
  /** Everything is to come to an end now. */
  readonly abort: AbortSignal;
  /** Nobody is waited for any more. */
  readonly gone: AbortSignal;
}

/** A process that runs here. */
export interface Job {
  readonly process: Process;
  /** Rejects with bugs alone: whatever becomes of the process is an outcome. */
  readonly ended: Promise<Outcome>;
  readonly isTakenAway: boolean;
  /** Its handler has come to its end, and the server is being told. */
  readonly isClosing: boolean;
  /** From now on its result is nobody's, and its handler is told so. */
  takeAway(why: string): void;
}

type Result = { readonly returned: Awaited<ReturnType<Handler>> } | { readonly thrown: unknown } | 'abandoned';

/** Carries out one process, from its assignment until it is closed. */
export function job(process: Process, shop: Shop): Job {
  const { functions, client, call, clock, tell, self, abort, gone } = shop;
  const { processid, spec } = process;
  const stop = new AbortController();
  const over = new AbortController();
  let lost: string | undefined;
  let isClosing = false;

  const takeAway = (why: string): void => {
    lost ??= why;
    stop.abort(takenAway(why));
  };
  const lines = logLines({
    send: (message) => call('addlogmsg', { processid, message: storable(message) }, { signal: gone }),
    onRefused: (error) => {
      if (error instanceof Fault && !gone.aborted) takeAway('the server takes no more of its log');
    },
    clock,
  });
  const task = taskOf({ process, client, call, self, signal: stop.signal, gone, log: lines.write });

  const handled = async (handler: Handler): Promise<Result> => {
    try {
      return { returned: await handler(task) };
    } catch (thrown) {
      return { thrown };
    }
  };
  const closed = async (result: Result): Promise<Closed> => {
    const closing = { process, call, signal: gone };
    if (lost !== undefined) return { outcome: 'lost', why: lost };
    if (result === 'abandoned') return { outcome: 'left', why: 'it did not come to its end' };
    if ('returned' in result) return closeSuccessful(closing, result.returned === undefined ? [] : outputOf(result.returned));
    const reason: unknown = stop.signal.reason;
    // To fail it would take its retries from it: the server starts it again, or fails it.
    if (reason instanceof Fault && reason.code === 'COLONIES_TIME_LIMIT') return { outcome: 'lost', why: reason.diagnostic.summary };
    if (abort.aborted && shop.givesBack) return { outcome: 'left', why: 'it goes back to the queue' };
    const errors = errorsOf(result.thrown, shop.stacks);
    return closeFailed(closing, abort.aborted ? [stopped().diagnostic.summary, ...errors] : errors);
  };

  const carryOut = async (): Promise<Outcome> => {
    const began = clock.now();
    tell({ type: 'begun', process, text: `${short(process)} ${spec.funcname} begins` });
    const entry = Object.hasOwn(functions, spec.funcname) ? functions[spec.funcname] : undefined;
    const known = Object.keys(functions).join(', ');
    const handler: Handler =
      entry === undefined
        ? () => {
            throw new Error(`this executor has no function ${spec.funcname}; it has ${known}`);
          }
        : described(entry).run;
    limit();
    const onAbort = (): void => stop.abort(stopped());
    abort.addEventListener('abort', onAbort, { once: true });
    if (abort.aborted) onAbort();
    const result = await Promise.race([handled(handler), abortOf(gone, over.signal).then((): Result => 'abandoned')]);
    isClosing = true;
    abort.removeEventListener('abort', onAbort);
    over.abort();
    await lines.close();
    const { outcome, why } = await closed(result);
    const ms = clock.now() - began;
    tell({ type: 'ended', process, outcome, ms, text: `${short(process)} ${spec.funcname} ${outcome}${why === '' ? '' : `: ${why}`}` });
    return outcome;
  };
  /** Measured from here, so that the two clocks need not agree; 0 is no limit that could be kept: the server fails it within a second. */
  const limit = (): void => {
    if (spec.maxexectime <= 0) return;
    clock.sleep(spec.maxexectime * 1000, over.signal).then(
      () => stop.abort(timeLimit(spec.maxexectime)),
      () => undefined,
    );
  };

  return {
    process,
    ended: carryOut(),
    get isTakenAway() {
      return lost !== undefined;
    },
    get isClosing() {
      return isClosing;
    },
    takeAway,
  };
}

/** Resolves when the signal is aborted; listens no longer than `until`. */
const abortOf = (signal: AbortSignal, until: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, signal: until });
  });
