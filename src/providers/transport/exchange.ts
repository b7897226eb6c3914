import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { About, Stage } from './http-faults.ts';
import { brokenRequest, outOfTime, unusableAnswer } from './http-faults.ts';
import { interrupted } from './interrupted.ts';

export interface Exchange {
  readonly dispatcher: Dispatcher;
  readonly method: string;
  /** With its query, as it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | Readable | undefined;
  readonly signal: AbortSignal;
  readonly totalMs: number;
  readonly headersMs: number;
  readonly bodyMs: number;
  readonly maxBodyBytes: number;
  /** Gets the body of a 2xx piece by piece: the answer has no body then. */
  readonly sink: Sink | undefined;
  readonly about: About;
}

/**
 * Takes a piece of a body that is too large to be held. What it throws ends the exchange and comes out of it. It is done with the piece
 * when it returns, so that no more than one is ever held: undici 7.30 dies of an assertion where a server hangs up on a paused answer.
 */
export type Sink = (piece: Uint8Array) => void;

export interface Answer {
  readonly status: number;
  /** Names in lower case; values of a repeated header are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * One request and its whole answer, within its limits of time and size, whatever the peer does. Rejects with a Fault, or with what the
 * sink threw, and with nothing else.
 *
 * undici's dispatch is used directly, below its `request()`: only the handler is told when a request leaves the queue of its
 * connection, and that moment is the border between `sent: no` and `sent: maybe`.
 */
export function exchange(wanted: Exchange): Promise<Answer> {
  const { dispatcher, signal, totalMs, maxBodyBytes, sink, about } = wanted;
  if (signal.aborted) return Promise.reject(interrupted(signal, 'no'));
  return new Promise((resolve, reject) => {
    let stage: Stage = 'here';
    let settled = false;
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: Readonly<Record<string, string>> = {};
    const chunks: Buffer[] = [];
    let size = 0;

    const settle = (): void => {
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    /** Ends it from our side: the caller is told at once, and the connection, whose state is unknown now, is thrown away. */
    const giveUp = (fault: Error): void => {
      if (settled) return;
      settle();
      reject(fault);
      controller?.abort(fault);
    };
    const tooLarge = (): void => {
      const limit = `The answer is larger than the limit of ${maxBodyBytes} bytes.`;
      giveUp(unusableAnswer({ code: 'BODY_TOO_LARGE', summary: 'the answer is too large', status, about, detail: limit }));
    };
    const onAbort = (): void => giveUp(interrupted(signal, stage === 'here' ? 'no' : 'maybe'));
    const timer = setTimeout(() => giveUp(outOfTime({ totalMs, stage, about })), totalMs);
    signal.addEventListener('abort', onAbort, { once: true });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(given) {
        controller = given;
        // Given up while it waited for a connection: it is taken back here, before a byte of it is written.
        if (settled) given.abort(new Error('given up'));
        else stage = 'away';
      },
      onResponseStart(_controller, code, received) {
        // 1xx says that the answer is still to come (RFC 9110 §15.2).
        if (settled || code < 200) return;
        stage = 'answering';
        status = code;
        headers = flat(received);
        if (Number(headers['content-length'] ?? 0) > maxBodyBytes && wanted.method !== 'HEAD') tooLarge();
      },
      onResponseData(_controller, chunk) {
        if (settled) return;
        size += chunk.length;
        if (size > maxBodyBytes) tooLarge();
        else if (sink === undefined || status >= 300) chunks.push(chunk);
        else {
          try {
            sink(chunk);
          } catch (error) {
            giveUp(error as Error);
          }
        }
      },
      onResponseEnd() {
        if (settled) return;
        settle();
        resolve({ status, headers, body: Buffer.concat(chunks) });
      },
      onResponseError(_controller, error) {
        if (settled) return;
        settle();
        reject(brokenRequest({ error, stage, about }));
      },
    };
    try {
      dispatcher.dispatch(
        {
          method: wanted.method as Dispatcher.HttpMethod,
          path: wanted.path,
          headers: { ...wanted.headers },
          body: wanted.body ?? null,
          headersTimeout: wanted.headersMs,
          bodyTimeout: wanted.bodyMs,
        },
        handler,
      );
    } catch (error) {
      giveUp(brokenRequest({ error, stage: 'here', about }));
    }
  });
}

const flat = (headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
