import { X509Certificate } from 'node:crypto';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { Fault } from '../../../src/core/diagnostic.ts';
import { dial, type DialOptions, type Trust, type WireSocket } from '../../../src/providers/transport/socket.ts';
import { TLS_CERT, TLS_EXPIRED_CERT, TLS_KEY } from '../../kit/certificate.ts';
import { assert, group } from '../../kit/group.ts';

const closing: (() => void)[] = [];

async function listening(server: Server | TcpServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A WebSocket server over TLS; `meet` is called with each socket as soon as it stands. */
async function peer(meet: (socket: WebSocket) => void, certificate = TLS_CERT): Promise<number> {
  const server = createHttps({ key: TLS_KEY, cert: certificate });
  new WebSocketServer({ server }).on('connection', meet);
  return listening(server);
}

interface Met {
  readonly socket: WireSocket;
  readonly messages: (string | Uint8Array)[];
  readonly end: Promise<Fault>;
  /** The next message that was not taken yet. */
  next(): Promise<string | Uint8Array>;
}

async function met(url: string, options: Partial<DialOptions> = {}): Promise<Met> {
  const messages: (string | Uint8Array)[] = [];
  let wake = (): void => undefined;
  let tell: (fault: Fault) => void = () => undefined;
  const end = new Promise<Fault>((resolve) => (tell = resolve));
  const socket = await dial({
    url: new URL(url),
    trust: { insecure: true },
    onMessage: (message) => {
      messages.push(message);
      wake();
    },
    onEnd: tell,
    ...options,
  });
  closing.push(() => void socket.close());
  const next = async (): Promise<string | Uint8Array> => {
    for (;;) {
      const message = messages.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { socket, messages, end, next };
}

async function refusal(url: string, options: Partial<DialOptions> = {}): Promise<Fault> {
  try {
    await met(url, options);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('it was let in');
}

const told = ({ code, sent, retry }: Fault): string => `${code} ${sent}${retry === false ? '' : ' again'}`;
const fingerprint = new X509Certificate(TLS_CERT).fingerprint256;

group('dialling a WebSocket', (test) => {
  test.after(() => closing.forEach((close) => close()));

  test('believes a pinned certificate, one in a file, or anybody if that is said', async () => {
    const port = await peer(() => undefined);
    const plain = fingerprint.replaceAll(':', '').toLowerCase();
    const trusted: readonly (readonly [Trust, string, string])[] = [
      [{ fingerprint }, '127.0.0.1', 'pinned'],
      [{ fingerprint: plain }, '127.0.0.1', 'pinned'],
      [{ fingerprint: `SHA256:${plain}` }, '127.0.0.1', 'pinned'],
      // The certificate names localhost; it stands in the file itself, so it is not asked for its name.
      [{ ca: `# ours\n${TLS_EXPIRED_CERT}${TLS_CERT}` }, '127.0.0.1', 'pinned'],
      [{ insecure: true }, '127.0.0.1', 'unchecked'],
    ];
    for (const [trust, host, why] of trusted) {
      const { socket } = await met(`wss://${host}:${port}/`, { trust });
      assert.equal([socket.peer?.trusted, socket.peer?.fingerprint], [why, fingerprint]);
      assert.equal(socket.peer?.subject, [{ name: 'CN', value: 'localhost' }]);
    }
  });

  test('sends nothing to anybody else, and says what could be pinned', async () => {
    let met = 0;
    const port = await peer(() => (met += 1));
    const unknown = await refusal(`wss://127.0.0.1:${port}/`, { trust: { ca: '' } });
    const unsaid = await refusal(`wss://127.0.0.1:${port}/`, { trust: { ca: TLS_EXPIRED_CERT } });
    const other = await refusal(`wss://127.0.0.1:${port}/`, { trust: { fingerprint: '00'.repeat(32) } });
    const malformed = await refusal(`wss://127.0.0.1:${port}/`, { trust: { fingerprint: 'AA:BB' } });
    assert.equal([unknown, unsaid, other, malformed].map(told), [
      'TLS_UNTRUSTED no',
      'TLS_UNTRUSTED no',
      'TLS_FINGERPRINT no',
      'TLS_FINGERPRINT no',
    ]);
    for (const { diagnostic } of [unknown, unsaid, other]) assert.ok(diagnostic.detail?.includes(fingerprint), diagnostic.detail);
    // A plan prints no details: what to pin stands in the hint.
    assert.match(other.diagnostic.hint ?? '', `tls.fingerprint: ${fingerprint}`);
    assert.is(met, 0);
  });

  test('reads the names in a certificate that somebody trusted has signed, and its dates', async () => {
    const port = await peer(() => undefined, TLS_EXPIRED_CERT);
    // The expired one was signed by the key of the other: for OpenSSL that is its issuer.
    assert.is(told(await refusal(`wss://localhost:${port}/`, { trust: { ca: TLS_CERT } })), 'TLS_EXPIRED no');
    const { socket } = await met(`wss://127.0.0.1:${port}/`, { trust: { ca: TLS_EXPIRED_CERT } });
    assert.is(socket.peer?.trusted, 'pinned');
  });

  test('goes without TLS where the address says so', async () => {
    const server = createHttp();
    new WebSocketServer({ server }).on('connection', (ws) => ws.on('message', (data) => ws.send(data, { binary: false })));
    const { socket, next } = await met(`ws://127.0.0.1:${await listening(server)}/`);
    assert.is(socket.peer, undefined);
    await socket.send('hello');
    assert.is(await next(), 'hello');
  });

  test('sends headers, and tells in its words why the server refused', async () => {
    const seen: unknown[] = [];
    const server = createHttp().on('upgrade', (request, socket) => {
      seen.push(request.headers['x-key']);
      socket.end('HTTP/1.1 401 No\r\ncontent-length: 12\r\n\r\nbad key: abc');
    });
    const port = await listening(server);
    const fault = await refusal(`ws://127.0.0.1:${port}/p?q=secret`, {
      headers: { 'x-key': 'abc' },
      redact: (text) => text.replaceAll('abc', '***'),
    });
    assert.is(told(fault), 'HTTP_401 answered');
    assert.match(fault.diagnostic.detail ?? '', /bad key: \*\*\*/);
    assert.not.match(fault.diagnostic.detail ?? '', /secret/);
    assert.equal(seen, ['abc']);
  });

  test('knows servers that are none', async () => {
    const ordinary = await listening(createHttp((_, response) => response.end('<html>')));
    const confused = await listening(
      createHttp().on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Yes\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n')),
    );
    const ssh = await listening(createTcp((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n')));
    const dead = await listening(createTcp((socket) => socket.destroy()));
    assert.is(told(await refusal(`ws://127.0.0.1:${ordinary}/`)), 'HTTP_200 answered');
    assert.is(told(await refusal(`ws://127.0.0.1:${confused}/`)), 'NOT_WEBSOCKET no');
    assert.is(told(await refusal(`ws://127.0.0.1:${ssh}/`)), 'NOT_HTTP no');
    assert.is(told(await refusal(`wss://127.0.0.1:${ordinary}/`)), 'TLS_PROTOCOL no');
    assert.is(told(await refusal(`ws://127.0.0.1:${dead}/`)), 'CONNECTION_LOST no again');
  });

  test('gives up in time, or when it is told to, wherever it hangs', async () => {
    const silent = await listening(createTcp(() => undefined));
    const mute = await listening(createHttp().on('upgrade', () => undefined));
    for (const url of [`wss://127.0.0.1:${silent}/`, `ws://127.0.0.1:${mute}/`]) {
      assert.is(told(await refusal(url, { connectMs: 30 })), 'TIMEOUT no again');
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 10);
      assert.is(told(await refusal(url, { signal: stop.signal })), 'INTERRUPTED no');
      assert.is(told(await refusal(url, { signal: AbortSignal.abort() })), 'INTERRUPTED no');
    }
  });
});

group('an open WebSocket', (test) => {
  test.after(() => closing.forEach((close) => close()));

  test('misses no frame that comes with the upgrade, and keeps text and bytes apart', async () => {
    const port = await peer((ws) => {
      ws.send('first');
      ws.send(Buffer.from([0, 255]));
      ws.send('ünïcode');
    });
    const { next } = await met(`wss://127.0.0.1:${port}/`);
    assert.is(await next(), 'first');
    assert.equal([...(await next())], [0, 255]);
    assert.is(await next(), 'ünïcode');
  });

  test('says why it ended, once', async () => {
    const ways: readonly (readonly [(ws: WebSocket) => void, string, RegExp])[] = [
      [(ws) => ws.close(1001, 'going\ndown'), 'CONNECTION_LOST maybe again', /1001 "going down"/],
      [(ws) => ws.terminate(), 'CONNECTION_LOST maybe again', /1006/],
      [(ws) => ws.send('x'.repeat(2000)), 'BODY_TOO_LARGE maybe', /above the limit/],
    ];
    for (const [end, fault, detail] of ways) {
      const { end: ended, socket, messages } = await met(`wss://127.0.0.1:${await peer(end)}/`, { messageBytes: 1000 });
      const why = await ended;
      assert.is(told(why), fault);
      assert.match(why.diagnostic.detail ?? '', detail);
      assert.equal(messages, []);
      const unsent = await socket.send('too late').then(
        () => 'sent',
        (error: unknown) => (error as Fault).sent,
      );
      assert.is(unsent, 'no');
      await socket.close();
    }
  });

  test('is closed with a goodbye, and is over for both', async () => {
    let bye: (code: number) => void = () => undefined;
    const goodbye = new Promise<number>((resolve) => (bye = resolve));
    const { socket, end } = await met(`wss://127.0.0.1:${await peer((ws) => ws.on('close', bye))}/`);
    await Promise.all([socket.close(), socket.close()]);
    assert.is(await goodbye, 1000);
    assert.is(told(await end), 'CLOSED maybe');
  });

  test('holds the peer back while it is paused, and loses nothing', async () => {
    const [size, count] = [1024 * 1024, 64];
    let sent = 0;
    const port = await peer((ws) => {
      const more = (): void => {
        if (sent === count) return;
        ws.send(Buffer.alloc(size), () => {
          sent += 1;
          more();
        });
      };
      more();
    });
    const { socket, messages, next } = await met(`wss://127.0.0.1:${port}/`);
    await next();
    socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 50));
    // Far more than the buffers of two sockets hold.
    assert.ok(sent < count - 20 && messages.length < count - 20, `${sent} of ${count} were sent, ${messages.length} read`);
    socket.resume();
    for (let n = 1; n < count; n += 1) assert.is((await next()).length, size);
    await socket.close();
  });

  test('that gives no sign of life is lost, but not while it is paused: then it cannot be heard', async () => {
    const server = createHttp().on('upgrade', (request, socket, head) => {
      new WebSocketServer({ noServer: true, autoPong: false }).handleUpgrade(request, socket, head, () => undefined);
    });
    const { socket, end } = await met(`ws://127.0.0.1:${await listening(server)}/`, { pingMs: 5 });
    let ended = false;
    void end.then(() => (ended = true));
    socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.not(ended);
    socket.resume();
    const why = await end;
    assert.is(told(why), 'CONNECTION_LOST maybe again');
    assert.match(why.diagnostic.detail ?? '', /no sign of life/);
  });
});
