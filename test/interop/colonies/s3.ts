import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { owed } from '../kit/debts.ts';

/** What pycolonies needs of an S3 store: buckets that are there, and objects that are put, fetched and deleted by their path. */
export interface Store {
  /** Settings that lead pycolonies to it (`AWS_S3_…`). */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

export async function startStore(): Promise<Store> {
  const objects = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      const isBucket = path.split('/').length === 2;
      const found = objects.get(path);
      if (request.method === 'PUT' && !isBucket) objects.set(path, body);
      if (request.method === 'DELETE') objects.delete(path);
      const reads = (request.method === 'GET' || request.method === 'HEAD') && !isBucket;
      if (reads && found === undefined) return void response.writeHead(404).end();
      const status = request.method === 'DELETE' ? 204 : 200;
      const content = reads ? { 'content-length': String(found?.length ?? 0), etag: '"none"' } : {};
      response.writeHead(status, content).end(request.method === 'GET' && reads ? found : undefined);
    });
  });
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      ...{ AWS_S3_ENDPOINT: `${HOST}:${port}`, AWS_S3_ACCESSKEY: 'none', AWS_S3_SECRETKEY: 'none', AWS_S3_REGION: 'us-east-1' },
      ...{ AWS_S3_BUCKET: 'plant', AWS_S3_TLS: 'false', AWS_S3_SKIPVERIFY: 'true' },
      // Checksums behind the body would come with an encoding of their own.
      ...{ AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required', AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required' },
    },
    close: owed(
      () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
