import { request, type IncomingHttpHeaders } from 'node:http';
import { WebSocket } from 'ws';
import type { Fields, Value } from '../../../../src/core/value.ts';
import { idOf, parseJson, signText, type Json } from '../../../../src/providers/colonies/client/index.ts';
import { sandbox } from '../../../../src/providers/colonies/sandbox/index.ts';
import type { Sandbox } from '../../../../src/providers/contract.ts';
import type { Clock } from '../../../../src/providers/transport/clock.ts';
import { sampleKey } from '../client/vectors.ts';

/** Who signs: the sample identities, and some more whose keys are as small as keys can be. */
export const KEYS = {
  server: sampleKey('server owner'),
  colony: sampleKey('colony owner'),
  user: sampleKey('user'),
  ...Object.fromEntries(['e1', 'e2', 'u2', 'stranger', 'c2', 'u3', 'e3'].map((name, n) => [name, String(n + 11).padStart(64, '0')])),
} as Readonly<Record<Who, string>>;
export type Who = 'server' | 'colony' | 'user' | 'e1' | 'e2' | 'u2' | 'stranger' | 'c2' | 'u3' | 'e3';

export const id = (who: Who): string => idOf(KEYS[who]);

/** One request as it is sent, whatever is wrong with it. */
export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Got {
  readonly status: number;
  readonly type: string | null;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Each with a connection of its own, so that none of them meets the end of another's. Rejects when there is no reply. */
export const send = (address: string, { method = 'POST', path = '/api', headers = {}, body = '' }: Sent): Promise<Got> =>
  new Promise((resolve, reject) => {
    const sent = request(`${address}${path}`, { method, headers, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('error', reject);
      reply.on('end', () =>
        resolve({
          status: reply.statusCode ?? 0,
          type: reply.headers['content-type'] ?? null,
          headers: reply.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** The body of a request: the payload is signed as it stands. */
export function sealed(type: string, payload: string, signature?: Who | { readonly text: string }): string {
  const coded = Buffer.from(payload).toString('base64');
  const text = signature === undefined ? '' : typeof signature === 'string' ? signText(coded, KEYS[signature]) : signature.text;
  return JSON.stringify({ payloadtype: type, payload: coded, signature: text });
}

/** A reply that was opened. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly error: boolean;
  readonly payload: Json;
}

export function opened(status: number, body: string): Answer {
  const { payloadtype, payload, error } = JSON.parse(body) as { payloadtype: string; payload: string; error: boolean };
  return { status, type: payloadtype, error, payload: parseJson(Buffer.from(payload, 'base64').toString('utf8')) };
}

export interface Lab {
  readonly box: Sandbox;
  ask(who: Who, type: string, fields?: Fields): Promise<Answer>;
  /** The payload of what has to go well. */
  done<T = Fields>(who: Who, type: string, fields?: Fields): Promise<T>;
  /** `403 Access denied, not server owner` of what has to be refused. */
  no(who: Who, type: string, fields?: Fields): Promise<string>;
  dial(): Promise<Socket>;
  control(name: string, input?: Readonly<Record<string, string>>): Promise<Value>;
  /** Resolves when the server has taken up so many requests of a type since it began, subscriptions included. */
  heard(type: string, count?: number): Promise<void>;
}

/** A sandbox, gone when the body has ended. */
export async function lab(
  body: (lab: Lab) => Promise<void>,
  { options = {}, folder, clock }: { readonly options?: Fields; readonly folder?: string; readonly clock?: Clock } = {},
): Promise<void> {
  const box = await sandbox({ options, ...(folder === undefined ? {} : { folder }) }, ...(clock === undefined ? [] : [clock]));
  const ask: Lab['ask'] = async (who, type, fields = {}) => {
    const { status, body: text } = await send(box.address, { body: sealed(type, JSON.stringify({ msgtype: type, ...fields }), who) });
    return opened(status, text);
  };
  const sockets: Socket[] = [];
  try {
    await body({
      box,
      ask,
      async done<T>(who: Who, type: string, fields?: Fields): Promise<T> {
        const { status, error, payload } = await ask(who, type, fields);
        if (error) throw new Error(`${type} was refused: ${status} ${JSON.stringify(payload)}`);
        return payload as T;
      },
      async no(who, type, fields) {
        const { status, error, payload } = await ask(who, type, fields);
        if (!error) throw new Error(`${type} was not refused: ${JSON.stringify(payload)}`);
        return `${status} ${(payload as { readonly message: string }).message}`;
      },
      async dial() {
        const socket = await dial(box.address);
        sockets.push(socket);
        return socket;
      },
      control: (name, input = {}) => box.control(name, input),
      async heard(type, count = 1) {
        for (;;) {
          const { types } = (await box.control('counts', {})) as { readonly types: Readonly<Record<string, number>> };
          if ((types[type] ?? 0) >= count) return;
          await new Promise(setImmediate);
        }
      },
    });
  } finally {
    for (const socket of sockets) socket.drop();
    await box.close();
  }
}

/** A plain WebSocket client: what it sends and gets is exactly what is on the wire. */
export interface Socket {
  send(frame: string): void;
  subscribe(who: Who, type: string, fields?: Fields): void;
  /** The next frame, opened. Rejects when the socket ends before. */
  next(): Promise<Answer>;
  /** The code that it ended with: 1006 where nobody said goodbye. */
  readonly closed: Promise<number>;
  drop(): void;
}

async function dial(address: string): Promise<Socket> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/pubsub`);
  const frames: string[] = [];
  const waiting: { readonly resolve: (frame: string) => void; readonly reject: (error: Error) => void }[] = [];
  let over: number | undefined;
  socket.on('message', (data: Buffer) => {
    const first = waiting.shift();
    if (first === undefined) frames.push(data.toString('utf8'));
    else first.resolve(data.toString('utf8'));
  });
  const closed = new Promise<number>((resolve) =>
    socket.on('close', (code) => {
      over = code;
      for (const { reject } of waiting.splice(0)) reject(new Error(`closed with ${code}`));
      resolve(code);
    }),
  );
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  // What goes wrong later is seen as its end.
  socket.on('error', () => socket.terminate());
  return {
    send: (frame) => socket.send(frame),
    subscribe: (who, type, fields = {}) => socket.send(sealed(type, JSON.stringify({ msgtype: type, ...fields }), who)),
    async next() {
      const frame = frames.shift();
      if (frame !== undefined) return opened(0, frame);
      if (over !== undefined) throw new Error(`closed with ${over}`);
      return opened(0, await new Promise<string>((resolve, reject) => void waiting.push({ resolve, reject })));
    },
    closed,
    drop: () => socket.terminate(),
  };
}
