import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { Fault } from '../../../core/diagnostic.ts';
import { answered } from './answered.ts';
import type { Counts } from './counts.ts';
import { parseEnvelope } from './envelope.ts';
import type { Texts } from './gson.ts';
import { writeGson } from './gson.ts';
import type { Destination, Routed } from './routing.ts';
import { route } from './routing.ts';
import type { World } from './world.ts';
import { WSAPI_ID } from './world.ts';

/** What the server says when nobody answered; it has none of the request's members in it. */
export const NO_ANSWER = '{"error":"Cresco rpc response was null"}';

/** How many requests a socket works on before it reads no more. */
const AT_ONCE = 64;
/** How long a reply waits for one that it can let pass, when replies are made to overtake each other. */
const OVERTAKE_MS = 100;

/**
 * One `/api/apisocket`: a request a text frame. Servers of generation 2 take one at a time, so that their replies keep the
 * order of the requests; those of generation 3 work on many, and a reply goes out when it is there.
 */
export function serveApi(world: World, socket: WebSocket, counts: Counts): void {
  const outbox = openOutbox(world, socket);
  let turn: Promise<void> = Promise.resolve();
  let open = 0;
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    const text = textOf(data);
    const work = (): Promise<void> => serveRequest(world, text, { socket, counts, send: (reply) => outbox.send(reply) });
    turn = world.settings.generation === 2 ? turn.then(work) : work();
    const done = turn;
    if ((open += 1) >= AT_ONCE) socket.pause();
    world.background(async () => {
      try {
        await done;
      } finally {
        if ((open -= 1) < AT_ONCE && socket.isPaused) socket.resume();
      }
    });
  });
}

/** The text of a frame: whole messages arrive as one buffer, as a list of them where they were fragmented. */
export const textOf = (data: Buffer | ArrayBuffer | readonly Buffer[]): string =>
  (Buffer.isBuffer(data) ? data : data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.concat(data)).toString('utf8');

interface Serving {
  readonly socket: WebSocket;
  readonly counts: Counts;
  readonly send: (reply: string) => void;
}

async function serveRequest(world: World, text: string, { socket, counts, send }: Serving): Promise<void> {
  const { settings, troubles } = world;
  const envelope = parseEnvelope(text);
  const routed = envelope && route(envelope.info, settings);
  // What cannot be read or has no address is dropped without a word, by both generations.
  if (envelope === undefined || routed === undefined) return counts.note(undefined);
  const params = envelope.payload ?? {};
  const action = params['action'] ?? '';
  counts.note(action);
  const drop = troubles.take('drop-socket', action);
  if (drop?.when === 'before') return socket.terminate();
  const silent = troubles.take('void', action) !== undefined;
  if (!routed.isRpc) {
    // Sent and forgotten, by the server as by the client.
    if (!silent) world.background(async () => void (await outcome(world, routed, params)));
    if (drop !== undefined) socket.terminate();
    return;
  }
  const reply = await answered(world, silent ? Promise.resolve(undefined) : outcome(world, routed, params), waitOf(world, routed));
  if (drop !== undefined) return socket.terminate();
  if (troubles.take('lose-reply', action) !== undefined) return;
  const garbled = troubles.take('error-text', action);
  send(garbled?.text ?? (reply === undefined ? NO_ANSWER : writeGson({ ...reply, ...residue(world, routed.to) })));
}

/** What a handler throws is an `error` in its reply; what is no expected failure is a bug, and ends the server. */
async function outcome(world: World, { to, event }: Routed, params: Texts): Promise<Texts | undefined> {
  try {
    return await world.deliver(to, { event, params });
  } catch (error) {
    if (error instanceof Fault) return { ...params, error: error.message };
    throw error;
  }
}

/**
 * Generation 3 waits as long as its client says that it does. `voidMs` stands for the server's own thirty seconds: where it is
 * less, the client's time shrinks with it.
 */
function waitOf({ settings }: World, { withinMs }: Routed): number {
  const { generation, voidMs } = settings;
  return generation === 3 && withinMs !== undefined ? (withinMs * voidMs) / 30_000 : voidMs;
}

/** What the fabric's router leaves in every reply (sheet 2.3): clients have to live with it. */
function residue({ home }: World, to: Destination): Texts {
  const route = to.to === 'plugin' ? '13311' : to.to === 'agent' ? '13279' : '29663';
  const elsewhere = (to.to === 'agent' || to.to === 'plugin') && (to.region !== home.region || to.agent !== home.name);
  const self = to.to === 'plugin' && !elsewhere && to.plugin === WSAPI_ID;
  return {
    is_rpc: 'true',
    [`callId-${home.region}-${home.name}-${WSAPI_ID}`]: randomUUID(),
    ttl: self ? '0' : elsewhere ? '2' : '1',
    [`routepath-${home.name}`]: route,
    ...(elsewhere ? { [`routepath-${to.agent}`]: route } : {}),
  };
}

/** Sends replies, each pair in the wrong order while the trouble is on. */
function openOutbox(world: World, socket: WebSocket): { send(reply: string): void } {
  let held: string | undefined;
  const now = (reply: string): void => {
    if (socket.readyState === socket.OPEN) socket.send(reply);
  };
  const release = (): void => {
    if (held !== undefined) now(held);
    held = undefined;
  };
  return {
    send(reply) {
      if (!world.troubles.reorder || held !== undefined) {
        now(reply);
        release();
        return;
      }
      held = reply;
      world.background(async () => {
        await world.sleep(OVERTAKE_MS);
        if (held === reply) release();
      });
    },
  };
}
