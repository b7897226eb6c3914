import { Fault } from '../../../core/diagnostic.ts';
import type { Value } from '../../../core/value.ts';
import type { Process } from '../client/models/index.ts';
import type { Outcome } from './events.ts';
import type { Persistent } from './persistent.ts';

interface Closing {
  readonly process: Process;
  readonly call: Persistent;
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** How closing a process came out; `why` says it for anything but success. */
export interface Closed {
  readonly outcome: Outcome;
  readonly why: string;
}

/** The server refuses whoever does not have the process any more: 403, 400 after it was failed, 404 or 500 when it is gone. */
const REFUSALS = new Set(['COLONIES_DENIED', 'COLONIES_REFUSED', 'COLONIES_NOT_FOUND']);

export async function closeSuccessful(closing: Closing, out: readonly Value[]): Promise<Closed> {
  const {
    process: { processid },
    call,
    signal,
  } = closing;
  try {
    // A second time, after an answer that was lost, it stores the same again.
    await call('closesuccessfulmsg', { processid, out }, { signal });
    return { outcome: 'succeeded', why: '' };
  } catch (error) {
    // A handler in JavaScript may return anything, also what goes round in circles.
    if (!(error instanceof Fault)) return closeFailed(closing, [`the output cannot be written as JSON: ${errorsOf(error, false).join()}`]);
    return unclosed(error, signal);
  }
}

export async function closeFailed({ process: { processid }, call, signal }: Closing, errors: readonly string[]): Promise<Closed> {
  const failed: Closed = { outcome: 'failed', why: errors[0] ?? '' };
  let lostAnswer = false;
  try {
    await call('closefailedmsg', { processid, errors: errors.map(storable) }, { signal, onLost: () => void (lostAnswer = true) });
    return failed;
  } catch (error) {
    // `Tried to set failed process as failed`: that was us.
    return lostAnswer && error instanceof Fault && error.code === 'COLONIES_REFUSED' ? failed : unclosed(error, signal);
  }
}

function unclosed(error: unknown, signal: AbortSignal): Closed {
  if (signal.aborted) return { outcome: 'left', why: 'it was not closed in time' };
  if (!(error instanceof Fault)) throw error;
  if (REFUSALS.has(error.code)) return { outcome: 'lost', why: 'the server had taken it away and refused the result' };
  return { outcome: 'left', why: error.diagnostic.summary };
}

/** What was thrown, as the list of errors that a process fails with. */
export function errorsOf(thrown: unknown, stacks: boolean): readonly string[] {
  if (!(thrown instanceof Error)) return [String(thrown)];
  const own = (stacks ? thrown.stack : undefined) ?? (thrown.message === '' ? thrown.name : thrown.message);
  return thrown instanceof AggregateError ? [own, ...thrown.errors.flatMap((one) => errorsOf(one, stacks))] : [own];
}

/** PostgreSQL, in which the server keeps texts, has none with a NUL in it. */
export const storable = (text: string): string => text.replaceAll('\0', '\uFFFD');
