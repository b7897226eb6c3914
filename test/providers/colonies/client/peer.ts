import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { parseJson, signerOf, writeJson, type Json, type Writable } from '../../../../src/providers/colonies/client/index.ts';

/** A request as it came in: its payload read, and who signed it. */
export interface Asked {
  readonly type: string;
  readonly payload: { readonly [name: string]: Json };
  readonly signer: string | undefined;
  /** Counts from 1, over both ways. */
  readonly n: number;
}

/** A reply, a refusal, or bytes of any kind; `undefined`: never answered. */
export type Says =
  | { readonly payload: Writable; readonly type?: string }
  | { readonly refuse: readonly [status: number, message: string] }
  | { readonly status?: number; readonly body: string }
  | undefined;

/** A WebSocket as the peer has it. */
export interface Line {
  say(says: Exclude<Says, undefined>): void;
  /** Without a close frame, as the server does. */
  hangUp(): void;
}

export interface ColoniesPeer {
  readonly address: string;
  readonly asked: readonly Asked[];
  readonly sockets: number;
  close(): Promise<void>;
}

export interface Script {
  readonly rpc?: (asked: Asked) => Says | Promise<Says>;
  readonly socket?: (asked: Asked, line: Line) => void;
}

export const envelopeOf = (says: Exclude<Says, undefined>, type: string): string => {
  if ('body' in says) return says.body;
  const [payloadtype, payload, error] =
    'refuse' in says ? ['error', { status: says.refuse[0], message: says.refuse[1] }, true] : [says.type ?? type, says.payload, false];
  return JSON.stringify({ payloadtype, payload: Buffer.from(writeJson(payload)).toString('base64'), error });
};

/** Something that speaks the wire of a Colonies server on loopback and says what it is told to. */
export async function coloniesPeer({ rpc = () => ({ payload: {} }), socket = () => undefined }: Script): Promise<ColoniesPeer> {
  const asked: Asked[] = [];
  const open = new Set<Socket>();
  let sockets = 0;
  const heard = (body: string): Asked => {
    const { payloadtype, payload, signature } = JSON.parse(body) as { readonly [name: string]: string };
    const judged = signerOf(payload ?? '', signature ?? '');
    const one: Asked = {
      type: payloadtype ?? '',
      payload: parseJson(Buffer.from(payload ?? '', 'base64').toString('utf8')) as Asked['payload'],
      signer: 'id' in judged ? judged.id : undefined,
      n: asked.length + 1,
    };
    asked.push(one);
    return one;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = heard(Buffer.concat(chunks).toString('utf8'));
      void Promise.resolve(rpc(one)).then((says) => {
        if (says === undefined) return;
        const status = 'refuse' in says ? says.refuse[0] : 'body' in says ? (says.status ?? 200) : 200;
        response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(envelopeOf(says, one.type));
      });
    });
  });
  server.on('connection', (connection: Socket) => {
    open.add(connection);
    connection.on('error', () => undefined); // the other side may go away in the middle of anything
    connection.once('close', () => open.delete(connection));
  });
  const upgrades = new WebSocketServer({ server, path: '/pubsub' });
  upgrades.on('connection', (ws) => {
    sockets += 1;
    ws.on('message', (data: Buffer) => {
      const one = heard(data.toString('utf8'));
      socket(one, { say: (says) => ws.send(envelopeOf(says, one.type)), hangUp: () => ws.terminate() });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    get sockets() {
      return sockets;
    },
    close: () =>
      new Promise((resolve) => {
        upgrades.close();
        for (const client of upgrades.clients) client.terminate();
        server.close(() => resolve());
        for (const connection of open) connection.destroy();
      }),
  };
}
