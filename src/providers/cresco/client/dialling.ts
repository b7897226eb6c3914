import { Fault } from '../../../core/diagnostic.ts';
import { closed, dial, type DialOptions, type WireSocket } from '../../transport/socket.ts';
import type { CrescoOptions } from './client.ts';
import { keyRefused } from './faults.ts';

export type Endpoint = 'apisocket' | 'dataplane' | 'logstreamer';
export type Listeners = Pick<DialOptions, 'onMessage' | 'onEnd' | 'signal'>;

/** Opens sockets of one fabric, each with the service key. */
export interface Dialling {
  /** `host:port` */
  readonly host: string;
  dial(endpoint: Endpoint, listeners: Listeners): Promise<WireSocket>;
  /** Aborted by `close`. */
  readonly closing: AbortSignal;
  /** Gives up whatever is being dialled. */
  close(): void;
}

const PORT = 8282;
const MiB = 1024 * 1024;

/** Throws BAD_ADDRESS. */
export function diallingOf(options: CrescoOptions): Dialling {
  const base = addressOf(options.address);
  const ending = new AbortController();
  return {
    host: base.host,
    closing: ending.signal,
    async dial(endpoint, { onMessage, onEnd, signal }) {
      try {
        return await dial({
          url: new URL(`/api/${endpoint}`, base),
          // With underscores, exactly so; some proxies drop such headers.
          headers: { cresco_service_key: options.serviceKey },
          messageBytes: options.limits?.messageBytes ?? 256 * MiB,
          signal: signal === undefined ? ending.signal : AbortSignal.any([ending.signal, signal]),
          ...(options.tls === undefined ? {} : { trust: options.tls }),
          ...(options.timeouts?.connect === undefined ? {} : { connectMs: options.timeouts.connect }),
          ...(options.redact === undefined ? {} : { redact: options.redact }),
          onMessage,
          onEnd,
        });
      } catch (error) {
        if (ending.signal.aborted && signal?.aborted !== true) throw closed('no');
        // The server compares keys before it looks at the path: a 401 is about nothing else.
        throw error instanceof Fault && error.code === 'HTTP_401' ? keyRefused(error.diagnostic.detail ?? '') : error;
      }
    },
    close: () => ending.abort(),
  };
}

/** `wss://host:port`; without a scheme it is meant, and without a port 8282. There is no way without TLS. */
function addressOf(text: string): URL {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `wss://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url?.protocol !== 'wss:' || url.hostname === '' || url.username !== '' || url.password !== '' || !/^\/?$/.test(url.pathname)) {
    throw new Fault(
      {
        code: 'BAD_ADDRESS',
        summary: 'this is no address of a Cresco API',
        detail: `"${text}" was given. The API is reached by WebSocket over TLS alone, and its key stands elsewhere.`,
        hint: 'Write it as wss://host:8282.',
      },
      { sent: 'no' },
    );
  }
  if (url.port === '') url.port = String(PORT);
  return url;
}
