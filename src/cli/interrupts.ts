import type { Terminal } from './frame.ts';

/** What a command knows of Ctrl-C and SIGTERM. */
export interface Interrupts {
  /** Aborted by the first one: nothing new begins. */
  readonly stop: AbortSignal;
  /** Aborted when calls under way are to be given up: by the first one while nothing is written, else by the second. */
  readonly abort: AbortSignal;
  /** From here on steps run that must be let end; `say` tells the person so. Returns what ends this. */
  graceful(say: (text: string) => void): () => void;
  close(): void;
}

/** A key press that reaches a process twice: npx passes on what the terminal has sent to all of them. */
const ONE_PRESS_MS = 50;
const STOPPING = 'Stopping: running steps end and are recorded. Once more aborts them.';
const ABORTING = 'Aborting: what became of running steps is found out by the next run.';

/**
 * While steps run, the first interrupt lets them end and the second gives them up. A third one ends the process as it would any
 * other: whatever hangs by then was asked twice.
 */
export function listenForInterrupts(terminal: Pick<Terminal, 'onInterrupt'>): Interrupts {
  const stop = new AbortController();
  const abort = new AbortController();
  let say: ((text: string) => void) | undefined;
  let last = -Infinity;
  const close = terminal.onInterrupt(() => {
    const now = performance.now();
    const isSame = now - last < ONE_PRESS_MS;
    last = now;
    if (isSame) return;
    const isFirst = !stop.signal.aborted;
    stop.abort();
    if (isFirst && say) {
      say(STOPPING);
      return;
    }
    say?.(ABORTING);
    abort.abort();
    if (!isFirst) close();
  });
  return {
    stop: stop.signal,
    abort: abort.signal,
    graceful(tell) {
      say = tell;
      return () => (say = undefined);
    },
    close,
  };
}
