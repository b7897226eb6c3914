import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsV4Signer } from 'aws4fetch';

/** An S3 store on loopback with one bucket, which believes a request if it would have signed it in the same way. */
export interface S3Peer {
  /** `127.0.0.1:port` */
  readonly endpoint: string;
  /** What `openS3` takes. */
  readonly options: { readonly endpoint: string; readonly bucket: string; readonly accessKey: string; readonly secretKey: string };
  readonly objects: Map<string, Buffer>;
  /** `PUT key` for each request that was believed, in their order. */
  readonly asked: string[];
  /** Answers the next request instead, however it likes. */
  next?: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

const KEYS = { accessKey: 'AKIAPEERPEERPEERPEER', secretKey: 'peer/secret+key' };
const BUCKET = 'plant';

export async function openS3Peer(): Promise<S3Peer> {
  const server = createServer((request, response) => {
    const { next } = peer;
    if (next !== undefined) {
      delete peer.next;
      return void request.resume().on('end', () => next(request, response));
    }
    void bodyOf(request).then(async (body) => answer(request, response, { body, wrong: await wrongWith(request, body) }));
  });
  const answer = (
    request: IncomingMessage,
    response: ServerResponse,
    { body, wrong }: { readonly body: Buffer; readonly wrong: readonly [number, string] | undefined },
  ): void => {
    const refuse = (status: number, code: string): void =>
      void response
        .writeHead(status, { 'content-type': 'application/xml' })
        .end(`<Error><Code>${code}</Code><Message>about ${KEYS.accessKey}</Message></Error>`);
    if (wrong !== undefined) return refuse(...wrong);
    const [, bucket, ...parts] = (request.url ?? '').split('/').map(decodeURIComponent);
    const key = parts.join('/');
    peer.asked.push(`${request.method ?? ''} ${key}`);
    const found = peer.objects.get(key);
    if (bucket !== BUCKET) refuse(404, 'NoSuchBucket');
    else if (request.method === 'PUT') {
      peer.objects.set(key, body);
      response.end();
    } else if (request.method === 'DELETE') {
      peer.objects.delete(key);
      response.writeHead(204).end();
    } else if (found === undefined) refuse(404, 'NoSuchKey');
    else response.end(found);
  };
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', resolve));
  const endpoint = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const peer: S3Peer = {
    endpoint,
    options: { endpoint, bucket: BUCKET, ...KEYS },
    objects: new Map(),
    asked: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return peer;
}

/** The status and word of S3 for a request that is not to be believed. */
async function wrongWith({ method, url, headers }: IncomingMessage, body: Buffer): Promise<readonly [number, string] | undefined> {
  const [, accessKeyId, region = '', signed = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+),/.exec(headers.authorization ?? '') ??
    [];
  if (accessKeyId !== KEYS.accessKey) return [403, 'InvalidAccessKeyId'];
  const names = signed.split(';').filter((name) => name !== 'host');
  const signer = new AwsV4Signer({
    ...{ method: method ?? '', url: `http://${headers.host ?? ''}${url ?? ''}`, service: 's3', region, accessKeyId },
    secretAccessKey: KEYS.secretKey,
    headers: Object.fromEntries(names.map((name): [string, string] => [name, String(headers[name])])),
    datetime: String(headers['x-amz-date']),
  });
  if ((await signer.sign()).headers.get('authorization') !== headers.authorization) return [403, 'SignatureDoesNotMatch'];
  const hash = createHash('sha256').update(body).digest('hex');
  return headers['x-amz-content-sha256'] === hash ? undefined : [400, 'XAmzContentSHA256Mismatch'];
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
