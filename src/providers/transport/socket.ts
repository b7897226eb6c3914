import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { Fault } from '../../core/diagnostic.ts';
import { brokenRequest, outOfTime, refused, type About } from './http-faults.ts';
import { stopIfAborted } from './interrupted.ts';
import { checkTrust, judged, tlsOptions, type PeerFacts, type Trust } from './trust.ts';

export type { PeerFacts, Trust } from './trust.ts';

export interface DialOptions {
  /** `wss://host:port/path`, or `ws://…` without TLS. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the certificate authorities of this machine. */
  readonly trust?: Trust;
  readonly signal?: AbortSignal;
  /** Until the server has switched to WebSocket. Default: 10 s. */
  readonly connectMs?: number;
  /** A longer message ends the socket with BODY_TOO_LARGE. Default: 64 MiB. */
  readonly messageBytes?: number;
  /** How often to ask for a sign of life; a peer that gives none until the next time is lost. Default: 20 s. */
  readonly pingMs?: number;
  /** Takes known secrets out of what the peer said before it is put in a Fault. */
  readonly redact?: (text: string) => string;
  /** Called from the first frame on, in order; frames that come with the upgrade are not missed. */
  readonly onMessage: (message: string | Uint8Array) => void;
  /** Called once, with CONNECTION_LOST, BODY_TOO_LARGE or, after `close` and `drop`, CLOSED. No message comes after it. */
  readonly onEnd: (why: Fault) => void;
}

export interface WireSocket {
  /** Undefined without TLS. */
  readonly peer: PeerFacts | undefined;
  /** Resolves when it has left for the network, so that whoever awaits it is held back by a slow one. Rejects with the Fault of the end; `sent` tells whether anything left. */
  send(message: string | Uint8Array): Promise<void>;
  /** Reads no more until `resume`: the peer is held back by TCP. */
  pause(): void;
  resume(): void;
  /** Says goodbye (1000) and waits for the answer, 2 s at most. */
  close(): Promise<void>;
  /** Ends it at once: its state is unknown. */
  drop(why: Fault): void;
}

const MiB = 1024 * 1024;
const GOODBYE_MS = 2_000;
const PING_MS = 20_000;
const MOST_OF_A_REFUSAL = 64 * 1024;

/**
 * A WebSocket that stands, or a Fault: CONNECT_REFUSED, DNS, UNREACHABLE, TLS_…, TIMEOUT, HTTP_<status> for a refused upgrade,
 * NOT_HTTP, NOT_WEBSOCKET, INTERRUPTED. The headers, which may hold a key, go only to a server whose certificate has been judged.
 * Compression is not offered: it costs memory for each socket, and the bulk of what is sent is compressed already.
 */
export async function dial(options: DialOptions): Promise<WireSocket> {
  const { url, signal, trust, connectMs = 10_000, redact = (text: string) => text } = options;
  const about: About = { line: `WebSocket ${url.protocol}//${url.host}${url.pathname}`, idempotent: true, redact };
  stopIfAborted(signal, 'no');
  checkTrust(trust);
  const timeout = AbortSignal.timeout(connectMs);
  const until = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const { socket, peer } = await transport({ url, trust, until, about });
    return await upgraded({ options, socket, peer, until, about });
  } catch (error) {
    stopIfAborted(signal, 'no');
    if (timeout.aborted) throw outOfTime({ totalMs: connectMs, stage: 'here', about });
    throw brokenRequest({ error, stage: 'here', about });
  }
}

interface Step {
  readonly until: AbortSignal;
  readonly about: About;
}

/** The connection below, judged. */
async function transport({ url, trust, until, about }: Step & { readonly url: URL; readonly trust: Trust | undefined }): Promise<{
  readonly socket: Socket;
  readonly peer: PeerFacts | undefined;
}> {
  const secure = url.protocol === 'wss:';
  // A URL writes IPv6 in brackets, sockets do not.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (secure ? 443 : 80));
  if (!secure) {
    const socket = connectPlain({ host, port });
    await happens({ socket, event: 'connect', until });
    return { socket, peer: undefined };
  }
  const socket = connectTls({
    host,
    port,
    ...tlsOptions(trust, host),
    // `judged` does it, and can say which certificate it was.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  await happens({ socket, event: 'secureConnect', until });
  try {
    return { socket, peer: judged({ socket, trust, host, line: about.line }) };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function happens({
  socket,
  event,
  until,
}: {
  readonly socket: Socket;
  readonly event: string;
  readonly until: AbortSignal;
}): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      socket.destroy();
      reject(until.reason as Error);
    };
    until.addEventListener('abort', onAbort, { once: true });
    // Stays: a socket that fails later, without anybody who listens, would end the process.
    socket.on('error', reject);
    socket.once(event, () => {
      until.removeEventListener('abort', onAbort);
      resolve();
    });
  });
}

interface Upgrade extends Step {
  readonly options: DialOptions;
  readonly socket: Socket;
  readonly peer: PeerFacts | undefined;
}

function upgraded({ options, socket, peer, until, about }: Upgrade): Promise<WireSocket> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(options.url, {
      createConnection: () => socket,
      headers: { ...options.headers },
      perMessageDeflate: false,
      maxPayload: options.messageBytes ?? 64 * MiB,
    });
    const fail = (error: unknown): void => {
      until.removeEventListener('abort', onAbort);
      reject(error instanceof Error ? error : new Error(String(error)));
      socket.destroy();
    };
    const onAbort = (): void => fail(until.reason);
    until.addEventListener('abort', onAbort, { once: true });
    ws.on('error', (error) => fail(notWebSocket(error, about)));
    ws.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const answered = (): void => {
        const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
        const body = Buffer.concat(chunks).toString('utf8');
        fail(refused({ status: response.statusCode ?? 0, headers, body, about, now: Date.now() }));
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MOST_OF_A_REFUSAL) answered();
      });
      response.on('end', answered);
      response.on('error', answered);
    });
    // Frames may come with the upgrade, so everybody listens before anything else runs.
    ws.once('open', () => {
      until.removeEventListener('abort', onAbort);
      ws.removeAllListeners('error');
      resolve(wire({ ws, socket, peer, options, about }));
    });
  });
}

/** An open socket, with its life watched. */
function wire({
  ws,
  socket,
  peer,
  options,
  about,
}: {
  readonly ws: WebSocket;
  /** The connection below, which hears a long message before its end. */
  readonly socket: Socket;
  readonly peer: PeerFacts | undefined;
  readonly options: DialOptions;
  readonly about: About;
}): WireSocket {
  let why: Fault | undefined;
  let failure: Error | undefined;
  let paused = false;
  /** How much had been heard when the last sign of life was asked for; undefined: none is waited for. */
  let heard: number | undefined;
  const end = (fault: Fault): void => {
    if (why !== undefined) return;
    why = fault;
    clearInterval(watch);
    options.onEnd(fault);
  };
  const drop = (fault: Fault): void => {
    end(fault);
    // A paused socket would never come to see that it is closed.
    ws.resume();
    ws.terminate();
  };
  const watch = setInterval(() => {
    // What is not read cannot be heard: a reader that holds the peer back must not take it for dead.
    if (paused) return;
    if (heard === socket.bytesRead) drop(lost({ about, detail: `it gave no sign of life for ${(options.pingMs ?? PING_MS) / 1000} s` }));
    else if (ws.readyState === WebSocket.OPEN) {
      heard = socket.bytesRead;
      ws.ping();
    }
  }, options.pingMs ?? PING_MS).unref();
  ws.on('message', (data: Buffer, isBinary) => {
    if (why === undefined) options.onMessage(isBinary ? data : data.toString('utf8'));
  });
  ws.on('error', (error) => {
    failure = error;
  });
  ws.on('close', (code, reason) => end(ended({ code, reason: reason.toString('utf8'), failure, about })));
  return {
    peer,
    send: (message) =>
      new Promise((resolve, reject) => {
        if (why !== undefined || ws.readyState !== WebSocket.OPEN) {
          reject(unsent(why ?? lost({ about, detail: 'it is being closed' })));
          return;
        }
        ws.send(message, (error) => {
          if (error === undefined || error === null) resolve();
          else reject(why ?? lost({ about, detail: error.message }));
        });
      }),
    pause() {
      paused = true;
      ws.pause();
    },
    resume() {
      paused = false;
      heard = undefined;
      ws.resume();
    },
    drop,
    close: () =>
      new Promise((resolve) => {
        end(closed());
        if (ws.readyState === WebSocket.CLOSED) {
          resolve();
          return;
        }
        const impatient = setTimeout(() => ws.terminate(), GOODBYE_MS);
        ws.once('close', () => {
          clearTimeout(impatient);
          resolve();
        });
        ws.resume();
        ws.close(1000);
      }),
  };
}

/** Why a socket is no more that we closed ourselves. */
export const closed = (sent: 'no' | 'maybe' = 'maybe'): Fault =>
  new Fault({ code: 'CLOSED', summary: 'the connection was closed by us', hint: 'Run the same command again.' }, { sent });

/** The end of a socket, told to somebody who wanted to send afterwards. */
const unsent = (why: Fault): Fault => new Fault(why.diagnostic, { sent: 'no', retry: why.code === 'CLOSED' ? false : { afterMs: 0 } });

const lost = ({ about, detail, cause }: { readonly about: About; readonly detail: string; readonly cause?: unknown }): Fault =>
  new Fault(
    {
      code: 'CONNECTION_LOST',
      summary: 'the connection was lost',
      detail: about.redact(`${about.line}: ${detail}.`),
      hint: 'Plan again: what had arrived is found out by looking.',
    },
    { sent: 'maybe', retry: { afterMs: 0 }, cause },
  );

interface Ending {
  readonly code: number;
  readonly reason: string;
  readonly failure: Error | undefined;
  readonly about: About;
}

/** Why a socket that we did not close is no more. Names of failures are those of ws 8 (`lib/receiver.js`). */
function ended({ code, reason, failure, about }: Ending): Fault {
  const name = failure !== undefined && 'code' in failure ? failure.code : undefined;
  if (name === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
    return new Fault(
      {
        code: 'BODY_TOO_LARGE',
        summary: 'a message is too large',
        detail: `${about.line}: the server sent one above the limit of this client, and the rest was not read.`,
        hint: 'Ask for less, or give the target a larger limit.',
      },
      { sent: 'maybe' },
    );
  }
  const said = reason === '' ? '' : ` "${reason.replaceAll(/[\p{C}\s]+/gu, ' ')}"`;
  return lost({ about, detail: failure === undefined ? `closed by the server with ${code}${said}` : failure.message, cause: failure });
}

/** A failed handshake: node's HTTP parser and ws each have their own way to say that this is no such server. */
function notWebSocket(error: unknown, about: About): unknown {
  if (!(error instanceof Error)) return error;
  const name = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const http = name.startsWith('HPE_');
  if (!http && !/^Invalid (Upgrade|Sec-WebSocket)|^Server sent/.test(error.message)) return error;
  return new Fault(
    {
      code: http ? 'NOT_HTTP' : 'NOT_WEBSOCKET',
      summary: http ? 'what came back is no HTTP' : 'the server speaks HTTP, and no WebSocket here',
      detail: about.redact(`${about.line}: ${error.message}.`),
      hint: 'Is this the right address and port? A proxy in between has to let WebSocket upgrades through.',
    },
    { sent: 'no', cause: error },
  );
}
