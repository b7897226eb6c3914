import { Fault } from '../../../core/diagnostic.ts';
import { outOfTime } from '../../transport/http-faults.ts';
import { interrupted, stopIfAborted } from '../../transport/interrupted.ts';
import type { StreamContext } from './dataplane.ts';
import { refusedBy } from './faults.ts';
import type { AgentPlace } from './results.ts';
import { streamSocket } from './stream-socket.ts';
import type { LogLevel, LogLine, LogStreamer, LogWish, StreamOptions } from './streams.ts';

/** A frame whose confirmation is waited for; `settle` of one that nobody awaits does nothing. */
interface Sent {
  /** What the server says when it was done. */
  readonly good: string;
  readonly settle: (fault: Fault | undefined) => void;
}

const LEVELS: readonly LogLevel[] = ['None', 'Error', 'Warn', 'Info', 'Debug', 'Trace'];
const SLOW_MS = 35_000;
const REFUSAL = /^(could not set loglevel status_code:|Error setting loglevel)/;

/** The log stream of a fabric: silent until a level is set for an agent. */
export async function logStreamer(options: StreamOptions | undefined, { dialling, clock, random }: StreamContext): Promise<LogStreamer> {
  const line = `log stream of ${dialling.host}`;
  /** What was asked for, by agent and class: asked for again after a reconnect. The latest comes last. */
  const wishes = new Map<string, LogWish>();
  const sent = new Set<Sent>();

  const stream = await streamSocket<LogLine>({
    line,
    dial: (listeners) => dialling.dial('logstreamer', listeners),
    read(message) {
      if (typeof message !== 'string') return undefined;
      // Several may be on their way, and 1.3 confirms in any order. Refusals do not say what they refuse: the first one.
      const [first] = sent;
      const meant = [...sent].find(({ good }) => good === message) ?? (REFUSAL.test(message) ? first : undefined);
      if (meant === undefined) return lineOf(message, wishes.values());
      sent.delete(meant);
      meant.settle(meant.good === message ? undefined : refusedBy('log level', message));
      return undefined;
    },
    onActive() {
      for (const wish of wishes.values()) {
        sent.add({ good: confirmation(wish), settle: () => undefined });
        // A failure to send is the end of the socket, which is told and followed by another one.
        stream.send(frameOf(wish)).catch(() => undefined);
      }
    },
    onLost(why) {
      for (const { settle } of sent) settle(why);
      sent.clear();
    },
    options,
    closing: dialling.closing,
    clock,
    random,
  });

  return {
    active: () => stream.active(),
    close: () => stream.close(),
    [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
    async setLevel(wish, { signal, timeoutMs = SLOW_MS } = {}) {
      stopIfAborted(signal, 'no');
      checkWish(wish);
      const key = `${wish.region}\n${wish.agent}\n${wish.baseClass ?? 'default'}`;
      const about = { line: `log level on the ${line}`, idempotent: true, redact: (text: string) => text };
      await new Promise<void>((resolve, reject) => {
        const settle = (fault: Fault | undefined): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          if (fault === undefined) resolve();
          else reject(fault);
        };
        const entry: Sent = { good: confirmation(wish), settle };
        const onAbort = (): void => settle(interrupted(signal, 'maybe'));
        // The entry stays among those sent: its confirmation may still come, and must not be taken for that of another.
        const timer = setTimeout(() => settle(outOfTime({ totalMs: timeoutMs, stage: 'away', about })), timeoutMs);
        signal?.addEventListener('abort', onAbort, { once: true });
        sent.add(entry);
        stream.send(frameOf(wish)).catch((error: unknown) => {
          sent.delete(entry);
          settle(error instanceof Fault ? error : refusedBy('log level', String(error)));
        });
      });
      wishes.delete(key);
      wishes.set(key, wish);
    },
  };
}

const frameOf = ({ region, agent, level, baseClass = 'default' }: LogWish): string => [region, agent, level, baseClass].join(',');

const confirmation = ({ region, agent, level, baseClass = 'default' }: LogWish): string =>
  `set loglevel: ${level} for baseclass: ${baseClass} on region_id:${region} agent_id:${agent}`;

/** The server ignores a frame that has not exactly four fields, and says nothing. */
function checkWish(wish: LogWish): void {
  if (![wish.region, wish.agent, wish.baseClass ?? ''].some((field) => /[,\r\n]/.test(field))) return;
  throw new Fault(
    {
      code: 'BAD_REQUEST',
      summary: 'the request cannot be written',
      detail: `A log level is asked for by four fields with commas between them, and one of these has a comma itself: ${frameOf(wish)}.`,
    },
    { sent: 'no' },
  );
}

const LINE = /^(\S+) \[ ([^\]]*)\] (\S+) ([\s\S]*)$/;

/** `<region>_<agent> [ <plugin id or "agent">:<class>] <Level> <message>` */
export function lineOf(text: string, places: Iterable<AgentPlace> = []): LogLine {
  const [, where = '', id = '', word = '', message = ''] = LINE.exec(text) ?? [];
  const level = LEVELS.find((known) => known === word);
  if (level === undefined) return { text };
  const colon = id.indexOf(':');
  const place = placeOf(where, places);
  return {
    text,
    ...(place === undefined ? {} : { place }),
    ...(colon < 0 ? { className: id } : { source: id.slice(0, colon), className: id.slice(colon + 1) }),
    level,
    message,
  };
}

/** With a `_` in a name only somebody who knows the names can tell them apart: the agents that were asked for. */
function placeOf(where: string, places: Iterable<AgentPlace>): AgentPlace | undefined {
  for (const { region, agent } of places) if (`${region}_${agent}` === where) return { region, agent };
  const parts = where.split('_');
  return parts.length === 2 ? { region: parts[0] ?? '', agent: parts[1] ?? '' } : undefined;
}
