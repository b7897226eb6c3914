import { Fault } from '../../../core/diagnostic.ts';
import { brokenRequest, outOfTime, type About } from '../../transport/http-faults.ts';
import { interrupted } from '../../transport/interrupted.ts';
import type { PeerFacts, WireSocket } from '../../transport/socket.ts';
import type { Listeners } from './dialling.ts';
import { ID } from './envelope.ts';
import { noAnswer, NOBODY, notJson } from './faults.ts';
import { identityOf } from './identity.ts';
import type { Identity, Params } from './results.ts';

/** A request that waits for its answer. */
export interface Asked {
  /** The text to send; it holds `id`. */
  readonly text: string;
  readonly id: string;
  /** From sending to the answer. */
  readonly timeoutMs: number;
  readonly about: About;
  readonly signal: AbortSignal | undefined;
}

export interface ControlSocket {
  readonly peer: PeerFacts | undefined;
  readonly identity: Identity;
  ask(asked: Asked): Promise<Params>;
  /** Sends what nobody answers. */
  tell(told: Pick<Asked, 'text' | 'about'>): Promise<void>;
  close(): Promise<void>;
}

interface Pending extends Asked {
  readonly settle: (outcome: Params | Fault) => void;
}

/**
 * One socket to `/api/apisocket`. The protocol knows no ids: an answer is recognised by a member of the payload that the server
 * echoes. The one answer without an echo, that nobody answered, belongs to the request that is alone on its way; among several, or
 * behind one that was given up, it belongs to nobody for certain and is dropped: a deadline ends the request.
 */
export async function openControl({
  dial,
  onEnd,
  generation,
}: {
  readonly dial: (listeners: Listeners) => Promise<WireSocket>;
  readonly onEnd: () => void;
  /** Default: what the certificate says. */
  readonly generation: 2 | 3 | undefined;
}): Promise<ControlSocket> {
  const pending = new Map<string, Pending>();
  /** Given up, and perhaps still answered one day. */
  const abandoned = new Set<string>();
  const onMessage = (message: string | Uint8Array): void => {
    if (typeof message !== 'string') return;
    const reply = replyOf(message);
    const id = typeof reply === 'string' ? [...pending.keys()].find((known) => message.includes(known)) : reply[ID];
    if (id !== undefined) {
      abandoned.delete(id);
      const asked = pending.get(id);
      if (asked !== undefined) settle(asked, reply);
      return;
    }
    const [oldest] = abandoned;
    const [only] = pending.values();
    if (oldest !== undefined) abandoned.delete(oldest);
    else if (only !== undefined && pending.size === 1) settle(only, reply);
  };
  const settle = (asked: Pending, reply: Params | string): void => {
    const { line, idempotent, redact } = asked.about;
    if (typeof reply === 'string') asked.settle(notJson(line, redact(reply)));
    else asked.settle(reply['error'] === NOBODY ? noAnswer({ line, idempotent }) : reply);
  };
  const wire = await dial({
    onMessage,
    onEnd: (why) => {
      for (const asked of pending.values()) asked.settle(cut(why, asked.about));
      onEnd();
    },
  });
  const found = identityOf(wire.peer?.subject ?? []);
  const identity = generation === undefined ? found : { ...found, generation };

  /** On 1.2 the next request would wait behind it, and might take its answer: the socket goes. */
  const giveUp = (asked: Pending, fault: Fault): void => {
    asked.settle(fault);
    if (identity.generation === 3) abandoned.add(asked.id);
    else wire.drop(fault);
  };
  return {
    peer: wire.peer,
    identity,
    ask: (asked) =>
      new Promise((resolve, reject) => {
        const { id, timeoutMs, about, signal } = asked;
        const onAbort = (): void => giveUp(entry, interrupted(signal, 'maybe'));
        const timer = setTimeout(() => giveUp(entry, outOfTime({ totalMs: timeoutMs, stage: 'away', about })), timeoutMs);
        const entry: Pending = {
          ...asked,
          settle: (outcome) => {
            if (!pending.delete(id)) return;
            clearTimeout(timer);
            signal?.removeEventListener('abort', onAbort);
            if (outcome instanceof Fault) reject(outcome);
            else resolve(outcome);
          },
        };
        pending.set(id, entry);
        signal?.addEventListener('abort', onAbort, { once: true });
        wire.send(asked.text).catch((error: unknown) => entry.settle(cut(error, about)));
      }),
    tell: ({ text, about }) =>
      wire.send(text).catch((error: unknown) => {
        throw cut(error, about);
      }),
    close: () => wire.close(),
  };
}

/** The reply as the flat map that it is, or the text that it is instead. */
function replyOf(message: string): Params | string {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    // Some failures of the server are told in words.
    return message;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return message;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === null ? [] : [[name, typeof member === 'string' ? member : JSON.stringify(member)]],
    ),
  );
}

/** The end of a socket, as the fault of a request that was on its way over it. */
function cut(why: unknown, about: About): Fault {
  if (why instanceof Fault && why.code === 'CLOSED') return why;
  const error = why instanceof Fault ? new Error(why.diagnostic.detail ?? why.message) : why;
  return brokenRequest({ error, stage: why instanceof Fault && why.sent === 'no' ? 'here' : 'away', about });
}
