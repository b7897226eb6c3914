import { setMaxListeners } from 'node:events';
import type { Clock } from '../../transport/clock.ts';
import type { ExecutorOptions } from './options.ts';

/** How an executor comes to its end, in three signals that follow each other. */
export interface Ending {
  /** Nothing new is begun. */
  readonly drain: AbortSignal;
  /** What runs is told to stop. */
  readonly abort: AbortSignal;
  /** Nobody is waited for any more. */
  readonly gone: AbortSignal;
  /** It cannot go on: drains, and is gone after the time of grace. */
  fail(error: unknown): void;
  /** Throws what it failed with. */
  check(): void;
  close(): void;
}

interface EndingOptions {
  readonly options: Pick<ExecutorOptions, 'abort' | 'drainMs' | 'graceMs'>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export function ending({ options: { abort, drainMs, graceMs = 10_000 }, signal, clock }: EndingOptions): Ending {
  const drain = new AbortController();
  const stop = new AbortController();
  const gone = new AbortController();
  const closed = new AbortController();
  // Every request that is under way listens, however many there are: that is no leak.
  setMaxListeners(0, drain.signal, stop.signal, gone.signal);
  let failure: { readonly error: unknown } | undefined;

  const when = (source: AbortSignal, then: () => void): void => {
    if (source.aborted) then();
    else source.addEventListener('abort', then, { once: true, signal: closed.signal });
  };
  const later = (ms: number, then: () => void): void => void clock.sleep(ms, closed.signal).then(then, () => undefined);

  when(drain.signal, () => {
    if (drainMs !== undefined) later(drainMs, () => stop.abort());
  });
  when(stop.signal, () => {
    drain.abort();
    later(graceMs, () => gone.abort());
  });
  when(signal, () => drain.abort());
  if (abort !== undefined) when(abort, () => stop.abort());
  return {
    drain: drain.signal,
    abort: stop.signal,
    gone: gone.signal,
    fail(error) {
      failure ??= { error };
      drain.abort();
      later(graceMs, () => gone.abort());
    },
    check() {
      if (failure !== undefined) throw failure.error;
    },
    close: () => closed.abort(),
  };
}
