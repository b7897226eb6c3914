import { Readable } from 'node:stream';
import { Pool } from 'undici';
import { Fault } from '../../core/diagnostic.ts';
import type { Value } from '../../core/value.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Answer, Sink } from './exchange.ts';
import { exchange } from './exchange.ts';
import type { About } from './http-faults.ts';
import { refused, unusableAnswer } from './http-faults.ts';
import { parseExact } from './json.ts';
import type { Limiter } from './rate.ts';
import type { RetryOptions, RetryPolicy } from './retry.ts';
import { retrying } from './retry.ts';

export interface HttpTimeouts {
  /** Until the connection stands, TLS included. Default: 10 s. */
  readonly connect?: number;
  /** From the request to the headers of the answer. Default: 30 s. */
  readonly headers?: number;
  /** Between two pieces of the answer's body. Default: 30 s. */
  readonly body?: number;
  /** For one attempt, from asking for a connection to the last byte. Default: 120 s. */
  readonly total?: number;
}

export interface HttpOptions {
  /** `http://host:port/prefix`; paths of requests come behind the prefix. Credentials do not belong in it. */
  readonly base: string;
  /** Sent with every request. A function is asked before each attempt: tokens expire. */
  readonly headers?: Headers | (() => Promise<Headers>);
  /** PEM texts. `verify: false` accepts any certificate and is for test benches only. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
    readonly verify?: boolean;
  };
  /** Milliseconds. */
  readonly timeouts?: HttpTimeouts;
  /** Defaults: 64 MiB, and 8 connections. */
  readonly limits?: { readonly maxBodyBytes?: number; readonly connections?: number };
  /** Default: every request is tried once, and its Fault says whether trying again can help. */
  readonly retry?: RetryPolicy & Pick<RetryOptions, 'onRetry'> & { readonly random: () => number };
  /** Every attempt waits for its turn here. */
  readonly rate?: Limiter;
  /** Takes known secrets out of what a peer said before it is put in a Fault: `redactor().text`. */
  readonly redact?: (text: string) => string;
  readonly clock?: Clock;
}

type Headers = Readonly<Record<string, string>>;

export type HttpBody =
  | { readonly json: Value }
  | { readonly text: string; readonly type?: string }
  | { readonly bytes: Uint8Array; readonly type?: string }
  /** Read once: such a request is neither repeated nor redirected. */
  | { readonly stream: AsyncIterable<Uint8Array>; readonly type?: string };

export interface HttpRequest {
  /** Default: GET. */
  readonly method?: string;
  /** Begins with `/`; whoever builds it from names encodes them. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly headers?: Headers;
  readonly body?: HttpBody;
  readonly signal: AbortSignal;
  /** Doing it twice is doing it once. Default: what the method says (RFC 9110 §9.2.2); PUT and DELETE are, POST and PATCH are not. */
  readonly idempotent?: boolean;
  /** Statuses that are an answer and no failure. Default: every 2xx. */
  readonly expect?: readonly number[];
  /** Other limits for this request alone: a download, a long poll. */
  readonly timeouts?: Omit<HttpTimeouts, 'connect'>;
  readonly maxBodyBytes?: number;
  /** Gets the body of a 2xx instead of the response, piece by piece. What it took cannot be taken back: such a request is not repeated. */
  readonly sink?: Sink;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Headers;
  bytes(): Uint8Array;
  /** Throws Fault NOT_UTF8. */
  text(): string;
  /** Throws Fault NOT_JSON or NOT_UTF8. `exact` keeps integers beyond 2^53 as strings. */
  json(options?: { readonly exact?: boolean }): Value;
}

export interface HttpClient {
  /**
   * One answer, whole and within the limits, or a Fault: CONNECT_REFUSED, DNS, UNREACHABLE, TLS_…, TIMEOUT, CONNECTION_LOST,
   * NOT_HTTP, HEADERS_TOO_LARGE, BODY_TOO_LARGE, REDIRECT, HTTP_…, BAD_REQUEST, CLOSED, INTERRUPTED.
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Ends what is under way with CLOSED and lets go of the connections. */
  close(): Promise<void>;
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 5;
const MiB = 1024 * 1024;

/** A client for one server over a few connections that are kept. Opens none before the first request. Throws Fault BAD_ADDRESS. */
export function httpClient(options: HttpOptions): HttpClient {
  const base = addressOf(options.base);
  const { limits = {}, timeouts = {}, redact = (text: string) => text, clock = systemClock } = options;
  const { verify, ...tls } = options.tls ?? {};
  const pool = new Pool(base.origin, {
    connections: limits.connections ?? 8,
    // Pipelining would let one lost connection take several requests with it, none of which could be told apart.
    pipelining: 1,
    connect: { timeout: timeouts.connect ?? 10_000, ...tls, ...(verify === undefined ? {} : { rejectUnauthorized: verify }) },
  });

  const once = async (request: HttpRequest, about: About): Promise<HttpResponse> => {
    const headers = typeof options.headers === 'function' ? await options.headers() : (options.headers ?? {});
    let method = request.method ?? 'GET';
    let url = urlOf(base, request);
    let { type, content } = contentOf(request.body);
    for (let hop = 0; ; hop += 1) {
      const answer = await exchange({
        dispatcher: pool,
        method,
        path: url.pathname + url.search,
        headers: lowerCase({ accept: '*/*', ...(type === undefined ? {} : { 'content-type': type }), ...headers, ...request.headers }),
        body: content,
        signal: request.signal,
        totalMs: request.timeouts?.total ?? timeouts.total ?? 120_000,
        headersMs: request.timeouts?.headers ?? timeouts.headers ?? 30_000,
        bodyMs: request.timeouts?.body ?? timeouts.body ?? 30_000,
        maxBodyBytes: request.maxBodyBytes ?? limits.maxBodyBytes ?? 64 * MiB,
        sink: request.sink,
        about,
      });
      if (expected(answer.status, request.expect)) return response(answer, about);
      if (!REDIRECTS.has(answer.status)) throw refused({ ...answer, body: answer.body.toString('utf8'), about, now: clock.now() });
      url = elsewhere({ answer, from: url, method, repeatable: !(content instanceof Readable), hop, about });
      if (answer.status === 303 && method !== 'HEAD') {
        [method, type, content] = ['GET', undefined, undefined];
      }
    }
  };

  return {
    async request(request) {
      const about: About = {
        line: `${request.method ?? 'GET'} ${urlOf(base, { path: request.path })}`,
        idempotent: request.idempotent ?? IDEMPOTENT.has(request.method ?? 'GET'),
        redact,
      };
      const { rate, retry } = options;
      const attempt = (): Promise<HttpResponse> =>
        rate === undefined ? once(request, about) : rate.run(() => once(request, about), request.signal);
      const isOnce = request.sink !== undefined || (request.body !== undefined && 'stream' in request.body);
      if (retry === undefined || isOnce) return attempt();
      return retrying(attempt, {
        ...retry,
        call: { signal: request.signal, random: retry.random },
        sleep: (ms, signal) => clock.sleep(ms, signal),
      });
    },
    close: () => pool.destroy(),
  };
}

const badAddress = (detail: string): Fault =>
  new Fault(
    {
      code: 'BAD_ADDRESS',
      summary: 'the address of the target is no http address',
      detail,
      hint: 'An address looks like http://host:8080/path.',
    },
    { sent: 'no' },
  );

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw badAddress('It cannot be read as a URL.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw badAddress(`It begins with ${url.protocol}, not with http: or https:.`);
  // Addresses are printed, logged and recorded; credentials have a place of their own.
  if (url.username !== '' || url.password !== '')
    throw badAddress('It has credentials in it. They belong in the credentials of the Target.');
  return url;
}

function urlOf(base: URL, { path, query = {} }: Pick<HttpRequest, 'path' | 'query'>): URL {
  const url = new URL(base.origin);
  url.pathname = base.pathname.replace(/\/$/, '') + path;
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
  }
  return url;
}

function contentOf(body: HttpBody | undefined): { type: string | undefined; content: string | Uint8Array | Readable | undefined } {
  if (body === undefined) return { type: undefined, content: undefined };
  if ('json' in body) return { type: 'application/json', content: JSON.stringify(body.json) };
  if ('text' in body) return { type: body.type ?? 'text/plain; charset=utf-8', content: body.text };
  if ('bytes' in body) return { type: body.type ?? 'application/octet-stream', content: body.bytes };
  return { type: body.type ?? 'application/octet-stream', content: Readable.from(body.stream, { objectMode: false }) };
}

const lowerCase = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const expected = (status: number, expect: readonly number[] | undefined): boolean =>
  expect === undefined ? status >= 200 && status < 300 : expect.includes(status);

interface Redirect {
  readonly answer: Answer;
  readonly from: URL;
  readonly method: string;
  readonly repeatable: boolean;
  readonly hop: number;
  readonly about: About;
}

/**
 * Where a redirect leads, as long as it is the same server: our credentials are for that one, and a system that moved is for a
 * person to look at. A request that writes follows only 307 and 308, which repeat it as it is (RFC 9110 §15.4), and 303.
 */
function elsewhere({ answer, from, method, repeatable, hop, about }: Redirect): URL {
  const { status, headers } = answer;
  const location = headers['location'] ?? '';
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const reads = method === 'GET' || method === 'HEAD';
  const same = status === 307 || status === 308;
  const why =
    to === undefined || location === ''
      ? 'It does not say where to.'
      : to.origin !== from.origin
        ? `It leads to another server, ${to.origin}, which is not sent our credentials.`
        : hop >= MOST_REDIRECTS
          ? 'Redirects lead in a circle.'
          : reads || status === 303 || (same && repeatable)
            ? undefined
            : 'A request that writes is not repeated for this kind of redirect.';
  if (why === undefined && to !== undefined) return to;
  throw unusableAnswer({ code: 'REDIRECT', summary: 'the server sends us elsewhere', status, about, detail: why ?? '' });
}

function response({ status, headers, body }: Answer, about: About): HttpResponse {
  const text = (): string => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(body);
    } catch (cause) {
      const problem = {
        code: 'NOT_UTF8',
        summary: 'the answer is no UTF-8 text',
        status,
        about,
        detail: 'Text is read as UTF-8 and nothing is guessed.',
      };
      throw cause instanceof TypeError ? unusableAnswer(problem) : cause;
    }
  };
  return {
    status,
    headers,
    bytes: () => body,
    text,
    json({ exact = false } = {}) {
      const read = text();
      try {
        return exact ? parseExact(read) : (JSON.parse(read) as Value);
      } catch (cause) {
        if (!(cause instanceof SyntaxError)) throw cause;
        // The parser's message quotes the text, which may hold anything: the place is enough to find it.
        const where =
          headers['content-type'] === undefined ? 'It names no content type.' : `Its content type is ${headers['content-type']}.`;
        throw unusableAnswer({ code: 'NOT_JSON', summary: 'the answer is no JSON', status, about, detail: where });
      }
    },
  };
}
