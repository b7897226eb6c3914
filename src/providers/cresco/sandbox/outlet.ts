import type { WebSocket } from 'ws';
import type { World } from './world.ts';

/** Above so many bytes waiting for a reader, whoever sends to it over a socket is read no further. */
const HIGH = 1024 * 1024;
/** Above so many, what a plugin publishes is lost for that reader: a plugin cannot be made to wait. */
const FULL = 16 * 1024 * 1024;
/** A reader that takes nothing for so long is cut off, in milliseconds: it would hold up everybody else. */
const STALLED_MS = 30_000;

/** The way out to one reader, which may be slower than what is sent to it. */
export interface Outlet {
  /** False: dropped, because too much is waiting already. */
  send(frame: string | Uint8Array, options: { readonly canWait: boolean }): boolean;
  /** More is waiting than should be. */
  readonly behind: boolean;
  /** Resolves when the reader has caught up or is gone. */
  caughtUp(): Promise<void>;
}

/** Memory stays flat however much is published: senders on sockets wait for their readers, plugins' messages are dropped. */
export function openOutlet(world: World, socket: WebSocket): Outlet {
  let waiting: (() => void)[] = [];
  /** Of frames that went out to the operating system, to see whether a reader takes any. */
  let sent = 0;
  const release = (): void => {
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve();
  };
  const outlet: Outlet = {
    get behind() {
      return socket.readyState === socket.OPEN && socket.bufferedAmount > HIGH;
    },
    send(frame, { canWait }) {
      if (socket.readyState !== socket.OPEN || (!canWait && socket.bufferedAmount > FULL)) return false;
      socket.send(frame, () => {
        sent += 1;
        if (!outlet.behind) release();
      });
      return true;
    },
    caughtUp() {
      if (!outlet.behind) return Promise.resolve();
      return new Promise((resolve) => {
        if (waiting.push(resolve) === 1) world.background(watch);
      });
    },
  };
  const watch = async (): Promise<void> => {
    for (let last = -1; waiting.length > 0 && last !== sent; await world.sleep(STALLED_MS)) last = sent;
    if (waiting.length > 0) socket.terminate();
  };
  socket.on('close', release);
  return outlet;
}
