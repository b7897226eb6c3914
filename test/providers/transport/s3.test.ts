import { createHash } from 'node:crypto';
import { Fault } from '../../../src/core/diagnostic.ts';
import { endpointOf, openS3, type S3Body, type S3Options } from '../../../src/providers/transport/s3.ts';
import { faultOf } from '../../kit/fault.ts';
import { assert, group } from '../../kit/group.ts';
import { openS3Peer, type S3Peer } from '../../kit/s3-peer.ts';

const { signal } = new AbortController();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bodyOf = (bytes: Uint8Array, given: Partial<S3Body> = {}): S3Body => ({
  size: bytes.length,
  sha256: sha256(bytes),
  // In pieces, as a file comes.
  async *read() {
    for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
  },
  ...given,
});

async function withPeer(
  body: (peer: S3Peer, open: (given?: Partial<S3Options>) => ReturnType<typeof openS3>) => Promise<void>,
): Promise<void> {
  const peer = await openS3Peer();
  const opened: ReturnType<typeof openS3>[] = [];
  try {
    await body(peer, (given = {}) => {
      const s3 = openS3({ ...peer.options, ...given });
      opened.push(s3);
      return s3;
    });
  } finally {
    await Promise.all(opened.map((s3) => s3.close()));
    await peer.close();
  }
}

const got = async (s3: ReturnType<typeof openS3>, key: string, size: number): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  await s3.get(key, { size, sink: (piece) => void pieces.push(Buffer.from(piece)) }, signal);
  return Buffer.concat(pieces);
};

group('transport: s3', (test) => {
  test('what is put is got, whatever the object is called, and is gone when it is removed', () =>
    withPeer(async (peer, open) => {
      const s3 = open();
      const bytes = Buffer.from('x'.repeat(200_000));
      for (const key of ['a1', "mash/ö b+c!(1)*'~", 'ends with a /']) {
        await s3.put(key, bodyOf(bytes), signal);
        assert.ok(peer.objects.get(key)?.equals(bytes), key);
        assert.ok((await got(s3, key, bytes.length)).equals(bytes), key);
        await s3.remove(key, signal);
        await s3.remove(key, signal);
        assert.is((await faultOf(got(s3, key, 1))).code, 'S3_NO_OBJECT');
      }
      await s3.put('nothing', bodyOf(Buffer.alloc(0)), signal);
      assert.is((await got(s3, 'nothing', 0)).length, 0);
    }));

  test('the store says why not, and no key is in what is told', () =>
    withPeer(async (peer, open) => {
      const told = async (given: Partial<S3Options>): Promise<string> => {
        const fault = await faultOf(got(open(given), 'a1', 1));
        assert.not.match(JSON.stringify(fault.diagnostic), new RegExp(`${peer.options.accessKey}|${given.secretKey ?? 'peer/'}|wrong-`));
        return fault.code;
      };
      assert.equal(
        [await told({ accessKey: 'wrong-key' }), await told({ secretKey: 'wrong-secret' }), await told({ bucket: 'brewery' })],
        ['S3_KEYS', 'S3_KEYS', 'S3_NO_BUCKET'],
      );
      for (const [status, code, wanted] of [
        [403, 'AccessDenied', 'S3_DENIED'],
        [403, 'RequestTimeTooSkewed', 'S3_CLOCK'],
        [400, 'AuthorizationHeaderMalformed', 'S3_REGION'],
        [409, 'OperationAborted', 'S3_REFUSED'],
      ] as const) {
        peer.next = (_, response) => void response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
        assert.is(await told({}), wanted);
      }
      peer.next = (_, response) => void response.writeHead(503).end(`<Error>${peer.options.accessKey}</Error>`);
      assert.is(await told({}), 'HTTP_503');
      peer.next = (_, response) => void response.writeHead(404).end('<html>');
      assert.is(await told({}), 'S3_REFUSED');
    }));

  test('a file that changes while it is sent is not stored', () =>
    withPeer(async (peer, open) => {
      const s3 = open();
      const bytes = Buffer.from('mash');
      for (const given of [{ sha256: sha256(Buffer.from('boil')) }, { size: 3 }, { size: 5 }])
        assert.is((await faultOf(s3.put('a1', bodyOf(bytes, given), signal))).code, 'S3_CHANGED');
      assert.is(peer.objects.size, 0);
      assert.is((await faultOf(s3.put('a1', bodyOf(bytes, { size: 6 * 1024 ** 3 }), signal))).code, 'S3_TOO_LARGE');
    }));

  test('a store that stops in the middle, never ends, or lets go', () =>
    withPeer(async (peer, open) => {
      const s3 = open();
      peer.next = (_, response) => void response.writeHead(200, { 'content-length': '10' }).write('half');
      assert.is((await faultOf(got(open({ timeouts: { total: 50 } }), 'a1', 10))).code, 'TIMEOUT');
      peer.next = (_, response) => {
        response.writeHead(200, { 'content-length': '10' }).write('half');
        setImmediate(() => response.destroy());
      };
      assert.is((await faultOf(got(s3, 'a1', 10))).code, 'CONNECTION_LOST');
      peer.next = (_, response) => void response.end(Buffer.alloc(100_000));
      assert.is((await faultOf(got(s3, 'a1', 10))).code, 'BODY_TOO_LARGE');
      // What the receiver throws is what comes out: a full disk.
      peer.next = (_, response) => void response.end('mash');
      const full = new Fault({ code: 'DISK_FULL', summary: 'no room left', hint: 'Free some.' });
      const taking = s3.get('a1', { size: 4, sink: () => void raise(full) }, signal);
      assert.is(await faultOf(taking), full);
    }));

  test('names that lead elsewhere, and addresses that are none', () =>
    withPeer(async (peer, open) => {
      for (const key of ['', '..', '../other/a1', 'a/./b']) assert.is((await faultOf(got(open(), key, 1))).code, 'S3_KEY');
      assert.equal(peer.asked, []);
      assert.equal(
        ['minio.example:9000', '127.0.0.1:9000', 'localhost', '[::1]:9000', 'http://minio.example:9000', 'https://s3.example/'].map(
          endpointOf,
        ),
        [
          'https://minio.example:9000',
          'http://127.0.0.1:9000',
          'http://localhost',
          'http://[::1]:9000',
          'http://minio.example:9000',
          'https://s3.example',
        ],
      );
      for (const text of ['', 'ftp://s3.example', 'https://s3.example/plant', 'https://me:secret@s3.example', 'https://s3.example?x=1'])
        assert.is((await faultOf(async () => endpointOf(text))).code, 'S3_ENDPOINT');
    }));
});

function raise(fault: Fault): never {
  throw fault;
}
