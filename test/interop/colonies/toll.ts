import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messages, type MessageType } from '../../../src/providers/colonies/client/index.ts';
import { owed } from '../kit/debts.ts';

/** What a server answered to one request, whole. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Bytes that are put on the wire as they are; then the line is cut. */
export interface Cut {
  readonly bytes: Buffer | string;
}

/** Decides over one request: `pass` brings it to the server and gives the answer, as often as it is called. */
export type Keeper = (type: MessageType, pass: () => Promise<Reply>) => Promise<Reply | Cut>;

/** A gate on the road to a server. */
export interface Toll {
  readonly host: string;
  readonly port: number;
  /** From now on this one decides; without one, everything passes. */
  keep(keeper?: Keeper): void;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Nothing comes back. */
export const SILENCE: Cut = { bytes: '' };

export const writes = (type: MessageType): boolean => messages[type].effect !== 'reads';

const pass: Keeper = (_, answer) => answer();

/** Stands between a client and a server, and lets somebody decide what passes, when, and in which state. */
export async function openToll(server: { readonly host: string; readonly port: number }): Promise<Toll> {
  let keeper = pass;
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const type = /"payloadtype":\s*"(\w*)"/.exec(body.toString())?.[1] as MessageType | undefined;
    const answer = (): Promise<Reply> => forward(server, incoming, body);
    const reply = await (type === undefined ? answer() : keeper(type, answer));
    if ('bytes' in reply) {
      // Below the response: what is written there need not be HTTP.
      incoming.socket.write(reply.bytes, () => incoming.socket.destroy());
    } else {
      outgoing.writeHead(reply.status, reply.headers).end(reply.body);
    }
  };
  const gate = createServer((incoming, outgoing) => {
    // A server that is not there hangs up on its client, and so does this.
    void serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => gate.on('error', reject).listen(0, HOST, resolve));
  return {
    host: HOST,
    port: (gate.address() as AddressInfo).port,
    keep(next = pass) {
      keeper = next;
    },
    close: owed(
      () =>
        new Promise((resolve) => {
          gate.close(() => resolve());
          gate.closeAllConnections();
        }),
    ),
  };
}

/** An answer that is cut in the middle of its body. */
export const half = ({ status, headers, body }: Reply): Cut => ({
  bytes: Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} OK\r\ncontent-type: ${headers['content-type'] ?? ''}\r\ncontent-length: ${body.length}\r\n\r\n`),
    body.subarray(0, body.length / 2),
  ]),
});

function forward(
  server: { readonly host: string; readonly port: number },
  { url, method, headers }: IncomingMessage,
  body: Buffer,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asking = request({ ...server, path: url, method, headers, agent: false }, (answer) => {
      bodyOf(answer).then((bytes) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes }), reject);
    });
    asking.on('error', reject).end(body);
  });
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
