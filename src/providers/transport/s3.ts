import { AwsV4Signer } from 'aws4fetch';
import { Fault } from '../../core/diagnostic.ts';
import type { Sink } from './exchange.ts';
import { httpClient, type HttpRequest, type HttpResponse, type HttpTimeouts } from './http.ts';
import { badEndpoint, badKey, changed, s3Refusal } from './s3-faults.ts';

export interface S3Options {
  /** `https://host:9000`, or without the scheme: that is https, and http on loopback alone. */
  readonly endpoint: string;
  readonly bucket: string;
  /** Default: us-east-1, which stores that have no regions take. */
  readonly region?: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** `ca` is PEM text. `insecure` believes anybody, and is for test benches only. Default: the authorities of this machine. */
  readonly tls?: { readonly ca: string } | { readonly insecure: true };
  /** Milliseconds. Nothing limits a whole transfer but that it goes on: see `body`. */
  readonly timeouts?: HttpTimeouts;
  /** Milliseconds since 1970: signatures hold for a quarter of an hour around the store's time. */
  readonly now?: () => number;
}

export interface S3Body {
  readonly size: number;
  /** SHA-256 of all of it, in hexadecimal digits: it is signed, and the store refuses what arrives otherwise. */
  readonly sha256: string;
  read(): AsyncIterable<Uint8Array>;
}

/** One bucket of an S3 store. */
export interface S3Client {
  /** `https://host:9000/bucket`, for people. */
  readonly address: string;
  readonly bucket: string;
  readonly region: string;
  /** Whole or not at all. Throws those of the connection, S3_TOO_LARGE, S3_CHANGED, and what `refused` below says. */
  put(key: string, body: S3Body, signal: AbortSignal): Promise<void>;
  /**
   * Hands the object on as it comes. One that is much larger than `size` is BODY_TOO_LARGE; whether it is the right one, only its
   * receiver can tell.
   */
  get(key: string, to: { readonly size: number; readonly sink: Sink }, signal: AbortSignal): Promise<void>;
  /** Quiet where there is no such object. */
  remove(key: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** What S3 takes in one request ("Uploading objects" of its user guide). */
const MOST_AT_ONCE = 5 * 1024 ** 3;
/** Of nothing: for requests without a body. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** A transfer is ended by silence, and not by the time that it takes. */
const NO_LIMIT_MS = 24 * 3_600_000;
/** Those that come with an S3 error in XML. 301 leads to another region, which is for a person to write down. */
const WITH_WORDS = [301, 400, 403, 404, 405, 409, 411, 412, 413];

/**
 * A client for one bucket, which is the first part of the path in its requests: all stores understand that. Opens no connection before
 * the first request. Throws Fault S3_ENDPOINT.
 */
export function openS3(options: S3Options): S3Client {
  const { bucket, region = 'us-east-1', accessKey, secretKey, tls, timeouts = {}, now = Date.now } = options;
  const base = endpointOf(options.endpoint);
  const redact = (text: string): string => text.replaceAll(secretKey, '(secret)').replaceAll(accessKey, '(secret)');
  const http = httpClient({
    base,
    redact,
    timeouts: { total: NO_LIMIT_MS, ...timeouts },
    ...(tls === undefined ? {} : { tls: 'ca' in tls ? tls : { verify: false } }),
  });
  const place = `/${encodeURIComponent(bucket)}`;
  // Derived from the secret key, once a day and region instead of with every request.
  const cache = new Map<string, ArrayBuffer>();

  const send = async (method: string, path: string, { sha256 = EMPTY, ...request }: Wanted): Promise<HttpResponse> => {
    const signer = new AwsV4Signer({
      ...{ method, url: base + path, service: 's3', region, accessKeyId: accessKey, secretAccessKey: secretKey, cache },
      headers: { 'x-amz-content-sha256': sha256 },
      datetime: new Date(now()).toISOString().replaceAll(/[-:]|\.\d{3}/g, ''),
    });
    const { headers } = await signer.sign();
    const response = await http.request({
      ...request,
      ...{ method, path, expect: [200, 204, ...WITH_WORDS] },
      headers: { ...Object.fromEntries(headers), ...request.headers },
    });
    if (response.status < 300) return response;
    throw s3Refusal(response, { line: `${method} ${base}${path}`, address: `${base}${place}` });
  };

  /** A store that refuses hangs up on a large body, and its reason is lost: asked for the object it says the same in words. */
  const orWhy = async (key: string, signal: AbortSignal): Promise<void> => {
    try {
      await send('GET', place + pathOf(key), { sink: () => undefined, signal });
    } catch (error) {
      if (error instanceof Fault && error.code.startsWith('S3_') && error.code !== 'S3_NO_OBJECT') throw error;
    }
  };

  return {
    address: `${base}${place}`,
    bucket,
    region,
    async put(key, { size, sha256, read }, signal) {
      if (size > MOST_AT_ONCE) throw tooLarge(size);
      const body = size === 0 ? { bytes: new Uint8Array() } : { stream: exactly(size, read()) };
      // Without its length it would be sent in chunks, which S3 has another signature for.
      const wanted = { sha256, body, headers: { 'content-length': String(size) }, signal };
      try {
        await send('PUT', place + pathOf(key), wanted);
      } catch (error) {
        if (error instanceof Fault && error.code === 'CONNECTION_LOST') await orWhy(key, signal);
        throw error;
      }
    },
    async get(key, { size, sink }, signal) {
      await send('GET', place + pathOf(key), { sink, maxBodyBytes: Math.max(size, WORDS_BYTES), signal });
    },
    async remove(key, signal) {
      await send('DELETE', place + pathOf(key), { signal });
    },
    close: () => http.close(),
  };
}

type Wanted = Omit<HttpRequest, 'path' | 'method' | 'expect'> & { readonly sha256?: string };

/** An answer that is no object may say as much. */
const WORDS_BYTES = 64 * 1024;

/** A key as a path. One with `.` or `..` between its slashes would lead out of the bucket before it is sent. */
function pathOf(key: string): string {
  const parts = key.split('/');
  if (key === '' || parts.some((part) => part === '.' || part === '..')) throw badKey(key);
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

/** What is read in passing may have become longer or shorter since it was measured. */
async function* exactly(size: number, pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let passed = 0;
  for await (const piece of pieces) {
    passed += piece.length;
    if (passed > size) throw changed();
    yield piece;
  }
  if (passed < size) throw changed();
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** Throws Fault S3_ENDPOINT for what is no address, or one with a path or credentials in it. */
export function endpointOf(text: string): string {
  const full = /^[a-z]+:\/\//.test(text) ? text : `${LOOPBACK.test(text) ? 'http' : 'https'}://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  const isBare = url !== undefined && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
  if (!isBare) throw badEndpoint();
  return url.origin;
}

const tooLarge = (size: number): Fault =>
  new Fault(
    {
      code: 'S3_TOO_LARGE',
      summary: 'the file is larger than a store takes in one request',
      detail: `It has ${size} bytes, and S3 takes ${MOST_AT_ONCE} at once. Nothing was sent.`,
      hint: 'Split it, or upload it in parts with a program of the store.',
    },
    { sent: 'no' },
  );
