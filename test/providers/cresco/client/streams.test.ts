import type { WebSocket } from 'ws';
import { frameOf, type CrescoOptions, type DataPlaneMessage, type Stream } from '../../../../src/providers/cresco/client/index.ts';
import { backlog } from '../../../../src/providers/cresco/client/backlog.ts';
import { lineOf } from '../../../../src/providers/cresco/client/log-streamer.ts';
import { assert, group } from '../../../kit/group.ts';
import { HERE, meeting, THERE } from './client.ts';
import { told } from './fault.ts';
import { faultOf } from '../../../kit/fault.ts';
import { vectors } from './vectors.ts';
import { ACTIVE } from './wsapi.ts';

/** Reconnects without waiting. */
const AT_ONCE: Partial<CrescoOptions> = { clock: { now: () => 0, sleep: () => Promise.resolve() } };

const textOf = (message: DataPlaneMessage | undefined): string =>
  message === undefined ? 'the end' : 'text' in message ? message.text : `bytes ${Buffer.from(message.bytes).toString('hex')}`;

/** The next so many items. */
async function take<T>(stream: Stream<T>, count: number): Promise<readonly T[]> {
  const items: T[] = [];
  const iterator = stream[Symbol.asyncIterator]();
  while (items.length < count) {
    const { value, done } = await iterator.next();
    if (done === true) throw new Error(`the stream ended after ${items.length}`);
    items.push(value);
  }
  return items;
}

group('the data plane', (test) => {
  test('is opened by a selector, or by the name of a stream', async () => {
    const hellos: string[] = [];
    const dataplane = (ws: WebSocket, hello: string): void => {
      hellos.push(hello);
      ws.send(ACTIVE);
    };
    await meeting({ dataplane }, async ({ client, server }) => {
      for (const selector of vectors.dataplane.handshake_raw) await client.subscribe({ selector });
      await client.dataPlane({ identKey: 'stream_name', identId: '1234' });
      assert.equal(
        server.upgrades.map(({ path, key }) => [path, key !== undefined]),
        hellos.map(() => ['/api/dataplane', true]),
      );
    });
    assert.equal(hellos.slice(0, 2), vectors.dataplane.handshake_raw);
    assert.equal(JSON.parse(hellos[2] ?? ''), JSON.parse(vectors.dataplane.handshake_config));
  });

  test('gives text and bytes in order, and what came before the server said that it listens', async () => {
    const dataplane = (ws: WebSocket): void => {
      for (const message of ['early', '{"json":1}', vectors.dataplane.ack, 'text', Buffer.from([1, 2]), ACTIVE]) ws.send(message);
    };
    await meeting({ dataplane }, async ({ client }) => {
      const stream = await client.subscribe({ selector: 'a' });
      assert.ok(stream.active());
      assert.equal((await take(stream, 5)).map(textOf), ['early', '{"json":1}', 'text', 'bytes 0102', ACTIVE]);
    });
  });

  test('sends what it is given, and is the sender itself among the listeners', async () => {
    const dataplane = (ws: WebSocket): void => {
      ws.send(ACTIVE);
      ws.on('message', (data: Buffer, isBinary) => ws.send(data, { binary: isBinary }));
    };
    await meeting({ dataplane }, async ({ client }) => {
      const stream = await client.dataPlane({ identKey: 'stream_name', identId: '1' });
      await stream.send('to all');
      await stream.send(new Uint8Array([9]));
      assert.equal((await take(stream, 2)).map(textOf), ['to all', 'bytes 09']);
    });
  });

  test('that the server does not open says so', async () => {
    const said: readonly (readonly [string, string])[] = [
      ['{"status_code":"9","status_desc":"Could not activate listener"}', 'CRESCO_STREAM answered'],
      ['{"status_code":"90","status_desc":"java.lang.Exception"}', 'CRESCO_STREAM answered'],
    ];
    for (const [word, fault] of said) {
      await meeting({ dataplane: (ws) => ws.send(word) }, async ({ client }) => {
        assert.is(await told(client.subscribe({ selector: 'a' })), fault);
      });
    }
    await meeting({ dataplane: (ws) => ws.terminate() }, async ({ client }) => {
      assert.is(await told(client.subscribe({ selector: 'a' })), 'CONNECTION_LOST maybe again');
    });
    await meeting({ dataplane: () => undefined }, async ({ client }) => {
      const signal = AbortSignal.timeout(30);
      assert.is(await told(client.subscribe({ selector: 'a' }, { signal })), 'INTERRUPTED no');
    });
  });

  test('comes back by itself, says the same again, and tells that it was away', async () => {
    const hellos: string[] = [];
    const states: string[] = [];
    let cuts = 0;
    const dataplane = (ws: WebSocket, hello: string): void => {
      hellos.push(hello);
      if (hellos.length === 2) {
        // Listens only the time after.
        ws.terminate();
        return;
      }
      ws.send(ACTIVE);
      ws.send(`after ${cuts} cuts`);
    };
    await meeting(
      { dataplane },
      async ({ client, server }) => {
        const stream = await client.subscribe({ selector: "a='b'" }, { onState: (state) => states.push(state) });
        assert.equal((await take(stream, 1)).map(textOf), ['after 0 cuts']);
        cuts += 1;
        server.cut();
        assert.equal((await take(stream, 1)).map(textOf), ['after 1 cuts']);
        assert.equal(hellos, ["a='b'", "a='b'", "a='b'"]);
        assert.equal(states, ['active', 'lost', 'active']);
        assert.ok(stream.active());
      },
      AT_ONCE,
    );
  });

  test('that cannot come back ends with the reason, behind what was received', async () => {
    let refused = false;
    const dataplane = (ws: WebSocket): void => {
      ws.send(ACTIVE);
      ws.send('last words', () => {
        refused = true;
        ws.terminate();
      });
    };
    const refuse = () => (refused ? { status: 401, body: 'cresco_service_key mismatch' } : undefined);
    await meeting(
      { dataplane, refuse },
      async ({ client }) => {
        const stream = await client.dataPlane({ identKey: 'a', identId: 'b' });
        const iterator = stream[Symbol.asyncIterator]();
        assert.is(textOf((await iterator.next()).value), 'last words');
        assert.is(await told(iterator.next()), 'CRESCO_KEY_REFUSED no');
        assert.not(stream.active());
        assert.is(await told(stream.send('x')), 'CONNECTION_LOST no again');
      },
      AT_ONCE,
    );
  });

  test('ends when it is closed, when the reader leaves, when it is interrupted, and with the client', async () => {
    let left = 0;
    const dataplane = (ws: WebSocket): void => {
      ws.on('close', () => (left += 1));
      ws.send(ACTIVE);
      ws.send('one');
    };
    const rest = async (stream: Stream<unknown>): Promise<number> => {
      let count = 0;
      for await (const item of stream) count += item === undefined ? 0 : 1;
      return count;
    };
    await meeting({ dataplane }, async ({ client }) => {
      const closed = await client.subscribe({ selector: 'a' });
      await closed.close();
      assert.is(await rest(closed), 0);
      const broken = await client.subscribe({ selector: 'a' });
      for await (const message of broken) {
        assert.is(textOf(message), 'one');
        break;
      }
      assert.not(broken.active());
      const stop = new AbortController();
      const interrupted = await client.subscribe({ selector: 'a' }, { signal: stop.signal });
      const run = told(rest(interrupted));
      stop.abort();
      assert.is(await run, 'INTERRUPTED no');
      const kept = await client.dataPlane({ identKey: 'a', identId: 'b' });
      const end = told(rest(kept));
      await client.close();
      assert.is(await end, 'CLOSED no');
      assert.is(await told(kept.send('x')), 'CLOSED no');
      assert.is(await told(client.subscribe({ selector: 'a' })), 'CLOSED no');
    });
    assert.ok(left >= 2);
  });

  test('holds the fabric back when nobody reads: what waits here stays small', async () => {
    const [size, count] = [256 * 1024, 400];
    let sent = 0;
    const dataplane = (ws: WebSocket): void => {
      ws.send(ACTIVE);
      const more = (): void => {
        if (sent === count) return;
        ws.send(Buffer.alloc(size, sent % 256), () => {
          sent += 1;
          more();
        });
      };
      more();
    };
    await meeting({ dataplane }, async ({ client }) => {
      const stream = await client.subscribe({ selector: 'a' }, { bufferBytes: 1024 * 1024 });
      const iterator = stream[Symbol.asyncIterator]();
      for (let n = 0; n < count; n += 1) {
        const { value } = await iterator.next();
        const bytes = 'bytes' in value ? value.bytes : new Uint8Array();
        assert.equal([bytes.length, bytes[0], bytes.at(-1)], [size, n % 256, n % 256]);
        // A slow reader. Between the two there are the buffers of two sockets, and ours.
        if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        assert.ok(sent - n < 80, `${sent - n} messages are on their way`);
      }
    });
  });
});

group('what waits for a slow reader', (test) => {
  test('is bounded by stopping the source, which goes on when half of it was read', async () => {
    const said: string[] = [];
    const waiting = backlog<number>({ most: 1000, onFull: () => said.push('full'), onRoom: () => said.push('room') });
    const iterator = waiting.iterator(() => Promise.resolve());
    for (let n = 0; n < 20; n += 1) waiting.add(n, 0);
    assert.equal([said, waiting.full()], [['full'], true]);
    for (let n = 0; n < 20; n += 1) assert.is((await iterator.next()).value, n);
    assert.equal([said, waiting.full()], [['full', 'room'], false]);
  });

  test('goes to readers in turn, also to those who came first', async () => {
    const waiting = backlog<string>({ most: 1000, onFull: () => undefined, onRoom: () => undefined });
    const iterator = waiting.iterator(() => Promise.resolve());
    const reads = [iterator.next(), iterator.next(), iterator.next()];
    waiting.add('a', 1);
    waiting.add('b', 1);
    waiting.end({});
    assert.equal(
      (await Promise.all(reads)).map(({ value, done }) => [value, done]),
      [
        ['a', false],
        ['b', false],
        [undefined, true],
      ],
    );
  });
});

group('binary frames of a transfer', (test) => {
  test('are taken apart by who knows the id and counts', () => {
    for (const { transfer_id: id, seq_num: sequence, body_hex: body, frame_hex: frame } of vectors.dataplane.binary_out_framing) {
      const found = frameOf(Buffer.from(frame, 'hex'), {
        ...(id === null ? {} : { transferId: id }),
        ...(sequence === null ? {} : { next: Number(sequence) }),
      });
      assert.is(Buffer.from(found?.body ?? []).toString('hex'), body);
      assert.is(found?.sequence, sequence === null ? undefined : Number(sequence));
    }
  });

  test('of another transfer, or without their number, are none of ours', () => {
    assert.is(frameOf(Buffer.from('abc000001x'), { transferId: 'abd', next: 1 }), undefined);
    assert.is(frameOf(Buffer.from('abc00'), { transferId: 'abc', next: 1 }), undefined);
    assert.is(frameOf(Buffer.from('abcxxxxxx'), { transferId: 'abc', next: 1 }), undefined);
  });
});

group('the log stream', (test) => {
  const { logstreamer } = vectors;
  const confirm = (frame: string): string => {
    const [region, agent, level, base] = frame.split(',');
    return `set loglevel: ${level} for baseclass: ${base} on region_id:${region} agent_id:${agent}`;
  };
  const wish = { ...HERE, level: 'Trace' } as const;

  test('asks for levels of agents and classes, and gives lines with their parts', async () => {
    const frames: string[] = [];
    const server = (ws: WebSocket): void => {
      ws.send(logstreamer.activation);
      ws.on('message', (data: Buffer) => {
        frames.push(data.toString());
        ws.send(logstreamer.line);
        ws.send(confirm(data.toString()));
      });
    };
    await meeting({ logstreamer: server }, async ({ client }) => {
      const stream = await client.logStreamer();
      await stream.setLevel(wish);
      await stream.setLevel({ ...HERE, level: 'Debug', baseClass: 'agent:io.cresco' });
      assert.equal(frames, [logstreamer.update_config, logstreamer.update_config_class]);
      assert.is(confirm(logstreamer.update_config), logstreamer.ack_ok);
      const [line] = await take(stream, 1);
      assert.equal(line, {
        text: logstreamer.line,
        place: HERE,
        source: 'agent',
        className: 'io.cresco.agent.core.agentservice',
        level: 'Info',
        message: 'hello',
      });
    });
  });

  test('says what was refused, and goes on', async () => {
    const answers = [logstreamer.ack_bad_level, logstreamer.ack_no_reply, undefined, logstreamer.ack_ok];
    const server = (ws: WebSocket): void => {
      ws.send(ACTIVE);
      ws.on('message', () => {
        const answer = answers.shift();
        if (answer !== undefined) ws.send(answer);
      });
    };
    await meeting({ logstreamer: server }, async ({ client }) => {
      const stream = await client.logStreamer();
      const fault = await faultOf(stream.setLevel(wish));
      assert.is(fault.code, 'CRESCO_REFUSED');
      assert.match(fault.diagnostic.detail ?? '', /LogLevel Could Not Be Set Exception/);
      assert.is(await told(stream.setLevel(wish)), 'CRESCO_REFUSED answered');
      assert.is(await told(stream.setLevel({ ...THERE, level: 'Warn' }, { timeoutMs: 20 })), 'TIMEOUT maybe again');
      await stream.setLevel(wish);
      assert.is(await told(stream.setLevel({ ...wish, baseClass: 'a,b' })), 'BAD_REQUEST no');
      assert.is(await told(stream.setLevel(wish, { signal: AbortSignal.abort() })), 'INTERRUPTED no');
    });
  });

  test('asks again for everything after it was cut', async () => {
    const frames: string[] = [];
    let sockets = 0;
    const server = (ws: WebSocket): void => {
      sockets += 1;
      const mine = sockets;
      ws.send(ACTIVE);
      ws.on('message', (data: Buffer) => {
        frames.push(`${mine} ${data.toString()}`);
        ws.send(confirm(data.toString()));
        if (mine === 2 && frames.length === 4) ws.send('back again');
      });
    };
    await meeting(
      { logstreamer: server },
      async ({ client, server: wsapi }) => {
        const stream = await client.logStreamer();
        await stream.setLevel(wish);
        await stream.setLevel({ ...THERE, level: 'Warn' });
        wsapi.cut();
        assert.equal(await take(stream, 1), [{ text: 'back again' }]);
        const [first, second] = [`${HERE.region},${HERE.agent},Trace,default`, `${THERE.region},${THERE.agent},Warn,default`];
        assert.equal(frames, [`1 ${first}`, `1 ${second}`, `2 ${first}`, `2 ${second}`]);
      },
      AT_ONCE,
    );
  });

  test('reads lines of all sorts', () => {
    assert.equal(lineOf('r_a [ plugin-1:io.x.Y] Warn two\nlines'), {
      text: 'r_a [ plugin-1:io.x.Y] Warn two\nlines',
      place: { region: 'r', agent: 'a' },
      source: 'plugin-1',
      className: 'io.x.Y',
      level: 'Warn',
      message: 'two\nlines',
    });
    assert.is(lineOf('my_r_a [ x] Info m').place, undefined);
    assert.equal(lineOf('my_r_a [ x] Info m', [{ region: 'my_r', agent: 'a' }]).place, { region: 'my_r', agent: 'a' });
    for (const text of ['', 'anything', 'r_a [ x] Loud m']) assert.equal(lineOf(text), { text });
  });
});
