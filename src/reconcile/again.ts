import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault } from '../core/diagnostic.ts';
import { retrying } from '../providers/transport/retry.ts';
import type { Run } from './opened.ts';

const POLICY = { attempts: 4, baseMs: 250, capMs: 15_000 };

export interface AgainOptions {
  readonly run: Run;
  /** False: what may have reached the other side is not sent a second time, because doing it twice is not doing it once. */
  readonly repeatable: boolean;
  readonly tell?: (retry: { readonly attempt: number; readonly afterMs: number; readonly fault: Diagnostic }) => void;
}

/** Tries a call again only where its fault says that it can help, and a write only where nothing can have happened yet. */
export const again = <T>({ run, repeatable, tell }: AgainOptions, body: () => Promise<T>): Promise<T> =>
  retrying(
    async () => {
      try {
        return await body();
      } catch (error) {
        if (!repeatable && error instanceof Fault && error.sent === 'maybe' && error.retry !== false) {
          throw new Fault(error.diagnostic, { sent: 'maybe', cause: error });
        }
        throw error;
      }
    },
    { ...POLICY, call: run, sleep: (ms, signal) => run.sleep(ms, signal), ...(tell ? { onRetry: tell } : {}) },
  );
