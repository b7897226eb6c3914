import { Fault } from '../../../core/diagnostic.ts';
import type { Clock } from '../../transport/clock.ts';
import { interrupted } from '../../transport/interrupted.ts';
import type { ColoniesClient } from '../client/client.ts';
import type { MessageType, Requests } from '../client/messages/index.ts';
import type { Tell } from './events.ts';

export interface PersistentCall {
  readonly signal: AbortSignal;
  /** Signs this call instead of the client's key. */
  readonly key?: string;
  /** Not sent again when an answer was lost, so that it may have been carried out: that Fault (`sent: maybe`) is thrown. */
  readonly once?: boolean;
  /** Told each time that an answer was lost. */
  readonly onLost?: () => void;
}

/** Requests that outlive the server: it may restart, and the network may go, for as long as it takes. */
export type Persistent = <T extends MessageType>(
  type: T,
  request: Requests[T]['request'],
  call: PersistentCall,
) => Promise<Requests[T]['reply']>;

interface PersistentOptions {
  readonly client: ColoniesClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tell: Tell;
}

const OUTAGES = new Set(['CONNECT_REFUSED', 'UNREACHABLE', 'TIMEOUT', 'CONNECTION_LOST', 'HTTP_429', 'HTTP_502', 'HTTP_503', 'HTTP_504']);
/** Before the first answer these are mistakes in an address; afterwards they pass: a network that is gone, a proxy that stands in. */
const PASSING = new Set(['DNS', 'NOT_HTTP']);
/** The server is there, and its database perhaps is not. */
const FAILURES = new Set(['COLONIES_SERVER', 'COLONIES_REPLY']);
const MOST_FAILURES = 8;
const BASE_MS = 250;
const CAP_MS = 15_000;

/**
 * Tries until there is an answer, with exponential backoff and full jitter. Throws what the server refuses, what no patience can cure, and
 * INTERRUPTED. When the server went away and came back is told once, whoever noticed.
 */
export function persistent({ client, clock, random, tell }: PersistentOptions): Persistent {
  let met = false;
  let away = false;
  const answered = (): void => {
    met = true;
    if (away) tell({ type: 'back', text: `${client.address} answers again` });
    away = false;
  };
  const missed = (fault: Fault): void => {
    if (!away)
      tell({
        type: 'away',
        fault: fault.diagnostic,
        text: `${client.address} does not answer (${fault.diagnostic.summary}): trying until it does`,
      });
    away = true;
  };
  return async (type, request, { signal, key, once = false, onLost }) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const reply = await client.call(type, request, { signal, ...(key === undefined ? {} : { key }) });
        answered();
        return reply;
      } catch (error) {
        if (!(error instanceof Fault) || signal.aborted) throw error;
        const isOutage = OUTAGES.has(error.code) || (PASSING.has(error.code) && (met || error.retry !== false));
        if (isOutage) missed(error);
        else if (error.sent !== 'no') answered();
        if (error.sent === 'maybe') {
          onLost?.();
          if (once) throw error;
        }
        if (!isOutage && !(FAILURES.has(error.code) && attempt < MOST_FAILURES)) throw error;
      }
      try {
        await clock.sleep(random() * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1)), signal);
      } catch (reason) {
        throw signal.aborted ? interrupted(signal, 'no') : reason;
      }
    }
  };
}
