import type { Clock } from '../../transport/clock.ts';
import type { HttpTimeouts } from '../../transport/http.ts';
import type { RetryOptions, RetryPolicy } from '../../transport/retry.ts';
import type { MessageType, Requests, SubscriptionType, Subscriptions } from './messages/index.ts';
import type { Process } from './models/index.ts';

export interface ColoniesOptions {
  /** `http://host:50080`, or `https://…` of a proxy in front of the server, which has no TLS of its own. */
  readonly address: string;
  /** The private key that requests are signed with, unless a call brings its own: 64 hexadecimal digits. */
  readonly key?: string;
  /** `ca` is PEM text. `insecure` believes anybody, and is for test benches only. Default: the authorities of this machine. */
  readonly tls?: { readonly ca: string } | { readonly insecure: true };
  /** Milliseconds. A long poll gets the time it asks for on top. */
  readonly timeouts?: HttpTimeouts;
  /** Requests at once. Default: 8; long polls count. */
  readonly limits?: { readonly connections?: number; readonly maxBodyBytes?: number };
  /** Default: nothing is tried again. What may have been done and must not be done twice never is. */
  readonly retry?: RetryPolicy & Pick<RetryOptions, 'onRetry'>;
  /** Takes known secrets out of what the server said before it is put in a Fault. Keys of calls are taken out anyway. */
  readonly redact?: (text: string) => string;
  readonly clock?: Clock;
  /** In [0, 1), for the jitter between tries. */
  readonly random?: () => number;
}

export interface CallOptions {
  /** Signs this call instead of the client's key. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

export interface SubscribeOptions extends CallOptions {
  /**
   * What to do when the server hangs up, which it does without a word when the `timeout` of the request is over, and also when it dies.
   * `end` (default): the iteration is over after the timeout, and fails with CONNECTION_LOST before it. `renew`: subscribes again, until
   * the signal is aborted; a connection that cannot be made again fails the iteration.
   */
  readonly after?: 'end' | 'renew';
}

export interface WaitOptions extends CallOptions {
  /** Milliseconds; then a Fault COLONIES_WAIT. Default: for ever. */
  readonly timeoutMs?: number;
}

/** One Colonies server, as the owner of a key may use it. */
export interface ColoniesClient {
  readonly address: string;
  /**
   * One request and its reply. Fault codes: those of the connection (CONNECT_REFUSED, TIMEOUT, …), COLONIES_DENIED, COLONIES_NOT_FOUND,
   * COLONIES_EXISTS, COLONIES_REFUSED, COLONIES_NO_PROCESS, COLONIES_PAUSED, COLONIES_SERVER, COLONIES_REPLY, COLONIES_KEY.
   */
  call<T extends MessageType>(type: T, request: Requests[T]['request'], options?: CallOptions): Promise<Requests[T]['reply']>;
  /** Connects when it is iterated, and hangs up when that ends. */
  subscribe<T extends SubscriptionType>(
    type: T,
    request: Subscriptions[T]['request'],
    options?: SubscribeOptions,
  ): AsyncIterable<Subscriptions[T]['reply']>;
  /** The process as soon as it has ended: successful, failed or cancelled. */
  waitForProcess(process: Pick<Process, 'processid'>, options?: WaitOptions): Promise<Process>;
  /** Ends what is under way with CLOSED. */
  close(): Promise<void>;
}
