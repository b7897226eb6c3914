import { compressData, compressJson, encodeData, readJar, type CrescoClient } from '../../../../src/providers/cresco/client/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { fabric, HERE, meeting } from './client.ts';
import { told } from './fault.ts';
import { faultOf } from '../../../kit/fault.ts';
import { vectors } from './vectors.ts';
import type { Said } from './wsapi.ts';

const PLUGIN = 'plugin-11111111-2222-4333-8444-555555555555';
const there = { ...HERE, plugin: PLUGIN };
const PIPELINE = 'resource-aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const VERSION = '1.2.0.SNAPSHOT-2025-01-02T030405Z';
const MD5 = '1231632da131549fcafcb510f0030078';

/** What a call makes of an answer. */
async function of<T>(said: Said, call: (client: CrescoClient) => Promise<T>): Promise<T> {
  let result: Promise<T> | undefined;
  await meeting({ answer: fabric(() => said) }, async ({ client }) => {
    result = call(client);
    await result.catch(() => undefined);
  });
  return result ?? Promise.reject(new Error('nothing was called'));
}

/** The captured reply of this name. */
function captured(name: string): Said {
  const vector = vectors.replies_synthetic.find((candidate) => candidate.name === name);
  if (vector === undefined) throw new Error(`no reply is called ${name}`);
  return vector.reply_text === undefined ? (vector.reply ?? {}) : { raw: vector.reply_text };
}

group('what a Cresco fabric tells', (test) => {
  test('of agents and regions has numbers and truth values', async () => {
    assert.is(await of(captured('agents.is_controller_active'), ({ agents }) => agents.isControllerActive(HERE)), true);
    // For the Python client this is true as well.
    assert.is(await of({ is_controller_active: 'false' }, ({ agents }) => agents.isControllerActive(HERE)), false);
    assert.is(await of(captured('agents.get_controller_status'), ({ agents }) => agents.controllerStatus(HERE)), 'GLOBAL');
    assert.equal(await of({ 'agent-data': '/opt/data' }, ({ agents }) => agents.info(HERE)), { dataFolder: '/opt/data' });
    assert.equal(await of(captured('globalcontroller.get_region_list'), ({ global }) => global.regions()), [
      { region: 'global-region', type: 'local', agents: 1 },
    ]);
    const regions = { regions: [{ name: 'b', type: 'bridged', bridged_agent: 'x', agents: '2' }] };
    assert.equal(await of({ regionslist: compressJson(regions) }, ({ global }) => global.regions()), [
      { region: 'b', type: 'bridged', agents: 2, bridgedAgent: 'x' },
    ]);
  });

  test('of the agents of a region: all of them, in new and old words, or that there is no such region', async () => {
    const list = captured('globalcontroller.get_agent_list');
    await meeting({ answer: () => list }, async ({ client }) => {
      const agent = {
        region: 'global-region',
        agent: 'global-controller',
        plugins: 4,
        statusDescription: '{"mode":"GLOBAL"}',
        location: 'host.local',
        platform: 'unknown',
        environment: 'Linux',
      };
      assert.equal(await client.global.agents(), [agent]);
      assert.equal(await client.global.agentsOf('global-region'), [agent]);
    });
    await meeting({ answer: () => ({ agentslist: compressJson({ agents: [{ name: 'a', region: 'r' }] }) }) }, async ({ client }) => {
      assert.equal(await client.global.agents(), [{ region: 'r', agent: 'a', plugins: 0, statusDescription: '' }]);
    });
    await meeting({ answer: () => ({ agentslist: compressJson(null) }) }, async ({ client }) => {
      assert.is(await client.global.agentsOf('nowhere'), undefined);
    });
  });

  test('of plugins has the configuration opened, which is JSON inside JSON', async () => {
    const [plugin, ...others] = await of(captured('agents.list_plugin_agent'), ({ agents }) => agents.plugins(HERE));
    assert.equal(others, []);
    const jarFile = `/opt/cresco/cresco-data/agent-repo-cache/${MD5}`;
    assert.equal(plugin, {
      ...there,
      statusCode: 10,
      statusDescription: 'Plugin Active',
      pluginName: 'io.example.widget',
      version: VERSION,
      md5: MD5,
      jarFile,
      persistence: 0,
      config: {
        pluginname: 'io.example.widget',
        version: VERSION,
        md5: MD5,
        jarfile: jarFile,
        jarstatus: 'localcache',
        persistence_code: '0',
        owner: 'kit',
      },
    });
    const odd = compressJson([{}, { plugin_id: 'p', status_code: '7', version: 'null', configparams: 'null' }]);
    assert.equal(await of({ plugin_list: odd, status_code: '10' }, ({ agents }) => agents.plugins(HERE)), [
      { ...HERE, plugin: 'p', statusCode: 7, statusDescription: '', pluginName: '', persistence: 0, config: {} },
    ]);
    const listed = { name: 'p', region: 'dp', agent: 'pi-3', pluginname: 'io.x', version: '1', md5: 'm', owner: 'us' };
    const pluginslist = compressJson({ plugins: [listed, { ...listed, agent: 'pi-4' }] });
    const found = await of({ pluginslist }, ({ global }) => global.plugins({ agent: 'pi-3' }));
    const config = { pluginname: 'io.x', version: '1', md5: 'm', owner: 'us' };
    assert.equal(found, [{ region: 'dp', agent: 'pi-3', plugin: 'p', pluginName: 'io.x', version: '1', md5: 'm', config }]);
  });

  test('of one plugin: how it stands, or that the agent has none', async () => {
    const call = ({ agents }: CrescoClient): Promise<unknown> => agents.pluginStatus(there);
    assert.equal(await of(captured('agents.status_plugin_agent'), call), {
      ...there,
      statusCode: 10,
      statusDescription: 'Plugin Active',
      active: true,
    });
    assert.is(await of(captured('agents.status_plugin_agent unknown'), call), undefined);
  });

  test('of a plugin that was added or removed: 7 is good for one and a start that failed for the other', async () => {
    const add = ({ agents }: CrescoClient): Promise<unknown> => agents.addPlugin({ ...HERE, config: { pluginname: 'w' } });
    assert.equal(await of(captured('agents.add_plugin_agent ok'), add), { ...there, statusCode: 10, statusDescription: 'Plugin Active' });
    const no = { status_code: '7', status_desc: 'Plugin instance could not be started', pluginid: PLUGIN };
    assert.equal(await of(no, add), { ...there, statusCode: 7, statusDescription: 'Plugin instance could not be started' });
    const fault = await faultOf(of(captured('agents.add_plugin_agent no jar'), add));
    assert.is(fault.code, 'CRESCO_PLUGIN_FAILED');
    assert.match(fault.diagnostic.detail ?? '', /Plugin Bundle could not be installed or started!/);
    const remove = ({ agents }: CrescoClient): Promise<void> => agents.removePlugin(there);
    await of(captured('agents.remove_plugin_agent (also for unknown id)'), remove);
    assert.is(await told(of({ status_code: '9', status_desc: 'Plugin Could Not Be Removed' }, remove)), 'CRESCO_REFUSED answered');
  });

  test('of a pipeline: nodes with their plugins, or that there is none', async () => {
    const call = ({ global }: CrescoClient): ReturnType<typeof global.pipeline> => global.pipeline(PIPELINE);
    const pipeline = await of(captured('globalcontroller.get_pipeline_info'), call);
    assert.equal(
      [pipeline?.id, pipeline?.name, pipeline?.statusCode, pipeline?.statusDescription],
      [PIPELINE, 'demo', 10, 'Pipeline Active'],
    );
    const [first, second] = pipeline?.nodes ?? [];
    assert.equal([first?.name, first?.isSource, first?.params['owner']], ['Plugin 0', false, 'kit']);
    assert.equal(first?.standing, { statusCode: 10, statusDescription: 'iNode Active.' });
    assert.equal(first?.placed, { ...HERE, plugin: first?.id ?? '' });
    assert.equal(pipeline?.edges, [
      { id: 'edge=99999999-0000-4111-8222-333333333333', from: first?.id ?? '', to: second?.id ?? '', params: {} },
    ]);
    assert.is(await of(captured('globalcontroller.get_pipeline_info unknown'), call), undefined);
    assert.is(await of(captured('globalcontroller.get_pipeline_info unknown'), ({ global }) => global.pipelineStatus('x')), undefined);
    const gone = {
      gpipeline: compressJson({
        pipeline_id: PIPELINE,
        nodes: [{ node_id: 'n', params: { plugin_id: 'null', region_id: 'r', agent_id: 'a' } }],
      }),
    };
    const half = await of(gone, call);
    assert.equal([half?.statusCode, half?.nodes[0]?.placed, half?.nodes[0]?.standing], [9, undefined, undefined]);
  });

  test('of all pipelines, and of those with one name', async () => {
    const list = captured('globalcontroller.get_pipeline_list');
    const demo = { id: PIPELINE, name: 'demo', tenant: '0', statusCode: 10, statusDescription: 'Pipeline Active' };
    assert.equal(await of(list, ({ global }) => global.pipelines()), [demo]);
    assert.equal(await of(list, ({ global }) => global.pipelinesNamed('demo')), [demo]);
    assert.equal(await of(list, ({ global }) => global.pipelinesNamed('other')), []);
  });

  test('of what was submitted and removed', async () => {
    const cadl = { pipeline_name: 'demo', nodes: [{ node_id: 0, node_name: 'n', type: 'dummy', params: { a: 1 } }], edges: [] };
    assert.equal(await of(captured('globalcontroller.submit_pipeline'), ({ global }) => global.submitPipeline(cadl)), { id: PIPELINE });
    assert.is(
      await told(of({ error: 'unable to decode pipeline' }, ({ global }) => global.submitPipeline(cadl))),
      'CRESCO_PIPELINE answered',
    );
    assert.is(await of(captured('globalcontroller.remove_pipeline'), ({ global }) => global.removePipeline(PIPELINE)), 'removing');
    assert.is(await of(captured('globalcontroller.remove_pipeline unknown'), ({ global }) => global.removePipeline('x')), 'absent');
  });

  test('is not asked for a pipeline that would be lost', async () => {
    const node = { node_id: 0, node_name: 'n', type: 't', params: {} };
    const bad = [
      { pipeline_name: "it's", nodes: [node], edges: [] },
      { pipeline_name: 'x'.repeat(256), nodes: [node], edges: [] },
      { pipeline_name: 'x', nodes: [], edges: [] },
      { pipeline_name: 'x', nodes: [{ ...node, params: { a: {} as never } }], edges: [] },
    ];
    for (const cadl of bad) assert.is(await told(of({}, ({ global }) => global.submitPipeline(cadl))), 'CRESCO_PIPELINE no');
  });

  test('of JARs: which there are, and whether one was saved', async () => {
    const jar = readJar(Buffer.from(vectors.jar['widget']?.jar_base64 ?? '', 'base64'));
    assert.equal(await of(captured('globalcontroller list repo jars'), ({ global }) => global.repositoryJars()), [
      { pluginName: 'io.example.widget', version: VERSION, md5: MD5, jarFile: MD5 },
    ]);
    await of(captured('globalcontroller.upload_plugin_global'), ({ global }) => global.uploadPlugin(jar));
    assert.is(await told(of({ is_saved: 'false' }, ({ global }) => global.uploadPlugin(jar))), 'CRESCO_REFUSED answered');
    assert.equal(await of({ is_updated: 'true', jar_file_path: '/c/1' }, ({ agents }) => agents.uploadPlugin({ ...HERE, jar })), {
      path: '/c/1',
    });
    const pull = ({ agents }: CrescoClient): Promise<unknown> => agents.repoPullPlugin({ ...HERE, jar });
    assert.equal(await of({ is_updated: 'true', configparams: compressJson(null) }, pull), {});
    const { pluginName, version, md5 } = jar;
    assert.equal(await of({ is_updated: 'true', configparams: compressJson({ jarfile: '/c/1' }) }, pull), {
      jar: { pluginName, version, md5, jarFile: '/c/1' },
    });
    const place = { region: 'r', agent: 'a', pluginid: 'p' };
    assert.equal(await of({ repolist: compressJson({ server: [place] }) }, ({ repository }) => repository.list(there)), {
      jars: [],
      places: [{ region: 'r', agent: 'a', plugin: 'p' }],
    });
    assert.is(await of({}, ({ repository }) => repository.jar({ ...there, jar })), undefined);
    const bytes = await of({ jardata: encodeData(jar.bytes) }, ({ repository }) => repository.jar({ ...there, jar }));
    assert.equal(Buffer.from(bytes ?? []).toString('hex'), Buffer.from(jar.bytes).toString('hex'));
    assert.is(await told(of({}, ({ repository }) => repository.put({ ...there, jar }))), 'CRESCO_REFUSED answered');
    await of({ 'md5-confirm': md5 }, ({ repository }) => repository.put({ ...there, jar }));
  });

  test('of resources: numbers of what was measured, and the rest as it was told', async () => {
    const perf = {
      os: [{ 'sys-os': 'Linux', 'sys-family': 'Debian', 'sys-uptime': '3600', 'process-count': '99' }],
      cpu: [{ 'cpu-ident': 'ARM', 'cpu-logical-count': '4', 'cpu-physical-count': '4', 'cpu-user-load': '12.5', 'cpu-idle-load': '80' }],
      mem: [{ 'memory-total': '8589934592', 'memory-available': '1', 'swap-total': '0', 'swap-used': '0' }],
      fs: [{ name: 'root', mount: '/', type: 'ext4', 'total-space': '10', 'available-space': '5' }],
      net: [{ 'interface-name': 'eth0', mac: '00:11', 'ipv4-addresses': '["10.0.0.1"]', 'bytes-received': '7', 'bytes-sent': '8' }],
    };
    const answer = { resourceinfo: compressJson({ agentresourceinfo: [{ perf: JSON.stringify(perf) }] }) };
    const found = await of(answer, ({ global }) => global.agentResources(HERE));
    assert.equal(found, {
      os: { name: 'Linux', family: 'Debian', uptimeSeconds: 3600, processes: 99 },
      cpu: { model: 'ARM', logical: 4, physical: 4, user: 12.5, nice: 0, system: 0, idle: 80 },
      memory: { total: 8589934592, available: 1, swapTotal: 0, swapUsed: 0 },
      fileSystems: [{ name: 'root', mount: '/', type: 'ext4', total: 10, available: 5 }],
      interfaces: [{ name: 'eth0', mac: '00:11', addresses: ['10.0.0.1'], bytesReceived: 7, bytesSent: 8 }],
      sections: perf,
    });
    assert.equal(await of({ perf: compressJson(perf) }, ({ sysinfo }) => sysinfo.measure(there)), found);
    const nobody = { resourceinfo: compressJson({ agentresourceinfo: [{}] }) };
    assert.is(await of(nobody, ({ global }) => global.agentResources(HERE)), undefined);
    const region = { cpu_core_count: '4', mem_available: '1', mem_total: '2', disk_available: '3', disk_total: '4' };
    assert.equal(await of({ resourceinfo: compressJson({ regionresourceinfo: [region] }) }, ({ global }) => global.regionResources('r')), {
      cpuCores: 4,
      memoryTotal: 2,
      memoryAvailable: 1,
      diskTotal: 4,
      diskAvailable: 3,
    });
  });

  test('of the global controller is known once it was asked, and nothing where there is none', async () => {
    await meeting({ answer: () => captured('api.get_global_info') }, async ({ client: { api }, server }) => {
      assert.equal([await api.globalRegion(), await api.globalAgent(), await api.plugin()], [HERE.region, HERE.agent, 'system-wsapi-1']);
      assert.is(server.received.length, 1);
      assert.is(server.received[0]?.info['dst_plugin'], 'system-wsapi-1');
    });
    assert.is(await of({}, ({ api }) => api.globalInfo()), undefined);
  });

  test('of a single node, a file, a log', async () => {
    const inode = { inode_id: 'n', resource_id: 'r', status_code: '10', status_desc: 'ok', params: '{"a":"1"}', plugin_id: 'null' };
    assert.equal(await of({ inodemap: compressJson(inode) }, ({ global }) => global.node('n')), {
      id: 'n',
      pipeline: 'r',
      statusCode: 10,
      statusDescription: 'ok',
      params: { a: '1' },
    });
    assert.is(await of({ inodemap: compressJson({}) }, ({ global }) => global.node('n')), undefined);
    assert.is(await of({ log: compressData(Buffer.from('línes\n')) }, ({ agents }) => agents.log(HERE)), 'línes\n');
    const file = { ...HERE, path: '/x' };
    assert.equal(await of({ status: '10', md5: 'm', size: '12' }, ({ agents }) => agents.fileInfo(file)), { md5: 'm', size: 12 });
    assert.is(await of({ status: '9', status_desc: 'no' }, ({ agents }) => agents.fileInfo(file)), undefined);
  });
});

group('what the stock plugins of Cresco tell', (test) => {
  const process = { ...there, stream: 's-1' };

  test('of processes', async () => {
    await of(captured('executor.config_process'), ({ executor }) => executor.configure({ ...process, command: 'ls -la' }));
    const fault = await faultOf(
      of(captured('executor.config_process duplicate'), ({ executor }) => executor.configure({ ...process, command: 'ls' })),
    );
    assert.equal([fault.code, /Runner already exist stream_name: s-1/.test(fault.diagnostic.detail ?? '')], ['CRESCO_REFUSED', true]);
    const missing = { run_status: 'false', start_status: 'false', end_status: 'false', error_msg: 'stream_name: s-1 not found.' };
    assert.equal(await of({ run_status: 'true' }, ({ executor }) => executor.status(process)), { running: true });
    assert.is(await of(missing, ({ executor }) => executor.status(process)), undefined);
    assert.is(await told(of(missing, ({ executor }) => executor.start(process))), 'CRESCO_REFUSED answered');
    assert.is(await of(missing, ({ executor }) => executor.end(process)), false);
    assert.is(await of({ end_status: 'true' }, ({ executor }) => executor.end(process)), true);
    // 1.1 only echoes where nothing is configured.
    assert.is(await told(of({}, ({ executor }) => executor.run(process))), 'CRESCO_REFUSED answered');
    const busy = { error: 'true', error_msg: 'Process is already running', status: 'false' };
    assert.is(await told(of(busy, ({ executor }) => executor.run(process))), 'CRESCO_REFUSED answered');
    await of({ status: 'true' }, ({ executor }) => executor.run(process));
  });

  test('of files', async () => {
    const files = [{ filepath: '/d/a', md5: 'm', lastmodified: '1700000000000', filesize: '3' }];
    const at = { ...there, name: 'n' };
    assert.equal(await of({ status: '10', repofilelist: compressJson(files) }, ({ fileRepo }) => fileRepo.files(at)), [
      { path: '/d/a', md5: 'm', modified: 1700000000000, size: 3 },
    ]);
    assert.is(
      await told(of({ status: '9', status_desc: 'list not found' }, ({ fileRepo }) => fileRepo.files(at))),
      'CRESCO_REFUSED answered',
    );
    assert.is(await of({ status: '9' }, ({ fileRepo }) => fileRepo.scanFolder(there)), undefined);
    assert.is(await of({ status: '10', scan_dir: '/d' }, ({ fileRepo }) => fileRepo.scanFolder(there)), '/d');
    const data = { status: '10', file_data: encodeData(Buffer.from('abc')) };
    assert.is(Buffer.from((await of(data, ({ fileRepo }) => fileRepo.file({ ...there, path: '/d/a' }))) ?? []).toString(), 'abc');
    assert.is(await of({ status: '9' }, ({ fileRepo }) => fileRepo.remove({ ...at, file: 'a' })), false);
    assert.is(await of({ status: '10' }, ({ fileRepo }) => fileRepo.remove({ ...at, file: 'a' })), true);
    // A plain echo: something was missing.
    assert.is(await told(of({}, ({ fileRepo }) => fileRepo.send({ ...at, paths: ['a'], to: there }))), 'CRESCO_REFUSED answered');
  });

  test('of tunnels', async () => {
    const at = { ...there, id: 't' };
    assert.equal(await of({ status: '10', tunnels: '[{"stunnel_id":"t","status":"ACTIVE"}]' }, ({ tunnels }) => tunnels.list(there)), [
      { id: 't', status: 'ACTIVE' },
    ]);
    assert.is(await of({ status: '9' }, ({ tunnels }) => tunnels.status(at)), undefined);
    assert.is(await of({ status: '10', tunnel_status: 'ACTIVE' }, ({ tunnels }) => tunnels.status(at)), 'ACTIVE');
    assert.equal(await of({ tunnel_config: '{"a":1}' }, ({ tunnels }) => tunnels.config(at)), { a: '1' });
    assert.is(await of({ status: '9' }, ({ tunnels }) => tunnels.remove({ ...at, end: 'source' })), false);
    const tunnel = { id: 't', sourcePort: 1, destination: { ...there, host: 'h', port: 2 } };
    assert.equal(await of({ status: '10', stunnel_id: 't' }, ({ tunnels }) => tunnels.open({ ...there, tunnel })), { id: 't' });
    assert.is(await told(of({ status: '400' }, ({ tunnels }) => tunnels.open({ ...there, tunnel }))), 'CRESCO_REFUSED answered');
  });
});
