import { X509Certificate } from 'node:crypto';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { TLS_KEY } from '../../../kit/certificate.ts';
import { CERTIFICATES } from './certificates.ts';

/** A request as the server read it, and the number of the socket that it came over. */
export interface Received {
  readonly info: Readonly<Record<string, string>>;
  readonly payload: Readonly<Record<string, string>>;
  readonly socket: number;
}

/** Members of an answer besides the echo; a text as it stands; or nothing at all. */
export type Said = { readonly raw: string } | { readonly raw?: never; readonly [name: string]: string | undefined } | undefined;

export interface Script {
  readonly certificate?: keyof typeof CERTIFICATES;
  readonly key?: string;
  /** Refuses the upgrade with this, once the key was compared. */
  readonly refuse?: (path: string) => { readonly status: number; readonly body: string } | undefined;
  readonly answer?: (request: Received) => Said | Promise<Said>;
  /** Called with the first frame of the client. */
  readonly dataplane?: (socket: WebSocket, hello: string) => void;
  readonly logstreamer?: (socket: WebSocket) => void;
  readonly tls?: ServerOptions;
}

export interface Wsapi {
  readonly address: string;
  readonly fingerprint: string;
  readonly received: readonly Received[];
  /** Sockets of requests that were opened so far. */
  readonly opened: number;
  /** Paths and headers of all upgrades that were asked for. */
  readonly upgrades: readonly { readonly path: string; readonly key: string | undefined }[];
  /** Cuts every connection, and goes on listening. */
  cut(): void;
  close(): Promise<void>;
}

export const KEY = 'a-service-key';
export const ACTIVE = '{"status_code":"10","status_desc":"Listener Active"}';
export const NOBODY = '{"error":"Cresco rpc response was null"}';

/** A server of the API that follows a script: real TLS, real WebSockets, the key compared before anything else. */
export async function wsapi(script: Script = {}): Promise<Wsapi> {
  const certificate = CERTIFICATES[script.certificate ?? 'three'];
  const server = createServer({ key: TLS_KEY, cert: certificate, ...script.tls });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 256 * 1024 * 1024 });
  const received: Received[] = [];
  const upgrades: { path: string; key: string | undefined }[] = [];
  let opened = 0;

  server.on('upgrade', (request, socket, head) => {
    const path = request.url ?? '';
    const given = request.headers['cresco_service_key'];
    upgrades.push({ path, key: typeof given === 'string' ? given : undefined });
    const refusal = given === (script.key ?? KEY) ? script.refuse?.(path) : { status: 401, body: 'cresco_service_key mismatch' };
    if (refusal !== undefined) {
      const { status, body } = refusal;
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      if (path === '/api/apisocket') serveRequests(ws);
      else if (path === '/api/dataplane') ws.once('message', (hello: Buffer) => (script.dataplane ?? activate)(ws, hello.toString('utf8')));
      else (script.logstreamer ?? activate)(ws);
    });
  });
  const activate = (ws: WebSocket): void => ws.send(ACTIVE);
  const serveRequests = (ws: WebSocket): void => {
    opened += 1;
    const number = opened;
    ws.on('message', (data: Buffer) => void reply(ws, number, data.toString('utf8')));
  };
  const reply = async (ws: WebSocket, socket: number, text: string): Promise<void> => {
    const { message_info: info, message_payload: payload } = JSON.parse(text) as Record<string, Record<string, string>>;
    const request: Received = { info: info ?? {}, payload: payload ?? {}, socket };
    received.push(request);
    const said: Said = await (script.answer === undefined ? {} : script.answer(request));
    if (said === undefined || info?.['is_rpc'] !== 'true') return;
    ws.send(said.raw !== undefined ? said.raw : gson({ ...payload, ...said, is_rpc: 'true', ttl: '1' }));
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `wss://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fingerprint: new X509Certificate(certificate).fingerprint256,
    received,
    upgrades,
    get opened() {
      return opened;
    },
    cut: () => sockets.clients.forEach((ws) => ws.terminate()),
    close: () =>
      new Promise((resolve) => {
        sockets.clients.forEach((ws) => ws.terminate());
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** As the server writes JSON: some characters are escaped that need not be. */
const gson = (value: object): string =>
  JSON.stringify(value).replaceAll(/[=<>&']/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
