import type { Clock } from '../../transport/clock.ts';

export interface LogLines {
  /** Resolves at once, or as soon as less than the limit waits to be sent. Never rejects; after `close` and a refusal it says nothing. */
  write(text: string): Promise<void>;
  /** Resolves when everything that was written has been sent, or refused. */
  close(): Promise<void>;
}

export interface LogOptions {
  /** Sends one message and tries until it is sent. What it throws is a refusal: nothing is sent any more. */
  readonly send: (message: string) => Promise<void>;
  readonly onRefused: (error: unknown) => void;
  readonly clock: Clock;
  /** The least time between two messages, while there is no hurry. */
  readonly pauseMs?: number;
  /** In UTF-16 code units. */
  readonly limits?: { readonly message: number; readonly waiting: number };
}

const LIMITS = { message: 32 * 1024, waiting: 256 * 1024 };

/**
 * Log lines on their way: one request at a time, so that they stay in order, and what is written meanwhile goes with the next one. A
 * server stores a row and wakes its database for each message, whatever its length.
 */
export function logLines({ send, onRefused, clock, pauseMs = 100, limits = LIMITS }: LogOptions): LogLines {
  const queue: string[] = [];
  let waiting = 0;
  let refused = false;
  let pumping: Promise<void> | undefined;
  const hurry = new AbortController();
  let room: { readonly promise: Promise<void>; readonly give: () => void } | undefined;

  const pump = async (): Promise<void> => {
    while (queue.length > 0 && !refused) {
      const message = queue.splice(0, fitting(queue, limits.message)).join('');
      try {
        await send(message);
      } catch (error) {
        refused = true;
        onRefused(error);
      }
      waiting -= message.length;
      if (refused || waiting < limits.waiting) {
        room?.give();
        room = undefined;
      }
      // Whoever is in a hurry wakes it; that is no failure.
      if (!refused && !hurry.signal.aborted) await clock.sleep(pauseMs, hurry.signal).catch(() => undefined);
    }
    pumping = undefined;
  };

  return {
    write(text) {
      if (refused || hurry.signal.aborted || text === '') return Promise.resolve();
      const whole = text.endsWith('\n') ? text : `${text}\n`;
      for (let at = 0; at < whole.length;) {
        const end = endOfPiece(whole, at, limits.message);
        queue.push(whole.slice(at, end));
        at = end;
      }
      waiting += whole.length;
      pumping ??= pump();
      if (waiting < limits.waiting) return Promise.resolve();
      room ??= gate();
      return room.promise;
    },
    async close() {
      hurry.abort();
      await pumping;
    },
  };
}

/** How many of the first pieces go into one message; never none. */
function fitting(queue: readonly string[], most: number): number {
  let length = 0;
  const over = queue.findIndex((piece) => (length += piece.length) > most);
  return over < 0 ? queue.length : Math.max(1, over);
}

/** Where to cut a text that is longer than a message: behind the last line that fits, or else between two characters. */
function endOfPiece(text: string, from: number, most: number): number {
  const end = from + most;
  if (text.length <= end) return text.length;
  const line = text.lastIndexOf('\n', end - 1);
  if (line >= from) return line + 1;
  const isSplitPair = /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(end));
  return isSplitPair && most > 1 ? end - 1 : end;
}

function gate(): { readonly promise: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { promise, give };
}
