import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Fields } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import { gz, lab, manualClock, requestText, toAgent, ungz, until, uploadWidget, WIDGET } from './peer.ts';

const ping = (n = 0): Parameters<typeof requestText>[0] => ({ payload: { action: 'ping', n } });
const NO_ANSWER = '{"error":"Cresco rpc response was null"}';

const ids = async (control: (name: string) => Promise<unknown>): Promise<readonly string[]> => {
  const { agents } = (await control('state')) as { readonly agents: readonly { readonly plugins: readonly { readonly id: string }[] }[] };
  return agents.flatMap(({ plugins }) => plugins.map(({ id }) => id)).filter((id) => !id.startsWith('system-'));
};

group('the switches of a Cresco sandbox', (test) => {
  test('drop a socket after the effect of a request, or before it', () =>
    lab(async (own) => {
      await uploadWidget(own.api);
      const add = (id: string): string =>
        requestText(toAgent('CONFIG', { action: 'pluginadd', configparams: gz({ ...WIDGET, inode_id: id }) }));
      for (const [when, left] of [
        ['before', []],
        ['after', ['after']],
      ] as const) {
        const peer = await own.dial();
        await own.control('drop-socket', { when, action: 'pluginadd' });
        assert.is((await peer.rpc(ping()))['action'], 'pong');
        peer.send(add(when));
        assert.is(await peer.closed, 1006);
        assert.equal(await ids(own.control), [...left]);
      }
    }));

  test('lose a reply: done, and never answered', () =>
    lab(async ({ api, control }) => {
      await uploadWidget(api);
      await control('lose-next-reply', { action: 'pluginadd' });
      api.send(requestText(toAgent('CONFIG', { action: 'pluginadd', configparams: gz({ ...WIDGET, inode_id: 'lost' }) })));
      await until(async () => (await ids(control)).includes('lost'));
      // The next frame is the answer to the next request.
      assert.is((await api.rpc(ping(7)))['n'], '7');
    }));

  test('void a request: no effect, and the text of a missing answer after the wait', () => {
    const clock = manualClock();
    return lab(
      async ({ api, control }) => {
        await control('void-next', { action: 'ping' });
        api.send(requestText(ping()));
        api.send(requestText(toAgent('EXEC', { action: 'iscontrolleractive' })));
        assert.is((await api.reply())['is_controller_active'], 'true');
        clock.pass(30_000);
        assert.is(await api.next(), NO_ANSWER);
      },
      { clock, options: { voidMs: 30_000 } },
    );
  });

  test('a client of generation 3 that waits less is told sooner', () => {
    const clock = manualClock();
    return lab(
      async ({ api, control }) => {
        await control('void-next', {});
        api.send(requestText({ ...ping(), info: { rpc_timeout_ms: '7000' } }));
        assert.is((await api.rpc(ping(1)))['n'], '1');
        clock.pass(7_000);
        assert.is(await api.next(), NO_ANSWER);
      },
      { clock, options: { voidMs: 30_000 } },
    );
  });

  test('let replies overtake each other; one that nothing overtakes comes as well', () => {
    const clock = manualClock();
    return lab(
      async ({ api, control }) => {
        await control('reorder-replies');
        for (const n of [1, 2, 3]) api.send(requestText(ping(n)));
        assert.equal([(await api.reply())['n'], (await api.reply())['n']], ['2', '1']);
        // A pong comes behind everything that the server did with what was sent before the ping.
        api.socket.ping();
        await once(api.socket, 'pong');
        clock.pass(100);
        assert.is((await api.reply())['n'], '3');
      },
      { clock },
    );
  });

  test('answer with text, refuse and accept', () =>
    lab(async ({ api, control, dial }) => {
      await control('error-text-next', { text: 'Internal Server Error' });
      api.send(requestText(ping()));
      assert.is(await api.next(), 'Internal Server Error');
      await control('refuse');
      assert.match(String(await dial().catch((error: unknown) => error)), /401/);
      await control('accept');
      assert.is((await (await dial()).rpc(ping()))['action'], 'pong');
    }));

  test('change, add and remove a plugin by hand', () =>
    lab(async ({ api, control }) => {
      const added = (await control('add-plugin', { pluginname: 'io.example.x', id: 'x', params: '{"a":1,"b":"c"}' })) as Fields;
      assert.equal(added, { id: 'x', code: 10 });
      await control('change-plugin', { plugin: 'x', key: 'a', value: '2' });
      await control('change-plugin', { plugin: 'x', key: 'b' });
      const list = ungz((await api.rpc(toAgent('CONFIG', { action: 'pluginlist' })))['plugin_list']) as readonly Fields[];
      const config = JSON.parse(String(list.find(({ plugin_id: id }) => id === 'x')?.['configparams'])) as Fields;
      assert.equal([config['a'], config['b']], ['2', undefined]);
      await control('remove-plugin', { plugin: 'x' });
      assert.equal(await ids(control), []);
    }));

  test('count requests by action, reads apart from writes', () =>
    lab(async ({ api, control }) => {
      await control('reset-counts');
      api.send('nonsense');
      await api.rpc(ping());
      await api.rpc(toAgent('CONFIG', { action: 'pluginlist' }));
      await api.rpc(toAgent('CONFIG', { action: 'pluginremove', pluginid: 'x' }));
      assert.equal(await control('counts'), {
        total: 3,
        reads: 2,
        writes: 1,
        malformed: 1,
        actions: { ping: 1, pluginlist: 1, pluginremove: 1 },
      });
    }));

  test('forget what was planned', () =>
    lab(async ({ api, control }) => {
      await control('error-text-next');
      await control('clear');
      assert.is((await api.rpc(ping()))['action'], 'pong');
    }));

  test('cut every connection', () =>
    lab(async ({ api, control }) => {
      await control('drop-all');
      assert.is(await api.closed, 1006);
    }));

  const wrong: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    ['lose-agnet', {}, /SWITCH_UNKNOWN/],
    ['lose-agent', { agent: 'global-region/global-contoller' }, /SWITCH_INPUT/],
    ['lose-agent', { agent: 'global-region/global-controller' }, /SWITCH_INPUT/],
    ['kill-plugin', { plugin: 'x' }, /SWITCH_INPUT/],
    ['kill-plugin', { plugin: 'system-repo-1', code: 'x' }, /SWITCH_INPUT/],
    ['slow-start', { ms: '-1' }, /SWITCH_INPUT/],
    ['stick-pipeline', { at: '7' }, /SWITCH_INPUT/],
    ['drop-socket', { when: 'later' }, /SWITCH_INPUT/],
    ['add-plugin', {}, /SWITCH_INPUT/],
    ['add-plugin', { pluginname: 'x', id: 'system-repo-1' }, /SWITCH_INPUT/],
    ['change-plugin', { plugin: 'system-repo-1' }, /SWITCH_INPUT/],
    ['publish', { text: 'x', properties: '[1]' }, /SWITCH_INPUT/],
    ['log', { level: 'loud' }, /SWITCH_INPUT/],
  ];
  test('say what is wrong with what they are given', () =>
    lab(async ({ control }) => {
      for (const [name, input, said] of wrong) {
        assert.match(
          String(
            await control(name, input).then(
              () => 'nothing',
              (error: unknown) => error,
            ),
          ),
          said,
          `${name} ${JSON.stringify(input)}`,
        );
      }
    }));

  test('what a client hangs up on in the middle harms nobody', () =>
    lab(async ({ box, api }) => {
      for (let n = 0; n < 20; n += 1) {
        const socket = new WebSocket(`${box.address}/api/apisocket`, {
          rejectUnauthorized: false,
          headers: { cresco_service_key: 'sandbox' },
        });
        socket.on('error', () => undefined);
        if (n % 2 === 0) socket.terminate();
        else
          socket.on('open', () => {
            socket.send(requestText(toAgent('EXEC', { action: 'getbroadcastdiscovery' })));
            socket.terminate();
          });
        await new Promise((resolve) => socket.on('close', resolve));
      }
      assert.is((await api.rpc(ping()))['action'], 'pong');
    }));
});
