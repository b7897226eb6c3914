import { once } from 'node:events';
import { assert, group } from '../../../kit/group.ts';
import { frameOf } from '../../../../src/providers/cresco/sandbox/dataplane-socket.ts';
import { captured } from './captured.ts';
import type { Lab, Peer } from './peer.ts';
import { gz, lab, requestText, toAgent } from './peer.ts';

const CONFIG = captured.dataplane.handshake_config;

/** A data plane socket that has been welcomed. */
async function plane({ dial }: Lab, wish: string): Promise<Peer> {
  const peer = await dial('/api/dataplane');
  peer.send(wish);
  assert.is(await peer.next(), captured.dataplane.ack);
  return peer;
}

group('the data plane', (test) => {
  for (const { transfer_id: transfer, seq_num: number, body_hex: body, frame_hex: frame } of captured.dataplane.binary_out_framing) {
    test(`bytes with transfer id ${transfer} and number ${number} go out as captured`, () => {
      const properties = { ...(transfer === null ? {} : { transfer_id: transfer }), ...(number === null ? {} : { seq_num: number }) };
      assert.is(Buffer.from(frameOf({ body: Buffer.from(body, 'hex'), properties })).toString('hex'), frame);
    });
  }

  test('who subscribes by a config gets an echo of what it sends, text as text and bytes as bytes', () =>
    lab(async (own) => {
      const peer = await plane(own, CONFIG);
      peer.send('one');
      peer.send(Buffer.from([1, 2]));
      assert.is(await peer.next(), 'one');
      assert.equal(await peer.next(), Buffer.from([1, 2]));
    }));

  test('a selector sees what it selects, and cannot send', () =>
    lab(async (own) => {
      const listener = await plane(own, "stream_name='1234' AND type='output'");
      const other = await plane(own, "stream_name='5678'");
      listener.send('lost');
      const sender = await plane(own, CONFIG);
      sender.send('kept');
      assert.is(await listener.next(), 'kept');
      await own.control('publish', { text: 'for the other', stream: '5678' });
      assert.is(await other.next(), 'for the other');
    }));

  test('a boolean property is a condition, as the broadcasts of filerepo need', () =>
    lab(async (own) => {
      const listener = await plane(own, "filerepo_name='abc' AND broadcast");
      await own.control('publish', { text: 'no', properties: '{"filerepo_name":"abc"}' });
      await own.control('publish', { text: 'yes', properties: '{"filerepo_name":"abc","broadcast":true}' });
      assert.is(await listener.next(), 'yes');
    }));

  test('a selector that cannot be read is welcomed and never matches; nothing comes before the handshake', () =>
    lab(async (own) => {
      const peer = await own.dial('/api/dataplane');
      peer.send(Buffer.from("bytes before it are nobody's"));
      peer.send("stream_name='it's'");
      assert.is(await peer.next(), captured.dataplane.ack);
      await own.control('publish', { text: 'x', stream: 'it' });
      const sender = await plane(own, JSON.stringify({ ident_key: 'stream_name', ident_id: "it's" }));
      sender.send('to nobody, not even itself');
      const last = await plane(own, "stream_name='last'");
      await own.control('publish', { text: 'end', stream: 'last' });
      assert.is(await last.next(), 'end');
      peer.close();
      sender.close();
      assert.equal([await peer.closed, await sender.closed], [1005, 1005]);
    }));

  test('a JSON object without ident_key is a config for generation 2 and a selector for generation 3', async () => {
    for (const generation of [2, 3] as const) {
      await lab(
        async (own) => {
          const peer = await plane(own, '{"io_type_key":"type","input_id":"x"}');
          const listener = await plane(own, "type='x'");
          peer.send('published by generation 2 alone');
          // A pong comes behind everything that the server did with what was sent before the ping.
          peer.socket.ping();
          await once(peer.socket, 'pong');
          await own.control('publish', { text: 'end', properties: '{"type":"x"}' });
          assert.is(await listener.next(), generation === 2 ? 'published by generation 2 alone' : 'end');
        },
        { options: { generation } },
      );
    }
  });

  test('a socket that ends is told nothing more', () =>
    lab(async (own) => {
      const gone = await plane(own, CONFIG);
      gone.socket.terminate();
      await gone.closed;
      const peer = await plane(own, CONFIG);
      for (let n = 0; n < 100; n += 1) peer.send(String(n));
      for (let n = 0; n < 100; n += 1) assert.is(await peer.next(), String(n));
    }));

  test('a reader that pauses loses nothing, and gets it in order', () =>
    lab(async (own) => {
      const reader = await plane(own, "stream_name='1234'");
      const sender = await plane(own, CONFIG);
      reader.socket.pause();
      const total = 64;
      const sent: Promise<void>[] = [];
      for (let n = 0; n < total; n += 1)
        sent.push(new Promise((resolve) => sender.socket.send(Buffer.alloc(256 * 1024, n), () => resolve())));
      reader.socket.resume();
      for (let n = 0; n < total; n += 1) assert.is(((await reader.next()) as Buffer)[100], n);
      await Promise.all(sent);
    }));
});

group('the log streamer', (test) => {
  const stream = async ({ dial }: Lab): Promise<Peer> => {
    const peer = await dial('/api/logstreamer');
    assert.is(await peer.next(), captured.logstreamer.activation);
    return peer;
  };
  /** The next line that answers a configuration; log lines may come before it. */
  const word = async (peer: Peer): Promise<string> => {
    for (;;) {
      const line = String(await peer.next());
      if (!/^\S+_\S+ \[ /.test(line)) return line;
    }
  };

  test('speaks first, says what it set, and then lines come as captured', () =>
    lab(async (own) => {
      const peer = await stream(own);
      peer.send(captured.logstreamer.update_config);
      assert.is(await word(peer), captured.logstreamer.ack_ok);
      await own.control('log', { class: 'io.cresco.agent.core.AgentService', level: 'Info', message: 'hello' });
      assert.is(await peer.next(), captured.logstreamer.line);
    }));

  test('levels are those of each session and class', () =>
    lab(async (own) => {
      const peer = await stream(own);
      peer.send('global-region,global-controller,Error,agent:io.example');
      await word(peer);
      peer.send('a,b');
      for (const [source, level, message] of [
        ['agent', 'Warn', 'not grave enough'],
        ['agent', 'Error', 'grave'],
        ['plugin-1', 'Debug', 'below Info'],
        ['plugin-1', 'Info', 'of another source'],
      ] as const) {
        await own.control('log', { source, class: 'io.example.X', level, message });
      }
      assert.is(await peer.next(), 'global-region_global-controller [ agent:io.example.x] Error grave');
      assert.is(await peer.next(), 'global-region_global-controller [ plugin-1:io.example.x] Info of another source');
    }));

  test('says what could not be set', () =>
    lab(
      async (own) => {
        const peer = await stream(own);
        peer.send('global-region,global-controller,trace,default');
        assert.is(await word(peer), captured.logstreamer.ack_bad_level);
        peer.send('global-region,nobody,Trace,default');
        assert.is(await word(peer), captured.logstreamer.ack_no_reply);
      },
      { options: { voidMs: 0 } },
    ));

  test('generation 3 leaves the agent before, generation 2 goes on hearing it', async () => {
    for (const [generation, heard] of [
      [2, 'first'],
      [3, 'second'],
    ] as const) {
      await lab(
        async (own) => {
          const peer = await stream(own);
          for (const place of ['dp,pi-1', 'dp,pi-2']) {
            peer.send(`${place},Info,default`);
            await word(peer);
          }
          await own.control('log', { agent: 'dp/pi-1', message: 'first' });
          await own.control('log', { agent: 'dp/pi-2', message: 'second' });
          assert.match(String(await peer.next()), new RegExp(`${heard}$`));
        },
        { options: { generation, agents: ['dp/pi-1', 'dp/pi-2'] } },
      );
    }
  });

  test('main.log is told with the flag alone', () =>
    lab(async ({ api, control }) => {
      await control('log', { message: 'a line of the log' });
      const reply = await api.rpc(toAgent('EXEC', { action: 'getlog', action_inmessage: 'true' }));
      const { gunzipSync } = await import('node:zlib');
      assert.match(gunzipSync(Buffer.from(reply['log'] ?? '', 'base64')).toString(), /a line of the log\n$/);
    }));
});

group('complex event processing', (test) => {
  test('goes over the data plane; removal is an action of generation 3', async () => {
    for (const generation of [2, 3] as const) {
      await lab(
        async (own) => {
          const out = await plane(own, "stream_name='out'");
          const cepparams = gz({
            input_stream: 'in',
            input_stream_desc: 'value double',
            output_stream: 'out',
            output_stream_desc: 'value double',
            query: 'from in[value > 2.0] select value insert into out',
          });
          const added = await own.api.rpc(toAgent('CONFIG', { action: 'cepadd', cepparams }));
          assert.equal([added['status_code'], added['status_desc']], ['10', 'CEP Active']);
          for (const value of [1, 3]) await own.control('publish', { text: JSON.stringify({ event: { value } }), stream: 'in' });
          assert.match(String(await out.next()), /"value":3/);
          own.api.send(requestText(toAgent('CONFIG', { action: 'cepremove', cepid: added['cepid'] })));
          const reply = await own.api.reply();
          assert.is(reply['error'] === undefined, generation === 3);
        },
        { options: { generation, voidMs: 10 } },
      );
    }
  });
});
