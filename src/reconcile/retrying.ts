import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault } from '../core/diagnostic.ts';
import type { Run } from './opened.ts';

const ATTEMPTS = 4;
const BASE_MS = 250;
const CAP_MS = 15_000;

export interface Retrying {
  readonly run: Run;
  /** False: what may have reached the other side is not sent a second time, because doing it twice is not doing it once. */
  readonly repeatable: boolean;
  readonly tell?: (attempt: number, afterMs: number, fault: Diagnostic) => void;
}

/** Tries again only where the fault says that it can help, with exponential backoff and full jitter. */
export async function retrying<T>({ run, repeatable, tell }: Retrying, body: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await body();
    } catch (error) {
      if (!(error instanceof Fault) || error.retry === false || attempt === ATTEMPTS || run.signal.aborted) throw error;
      if (!repeatable && error.sent === 'maybe') throw error;
      const afterMs = Math.max(error.retry.afterMs, Math.round(run.random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt)));
      tell?.(attempt, afterMs, error.diagnostic);
      await run.sleep(afterMs, run.signal);
    }
  }
}
