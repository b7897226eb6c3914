import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A request as it came in. `n` counts from 1 over the life of the peer, `connection` too. */
export interface Seen {
  readonly n: number;
  readonly connection: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a peer does with a request: a decent answer, or bytes and deeds one after another. */
export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
      readonly json?: unknown;
      readonly delayMs?: number;
    }
  | { readonly acts: readonly Act[] };

/** One deed on the bare connection. `forever` repeats its bytes until the other side goes away. */
export type Act =
  | { readonly bytes: string | Uint8Array }
  | { readonly waitMs: number }
  | { readonly drip: string; readonly everyMs: number }
  | { readonly forever: string }
  /** A clean end of the connection, and one by RST. */
  | { readonly drop: 'end' | 'reset' }
  /** Keeps the connection open and says nothing more. */
  | { readonly hang: true };

export interface HttpPeer {
  readonly base: string;
  readonly requests: readonly Seen[];
  /** How many connections were made so far, and how many requests were under way at once at most. */
  readonly connections: number;
  readonly busiest: number;
  /** Cuts every connection, those with a request under way as well, and goes on at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** One reply for each request, the last one for all that follow; or a function of the request. */
export type Script = readonly [Reply, ...Reply[]] | ((request: Seen) => Reply | Promise<Reply>);

/** Replies that peers on bad days give, by what is wrong with them. */
export const bad = {
  dropped: { acts: [{ drop: 'end' }] },
  reset: { acts: [{ drop: 'reset' }] },
  silent: { acts: [{ hang: true }] },
  halfHeaders: { acts: [{ bytes: 'HTTP/1.1 200 OK\r\ncontent-le' }, { drop: 'end' }] },
  halfBody: { acts: [{ bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{"half":' }, { drop: 'end' }] },
  halfChunk: { acts: [{ bytes: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n20\r\n{"half":' }, { drop: 'end' }] },
  hangingBody: { acts: [{ bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{"half":' }, { hang: true }] },
  drippingBody: { acts: [{ bytes: 'HTTP/1.1 200 OK\r\n\r\n' }, { drip: ' '.repeat(1e6), everyMs: 5 }] },
  endlessBody: { acts: [{ bytes: 'HTTP/1.1 200 OK\r\n\r\n' }, { forever: 'x'.repeat(65536) }] },
  endlessHeaders: { acts: [{ bytes: 'HTTP/1.1 200 OK\r\n' }, { forever: `x-more: ${'x'.repeat(1000)}\r\n` }] },
  endlessHints: { acts: [{ forever: 'HTTP/1.1 103 Early Hints\r\n\r\n' }] },
  garbage: { acts: [{ bytes: '\u0000\u0001SSH-2.0-OpenSSH_9.6\r\n' }, { drop: 'end' }] },
  notUtf8: { acts: [{ bytes: new Uint8Array([...Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n'), 0x22, 0xc3, 0x28, 0x22]) }] },
  twice: { acts: [{ bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n"a"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n"b"' }] },
  shortLength: { acts: [{ bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n"a" and much more than was said' }] },
} as const satisfies Readonly<Record<string, Reply>>;

export interface HttpPeerOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A server on loopback that follows a script, good or bad, and remembers what it was asked. */
export async function httpPeer(script: Script, { tls }: HttpPeerOptions = {}): Promise<HttpPeer> {
  const requests: Seen[] = [];
  const sockets = new Map<Socket, number>();
  let connections = 0;
  let running = 0;
  let busiest = 0;
  const replyTo = (seen: Seen): Reply | Promise<Reply> =>
    typeof script === 'function' ? script(seen) : (script[Math.min(seen.n, script.length) - 1] ?? script[0]);

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    running += 1;
    busiest = Math.max(busiest, running);
    response.once('close', () => (running -= 1));
    void receive(request).then(async (body) => {
      const seen: Seen = {
        n: requests.length + 1,
        connection: sockets.get(request.socket) ?? 0,
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers as Record<string, string>,
        body,
      };
      requests.push(seen);
      const reply = await replyTo(seen);
      if ('acts' in reply) await perform(reply.acts, request.socket);
      else await answer(reply, response);
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const remember = (socket: Socket): void => {
    connections += 1;
    sockets.set(socket, connections);
    socket.on('error', () => undefined); // the other side may go away in the middle of anything
    socket.once('close', () => sockets.delete(socket));
  };
  server.on(tls === undefined ? 'connection' : 'secureConnection', remember);
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets.keys()) socket.destroy();
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    base: `${tls === undefined ? 'http' : 'https'}://${tls === undefined ? '127.0.0.1' : 'localhost'}:${port}`,
    requests,
    get connections() {
      return connections;
    },
    get busiest() {
      return busiest;
    },
    async restart() {
      await stop();
      await listen(port);
    },
    close: stop,
  };
}

async function receive(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // A request that was broken off is kept as far as it came: tests look at it.
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function answer(reply: Exclude<Reply, { acts: readonly Act[] }>, response: ServerResponse): Promise<void> {
  if (reply.delayMs !== undefined) await wait(reply.delayMs);
  const body = reply.json === undefined ? (reply.body ?? '') : JSON.stringify(reply.json);
  const type = reply.json === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(reply.status ?? 200, { ...type, 'content-length': Buffer.byteLength(body), ...reply.headers }).end(body);
}

async function perform(acts: readonly Act[], socket: Socket): Promise<void> {
  for (const act of acts) {
    if (socket.destroyed) return;
    if ('bytes' in act) await send(socket, act.bytes);
    else if ('waitMs' in act) await wait(act.waitMs);
    else if ('drip' in act) {
      for (const letter of act.drip) {
        if (socket.destroyed) return;
        await send(socket, letter);
        await wait(act.everyMs);
      }
    } else if ('forever' in act) while (!socket.destroyed) await send(socket, act.forever);
    else if ('drop' in act) {
      if (act.drop === 'reset') socket.resetAndDestroy();
      else socket.destroySoon();
    }
  }
}

/** Ends when the bytes are handed on, or when the other side is gone: an endless sender must not fill our own memory. */
const send = (socket: Socket, bytes: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    socket.write(bytes, () => setImmediate(resolve));
  });
