import type { Clock } from '../../transport/clock.ts';
import { stopIfAborted } from '../../transport/interrupted.ts';

/** One answer for many who ask at about the same time. */
export interface Believed<T> {
  /** An answer that is younger than this, asked for anew where there is none. Throws what asking throws, and INTERRUPTED. */
  (youngerThanMs: number, signal: AbortSignal | undefined): Promise<T>;
}

/** `ask` gets no signal: who is interrupted stops waiting, and the others go on. */
export function believed<T>(clock: Pick<Clock, 'now'>, ask: () => Promise<T>): Believed<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return (youngerThanMs, signal) => {
    if (last === undefined || clock.now() - last.at >= youngerThanMs) {
      const mine = { at: clock.now(), answer: ask() };
      last = mine;
      mine.answer.catch(() => {
        if (last === mine) last = undefined;
      });
    }
    return untilAborted(last.answer, signal);
  };
}

function untilAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      try {
        stopIfAborted(signal, 'no');
      } catch (error) {
        reject(error as Error);
      }
    };
    signal.addEventListener('abort', onAbort, { once: true });
    onAbort();
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
