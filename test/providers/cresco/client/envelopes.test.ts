import { gunzipSync } from 'node:zlib';
import type { CrescoClient } from '../../../../src/providers/cresco/client/index.ts';
import { readJar } from '../../../../src/providers/cresco/client/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { HERE, meeting } from './client.ts';
import { vectors } from './vectors.ts';
import type { Received, Said } from './wsapi.ts';

const PLUGIN = 'plugin-11111111-2222-4333-8444-555555555555';
const PIPELINE = 'resource-aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const API = 'system-wsapi-1';
const there = { ...HERE, plugin: PLUGIN };
const process = { ...there, stream: 's-1' };
const config = { pluginname: 'io.example.widget', version: '1.2.0.SNAPSHOT-2025-01-02T030405Z', md5: 'MD5' };
const x = { event: 'EXEC', payload: { action: 'x' } } as const;
const command = { command: 'ls -la' };
const jar = readJar(Buffer.from(vectors.jar['widget']?.jar_base64 ?? '', 'base64'));
const cadl = {
  pipeline_id: '0',
  pipeline_name: 'demo',
  nodes: [
    {
      type: 'dummy',
      node_name: 'Plugin 0',
      node_id: 0,
      isSource: false,
      workloadUtil: 0,
      params: { pluginname: 'io.example.widget', md5: 'MD5', version: '1.2.0', location_region: HERE.region, location_agent: HERE.agent },
    },
  ],
  edges: [],
};
const cep = {
  inputStream: 'InStream',
  inputAttributes: 'source string, value double',
  outputStream: 'OutStream',
  outputAttributes: 'source string, avgValue double',
  query: 'from InStream#window.timeBatch(5 sec) select source, avg(value) as avgValue group by source insert into OutStream;',
};

/** Every captured call of the real client beside ours. */
const ours: Readonly<Record<string, (client: CrescoClient) => Promise<unknown>>> = {
  'messaging.global_controller_msgevent': ({ messaging }) => messaging.globalController(x),
  'messaging.global_agent_msgevent': ({ messaging }) => messaging.globalAgent({ ...x, ...HERE }),
  'messaging.global_plugin_msgevent': ({ messaging }) => messaging.globalPlugin({ ...x, ...there }),
  'messaging.regional_controller_msgevent': ({ messaging }) => messaging.regionalController(x),
  'messaging.plugin_msgevent': ({ messaging }) => messaging.plugin({ ...x, plugin: PLUGIN }),
  'messaging.global_controller_msgevent(region_id,agent_id)': ({ messaging }) =>
    messaging.globalController({ ...x, to: { region: 'other-region', agent: 'other-agent' } }),
  'admin.stopcontroller': ({ admin }) => admin.stopController(HERE),
  'admin.restartcontroller': ({ admin }) => admin.restartController(HERE),
  'admin.restartframework': ({ admin }) => admin.restartFramework(HERE),
  'admin.killjvm': ({ admin }) => admin.killJvm(HERE),
  'api.get_global_info': ({ api }) => api.globalInfo(),
  'agents.is_controller_active': ({ agents }) => agents.isControllerActive(HERE),
  'agents.get_controller_status': ({ agents }) => agents.controllerStatus(HERE),
  'agents.add_plugin_agent': ({ agents }) => agents.addPlugin({ ...HERE, config }),
  'agents.add_plugin_agent(edges)': ({ agents }) =>
    agents.addPlugin({ ...HERE, config, edges: [{ edge_id: 'e', node_from: 'a', node_to: 'b' }] }),
  'agents.remove_plugin_agent': ({ agents }) => agents.removePlugin(there),
  'agents.list_plugin_agent': ({ agents }) => agents.plugins(HERE),
  'agents.status_plugin_agent': ({ agents }) => agents.pluginStatus(there),
  'agents.get_agent_info': ({ agents }) => agents.info(HERE),
  'agents.get_agent_log(R,A)': ({ agents }) => agents.log(HERE),
  'agents.repo_pull_plugin_agent': ({ agents }) => agents.repoPullPlugin({ ...HERE, jar }),
  'agents.upload_plugin_agent': ({ agents }) => agents.uploadPlugin({ ...HERE, jar }),
  'agents.update_plugin_agent': ({ agents }) => agents.updateController({ ...HERE, path: '/opt/cresco-data/agent-repo-cache/abc' }),
  'agents.get_broadcast_discovery': ({ agents }) => agents.broadcastDiscovery(HERE),
  'agents.cepadd': ({ agents }) => agents.addCepQuery({ ...HERE, cep }),
  'globalcontroller.submit_pipeline': ({ global }) => global.submitPipeline(cadl),
  'globalcontroller.remove_pipeline': ({ global }) => global.removePipeline(PIPELINE),
  'globalcontroller.get_pipeline_list': ({ global }) => global.pipelines(),
  'globalcontroller.get_pipeline_info': ({ global }) => global.pipeline(PIPELINE),
  'globalcontroller.get_pipeline_status': ({ global }) => global.pipelineStatus(PIPELINE),
  'globalcontroller.get_pipeline_status(missing)': ({ global }) => global.pipelineStatus(PIPELINE),
  'globalcontroller.get_agent_list': ({ global }) => global.agents(),
  'globalcontroller.get_agent_list(region)': ({ global }) => global.agentsOf(HERE.region),
  'globalcontroller.get_agent_resources': ({ global }) => global.agentResources(HERE),
  'globalcontroller.get_plugin_list': ({ global }) => global.plugins(),
  'globalcontroller.upload_plugin_global': ({ global }) => global.uploadPlugin(jar),
  'globalcontroller.get_region_resources': ({ global }) => global.regionResources(HERE.region),
  'globalcontroller.get_region_list': ({ global }) => global.regions(),
  'globalcontroller.get_region_list()': ({ global }) => global.regions(),
  'same, newest build': ({ global }) => global.regions(),
  'executor.config_process': ({ executor }) => executor.configure({ ...process, ...command }),
  'executor.start_process': ({ executor }) => executor.start(process),
  'executor.end_process': ({ executor }) => executor.end(process),
  'executor.status_process': ({ executor }) => executor.status(process),
  'executor.run_process': ({ executor }) => executor.run(process),
};

/** Of the envelopes of the second generation: 1.3 asks for the log in another way. */
const ELSEWHERE = new Set(['agents.get_agent_log']);
/** The captured example sends the whole dictionary again; the plugin looks at the name alone. */
const SPARE: Readonly<Record<string, readonly string[]>> = {
  'executor.start_process': ['command'],
  'executor.end_process': ['command'],
  'executor.status_process': ['command'],
};

type Flat = Readonly<Record<string, unknown>>;

/** What the server makes of a request: everything is text; what is compressed is looked into. */
function meant(info: Flat, payload: Flat, spare: readonly string[] = []): Flat {
  const known = (name: string): boolean => name !== 'client_rpc_id' && name !== 'rpc_timeout_ms' && !spare.includes(name);
  return Object.fromEntries(
    [...Object.entries(info), ...Object.entries(payload)]
      .filter(([name]) => known(name))
      .map(([name, value]) => {
        const text = name === 'dst_plugin' && String(value).startsWith('system-') ? API : String(value);
        return [name, text.startsWith('H4sI') ? (JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString('utf8')) as unknown) : text];
      }),
  );
}

group('requests of the Python client', (test) => {
  const all = [...vectors.envelopes_gen2, ...vectors.envelopes_gen3_derived].filter(({ wire }) => wire !== undefined);

  test('have one of ours each', () => {
    assert.equal(
      all.map(({ call }) => call).filter((call) => ours[call] === undefined && !ELSEWHERE.has(call)),
      [],
    );
  });

  for (const { call, wire = '', reply } of all) {
    const run = ours[call];
    if (run === undefined) continue;
    test(`${call} is what we send`, async () => {
      let got: Received | undefined;
      const answer = (request: Received): Said => {
        got = request;
        return reply === undefined ? { raw: '{}' } : (JSON.parse(reply) as Record<string, string>);
      };
      await meeting({ answer }, async ({ client, server }) => {
        // What an empty answer leads to is not asked here.
        await run(client).catch(() => undefined);
        while (server.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
      });
      const theirs = JSON.parse(wire) as { readonly message_info: Flat; readonly message_payload: Flat };
      const wanted = meant(theirs.message_info, theirs.message_payload, SPARE[call]);
      assert.equal(meant(got?.info ?? {}, got?.payload ?? {}), wanted);
    });
  }

  test('carry an id and a time limit in the words of the newest client, and neither where nothing is answered', () =>
    meeting({ answer: () => ({}) }, async ({ client, server }) => {
      await client.messaging.globalController(x, { timeoutMs: 8000 });
      await client.messaging.globalController(x, { timeoutMs: 500 });
      await client.messaging.agent(x, { reply: false });
      while (server.received.length < 3) await new Promise((resolve) => setImmediate(resolve));
      const [first, second, third] = server.received;
      assert.match(first?.payload['client_rpc_id'] ?? '', /^[0-9a-f]{32}$/);
      assert.equal([first?.info['rpc_timeout_ms'], second?.info['rpc_timeout_ms']], ['7000', '1000']);
      assert.equal([third?.payload, third?.info['is_rpc'], third?.info['rpc_timeout_ms']], [{ action: 'x' }, 'false', undefined]);
    }));

  test('take the ways that the Python client of that time lacked', () =>
    meeting({ answer: () => ({}) }, async ({ client: { messaging }, server }) => {
      await messaging.regionalAgent({ ...x, agent: 'a' });
      await messaging.agent(x);
      await messaging.regionalPlugin({ ...x, agent: 'a', plugin: 'p' });
      await messaging.regionalController({ ...x, to: { region: 'r', agent: 'a' } });
      const infos = server.received.map(({ info: { message_event_type: _event, is_rpc: _rpc, rpc_timeout_ms: _limit, ...info } }) => info);
      assert.equal(infos, [
        { message_type: 'regional_agent_msgevent', dst_agent: 'a' },
        { message_type: 'agent_msgevent' },
        { message_type: 'regional_plugin_msgevent', dst_agent: 'a', dst_plugin: 'p' },
        { message_type: 'regional_controller_msgevent', region_id: 'r', agent_id: 'a' },
      ]);
    }));
});
