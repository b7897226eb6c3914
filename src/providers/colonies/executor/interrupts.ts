/** The part of `process` that hears of Ctrl-C and of a service manager that stops its services. */
export interface Signalled {
  on(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** A key press that reaches a process twice: npx and npm pass on what the terminal has sent to all of them. */
const ONE_PRESS_MS = 50;

/**
 * What `runExecutor` wants to know of a process: `signal` is aborted by its first SIGINT or SIGTERM, so that what runs may end, `abort` by
 * the second. The third one ends the process as it would any other.
 */
export function interrupts(
  process: Signalled,
  clock: () => number = () => performance.now(),
): { readonly signal: AbortSignal; readonly abort: AbortSignal } {
  const stop = new AbortController();
  const abort = new AbortController();
  let last = -Infinity;
  const heard = (): void => {
    const now = clock();
    const isSame = now - last < ONE_PRESS_MS;
    last = now;
    if (isSame) return;
    if (!stop.signal.aborted) {
      stop.abort();
      return;
    }
    abort.abort();
    process.off('SIGINT', heard);
    process.off('SIGTERM', heard);
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return { signal: stop.signal, abort: abort.signal };
}
