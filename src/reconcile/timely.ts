import { setMaxListeners } from 'node:events';
import { Fault } from '../core/diagnostic.ts';
import type { Run } from './opened.ts';

/**
 * Runs one call with an end to it: the signal it gets is aborted when the time is over or the run is. A call that does not
 * obey its signal is left behind, and its answer, should it ever come, is dropped. The limit is that of one request: a body that makes
 * several says `answered` after each, and the next one has all of it again.
 */
export async function timely<T>(
  run: Pick<Run, 'signal'>,
  limitMs: number,
  body: (signal: AbortSignal, answered: () => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  // One question may be a hundred requests, each with an ear on this signal.
  setMaxListeners(0, controller.signal);
  let stop = (): void => undefined;
  let answered = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    const start = (): NodeJS.Timeout =>
      setTimeout(() => {
        controller.abort();
        reject(tooSlow(limitMs));
      }, limitMs);
    let timer = start();
    let over = false;
    answered = () => {
      if (over) return;
      clearTimeout(timer);
      timer = start();
    };
    const abort = (): void => {
      controller.abort(run.signal.reason);
      reject(interrupted());
    };
    if (run.signal.aborted) abort();
    else run.signal.addEventListener('abort', abort, { once: true });
    stop = (): void => {
      over = true;
      clearTimeout(timer);
      run.signal.removeEventListener('abort', abort);
    };
  });
  try {
    const work = body(controller.signal, answered);
    work.catch(() => undefined); // when the race is lost, the reason has been told already
    return await Promise.race([work, ended]);
  } finally {
    stop();
  }
}

const tooSlow = (limitMs: number): Fault =>
  new Fault(
    {
      code: 'TIMEOUT',
      summary: `no answer within ${limitMs / 1000} s`,
      detail: 'The target took longer than its limit. Whether a change was made is found out by looking at it again.',
      hint: 'A slow target can be given more time: spec.limits.timeoutMs of the Target.',
    },
    { sent: 'maybe', retry: { afterMs: 0 } },
  );

export const interrupted = (): Fault =>
  new Fault(
    {
      code: 'INTERRUPTED',
      summary: 'the run was interrupted',
      detail: 'What had begun is in the journal, and the next run finds out by looking how it ended.',
      hint: 'Run the same command again.',
    },
    { sent: 'maybe' },
  );
