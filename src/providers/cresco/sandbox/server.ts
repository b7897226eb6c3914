import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { serveApi } from './api-socket.ts';
import type { Certificate } from './certificate.ts';
import type { Counts } from './counts.ts';
import { openReaders, serveDataPlane } from './dataplane-socket.ts';
import { serveLog } from './log-socket.ts';
import type { Settings } from './settings.ts';
import type { Troubles } from './troubles.ts';
import type { World } from './world.ts';

export interface ServerOptions {
  readonly settings: Settings;
  readonly certificate: Certificate;
  readonly host: string;
  readonly port: number;
  readonly troubles: Troubles;
  readonly counts: Counts;
  /** The fabric behind it, which may be another one after a restart. */
  readonly world: () => World;
}

export interface Server {
  readonly port: number;
  /** Cuts every connection, without a goodbye. */
  cut(): void;
  close(): Promise<void>;
}

/** Both generations take messages of a gigabyte. */
const LARGEST = 1024 * 1024 * 1024;

/** The wsapi plugin's listener: TLS, the key, three paths (sheet 1). */
export async function serve({ settings, certificate, host, port, troubles, counts, world }: ServerOptions): Promise<Server> {
  const { generation } = settings;
  const wire = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST,
    // Jetty accepts the extension, Netty has it off.
    perMessageDeflate: generation === 2,
    clientTracking: false,
  });
  const paths: Readonly<Record<string, (socket: WebSocket) => void>> = {
    '/api/apisocket': (socket) => serveApi(world(), socket, counts),
    '/api/dataplane': (socket) => serveDataPlane(world(), socket, readers),
    '/api/logstreamer': (socket) => serveLog(world(), socket),
  };
  const readers = openReaders();
  const connections = new Set<Duplex>();
  const server = createServer({
    key: certificate.key,
    cert: certificate.cert,
    minVersion: 'TLSv1.2',
    ...(generation === 2 ? { maxVersion: 'TLSv1.2' } : {}),
  });
  server.on('connection', (connection) => {
    if (troubles.down) connection.destroy();
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
  });
  // Whoever goes away in the middle of a handshake or of a request has nobody to be told.
  server.on('tlsClientError', (_, connection) => connection.destroy());
  server.on('clientError', (_, connection) => connection.destroy());
  server.on('request', (request, response) => {
    const { status, type, body } = refusal(request, settings, troubles) ?? NOT_FOUND;
    response.writeHead(status, { 'content-type': type, connection: 'close' }).end(body);
  });
  server.on('upgrade', (request, connection, head) => {
    connection.on('error', () => connection.destroy());
    const open = paths[pathOf(request)];
    const no = refusal(request, settings, troubles) ?? (open === undefined ? NOT_FOUND : undefined);
    if (no !== undefined || open === undefined) {
      connection.end(answerOf(no ?? NOT_FOUND));
      return;
    }
    wire.handleUpgrade(request, connection, head, (socket) => {
      // A frame that breaks the protocol: ws closes the socket itself, with the code for it.
      socket.on('error', () => socket.terminate());
      open(socket);
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
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}

/** A query is no part of the path, to either generation. */
const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?')[0] ?? '';

interface Refusal {
  readonly status: 401 | 404;
  readonly type: string;
  readonly body: string;
}
const NOT_FOUND: Refusal = { status: 404, type: 'text/plain', body: 'Not Found' };

/** The key is looked at before the path. A server without a key refuses everybody. */
function refusal({ headers, url = '' }: IncomingMessage, { generation, serviceKey }: Settings, { refuse }: Troubles): Refusal | undefined {
  const given = headers['cresco_service_key'];
  if (given === serviceKey && !refuse) return undefined;
  if (generation === 3) {
    const body = given === undefined ? 'Missing cresco_service_key request header' : 'cresco_service_key mismatch';
    return { status: 401, type: 'text/plain', body };
  }
  const message = given === undefined ? 'Configuration error: Missing [cresco_service_key] request header' : 'cresco_service_key mismatch';
  return { status: 401, type: 'text/html;charset=iso-8859-1', body: jettyPage(message, url) };
}

/** The error page of Jetty 9.4. */
const jettyPage = (message: string, url: string): string => `<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
<title>Error 401 ${message}</title>
</head>
<body><h2>HTTP ERROR 401 ${message}</h2>
<table>
<tr><th>URI:</th><td>${url.replace(/[<>&"]/g, (one) => `&#${one.charCodeAt(0)};`)}</td></tr>
<tr><th>STATUS:</th><td>401</td></tr>
<tr><th>MESSAGE:</th><td>${message}</td></tr>
</table>
</body>
</html>
`;

const REASONS = { 401: 'Unauthorized', 404: 'Not Found' } as const;
const answerOf = ({ status, type, body }: Refusal): string =>
  `HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
