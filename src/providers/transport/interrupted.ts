import { Fault } from '../../core/diagnostic.ts';

/** The caller's signal was aborted: never tried again. `sent` tells what may have happened on the other side by then. */
export const interrupted = (signal: AbortSignal | undefined, sent: Fault['sent']): Fault =>
  new Fault(
    {
      code: 'INTERRUPTED',
      summary: 'the run was interrupted',
      hint: 'Run the same command again: what had begun is found out by looking.',
    },
    { sent, cause: signal?.reason },
  );

/** Throws INTERRUPTED if the signal has been aborted by now. */
export function stopIfAborted(signal: AbortSignal | undefined, sent: Fault['sent']): void {
  if (signal?.aborted === true) throw interrupted(signal, sent);
}
