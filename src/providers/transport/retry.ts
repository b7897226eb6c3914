import type { Diagnostic } from '../../core/diagnostic.ts';
import { Fault } from '../../core/diagnostic.ts';
import type { Call } from '../contract.ts';
import type { Clock } from './clock.ts';
import { interrupted } from './interrupted.ts';

export interface RetryPolicy {
  /** How often at most, the first time included. */
  readonly attempts: number;
  /** The pause after the first failure is at most this, after the second at most twice as long, … */
  readonly baseMs: number;
  /** … and never longer than this, unless the server asks for more. */
  readonly capMs: number;
  /** A server that asks for a longer pause than this is not waited for: its fault is passed on. Default: 60 s. */
  readonly patienceMs?: number;
}

export interface RetryOptions extends RetryPolicy {
  readonly call: Pick<Call, 'signal' | 'random'>;
  readonly sleep: Clock['sleep'];
  /** Told before each pause; the caller makes the `retry` event of it. */
  readonly onRetry?: (retry: { readonly attempt: number; readonly afterMs: number; readonly fault: Diagnostic }) => void;
}

/**
 * Runs `fn` again where its Fault says that this can help, with exponential backoff and full jitter: a pause drawn evenly from
 * [0, base · 2ⁿ), so that a hundred clients which failed together do not come back together (Brooker, "Exponential Backoff And
 * Jitter", AWS 2015). The pause a server asked for comes first and the jitter on top of it: never earlier than told.
 *
 * Throws the last Fault, or INTERRUPTED when aborted while pausing. Anything thrown that is no Fault is a bug and passes through.
 */
export async function retrying<T>(fn: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts, baseMs, capMs, patienceMs = 60_000, call, sleep, onRetry } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fn(attempt);
    } catch (error) {
      if (!(error instanceof Fault) || error.retry === false || attempt >= attempts || error.retry.afterMs > patienceMs) throw error;
      if (call.signal.aborted) throw interrupted(call.signal, error.sent);
      const jitter = Math.floor(call.random() * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
      const afterMs = error.retry.afterMs + jitter;
      onRetry?.({ attempt, afterMs, fault: error.diagnostic });
      try {
        await sleep(afterMs, call.signal);
      } catch (reason) {
        if (call.signal.aborted) throw interrupted(call.signal, error.sent);
        throw reason;
      }
    }
  }
}
