import { Fault } from '../../../core/diagnostic.ts';
import { interrupted } from '../../transport/interrupted.ts';

interface Pooled {
  close(): Promise<void>;
}

export interface PoolOptions<S> {
  /** How many there may be. */
  readonly most: number;
  /** How many users one may have at a time. */
  readonly capacity: (socket: S) => number;
  /** `onEnd` is to be called when it is of no more use. */
  readonly open: (onEnd: () => void) => Promise<S>;
}

export interface Pool<S> {
  /** Runs `work` on the socket with the fewest users, opening another one while there may be more. First come, first served. */
  use<T>(signal: AbortSignal | undefined, work: (socket: S) => Promise<T>): Promise<T>;
  size(): number;
  /** Whoever waits, or comes later, gets the fault. */
  close(why: Fault): Promise<void>;
}

interface Waiting<S> {
  readonly take: (socket: S) => void;
  readonly fail: (error: unknown) => void;
}

/** A few sockets that are opened when they are first wanted, and again after they were lost. */
export function pool<S extends Pooled>({ most, capacity, open }: PoolOptions<S>): Pool<S> {
  const users = new Map<S, number>();
  const queue = new Set<Waiting<S>>();
  let opening = 0;
  /** Below `most` once the server refused another socket while some stood. */
  let ceiling = most;
  let ended: Fault | undefined;

  const least = (): S | undefined => {
    let best: S | undefined;
    let load = Infinity;
    for (const [socket, count] of users) if (count < load && count < capacity(socket)) [best, load] = [socket, count];
    return best;
  };
  const pump = (): void => {
    for (const waiting of queue) {
      const socket = least();
      const more = users.size + opening < ceiling;
      // A free socket first, then another one, and only then a place beside somebody else.
      if (socket !== undefined && (users.get(socket) === 0 || !more)) {
        queue.delete(waiting);
        users.set(socket, (users.get(socket) ?? 0) + 1);
        waiting.take(socket);
      } else {
        if (more && opening < queue.size) void add();
        else return;
      }
    }
  };
  const add = async (): Promise<void> => {
    opening += 1;
    let alive = true;
    let socket: S | undefined;
    const onEnd = (): void => {
      alive = false;
      if (socket !== undefined) users.delete(socket);
      if (users.size === 0) ceiling = most;
      pump();
    };
    try {
      socket = await open(onEnd);
      opening -= 1;
      if (ended !== undefined) void socket.close();
      else if (alive) users.set(socket, 0);
    } catch (error) {
      opening -= 1;
      const [first] = queue;
      if (users.size > 0) ceiling = users.size;
      else if (first !== undefined) {
        queue.delete(first);
        first.fail(error);
      }
    }
    pump();
  };
  const taken = (signal: AbortSignal | undefined): Promise<S> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        queue.delete(waiting);
        reject(interrupted(signal, 'no'));
      };
      const done = (): void => signal?.removeEventListener('abort', onAbort);
      const waiting: Waiting<S> = {
        take: (socket) => {
          done();
          resolve(socket);
        },
        fail: (error) => {
          done();
          reject(error as Error);
        },
      };
      if (signal?.aborted === true) onAbort();
      else if (ended !== undefined) waiting.fail(ended);
      else {
        signal?.addEventListener('abort', onAbort, { once: true });
        queue.add(waiting);
        pump();
      }
    });

  return {
    async use(signal, work) {
      const socket = await taken(signal);
      try {
        return await work(socket);
      } finally {
        const count = users.get(socket);
        if (count !== undefined) users.set(socket, count - 1);
        pump();
      }
    },
    size: () => users.size,
    async close(why) {
      ended = new Fault(why.diagnostic, { sent: 'no' });
      for (const waiting of queue) waiting.fail(ended);
      queue.clear();
      await Promise.all([...users.keys()].map((socket) => socket.close()));
    },
  };
}
