import { randomBytes } from 'node:crypto';
import { systemClock } from '../../transport/clock.ts';
import type { About } from '../../transport/http-faults.ts';
import { retrying } from '../../transport/retry.ts';
import { closed } from '../../transport/socket.ts';
import type { EventType, RequestOptions } from './calls.ts';
import type { CrescoOptions } from './client.ts';
import { openControl, type ControlSocket } from './control-socket.ts';
import type { Dialling } from './dialling.ts';
import { described, envelope, type Route } from './envelope.ts';
import { pool } from './pool.ts';
import type { Params } from './results.ts';

export interface Request {
  readonly route: Route;
  readonly event: EventType;
  readonly payload: Params;
  /** Doing it twice is doing it once. */
  readonly idempotent: boolean;
  /** Known to take longer than others: a start, a transfer. */
  readonly long?: boolean;
}

type Server = Pick<ControlSocket, 'peer' | 'identity'>;

/** Requests over a few sockets, in flight together as far as the server allows, with ids, deadlines and reconnecting. */
export interface Requests {
  ask(request: Request, options: RequestOptions | undefined): Promise<Params>;
  /** Resolves when it has left: nothing is answered. */
  tell(request: Omit<Request, 'idempotent'>, options: RequestOptions | undefined): Promise<void>;
  /** Who answers there. Connects if nothing is connected. */
  connect(options: RequestOptions | undefined): Promise<Server>;
  connected(): boolean;
  close(): Promise<void>;
}

const SERVER_FIRST_MS = 1_000;

export function requests(options: CrescoOptions, dialling: Dialling): Requests {
  const { limits = {}, timeouts = {}, retry, random = Math.random, clock = systemClock } = options;
  let server: ControlSocket | undefined;
  const sockets = pool<ControlSocket>({
    most: limits.sockets ?? 4,
    capacity: ({ identity }) => (identity.generation === 3 ? (limits.inFlight ?? 16) : 1),
    open: async (onEnd) =>
      (server = await openControl({
        dial: (listeners) => dialling.dial('apisocket', listeners),
        onEnd,
        generation: options.generation,
      })),
  });
  const aboutOf = ({ route, payload, idempotent }: Pick<Request, 'route' | 'payload' | 'idempotent'>): About => ({
    line: described(route, payload),
    idempotent,
    redact: options.redact ?? ((text) => text),
  });
  const repeated = <T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> =>
    retry === undefined
      ? run()
      : retrying(run, {
          ...retry,
          call: { signal: signal ?? new AbortController().signal, random },
          sleep: (ms, until) => clock.sleep(ms, until),
        });

  return {
    ask: (request, asking = {}) =>
      repeated(asking.signal, () =>
        sockets.use(asking.signal, (socket) => {
          const { route, event, payload, long } = request;
          const timeoutMs = asking.timeoutMs ?? (long === true ? (timeouts.long ?? 35_000) : (timeouts.request ?? 8_000));
          const about = aboutOf(request);
          const id = randomBytes(16).toString('hex');
          // A server that gives up a little before us says so, and is free for the next request.
          const serverMs = socket.identity.generation === 3 ? Math.max(SERVER_FIRST_MS, timeoutMs - SERVER_FIRST_MS) : undefined;
          const text = envelope({ route, event, payload }, { id, ...(serverMs === undefined ? {} : { serverMs }) });
          return socket.ask({ text, id, timeoutMs, about, signal: asking.signal });
        }),
      ),
    tell: (request, asking = {}) =>
      repeated(asking.signal, () =>
        sockets.use(asking.signal, (socket) =>
          socket.tell({ text: envelope(request, {}), about: aboutOf({ ...request, idempotent: false }) }),
        ),
      ),
    connect: (asking = {}) =>
      server !== undefined && sockets.size() > 0
        ? Promise.resolve(server)
        : repeated(asking.signal, () => sockets.use(asking.signal, (socket) => Promise.resolve(socket))),
    connected: () => sockets.size() > 0,
    close: () => {
      dialling.close();
      return sockets.close(closed());
    },
  };
}
