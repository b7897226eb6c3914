import { Fault } from '../../../core/diagnostic.ts';
import type { Stream, StreamOptions } from '../client/index.ts';
import type { Fabric } from '../session.ts';

export interface Following<S> {
  /** Opens the stream. What it is given must be handed on. */
  readonly open: (options: StreamOptions) => Promise<S>;
  /** Runs once the fabric listens, before anything is read. */
  readonly onActive?: (stream: S) => Promise<void>;
  /** Runs when nothing more is read, however that came about, while the stream still stands. */
  readonly onEnd?: (stream: S) => Promise<void>;
  /** How many are read. Default: no end. */
  readonly most?: number | undefined;
  readonly seconds?: number | undefined;
  /** Interrupting ends it as a limit does: whoever follows has seen enough. */
  readonly signal: AbortSignal;
  readonly pause: Fabric['write']['pause'];
}

/** What a stream said, or that it was cut and is back: what was sent meanwhile is lost. */
export type Followed<T> = { readonly item: T } | { readonly gap: true };

/**
 * Reads a stream until it ends, until enough was read, until the time is up or until somebody interrupts. Closes it.
 * Throws the Faults of opening it, and those of a stream that cannot come back.
 */
export async function* follow<T, S extends Stream<T>>(plan: Following<S>): AsyncGenerator<Followed<T>, void, undefined> {
  const { most = Infinity, seconds, signal, pause } = plan;
  let gaps = 0;
  // Interrupting ends the opening; the stream itself ends with `close` alone, so that what `onEnd` sends goes over it still.
  const opening = new AbortController();
  const stop = (): void => opening.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  const stream = await plan
    .open({ signal: opening.signal, onState: (state) => void (gaps += state === 'lost' ? 1 : 0) })
    .finally(() => signal.removeEventListener('abort', stop));
  const over = new AbortController();
  const enough = AbortSignal.any([signal, over.signal]);
  try {
    await plan.onActive?.(stream);
    if (seconds !== undefined) void pause(seconds * 1_000, enough).then(() => over.abort(), onlyInterrupted);
    const items = stream[Symbol.asyncIterator]();
    let told = 0;
    for (let read = 0; read < most; read += 1) {
      const next = await unlessAborted(items.next(), enough);
      if (next === undefined || next.done === true) return;
      if (gaps > told) yield { gap: true };
      told = gaps;
      yield { item: next.value };
    }
  } finally {
    over.abort();
    try {
      await plan.onEnd?.(stream);
    } finally {
      await stream.close();
    }
  }
}

function onlyInterrupted(error: unknown): void {
  if (!(error instanceof Fault) || error.code !== 'INTERRUPTED') throw error;
}

/** Undefined when the signal is aborted first; what is on its way then is nobody's. */
function unlessAborted<T>(next: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    next.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Said where something is missing. */
export const GAP = { line: '(The stream was cut and is back: what was sent meanwhile is lost.)' } as const;
