import type { Clock } from '../../transport/clock.ts';
import type { HttpTimeouts } from '../../transport/http.ts';
import type { RetryOptions, RetryPolicy } from '../../transport/retry.ts';
import type { MessageType, Requests, SubscriptionType, Subscriptions } from './messages/index.ts';
import type { FuncSpecDraft, Int64, Log, Process, ProcessGraph, WorkflowSpecDraft } from './models/index.ts';

export interface ColoniesOptions {
  /** `http://host:50080`, or `https://…` of a proxy in front of the server, which has no TLS of its own. */
  readonly address: string;
  /** The private key that requests are signed with, unless a call brings its own: 64 hexadecimal digits. */
  readonly key?: string;
  /** `ca` is PEM text. `insecure` believes anybody, and is for test benches only. Default: the authorities of this machine. */
  readonly tls?: { readonly ca: string } | { readonly insecure: true };
  /** Milliseconds. A long poll gets the time it asks for on top. */
  readonly timeouts?: HttpTimeouts;
  /** Requests at once: `connections` (default 8), and beside them `polls` that wait for a process (default 64). */
  readonly limits?: { readonly connections?: number; readonly polls?: number; readonly maxBodyBytes?: number };
  /** Default: nothing is tried again. What may have been done and must not be done twice never is. */
  readonly retry?: RetryPolicy & Pick<RetryOptions, 'onRetry'>;
  /** Takes known secrets out of what the server said before it is put in a Fault. */
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
   * `end` (default): the iteration is over after the timeout, and fails with CONNECTION_LOST before it. `renew`: subscribes again until the
   * signal is aborted; a server that is gone is tried for half a minute.
   */
  readonly after?: 'end' | 'renew';
}

export interface WaitOptions extends CallOptions {
  /** Milliseconds; then a Fault COLONIES_WAIT. Default: for ever. */
  readonly timeoutMs?: number;
}

export type LogsOf =
  { readonly colonyname: string; readonly processid: string } | { readonly colonyname: string; readonly executorname: string };

export interface FollowOptions extends CallOptions {
  /** Unix nanoseconds: only lines after that. Default: all. */
  readonly since?: Int64;
  /** How often to look, in milliseconds. Default: 1000. */
  readonly pollMs?: number;
}

/** One Colonies server, as the owner of a key may use it. */
export interface ColoniesClient {
  readonly address: string;
  /**
   * One request and its reply. Fault codes: those of the connection (CONNECT_REFUSED, TIMEOUT, …), COLONIES_KEY and COLONIES_KEY_MISSING
   * before anything is sent; COLONIES_NO_COLONY, COLONIES_NOT_MEMBER, COLONIES_NOT_OWNER, COLONIES_DENIED, COLONIES_NOT_FOUND,
   * COLONIES_EXISTS, COLONIES_IN_USE, COLONIES_NO_PROCESS, COLONIES_PAUSED, COLONIES_REFUSED, COLONIES_SIGNATURE, COLONIES_UNSERVED,
   * COLONIES_SERVER in the server's words; and COLONIES_REPLY for what is no reply.
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
  /** `submitfuncspecmsg` with the limits that are left out being none: the server would take them for 0 (see specOf). */
  submit(spec: FuncSpecDraft, options?: CallOptions): Promise<Process>;
  submitWorkflow(spec: WorkflowSpecDraft, options?: CallOptions): Promise<ProcessGraph>;
  /** Every line once. Ends with the process; lines of an executor never do. */
  followLogs(of: LogsOf, options?: FollowOptions): AsyncIterable<Log>;
  /** Ends what is under way with CLOSED. */
  close(): Promise<void>;
}
