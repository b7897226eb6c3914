import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Fault } from '../../../src/core/diagnostic.ts';
import type { HttpOptions } from '../../../src/providers/transport/http.ts';
import { httpClient } from '../../../src/providers/transport/http.ts';
import { TLS_CERT, TLS_EXPIRED_CERT, TLS_KEY } from '../../kit/certificate.ts';
import { assert, group } from '../../kit/group.ts';
import { bad, httpPeer } from '../../kit/http-peer.ts';
import { virtualClock } from '../../kit/world.ts';
import { faultOf } from '../../kit/fault.ts';
import { fine, verdict, withPeer } from './with-peer.ts';

group('http: bad days', (test) => {
  // Short where the timeout is what is looked at, and nowhere else: a busy machine is not a silent peer.
  const limitsFor = (code: string): Partial<HttpOptions> => ({
    limits: { maxBodyBytes: 100_000 },
    ...(code === 'TIMEOUT' ? { timeouts: { headers: 60, body: 60, total: 120 } } : {}),
  });
  const lost = (code: string, retry: boolean): unknown => ({ code, sent: 'maybe', retry });
  const cases: readonly [reply: keyof typeof bad, code: string, again: boolean][] = [
    ['dropped', 'CONNECTION_LOST', true],
    ['reset', 'CONNECTION_LOST', true],
    ['silent', 'TIMEOUT', true],
    ['halfHeaders', 'CONNECTION_LOST', true],
    ['halfBody', 'CONNECTION_LOST', true],
    ['halfChunk', 'CONNECTION_LOST', true],
    ['hangingBody', 'TIMEOUT', true],
    ['drippingBody', 'TIMEOUT', true],
    ['endlessHints', 'TIMEOUT', true],
    ['endlessHeaders', 'HEADERS_TOO_LARGE', false],
    ['endlessBody', 'BODY_TOO_LARGE', false],
    ['garbage', 'NOT_HTTP', false],
  ];
  for (const [reply, code, again] of cases) {
    test(`${reply}: a write may have happened, and is not repeated`, () =>
      withPeer(
        [bad[reply]],
        async ({ ask }) => assert.equal(verdict(await faultOf(ask({ method: 'POST' }))), lost(code, false)),
        limitsFor(code),
      ));
    test(`${reply}: a read ${again ? 'may' : 'need not'} be tried again`, () =>
      withPeer(
        [bad[reply]],
        async ({ ask }) => {
          const fault = await faultOf(ask());
          assert.is(fault.code, code);
          assert.is(fault.retry !== false, again);
        },
        limitsFor(code),
      ));
    test(`${reply}: the next request is not hurt`, () =>
      withPeer(
        (seen) => (seen.n === 1 ? bad[reply] : fine),
        async ({ ask }) => {
          await faultOf(ask());
          assert.equal((await ask({ timeouts: { headers: 10_000, total: 10_000 } })).json(), { fine: true });
        },
        limitsFor(code),
      ));
  }

  test('an answer that comes twice, or is longer than it says, is never the answer to something else', async () => {
    for (const reply of [bad.twice, bad.shortLength]) {
      await withPeer(
        (seen) => (seen.n === 1 ? reply : { json: seen.n }),
        async ({ peer, ask }) => {
          assert.is((await ask()).json(), 'a');
          assert.is((await ask()).json(), 2);
          assert.is(peer.connections, 2, 'the connection is not used again');
        },
      );
    }
  });

  test('bytes that are no UTF-8, and text that is no JSON, are faults that do not quote them', () =>
    withPeer([bad.notUtf8, { body: '{"key": secret-thing}' }], async ({ ask }) => {
      const binary = await ask();
      assert.is((await faultOf(Promise.resolve().then(() => binary.json()))).code, 'NOT_UTF8');
      assert.is(binary.bytes().length, 4);
      const text = await ask();
      const fault = await faultOf(Promise.resolve().then(() => text.json()));
      assert.is(fault.code, 'NOT_JSON');
      assert.ok(!JSON.stringify(fault.diagnostic).includes('secret-thing'));
    }));

  test('an answer that is announced too large is not read', () =>
    withPeer([{ acts: [{ bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n' }, { hang: true }] }], async ({ ask }) =>
      assert.equal(verdict(await faultOf(ask({ method: 'POST' }))), { code: 'BODY_TOO_LARGE', sent: 'maybe', retry: false }),
    ));

  test('a header value with a line end is not sent', () =>
    withPeer([fine], async ({ peer, ask }) => {
      const fault = await faultOf(ask({ headers: { authorization: 'token\nx: y' } }));
      assert.equal(verdict(fault), { code: 'BAD_REQUEST', sent: 'no', retry: false });
      assert.is(peer.requests.length, 0);
      assert.ok(!JSON.stringify(fault.diagnostic).includes('x: y'));
    }));
});

group('http: connecting', (test) => {
  const signal = new AbortController().signal;
  const attempt = async (options: HttpOptions): Promise<Fault> => {
    const client = httpClient(options);
    try {
      return await faultOf(client.request({ method: 'POST', path: '/', signal }));
    } finally {
      await client.close();
    }
  };

  test('a closed port: nothing was sent, so even a write may be tried again', async () => {
    const peer = await httpPeer([fine]);
    await peer.close();
    assert.equal(verdict(await attempt({ base: peer.base })), { code: 'CONNECT_REFUSED', sent: 'no', retry: true });
  });

  test('a host that does not exist', async () => {
    const fault = await attempt({ base: 'http://no-such-host.invalid' });
    assert.is(fault.code, 'DNS');
    assert.is(fault.sent, 'no');
  });

  test('a server that takes the connection and never speaks TLS', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    assert.equal(verdict(await attempt({ base, timeouts: { connect: 100 } })), { code: 'TIMEOUT', sent: 'no', retry: true });
    server.close();
  });

  test('plain http where TLS is expected', async () => {
    const peer = await httpPeer([fine]);
    assert.equal(verdict(await attempt({ base: peer.base.replace('http:', 'https:') })), {
      code: 'TLS_PROTOCOL',
      sent: 'no',
      retry: false,
    });
    await peer.close();
  });

  const tls = { key: TLS_KEY, cert: TLS_CERT };
  test('a certificate of an unknown issuer, and the same one when it is given', () =>
    withPeer(
      [fine],
      async ({ peer, ask }) => {
        assert.equal((await ask()).json(), { fine: true });
        assert.equal(verdict(await attempt({ base: peer.base })), { code: 'TLS_UNTRUSTED', sent: 'no', retry: false });
        assert.equal(verdict(await attempt({ base: peer.base.replace('localhost', '127.0.0.1'), tls: { ca: TLS_CERT } })), {
          code: 'TLS_NAME',
          sent: 'no',
          retry: false,
        });
      },
      { peerOptions: { tls }, tls: { ca: TLS_CERT } },
    ));

  test('a certificate that has expired', async () => {
    const peer = await httpPeer([fine], { tls: { key: TLS_KEY, cert: TLS_EXPIRED_CERT } });
    assert.equal(verdict(await attempt({ base: peer.base, tls: { ca: TLS_EXPIRED_CERT } })), {
      code: 'TLS_EXPIRED',
      sent: 'no',
      retry: false,
    });
    await peer.close();
  });

  test('addresses that are none, or carry credentials, are refused before anything happens', () => {
    for (const base of ['edge', 'ftp://edge', 'http://bob:secret-word@edge']) {
      try {
        httpClient({ base });
        assert.unreachable(base);
      } catch (error) {
        assert.ok(error instanceof Fault && error.code === 'BAD_ADDRESS');
        assert.ok(!JSON.stringify(error.diagnostic).includes('secret-word'));
      }
    }
  });
});

group('http: abort, retry, close', (test) => {
  test('a request that is aborted before it begins sends nothing', () =>
    withPeer([fine], async ({ peer, ask }) => {
      assert.equal(verdict(await faultOf(ask({ signal: AbortSignal.abort() }))), { code: 'INTERRUPTED', sent: 'no', retry: false });
      assert.is(peer.requests.length, 0);
    }));

  test('abort is obeyed while waiting for the headers, in the body, and in the queue', async () => {
    for (const reply of [bad.silent, bad.hangingBody]) {
      await withPeer(
        [reply],
        async ({ peer, ask }) => {
          const stop = new AbortController();
          const first = faultOf(ask({ method: 'POST', signal: stop.signal }));
          const queued = faultOf(ask({ method: 'POST', signal: stop.signal }));
          while (peer.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
          stop.abort();
          assert.equal(verdict(await first), { code: 'INTERRUPTED', sent: 'maybe', retry: false });
          assert.equal(verdict(await queued), { code: 'INTERRUPTED', sent: 'no', retry: false });
          await new Promise((resolve) => setTimeout(resolve, 20));
          assert.is(peer.requests.length, 1, 'what waited in the queue never leaves');
        },
        { limits: { connections: 1 } },
      );
    }
  });

  test('retry goes on where it can help, with the pauses it was given, and says so', () => {
    const clock = virtualClock();
    const begun = clock.now();
    const pauses: number[] = [];
    return withPeer(
      [{ status: 503, headers: { 'retry-after': '3600' } }, bad.dropped, fine],
      async ({ ask }) => {
        assert.equal((await ask()).json(), { fine: true });
        assert.equal(pauses, [3_600_050, 100]);
        assert.is(clock.now() - begun, 3_600_150);
      },
      {
        clock,
        retry: {
          attempts: 5,
          baseMs: 100,
          capMs: 1000,
          patienceMs: 4e6,
          random: () => 0.5,
          onRetry: ({ afterMs }) => void pauses.push(afterMs),
        },
      },
    );
  });

  test('retry stops at a refusal, at a write that may have happened, and at its last attempt', async () => {
    const retry = { attempts: 3, baseMs: 1, capMs: 1, random: () => 0 };
    await withPeer(
      [{ status: 400 }],
      async ({ peer, ask }) => {
        await faultOf(ask());
        assert.is(peer.requests.length, 1);
      },
      { retry },
    );
    await withPeer(
      [bad.dropped],
      async ({ peer, ask }) => {
        await faultOf(ask({ method: 'POST' }));
        assert.is(peer.requests.length, 1);
        await faultOf(ask({ method: 'POST', idempotent: true }));
        assert.is(peer.requests.length, 4);
      },
      { retry },
    );
  });

  test('close ends what is under way', () =>
    withPeer([bad.silent], async ({ peer, client, ask }) => {
      const fault = faultOf(ask());
      while (peer.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      await client.close();
      assert.is((await fault).code, 'CLOSED');
    }));
});
