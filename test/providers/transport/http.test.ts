import { redactor } from '../../../src/core/redact.ts';
import { httpClient } from '../../../src/providers/transport/http.ts';
import { assert, group } from '../../kit/group.ts';
import type { Reply } from '../../kit/http-peer.ts';
import { httpPeer } from '../../kit/http-peer.ts';
import { virtualClock } from '../../kit/world.ts';
import { faultOf } from '../../kit/fault.ts';
import { fine, verdict, withPeer } from './with-peer.ts';

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
