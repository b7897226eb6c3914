import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { owed } from '../kit/debts.ts';

/** What a server answered to a request: its own words, before any client has read them. */
export interface Answered {
  readonly asked: string;
  readonly status: number;
  readonly contentType: string | undefined;
  /** The envelope with its payload decoded; undefined for an empty body. */
  readonly reply: unknown;
}

/** What came over a socket: the payloads of the frames, and `closed` where the server hung up. */
export interface Pushed {
  readonly asked: string;
  readonly frames: readonly unknown[];
}

export interface Recorder {
  readonly host: string;
  readonly port: number;
  /** What was answered since it was asked last. */
  take(): readonly (Answered | Pushed)[];
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Stands before a server and writes down what it answers. Clients must not notice: a poll that a client leaves is left. */
export async function openRecorder(server: { readonly host: string; readonly port: number }): Promise<Recorder> {
  let exchanges: (Answered | Pushed)[] = [];
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    void bodyOf(incoming).then((body) => {
      const { url, method, headers } = incoming;
      const asking = request({ ...server, path: url, method, headers, agent: false }, (answer) => {
        void bodyOf(answer).then((text) => {
          if (url === '/api') exchanges.push(answered(body, answer, text));
          outgoing.writeHead(answer.statusCode ?? 0, answer.headers).end(text);
        });
      });
      // A server that is not there hangs up on its client, and so does this.
      asking.on('error', () => outgoing.destroy()).end(body);
      outgoing.on('close', () => void asking.destroy());
    });
  };
  const proxy = createServer(forward);
  const sockets = new WebSocketServer({ noServer: true });
  proxy.on('upgrade', (incoming, socket, head) => {
    sockets.handleUpgrade(incoming, socket, head, (client) => {
      const upstream = new WebSocket(`ws://${server.host}:${server.port}${incoming.url ?? ''}`);
      const waiting: string[] = [];
      let frames: unknown[] = [];
      client.on('message', (data: Buffer) => {
        const text = data.toString();
        frames = [];
        exchanges.push({ asked: typeOf(text), frames });
        if (upstream.readyState === WebSocket.OPEN) upstream.send(text);
        else waiting.push(text);
      });
      upstream.on('open', () => waiting.splice(0).forEach((text) => void upstream.send(text)));
      upstream.on('message', (data: Buffer) => {
        frames.push(decoded(data.toString()));
        client.send(data.toString());
      });
      upstream.on('close', () => {
        if (client.readyState === WebSocket.OPEN) frames.push('closed');
        client.terminate();
      });
      upstream.on('error', () => void client.terminate());
      client.on('close', () => void upstream.terminate());
      client.on('error', () => void upstream.terminate());
    });
  });
  await new Promise<void>((resolve, reject) => proxy.on('error', reject).listen(0, HOST, resolve));
  return {
    host: HOST,
    port: (proxy.address() as AddressInfo).port,
    take() {
      const taken = exchanges;
      exchanges = [];
      return taken;
    },
    close: owed(
      () =>
        new Promise((resolve) => {
          for (const client of sockets.clients) client.terminate();
          proxy.close(() => resolve());
          proxy.closeAllConnections();
        }),
    ),
  };
}

async function bodyOf(stream: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const answered = (body: string, { statusCode, headers }: IncomingMessage, text: string): Answered => ({
  asked: typeOf(body),
  status: statusCode ?? 0,
  contentType: headers['content-type'],
  reply: text === '' ? undefined : decoded(text),
});

const typeOf = (envelope: string): string => /"payloadtype":\s*"(\w*)"/.exec(envelope)?.[1] ?? '';

/** An envelope with the payload as JSON; what is none stays text. Whole numbers beyond 2^53 stay as written, as `<digits>n`. */
function decoded(text: string): unknown {
  try {
    const { payload, ...rest } = JSON.parse(text) as { readonly payload: string };
    const json = Buffer.from(payload, 'base64').toString();
    return { ...rest, payload: JSON.parse(json.replaceAll(/([:,[]\s*)(-?\d{16,})(?=\s*[,}\]])/g, '$1"$2n"')) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
