import { once } from 'node:events';
import { request } from 'node:https';
import { connect } from 'node:tls';
import { WebSocket } from 'ws';
import { assert, group } from '../../../kit/group.ts';
import { captured } from './captured.ts';
import { addWidget, dial, gz, HOME, lab, requestText, saveWidget, toAgent, toPlugin, ungz, WIDGET, type Request } from './peer.ts';

interface Refused {
  readonly status: number | undefined;
  readonly body: string;
}

/** What an upgrade that is refused gets. */
async function refusal(address: string, path: string, headers: Readonly<Record<string, string>>): Promise<Refused> {
  const socket = new WebSocket(`${address}${path}`, { rejectUnauthorized: false, headers });
  return new Promise((resolve, reject) => {
    socket.on('open', () => reject(new Error('it was let in')));
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_, response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
  });
}

const NO_ANSWER = '{"error":"Cresco rpc response was null"}';

group('the wire: who is let in', (test) => {
  const key = { cresco_service_key: 'sandbox' };

  test('generation 3: the key comes before the path, in plain words', () =>
    lab(async ({ box }) => {
      assert.equal(await refusal(box.address, '/api/apisocket', { cresco_service_key: 'x' }), {
        status: 401,
        body: 'cresco_service_key mismatch',
      });
      assert.equal(await refusal(box.address, '/nowhere', {}), { status: 401, body: 'Missing cresco_service_key request header' });
      assert.is((await refusal(box.address, '/nowhere', key)).status, 404);
      (await dial(box.address, '/api/apisocket?x=1')).close();
    }));

  test('generation 2: on the error page of its container', () =>
    lab(
      async ({ box }) => {
        const wrong = await refusal(box.address, '/api/apisocket', { cresco_service_key: 'x' });
        assert.is(wrong.status, 401);
        assert.match(wrong.body, /HTTP ERROR 401 cresco_service_key mismatch/);
        assert.match((await refusal(box.address, '/', {})).body, /Configuration error: Missing \[cresco_service_key\] request header/);
        assert.is((await refusal(box.address, '/', key)).status, 404);
      },
      { options: { generation: 2 } },
    ));

  test('the options that come with the address are what lets a client in', () =>
    lab(
      async ({ box }) => {
        const fingerprint = ((await box.control('certificate', {})) as { fingerprint: string }).fingerprint;
        assert.equal(box.options, { serviceKey: 'secret-9', tls: { fingerprint } });
      },
      { options: { serviceKey: 'secret-9' } },
    ));

  test('a TLS connection that says nothing is how clients read the certificate', () =>
    lab(async ({ box, api }) => {
      const { port } = new URL(box.address);
      for (const end of ['end', 'destroy'] as const) {
        const bare = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false });
        await once(bare, 'secureConnect');
        assert.is(bare.getPeerX509Certificate()?.fingerprint256, (box.options?.['tls'] as { fingerprint: string }).fingerprint);
        bare[end]();
        await once(bare, 'close');
      }
      assert.is((await api.rpc({ payload: { action: 'ping' } }))['action'], 'pong');
    }));

  test('an ordinary request gets an ordinary answer', () =>
    lab(async ({ box }) => {
      const asked = request(`${box.address.replace('wss', 'https')}/api/apisocket`, { rejectUnauthorized: false, headers: key });
      asked.end();
      const [response] = (await once(asked, 'response')) as [{ readonly statusCode: number; resume(): void }];
      assert.is(response.statusCode, 404);
      response.resume();
    }));
});

group('the wire: requests and replies', (test) => {
  const generations = [2, 3] as const;

  for (const generation of generations) {
    test(`generation ${generation}: what cannot be read or has no address gets no word, and the socket stays`, () =>
      lab(
        async ({ api }) => {
          for (const frame of [
            'hello',
            '{',
            '[]',
            ...captured.envelope_parsing.filter(({ payload_as_server_sees: seen }) => seen === undefined).map(({ text }) => text),
            requestText({ type: 'nobody_msgevent', payload: { action: 'ping' } }),
            requestText({ info: { message_event_type: 'exec' }, payload: { action: 'ping' } }),
            requestText({ info: { is_rpc: false }, payload: { action: 'ping' } }),
          ]) {
            api.send(frame);
          }
          api.send(Buffer.from(requestText({ payload: { action: 'ping' } })));
          assert.is((await api.rpc({ payload: { action: 'ping', n: 7, yes: true, none: null } }))['n'], '7');
        },
        { options: { generation } },
      ));
  }

  test('a reply echoes the request as text, with what the router leaves behind', () =>
    lab(async ({ api }) => {
      const { 'callId-global-region-global-controller-system-wsapi-1': call, ...reply } = await api.rpc(
        toAgent('EXEC', { action: 'iscontrolleractive', client_rpc_id: 'x'.repeat(32), number: 1.5, flag: false }),
      );
      assert.match(call ?? '', /^[0-9a-f-]{36}$/);
      assert.equal(reply, {
        action: 'iscontrolleractive',
        client_rpc_id: 'x'.repeat(32),
        number: '1.5',
        flag: 'false',
        is_controller_active: 'true',
        is_rpc: 'true',
        ttl: '1',
        'routepath-global-controller': '13279',
      });
    }));

  test('text on the wire is escaped as gson does', () =>
    lab(async ({ api }) => {
      api.send(requestText({ ...toAgent('INFO' as never, { print: 'a=b' }), event: 'INFO' }));
      assert.match(String(await api.next()), /"print":"a\\u003db","desc":"to-plugin-agent-rpc"/);
    }));

  test('captured replies: ours have the same members, and the same values where nobody chose them', () =>
    lab(async ({ api }) => {
      await saveWidget(api);
      const added = await addWidget(api, { inode_id: 'plugin-11111111-2222-4333-8444-555555555555' });
      const pipeline = await api.rpc({
        event: 'CONFIG',
        payload: { action: 'gpipelinesubmit', action_gpipeline: gz({ nodes: [], edges: [] }), action_tenantid: '0' },
      });
      const chosen = new Set(['routepath-global-controller', 'callId-global-region-global-controller-system-wsapi-1']);
      let compared = 0;
      for (const { name, request_payload: payload, reply } of captured.replies_synthetic) {
        const request = payload && requestFor(name, payload, pipeline['gpipeline_id'] ?? '');
        if (request === undefined || reply === undefined) continue;
        const ours = name === 'agents.add_plugin_agent ok' ? added : await api.rpc(request);
        assert.equal(Object.keys(ours).sort(), Object.keys(reply).sort(), name);
        const packed = (text: string): boolean => text.startsWith('H4sI');
        for (const [field, value] of Object.entries(reply)) {
          if (chosen.has(field) && field.startsWith('callId')) continue;
          if (packed(value) || field === 'gpipeline_id' || field === 'action_pipelineid') continue;
          assert.is(ours[field], value, `${name}: ${field}`);
        }
        compared += 1;
      }
      assert.ok(compared >= 18, `${compared} were compared`);
    }));

  test('what the real clients send is answered with all that they sent, but for what the server takes out', () =>
    lab(
      async ({ api }) => {
        const taken = new Set(['jardata', 'action_gpipeline', 'repolistin', 'configparams', 'action']);
        const wires = [...captured.envelopes_gen1, ...captured.envelopes_gen2, ...captured.envelopes_gen3_derived];
        let answered = 0;
        for (const { wire } of wires) {
          // The admin calls would end the server that is asked.
          if (wire === undefined || wire === null || /stopcontroller|restart|killjvm/.test(wire)) continue;
          const { message_info: info, message_payload: payload } = JSON.parse(wire) as Record<string, Record<string, unknown>>;
          api.send(wire);
          if (String(info?.['is_rpc']) !== 'true') continue;
          const frame = String(await api.next());
          answered += 1;
          if (frame === NO_ANSWER) continue;
          const reply = JSON.parse(frame) as Record<string, string>;
          for (const [field, value] of Object.entries(payload ?? {})) {
            if (!taken.has(field)) assert.is(reply[field], String(value), `${wire}: ${field}`);
          }
        }
        assert.ok(answered > 60, `${answered} were answered`);
      },
      { options: { voidMs: 0, generation: 2, pace: 0.0001 } },
    ));

  test('who is not there, and what nobody knows, costs the wait and tells nothing', () =>
    lab(
      async ({ api }) => {
        for (const request of [
          toAgent('EXEC', { action: 'iscontrolleractive' }, { dst_region: 'global-region', dst_agent: 'nobody' }),
          toAgent('EXEC', { action: 'iscontrolleractive' }, { dst_region: 'nowhere', dst_agent: 'global-controller' }),
          toAgent('EXEC', { action: 'unheard' }),
          toAgent('CONFIG', { action: 'iscontrolleractive' }),
          toAgent('CONFIG', { action: 'controllerupdate', jar_file_path: '/x' }),
          toAgent('EXEC', { action: 'getlog' }),
          toAgent('CONFIG', { action: 'cepadd' }),
          toPlugin('nobody', 'EXEC', { action: 'repolist' }),
          { payload: { action: 'getisassignmentinfo' } },
          { type: 'kpi_msgevent', payload: { action: 'ping' } },
          { type: 'global_agent_msgevent', payload: { action: 'iscontrolleractive' } },
        ]) {
          api.send(requestText(request));
          assert.is(await api.next(), NO_ANSWER, JSON.stringify(request));
        }
        api.send('{"message_info":{"message_type":"global_controller_msgevent","message_event_type":"EXEC","is_rpc":"TRUE"}}');
        assert.is(await api.next(), NO_ANSWER);
      },
      { options: { voidMs: 0 } },
    ));

  test('globalinfo is answered under any name on the node of the API', () =>
    lab(async ({ api }) => {
      for (const dst_plugin of ['system-wsapi-1', 'whoever', null]) {
        const reply = await api.rpc({ type: 'plugin_msgevent', info: { dst_plugin }, payload: { action: 'globalinfo' } });
        assert.is(`${reply['global_region']} ${reply['global_agent']}`, 'global-region global-controller');
        assert.is(reply['ttl'], dst_plugin === 'system-wsapi-1' ? '0' : '1');
      }
    }));

  test('every way to the same agent and plugin leads there', () =>
    lab(async ({ api }) => {
      const { dst_agent } = HOME;
      for (const [type, info] of [
        ['global_agent_msgevent', HOME],
        ['regional_agent_msgevent', { dst_agent }],
        ['agent_msgevent', {}],
      ] as const) {
        assert.is((await api.rpc({ type, info, payload: { action: 'getcontrollerstatus' } }))['controller_status'], 'GLOBAL');
      }
      for (const [type, info] of [
        ['global_plugin_msgevent', { ...HOME }],
        ['regional_plugin_msgevent', { dst_agent }],
        ['plugin_msgevent', {}],
      ] as const) {
        const reply = await api.rpc({ type, info: { ...info, dst_plugin: 'system-repo-1' }, payload: { action: 'repolist' } });
        assert.equal(ungz(reply['repolist']), {
          server: [{ region: 'global-region', agent: 'global-controller', pluginid: 'system-repo-1' }],
        });
      }
      assert.is((await api.rpc({ type: 'regional_controller_msgevent', payload: { action: 'ping' } }))['type'], 'agent_controller');
    }));

  test('generation 2 answers in order, generation 3 when it is ready', async () => {
    for (const [generation, order] of [
      [2, ['getbroadcastdiscovery', 'iscontrolleractive']],
      [3, ['iscontrolleractive', 'getbroadcastdiscovery']],
    ] as const) {
      await lab(
        async ({ api }) => {
          api.send(requestText(toAgent('EXEC', { action: 'getbroadcastdiscovery' })));
          api.send(requestText(toAgent('EXEC', { action: 'iscontrolleractive' })));
          assert.equal([(await api.reply())['action'], (await api.reply())['action']], [...order]);
        },
        { options: { generation } },
      );
    }
  });

  test('a flood of requests is answered, every one', () =>
    lab(async ({ api }) => {
      const many = 500;
      for (let n = 0; n < many; n += 1) api.send(requestText({ payload: { action: 'ping', n } }));
      const seen = new Set<string>();
      for (let n = 0; n < many; n += 1) seen.add((await api.reply())['n'] ?? '');
      assert.is(seen.size, many);
    }));
});

/** The request behind a captured reply; undefined for those that need what only the real fabric had. */
function requestFor(name: string, payload: Readonly<Record<string, string>>, pipeline: string): Request | undefined {
  const values: Record<string, unknown> = { ...payload };
  if (values['action_pipelineid'] !== undefined && !name.endsWith('unknown')) values['action_pipelineid'] = pipeline;
  if (name === 'globalcontroller.submit_pipeline') values['action_gpipeline'] = gz({ nodes: [], edges: [] });
  if (name === 'globalcontroller.upload_plugin_global') {
    Object.assign(values, { configparams: gz(WIDGET), jardata: Buffer.from('widget').toString('base64') });
  }
  if (name.startsWith('executor')) return undefined;
  if (name.startsWith('api.')) return { type: 'plugin_msgevent', info: { dst_plugin: 'system-wsapi-1' }, payload: values };
  if (!name.startsWith('agents.'))
    return {
      event:
        values['action'] === 'gpipelinesubmit' || values['action'] === 'gpipelineremove' || values['action'] === 'savetorepo'
          ? 'CONFIG'
          : 'EXEC',
      payload: values,
    };
  const reads = ['iscontrolleractive', 'getcontrollerstatus'];
  return toAgent(reads.includes(String(values['action'])) ? 'EXEC' : 'CONFIG', values);
}
