import type { Fault } from '../../../core/diagnostic.ts';
import type { WireSocket } from '../../transport/socket.ts';

/** What a socket hears, for one reader at a time. A peer that is quicker than the reader is held back. */
export interface Frames {
  push(frame: string | Uint8Array): void;
  /** After what was heard so far the reader gets this, again and again. Only the first end counts. */
  end(why: Fault): void;
  next(): Promise<string | Fault>;
  /** The socket to hold back; known only once it stands, when it may have been heard already. */
  hold(socket: Pick<WireSocket, 'pause' | 'resume'>): void;
}

const MOST_WAITING = 256;

export function frames(): Frames {
  const waiting: string[] = [];
  let ended: Fault | undefined;
  let reader: ((next: string | Fault) => void) | undefined;
  let socket: Pick<WireSocket, 'pause' | 'resume'> | undefined;
  let held = false;
  const give = (): void => {
    if (reader === undefined) return;
    const next = waiting.shift() ?? ended;
    if (next === undefined) return;
    const to = reader;
    reader = undefined;
    to(next);
  };
  return {
    push(frame) {
      waiting.push(typeof frame === 'string' ? frame : Buffer.from(frame).toString('utf8'));
      give();
      if (waiting.length < MOST_WAITING || held) return;
      held = true;
      socket?.pause();
    },
    end(why) {
      ended ??= why;
      give();
    },
    next: () =>
      new Promise((resolve) => {
        reader = resolve;
        give();
        if (!held || waiting.length > 0) return;
        held = false;
        socket?.resume();
      }),
    hold(given) {
      socket = given;
      if (held) given.pause();
    },
  };
}
