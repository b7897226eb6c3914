import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../kit/binary.ts';
import { goProgram } from '../kit/programs.ts';
import { startServer, type Server } from '../kit/server.ts';

export const VERSITYGW = {
  path: 'github.com/versity/versitygw',
  version: 'v1.8.0',
  sum: 'h1:au+wI+aybno/STsQiSm35Uu6Q6iK5MWReQxgO6SEMFc=',
  main: './cmd/versitygw',
  name: 'versitygw',
  go: [1, 25],
} as const;

export interface Gateway extends Server {
  /** Settings that lead every client of ColonyOS to it (`AWS_S3_…`). */
  readonly env: Readonly<Record<string, string>>;
}

const BUCKET = 'plant';

/** An S3 store that checks signatures and checksums, built once and kept for the next run. Throws Missing. */
export const gatewayProgram = (): string =>
  goProgram(join(root, 'node_modules/.cache/interop', `versitygw-${VERSITYGW.version}`), VERSITYGW);

/** Starts it with one empty bucket, whose objects are files in the folder. */
export async function startGateway(folder: string): Promise<Gateway> {
  const [objects, properties] = [join(folder, 'objects'), join(folder, 'properties')];
  for (const made of [join(objects, BUCKET), properties]) mkdirSync(made, { recursive: true });
  const keys = { access: 'interop-access', secret: 'interop/secret+key' };
  const server = await startServer({
    program: gatewayProgram(),
    // Beside the objects, since not every file system keeps properties of its own with a file.
    words: (port) => [
      ...['--quiet', '--access', keys.access, '--secret', keys.secret, '--port', `127.0.0.1:${port}`],
      ...['posix', '--sidecar', properties, objects],
    ],
  });
  return {
    ...server,
    env: {
      ...{ AWS_S3_ENDPOINT: `${server.host}:${server.port}`, AWS_S3_ACCESSKEY: keys.access, AWS_S3_SECRETKEY: keys.secret },
      ...{ AWS_S3_REGION: 'us-east-1', AWS_S3_BUCKET: BUCKET, AWS_S3_TLS: 'false', AWS_S3_SKIPVERIFY: 'false' },
    },
  };
}
