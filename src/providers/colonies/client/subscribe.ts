import { Fault } from '../../../core/diagnostic.ts';
import type { Clock } from '../../transport/clock.ts';
import { interrupted, stopIfAborted } from '../../transport/interrupted.ts';
import { closed, dial, type WireSocket } from '../../transport/socket.ts';
import type { CallOptions, ColoniesOptions, SubscribeOptions } from './client.ts';
import { Unfit } from './codec.ts';
import { opened, sealed } from './envelope.ts';
import { keyMissing, refusal, unusableReply, type Asked } from './faults.ts';
import { frames } from './frames.ts';
import { idOf } from './keys.ts';
import { subscriptions, type SubscriptionType, type Subscriptions } from './messages/index.ts';
import { placeOf } from './resume.ts';

type Request<T extends SubscriptionType> = Subscriptions[T]['request'];
type Reply<T extends SubscriptionType> = Subscriptions[T]['reply'];

/**
 * What a socket tells. Its last word is how it ended. `over`: the time that was asked for has passed. `lost`: the server went away before.
 */
export type Heard<T extends SubscriptionType> =
  { readonly is: 'told'; readonly reply: Reply<T> } | { readonly is: 'over' } | { readonly is: 'lost'; readonly fault: Fault };

/** Subscriptions over `/pubsub`, each iteration with a socket of its own. */
export interface Subscriber {
  subscribe<T extends SubscriptionType>(type: T, request: Request<T>, options?: SubscribeOptions): AsyncIterable<Reply<T>>;
  /** Several requests on one socket, which the server closes when the time of the first of them is over. */
  listen<T extends SubscriptionType>(type: T, requests: readonly Request<T>[], options: CallOptions): AsyncIterable<Heard<T>>;
  close(): void;
}

/** The server's timers count from a moment that we do not see. */
const SLACK_MS = 1_000;
/** A server that hangs up has done so by then; one whose channel is gone says nothing and keeps the socket. */
const GRACE_MS = 5_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const PAUSE_MS = 1_000;
/** In a row, with pauses of 1, 2, 4, 8 and 16 s between them: long enough for a server that is restarted. */
const MOST_LOSSES = 5;

type Options = ColoniesOptions & { readonly redact: (text: string) => string; readonly clock: Clock };

export function subscriber(options: Options): Subscriber {
  const { address, clock, redact } = options;
  const live = new Set<WireSocket>();

  async function* listen<T extends SubscriptionType>(
    type: T,
    requests: readonly Request<T>[],
    { key = options.key, signal }: CallOptions,
  ): AsyncGenerator<Heard<T>> {
    const { signer, effect, reply } = subscriptions[type];
    if (key === undefined) throw keyMissing(type, signer);
    const asked: Asked = { type, signer, effect, address, redact, id: () => idOf(key) };
    const sealedRequests = requests.map((request) => JSON.stringify(sealed(type, request, key)));
    const spanMs = Math.min(...requests.map(({ timeout }) => spanOf(type, timeout)));
    stopIfAborted(signal, 'no');

    const incoming = frames();
    const socket = await dial({
      url: pubsub(address),
      ...(options.tls === undefined ? {} : { trust: options.tls }),
      ...(signal === undefined ? {} : { signal }),
      ...(options.timeouts?.connect === undefined ? {} : { connectMs: options.timeouts.connect }),
      // While the server serves a channel it reads nothing, and so answers no ping.
      ...(type === 'subscribechannelmsg' ? { pingMs: timer(spanMs + 2 * GRACE_MS) } : {}),
      redact,
      onMessage: incoming.push,
      onEnd: incoming.end,
    });
    live.add(socket);
    incoming.hold(socket);
    const onAbort = (): void => socket.drop(interrupted(signal, 'maybe'));
    signal?.addEventListener('abort', onAbort, { once: true });
    // Aborted while it was dialled, in the moment before anybody listened.
    if (signal?.aborted === true) onAbort();
    const begun = clock.now();
    let overdue = false;
    const late = setTimeout(
      () => {
        overdue = true;
        incoming.end(closed());
      },
      timer(spanMs + GRACE_MS),
    );
    try {
      for (const request of sealedRequests) await socket.send(request);
      for (;;) {
        const frame = await incoming.next();
        if (frame instanceof Fault) {
          const inTime = frame.code === 'CONNECTION_LOST' && clock.now() - begun >= spanMs - SLACK_MS;
          if (frame.code !== 'CONNECTION_LOST' && !overdue) throw frame;
          return yield inTime || overdue ? { is: 'over' } : { is: 'lost', fault: frame };
        }
        const told = read(frame, asked, (payload) => reply.read(payload, 'its payload') as Reply<T>);
        // A channel has had its time: the server says so by an empty list, and keeps the socket.
        if (Array.isArray(told) && told.length === 0) return yield { is: 'over' };
        yield { is: 'told', reply: told };
      }
    } finally {
      clearTimeout(late);
      signal?.removeEventListener('abort', onAbort);
      live.delete(socket);
      socket.drop(closed());
    }
  }

  async function* subscribe<T extends SubscriptionType>(
    type: T,
    request: Request<T>,
    { after = 'end', ...how }: SubscribeOptions = {},
  ): AsyncGenerator<Reply<T>> {
    const place = placeOf(type, request);
    let stood = false;
    for (let losses = 0; ;) {
      let lost: Fault | undefined;
      try {
        for await (const heard of listen(type, [place.request()], how)) {
          stood = true;
          if (heard.is === 'lost') lost = heard.fault;
          if (heard.is !== 'told') continue;
          losses = 0;
          const news = place.take(heard.reply);
          if (news !== undefined) yield news;
        }
      } catch (error) {
        // One that stood once, and that cannot be made again just now.
        if (!stood || after === 'end' || !(error instanceof Fault) || error.retry === false) throw error;
        lost = error;
      }
      if (lost === undefined) {
        if (after === 'end') return;
        continue;
      }
      losses += 1;
      if (after === 'end' || losses > MOST_LOSSES) throw lost;
      await pause(clock, how.signal, PAUSE_MS * 2 ** (losses - 1));
    }
  }

  return {
    subscribe,
    listen,
    close() {
      for (const socket of live) socket.drop(closed());
    },
  };
}

/** Waits for a second. Throws INTERRUPTED. */
export async function pause(clock: Clock, signal: AbortSignal | undefined, ms = PAUSE_MS): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    stopIfAborted(signal, 'no');
    throw error;
  }
}

function read<T>(
  frame: string,
  asked: Asked,
  take: (payload: Parameters<(typeof subscriptions)[SubscriptionType]['reply']['read']>[0]) => T,
): T {
  try {
    const answer = opened(frame);
    if ('refused' in answer) throw refusal(answer.refused, asked);
    // Events of both kinds of process subscription are called by the name of the first.
    const wanted = asked.type === 'subscribechannelmsg' ? asked.type : 'subscribeprocessmsg';
    if (answer.payloadtype !== wanted) throw unusableReply(`its payloadtype is "${answer.payloadtype}"`, asked);
    return take(answer.payload);
  } catch (error) {
    throw error instanceof Unfit ? unusableReply(error.message, asked) : error;
  }
}

function pubsub(address: string): URL {
  const url = new URL(address);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.pathname = `${url.pathname.replace(/\/$/, '')}/pubsub`;
  return url;
}

/** For a channel a timeout of 0 is one of 30 s; for the others it is over at once, as a negative one is. */
const spanOf = (type: SubscriptionType, seconds: number): number =>
  type === 'subscribechannelmsg' && seconds === 0 ? 30_000 : Math.max(0, seconds) * 1000;

const timer = (ms: number): number => Math.min(ms, LONGEST_TIMER_MS);
