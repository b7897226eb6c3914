import { Fault } from '../../../core/diagnostic.ts';
import type { Clock } from '../../transport/clock.ts';
import { interrupted } from '../../transport/interrupted.ts';
import { closed, type WireSocket } from '../../transport/socket.ts';
import { backlog } from './backlog.ts';
import type { Listeners } from './dialling.ts';
import { streamRefused } from './faults.ts';
import type { Stream, StreamOptions } from './streams.ts';

export interface StreamPlan<T> {
  readonly line: string;
  readonly dial: (listeners: Listeners) => Promise<WireSocket>;
  /** Sent first, where it is the client that speaks first. */
  readonly hello?: string;
  /** Undefined: the message was meant for us and not for the reader. */
  readonly read: (message: string | Uint8Array) => T | undefined;
  /** Each time the fabric listens again, and each time it is lost. */
  readonly onActive?: () => void;
  readonly onLost?: (why: Fault) => void;
  readonly options: StreamOptions | undefined;
  /** Aborted when the client is closed. */
  readonly closing: AbortSignal;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface StreamSocket<T> extends Stream<T> {
  /** Rejects with CONNECTION_LOST while the stream is cut. */
  send(message: string | Uint8Array): Promise<void>;
}

const ACTIVATION_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const BUFFER_BYTES = 4 * 1024 * 1024;

/**
 * A socket that is activated, read with back-pressure, and activated anew whenever it was cut. The server says in its first frame
 * whether it listens; everything after that is data. Resolves when it listens for the first time; a first failure is the caller's.
 */
export async function streamSocket<T>(plan: StreamPlan<T>): Promise<StreamSocket<T>> {
  const { options = {}, closing, clock, random } = plan;
  const ending = new AbortController();
  const own = AbortSignal.any([ending.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const until = AbortSignal.any([own, closing]);
  const stopped = (): Fault => (options.signal?.aborted === true ? interrupted(options.signal, 'no') : closed('no'));
  let wire: WireSocket | undefined;
  const waiting = backlog<T>({
    most: options.bufferBytes ?? BUFFER_BYTES,
    onFull: () => wire?.pause(),
    onRoom: () => wire?.resume(),
  });

  const activated = async (): Promise<void> => {
    let settle: (outcome: Fault | undefined) => void = () => undefined;
    const first = new Promise<Fault | undefined>((resolve) => (settle = resolve));
    let active = false;
    const onMessage = (message: string | Uint8Array): void => {
      const refusal = active ? undefined : activation(message, plan.line);
      if (refusal === undefined) {
        const item = plan.read(message);
        if (item !== undefined) waiting.add(item, message.length);
        return;
      }
      active = refusal === 'active';
      settle(refusal === 'active' ? undefined : refusal);
    };
    let over: Fault | undefined;
    let standing = false;
    const onEnd = (why: Fault): void => {
      over = why;
      settle(why);
      if (!standing || wire === undefined) return;
      wire = undefined;
      lost(why);
    };
    const socket = await plan.dial({ signal: own, onMessage, onEnd });
    const timer = setTimeout(() => settle(silent(plan.line)), ACTIVATION_MS);
    const onAbort = (): void => settle(stopped());
    until.addEventListener('abort', onAbort, { once: true });
    try {
      if (plan.hello !== undefined) await socket.send(plan.hello);
      const fault = until.aborted ? stopped() : ((await first) ?? over);
      if (fault !== undefined) {
        socket.drop(fault);
        throw fault;
      }
    } finally {
      clearTimeout(timer);
      until.removeEventListener('abort', onAbort);
    }
    standing = true;
    wire = socket;
    if (waiting.full()) socket.pause();
    options.onState?.('active');
    plan.onActive?.();
  };

  const lost = (why: Fault): void => {
    plan.onLost?.(why);
    if (until.aborted) return;
    options.onState?.('lost');
    void again();
  };
  /** Until it listens, is closed, or gets an answer that trying again cannot change. */
  const again = async (): Promise<void> => {
    for (let attempt = 0; !until.aborted; attempt += 1) {
      try {
        await clock.sleep(random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt), until);
        await activated();
        return;
      } catch (error) {
        if (until.aborted) return;
        if (error instanceof Fault && error.retry !== false) continue;
        waiting.end({ error });
        return;
      }
    }
  };
  const close = async (): Promise<void> => {
    waiting.end({ discard: true });
    ending.abort();
    const socket = wire;
    wire = undefined;
    await socket?.close();
  };

  await activated();
  const stop = (): void => {
    const error = stopped();
    waiting.end({ error, discard: true });
    wire?.drop(error);
  };
  if (until.aborted) stop();
  else until.addEventListener('abort', stop, { once: true });
  return {
    active: () => wire !== undefined,
    close,
    send: (message) => wire?.send(message) ?? Promise.reject(until.aborted ? stopped() : cut(plan.line)),
    [Symbol.asyncIterator]: () => waiting.iterator(close),
  };
}

/** `active` or why not, for the server's first word; undefined for data that was faster. */
function activation(message: string | Uint8Array, line: string): 'active' | Fault | undefined {
  if (typeof message !== 'string' || !message.startsWith('{')) return undefined;
  try {
    const told = JSON.parse(message) as Readonly<Record<string, unknown>>;
    if (told['status_code'] === undefined) return undefined;
    return String(told['status_code']) === '10'
      ? 'active'
      : streamRefused(line, `${String(told['status_code'])} ${String(told['status_desc'])}`);
  } catch {
    // Data need not be JSON.
    return undefined;
  }
}

const silent = (line: string): Fault =>
  new Fault(
    {
      code: 'TIMEOUT',
      summary: `no whole answer within ${ACTIVATION_MS / 1000} s`,
      detail: `${line}: the server took the socket, and did not say that it listens.`,
      hint: 'A controller that is just starting is not ready to listen yet.',
    },
    { sent: 'no', retry: { afterMs: 0 } },
  );

const cut = (line: string): Fault =>
  new Fault(
    {
      code: 'CONNECTION_LOST',
      summary: 'the connection was lost',
      detail: `${line}: it is being connected anew. Nothing was sent.`,
      hint: 'Send it again when the stream is active.',
    },
    { sent: 'no', retry: { afterMs: 1_000 } },
  );
