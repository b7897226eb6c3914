import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { answer, type Answering } from './answer.ts';
import { servePubsub } from './pubsub-socket.ts';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** Otherwise every connection ends before it begins. */
  readonly up: () => boolean;
  /** What is behind it, which is another world after a restart. */
  readonly current: () => Answering;
}

export interface Server {
  readonly port: number;
  /** Cuts every connection, without a goodbye. */
  cut(): void;
  /** Cuts the sockets of subscribers. */
  cutSockets(): void;
  close(): Promise<void>;
}

/** `/api`, `/pubsub` and `/health` (sheet 1.1). Rejects with the error of the port. */
export async function serve({ host, port, up, current }: ServeOptions): Promise<Server> {
  const wire = new WebSocketServer({ noServer: true, maxPayload: 0, perMessageDeflate: false });
  const connections = new Set<Duplex>();
  const server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0 });
  server.on('connection', (connection) => {
    if (!up()) return void connection.destroy();
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
  });
  // Whoever goes away in the middle of a request has nobody to be told.
  server.on('clientError', (_, connection) => connection.destroy());
  server.on('request', (request, response) => route(current(), request, response));
  server.on('upgrade', (request, connection, head) => {
    connection.on('error', () => connection.destroy());
    if (pathOf(request) !== '/pubsub') return connection.end(NOT_FOUND);
    return wire.handleUpgrade(request, connection, head, (socket) => {
      // A frame that breaks the protocol: ws closes the socket itself, with the code for it.
      socket.on('error', () => socket.terminate());
      servePubsub(current, socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const cut = (): void => {
    for (const connection of connections) connection.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    cutSockets() {
      for (const socket of wire.clients) socket.terminate();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}

/** A query is no part of the path. */
const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?')[0] ?? '';

const TEXT = 'text/plain; charset=utf-8';
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 18\r\nConnection: close\r\n\r\n404 page not found';
const PREFLIGHT = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS',
  'access-control-allow-headers': 'Origin,Content-Length,Content-Type',
  'access-control-max-age': '43200',
} as const;

function route(answering: Answering, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('date', new Date(answering.world.clock.now()).toUTCString());
  if (request.headers.origin !== undefined) {
    if (request.method === 'OPTIONS') return void response.writeHead(204, PREFLIGHT).end();
    response.setHeader('access-control-allow-origin', '*');
  }
  const path = pathOf(request);
  if (path === '/health' && request.method === 'GET') return void response.writeHead(200, { 'content-type': TEXT }).end();
  if (path === '/pubsub' && request.method === 'GET') return void response.writeHead(400, { 'content-type': TEXT }).end('Bad Request\n');
  if (path === '/api' && request.method === 'POST') return serveApi(answering, request, response);
  return void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
}

function serveApi(answering: Answering, request: IncomingMessage, response: ServerResponse): void {
  const { world } = answering;
  const gone = new AbortController();
  const leave = (): void => {
    world.signal.removeEventListener('abort', leave);
    gone.abort(world.signal.reason ?? new Error('the client went away'));
  };
  response.on('close', leave);
  world.signal.addEventListener('abort', leave);
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () =>
    world.background(async () => {
      try {
        const told = await answer(answering, Buffer.concat(chunks).toString('utf8'), gone.signal);
        if ('lost' in told) return void (told.lost === 'cut' && response.destroy());
        const length = Buffer.byteLength(told.body);
        const type = told.body === '' ? {} : { 'content-type': told.type ?? TEXT };
        response.writeHead(told.status, { ...type, 'content-length': length }).end(told.body);
      } catch (error) {
        // A poll whose client is gone ends with this; it has nobody to be told.
        if (!gone.signal.aborted || error !== gone.signal.reason) throw error;
      }
    }),
  );
}
