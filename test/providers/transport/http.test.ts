import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Fault } from '../../../src/core/diagnostic.ts';
import { redactor } from '../../../src/core/redact.ts';
import type { HttpClient, HttpOptions, HttpRequest } from '../../../src/providers/transport/http.ts';
import { httpClient } from '../../../src/providers/transport/http.ts';
import { TLS_CERT, TLS_EXPIRED_CERT, TLS_KEY } from '../../kit/certificate.ts';
import { assert, group } from '../../kit/group.ts';
import type { HttpPeer, HttpPeerOptions, Reply, Script } from '../../kit/http-peer.ts';
import { bad, httpPeer } from '../../kit/http-peer.ts';
import { virtualClock } from '../../kit/world.ts';
import { faultOf } from '../../kit/fault.ts';

type Ask = Omit<HttpRequest, 'signal'> & { readonly signal?: AbortSignal };

interface Pair {
  readonly peer: HttpPeer;
  readonly client: HttpClient;
  ask(request?: Partial<Ask>): ReturnType<HttpClient['request']>;
}

/** Runs a test with a peer that follows the script and a client for it; both are closed afterwards. */
async function withPeer(
  script: Script,
  body: (pair: Pair) => Promise<void>,
  { peerOptions, ...options }: Partial<HttpOptions> & { peerOptions?: HttpPeerOptions } = {},
): Promise<void> {
  const peer = await httpPeer(script, peerOptions);
  const client = httpClient({ base: peer.base, ...options });
  try {
    await body({
      peer,
      client,
      ask: (request = {}) => client.request({ path: '/thing', signal: new AbortController().signal, ...request }),
    });
  } finally {
    await client.close();
    await peer.close();
  }
}

const verdict = ({ code, sent, retry }: Fault): unknown => ({ code, sent, retry: retry !== false });
const fine: Reply = { json: { fine: true } };

group('http: answers', (test) => {
  test('path, query, headers and body arrive as they were given', () =>
    withPeer([fine], async ({ peer, ask }) => {
      const answer = await ask({
        method: 'POST',
        path: '/a%2Fb',
        query: { q: 'x y&z', many: ['1', '2'], none: undefined, n: 3 },
        headers: { 'X-One': '1' },
        body: { json: { ä: [1, null] } },
      });
      assert.equal(answer.json(), { fine: true });
      const [seen] = peer.requests;
      assert.is(seen?.path, '/a%2Fb?q=x+y%26z&many=1&many=2&n=3');
      assert.is(seen?.headers['x-one'], '1');
      assert.is(seen?.headers['content-type'], 'application/json');
      assert.is(seen?.body, '{"ä":[1,null]}');
    }));

  test('bodies of every form are sent whole', () =>
    withPeer([fine], async ({ peer, ask }) => {
      async function* stream(): AsyncIterable<Uint8Array> {
        yield Buffer.from('one ');
        yield Buffer.from('two');
      }
      await ask({ method: 'PUT', body: { text: 'täxt' } });
      await ask({ method: 'PUT', body: { bytes: Buffer.from([0x41, 0x42]), type: 'application/x' } });
      await ask({ method: 'PUT', body: { stream: stream() } });
      assert.equal(
        peer.requests.map((seen) => seen.body),
        ['täxt', 'AB', 'one two'],
      );
      assert.is(peer.requests[1]?.headers['content-type'], 'application/x');
    }));

  test('paths come behind the prefix of the base', async () => {
    const peer = await httpPeer([fine]);
    const client = httpClient({ base: `${peer.base}/api/` });
    await client.request({ path: '/flows', signal: new AbortController().signal });
    assert.is(peer.requests[0]?.path, '/api/flows');
    await client.close();
    await peer.close();
  });

  test('headers that are a function are asked for each attempt', () => {
    let n = 0;
    return withPeer(
      [{ status: 429 }, fine],
      async ({ peer, ask }) => {
        await ask();
        assert.equal(
          peer.requests.map((seen) => seen.headers['authorization']),
          ['token 1', 'token 2'],
        );
      },
      {
        headers: async () => ({ authorization: `token ${(n += 1)}` }),
        retry: { attempts: 2, baseMs: 1, capMs: 1, random: () => 0 },
      },
    );
  });

  test('connections are kept, and no more of them are made than allowed', () =>
    withPeer(
      (seen) => ({ json: seen.path, delayMs: 5 }),
      async ({ peer, ask }) => {
        const paths = Array.from({ length: 50 }, (_, i) => `/thing/${i}`);
        const answers = await Promise.all(paths.map(async (path) => (await ask({ path })).json()));
        assert.equal(answers, paths, '50 at once do not mix');
        assert.ok(peer.connections <= 4, `${peer.connections} connections`);
        assert.ok(peer.busiest <= 4, `${peer.busiest} at once`);
      },
      { limits: { connections: 4 } },
    ));

  test('a status that is expected is an answer', () =>
    withPeer([{ status: 404, json: { detail: 'gone' } }], async ({ ask }) => {
      const answer = await ask({ expect: [200, 404] });
      assert.is(answer.status, 404);
      assert.equal(answer.json(), { detail: 'gone' });
    }));

  test('integers beyond a float are kept on request', () =>
    withPeer([{ body: '{"id":9223372036854775807}' }], async ({ ask }) => {
      assert.equal((await ask()).json({ exact: true }), { id: '9223372036854775807' });
    }));

  test('a restart of the server between two requests is not noticed', () =>
    withPeer([fine], async ({ peer, ask }) => {
      await ask();
      await peer.restart();
      // The end of an idle connection takes a turn to arrive; a request that meets it there is one that may be repeated.
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal((await ask()).json(), { fine: true });
    }));
});

group('http: statuses', (test) => {
  const cases: readonly [name: string, reply: Reply, method: string, expected: unknown][] = [
    ['400', { status: 400 }, 'GET', { code: 'HTTP_400', sent: 'answered', retry: false }],
    ['404', { status: 404 }, 'GET', { code: 'HTTP_404', sent: 'answered', retry: false }],
    ['408', { status: 408 }, 'GET', { code: 'HTTP_408', sent: 'answered', retry: false }],
    ['409 with Retry-After', { status: 409, headers: { 'retry-after': '1' } }, 'PUT', { code: 'HTTP_409', sent: 'answered', retry: false }],
    ['429', { status: 429 }, 'POST', { code: 'HTTP_429', sent: 'answered', retry: true }],
    ['500', { status: 500 }, 'GET', { code: 'HTTP_500', sent: 'answered', retry: false }],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '2' } }, 'POST', { code: 'HTTP_503', sent: 'answered', retry: true }],
    ['503', { status: 503 }, 'POST', { code: 'HTTP_503', sent: 'answered', retry: false }],
    ['503 to a read', { status: 503 }, 'GET', { code: 'HTTP_503', sent: 'answered', retry: true }],
    ['502', { status: 502 }, 'POST', { code: 'HTTP_502', sent: 'maybe', retry: false }],
    ['502 to a put', { status: 502 }, 'PUT', { code: 'HTTP_502', sent: 'maybe', retry: true }],
    ['504 to a delete', { status: 504 }, 'DELETE', { code: 'HTTP_504', sent: 'maybe', retry: true }],
    ['304', { status: 304 }, 'GET', { code: 'HTTP_304', sent: 'answered', retry: false }],
  ];
  for (const [name, reply, method, expected] of cases) {
    test(`${name} (${method})`, () =>
      withPeer([reply], async ({ ask }) => assert.equal(verdict(await faultOf(ask({ method }))), expected)));
  }

  test('what the server asks for is the pause, as seconds and as a date', async () => {
    const clock = virtualClock();
    const date = new Date(clock.now() + 7000).toUTCString();
    await withPeer(
      [
        { status: 429, headers: { 'retry-after': '120' } },
        { status: 503, headers: { 'retry-after': date } },
        { status: 429, headers: { 'retry-after': 'soon' } },
        { status: 429, headers: { 'retry-after': '-5' } },
      ],
      async ({ ask }) => {
        const pauses: unknown[] = [];
        for (let i = 0; i < 4; i += 1) pauses.push((await faultOf(ask())).retry);
        assert.equal(pauses, [{ afterMs: 120_000 }, { afterMs: 7000 }, { afterMs: 0 }, { afterMs: 0 }]);
      },
      { clock },
    );
  });

  test('what the server said is quoted without secrets, control characters and the rest of a novel', async () => {
    const secrets = redactor();
    secrets.add('hunter2-hunter2');
    await withPeer(
      [{ status: 422, body: `bad key "hunter2-hunter2"\u001b[31m\r\n${'so '.repeat(500)}` }],
      async ({ ask }) => {
        const { detail = '' } = (await faultOf(ask({ path: '/hunter2-hunter2', query: { token: 'abc' } }))).diagnostic;
        assert.ok(!detail.includes('hunter2'), detail);
        assert.ok(!/\p{Cc}/u.test(detail), detail);
        assert.ok(!detail.includes('abc'), 'the query is not quoted');
        assert.match(detail, 'bad key "(secret)"');
        assert.ok(detail.length < 500);
      },
      { redact: secrets.text },
    );
  });
});

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

group('http: redirects', (test) => {
  test('a read follows on the same server', () =>
    withPeer([{ status: 302, headers: { location: '/there?x=1' } }, fine], async ({ peer, ask }) => {
      assert.equal((await ask()).json(), { fine: true });
      assert.is(peer.requests[1]?.path, '/there?x=1');
    }));

  test('no request follows to another server: our credentials are not for it', async () => {
    const other = await httpPeer([fine]);
    await withPeer(
      [{ status: 307, headers: { location: `${other.base}/thing` } }],
      async ({ ask }) => {
        assert.is((await faultOf(ask())).code, 'REDIRECT');
        assert.is((await faultOf(ask({ method: 'POST' }))).code, 'REDIRECT');
        assert.is(other.requests.length, 0);
      },
      { headers: { authorization: 'Bearer mine' } },
    );
    await other.close();
  });

  test('a write is repeated only where the redirect says that it is to be', () =>
    withPeer(
      (seen) => (seen.path === '/thing' ? { status: Number(seen.headers['x-status']), headers: { location: '/there' } } : fine),
      async ({ peer, ask }) => {
        const post = (status: string): ReturnType<typeof ask> =>
          ask({ method: 'POST', body: { text: 'it' }, headers: { 'x-status': status } });
        await post('308');
        assert.equal([peer.requests[1]?.method, peer.requests[1]?.body], ['POST', 'it']);
        await post('303');
        assert.equal([peer.requests[3]?.method, peer.requests[3]?.body], ['GET', '']);
        assert.equal(verdict(await faultOf(post('302'))), { code: 'REDIRECT', sent: 'maybe', retry: false });
      },
    ));

  test('a circle ends', () =>
    withPeer([{ status: 302, headers: { location: '/thing' } }], async ({ peer, ask }) => {
      assert.is((await faultOf(ask())).code, 'REDIRECT');
      assert.ok(peer.requests.length < 10);
    }));
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
