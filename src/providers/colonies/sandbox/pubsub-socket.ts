import { setMaxListeners } from 'node:events';
import type { RawData, WebSocket } from 'ws';
import type { Answering } from './answer.ts';
import { channelFor, mayTalk, tellEntries } from './channels.ts';
import { envelopeOf, errorText, payloadIn, replyText, signerIn } from './envelope.ts';
import { Refusal, refuse, tell } from './handler.ts';
import { executorWithId, needMember } from './members.ts';
import * as models from './models.ts';
import type { ProcessRow } from './models.ts';
import { long, Mismatch, readText, struct, text, whole } from './shape.ts';
import { shown } from './shown.ts';
import type { World } from './world.ts';

/** What a subscription of a socket works with. */
interface Subscribing {
  readonly world: World;
  readonly payload: string;
  readonly signer: string;
  /** Sends a frame of the kind that the request came in. */
  send(frame: string): void;
  /** Ends the connection without a close frame, as the server does. */
  drop(): void;
  /** Ends when the socket does. */
  readonly signal: AbortSignal;
}
type Subscription = (subscribing: Subscribing) => void | Promise<void>;

/**
 * One `/pubsub` (sheet 1.5). Frames are read one after the other: who subscribes to a channel is not heard until that is over. What
 * cannot be read or is signed by nobody ends the connection without a word; a type that is no subscription is passed over.
 */
export function servePubsub(current: () => Answering, socket: WebSocket): void {
  const ended = new AbortController();
  // Every subscription of the socket listens to it.
  setMaxListeners(0, ended.signal);
  const { world, counts } = current();
  const end = (): void => ended.abort(world.signal.reason ?? new Error('the socket was closed'));
  world.signal.addEventListener('abort', end);
  socket.on('close', () => {
    world.signal.removeEventListener('abort', end);
    end();
  });
  let turn: Promise<void> = Promise.resolve();
  const drop = (): void => socket.terminate();
  const read = async (data: RawData, binary: boolean): Promise<void> => {
    if (ended.signal.aborted) return;
    const send = (frame: string): void => {
      if (socket.readyState === socket.OPEN) socket.send(frame, { binary });
    };
    try {
      const envelope = envelopeOf(textOf(data));
      counts.note(envelope?.payloadtype);
      if (envelope === null) return drop();
      const signer = signerIn(envelope);
      const subscription = Object.hasOwn(SUBSCRIPTIONS, envelope.payloadtype) ? SUBSCRIPTIONS[envelope.payloadtype] : undefined;
      await subscription?.({ world, payload: payloadIn(envelope), signer, send, drop, signal: ended.signal });
    } catch (error) {
      if (error instanceof Refusal) drop();
      else if (!ended.signal.aborted || error !== ended.signal.reason) throw error;
    }
  };
  socket.on('message', (data, binary) => {
    turn = turn.then(() => read(data, binary));
    const mine = turn;
    world.background(() => mine);
  });
}

const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8');

const toProcesses = struct({ msgtype: text, executortype: text, state: whole, timeout: whole });
const toProcess = struct({ msgtype: text, processid: text, executortype: text, state: whole, timeout: whole });
const toChannel = struct({ msgtype: text, processid: text, name: text, afterseq: long, timeout: whole });

const SUBSCRIPTIONS: Readonly<Record<string, Subscription>> = {
  subscribeprocessesmsg: (subscribing) =>
    saying(subscribing, 403, () => {
      const { world, payload, signer } = subscribing;
      const message = readText(toProcesses, payload);
      if (message.msgtype !== 'subscribeprocessesmsg') {
        refuse(403, 'Failed to subscribe to processes, msg.msgType does not match rpcMsg.PayloadType');
      }
      // Of which colony is not asked.
      if (executorWithId(world, signer) === undefined) refuse(403, 'executor not found');
      follow(subscribing, message);
    }),

  subscribeprocessmsg: (subscribing) =>
    saying(subscribing, undefined, () => {
      const { world, payload, signer } = subscribing;
      const message = readText(toProcess, payload);
      if (message.msgtype !== 'subscribeprocessmsg') {
        refuse(403, 'Failed to subscribe to process, msg.msgType does not match rpcMsg.PayloadType');
      }
      const process = world.processes.get(message.processid) ?? refuse(403, `Invalid process with Id ${message.processid}`);
      if (world.settings.strict) needMember(world, signer, process.spec.conditions.colonyname);
      const executortype = message.executortype === '' ? process.spec.conditions.executortype : message.executortype;
      follow(subscribing, { ...message, executortype });
      if (process.state === message.state) subscribing.send(processFrame(world, process));
    }),

  subscribechannelmsg: (subscribing) =>
    saying(subscribing, 400, async () => {
      const { world, payload, signer } = subscribing;
      const { msgtype, processid, name, afterseq, timeout } = readText(toChannel, payload);
      if (msgtype !== 'subscribechannelmsg') {
        refuse(400, 'Failed to subscribe to channel, msg.MsgType does not match rpcMsg.PayloadType');
      }
      const { process, channel } = channelFor(world, { processid, name, signer });
      if (!mayTalk(process, signer)) refuse(403, 'Not authorized to subscribe to channel');
      const say = (entries: Parameters<typeof tellEntries>[1]): void =>
        subscribing.send(replyText('subscribechannelmsg', tellEntries(world, entries)));
      const existing = channel.entries.slice(Math.max(0, Number(afterseq)));
      if (existing.length > 0) say(existing);
      await untilOver(subscribing, {
        ms: (timeout === 0 ? 30 : timeout) * 1000,
        begin: (over) => channel.listen({ entry: (entry) => say([entry]), ended: over }),
        // When the process is closed nothing is said. The socket stays open either way.
        expired: () => say([]),
      });
    }),
};

/** Whatever is refused is told in a frame, and the socket stays. What is no message is refused with that status, or passed over. */
async function saying({ send }: Subscribing, unreadable: number | undefined, work: () => void | Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) send(errorText(error.status, error.message));
    else if (!(error instanceof Mismatch)) throw error;
    else if (unreadable !== undefined) send(errorText(unreadable, error.message));
  }
}

interface Followed {
  readonly executortype: string;
  readonly state: number;
  readonly processid?: string;
  /** Seconds; then the connection ends. */
  readonly timeout: number;
}

/** Tells of processes while it lasts; other frames are read meanwhile. */
function follow(subscribing: Subscribing, { executortype, state, processid, timeout }: Followed): void {
  const { world, send, drop, signal } = subscribing;
  const wake = (process: ProcessRow): void => send(processFrame(world, process));
  const only = processid === undefined ? {} : { processid };
  const over = untilOver(subscribing, {
    ms: timeout * 1000,
    begin: () => world.events.listen({ executortype, state, locationname: '', ...only, wake }),
    expired: drop,
  });
  world.background(async () => {
    try {
      await over;
    } catch (error) {
      if (error !== signal.reason) throw error;
    }
  });
}

const processFrame = (world: World, process: ProcessRow): string =>
  replyText('subscribeprocessmsg', tell(world, models.process, shown(world, process)));

interface Lasting {
  readonly ms: number;
  /** Begins to listen; `over` ends it before its time. Returns what ends the listening. */
  readonly begin: (over: () => void) => () => void;
  readonly expired: () => void;
}

/** Rejects with the reason of the signal when the socket ends first. */
async function untilOver({ world, signal }: Subscribing, { ms, begin, expired }: Lasting): Promise<void> {
  const stop = new AbortController();
  const early = new Error('over');
  const leave = (): void => stop.abort(signal.reason);
  signal.addEventListener('abort', leave);
  const end = begin(() => stop.abort(early));
  try {
    await world.clock.sleep(Math.max(0, ms), stop.signal);
    expired();
  } catch (error) {
    if (error !== early) throw error;
  } finally {
    end();
    signal.removeEventListener('abort', leave);
  }
}
