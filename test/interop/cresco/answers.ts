import { above, anything, like } from '../kit/unlike.ts';

/** What the real client is to give for a cell of the page, where it runs, and which release of it. */
export type Answer = (at: { readonly generation: 2 | 3; readonly release: string }) => unknown;

const always =
  (answer: unknown): Answer =>
  () =>
    answer;
/** 1.3 looks for three attributes in the certificate, where servers of generation 2 have everything in one. */
const named =
  (answer: string, instead: string | null = null): Answer =>
  ({ generation, release }) =>
    generation === 2 && release === '1.3.2' ? instead : answer;
const GZ = like(/^H4sI/);
/** Nothing came back within the wait: 1.3 recognises its answers, and this one it does not. */
const NOTHING = ({ release }: { readonly release: string }): unknown =>
  release === '1.3.2' ? {} : { error: 'Cresco rpc response was null' };

/**
 * What cells of docs/from-pycrescolib.md give in Python: the first entry counts whose text a cell begins with, without `name = `.
 * Objects may have more members, lists more items.
 */
export const ANSWERS: readonly (readonly [cell: string, answer: Answer])[] = [
  ['client.connect()', always(true)],
  ['client.connected()', always(true)],
  ['client.api.get_api_region_name', named('global-region')],
  ['client.api.get_api_agent_name', named('global-controller')],
  ['client.api.get_api_plugin_name', named('system-wsapi-1', 'global-region_global-controller_system-wsapi-1')],
  ['client.api.get_global_region', always('global-region')],
  ['client.api.get_global_agent', always('global-controller')],
  ['client.api.get_global_info', always(['global-region', 'global-controller'])],

  ['client.globalcontroller.get_region_list', always([{ name: 'dp', type: 'local', agents: '4' }])],
  ["client.globalcontroller.get_agent_list('dp')", always([{ agent_id: 'pi-2', region_id: 'dp', plugins: '1' }])],
  ['client.globalcontroller.get_agent_list', always([{ agent_id: 'global-controller', region_id: 'global-region' }, { agent_id: 'pi-4' }])],
  [
    'client.globalcontroller.get_region_resources',
    always({ regionresourceinfo: [{ cpu_core_count: like(/^[1-9]/), mem_total: like(/^[1-9]/) }] }),
  ],
  ['client.globalcontroller.get_agent_resources', always({ os: [{ 'sys-family': anything }], mem: [{ 'memory-total': like(/^[1-9]/) }] })],
  ['client.globalcontroller.upload_plugin_global', always({ is_saved: 'true', configparams: GZ })],
  ['client.globalcontroller.get_plugin_list', ({ release }) => (release === '0.12' ? RAISED : null)],
  ['client.globalcontroller.get_plugin_repo_list', always({ plugins: [{ pluginname: 'io.cresco.executor', version: '1.3.0' }] })],
  ['client.globalcontroller.get_repo_plugins', always({ plugins: [{ pluginname: 'io.cresco.repo', name: 'system-repo-1' }] })],
  ['client.globalcontroller.list_plugins', always([{ pluginname: 'io.cresco.repo', name: 'system-repo-1', agent: 'global-controller' }])],
  ['client.globalcontroller.find_plugin', always('system-repo-1')],
  ['client.globalcontroller.submit_pipeline', always({ gpipeline_id: like(/^resource-/) })],
  ['client.globalcontroller.get_pipeline_list', always([{ pipeline_name: 'lab', tenant_id: '0' }])],
  ['client.globalcontroller.get_pipeline_id_by_name', always(like(/^resource-/))],
  ['client.globalcontroller.get_pipeline_info', always({ pipeline_name: 'lab', nodes: [{ node_name: 'idle', node_id: like(/^inode-/) }] })],
  ['client.globalcontroller.get_pipeline_status', always(above(3))],
  ['client.globalcontroller.get_pipeline_export', always({ gpipeline: GZ, success: 'true' })],
  ['client.globalcontroller.remove_pipeline', always({ success: 'true' })],

  ['client.agents.is_controller_active', always(true)],
  ['client.agents.get_controller_status', always('GLOBAL')],
  ['client.agents.get_agent_info', always('cresco-data')],
  ['client.agents.get_agent_log', (at) => (at.release === '1.3.2' ? { log: GZ } : NOTHING(at))],
  ['client.agents.upload_plugin_agent', always({ is_updated: 'true', jar_file_path: like(/agent-repo-cache/) })],
  ['client.agents.repo_pull_plugin_agent', always({ is_updated: 'true', configparams: GZ })],
  ['client.agents.add_plugin_agent', always({ status_code: '10', status_desc: 'Plugin Active', pluginid: like(/^plugin-/) })],
  ['client.agents.list_plugin_agent', always([{ pluginname: 'io.cresco.executor', status_code: '10', persistence_code: '0' }])],
  ['client.agents.find_plugin', always(like(/^plugin-/))],
  ['client.agents.status_plugin_agent', always({ status_code: like(/^(10|9)$/), pluginid: like(/^plugin-/) })],
  ['client.agents.remove_plugin_agent', always({ status_code: '7', status_desc: 'Plugin Removed' })],
  ['client.agents.update_plugin_agent', always(null)],
  ['client.agents.get_broadcast_discovery', always({ broadcast_discovery: 'data' })],
  ['client.agents.cepadd', always({ status_code: '10', status_desc: 'CEP Active', cepid: like(/-/) })],

  ['client.messaging.global_controller_msgevent(False', always(null)],
  ["client.messaging.global_controller_msgevent(True, 'EXEC', {'action': 'getinodestatus'", always({ inodemap: GZ })],
  ['client.messaging.global_controller_msgevent', always({ action: 'listregions', regionslist: GZ, is_rpc: 'true' })],
  ['client.messaging.regional_controller_msgevent', always({ action: 'pong', remote_ts: like(/^\d+$/) })],
  ['client.messaging.global_agent_msgevent', always({ 'agent-data': 'cresco-data' })],
  ['client.messaging.regional_agent_msgevent', always({ controller_status: 'GLOBAL' })],
  ['client.messaging.agent_msgevent', always({ print: 'hi', desc: 'to-plugin-agent-rpc' })],
  ['client.messaging.global_plugin_msgevent', always({ repolist: GZ })],
  ['client.messaging.regional_plugin_msgevent', always({ repolist: GZ })],
  ['client.messaging.plugin_msgevent', always({ global_region: 'global-region', global_agent: 'global-controller' })],
  ['client.messaging.get_region', named('global-region')],
  ['client.messaging.get_agent', named('global-controller')],
  ['client.messaging.get_plugin', named('system-wsapi-1', 'global-region_global-controller_system-wsapi-1')],
  ['client.messaging.reset_connection_state', always(null)],
  ['client.messaging.close', always(null)],

  ['client.get_dataplane', always(like(/dataplane object/))],
  // 0.12 waits until it is active, and says nothing.
  ['plane.connect()', ({ release }) => (release === '0.12' ? null : true)],
  ['plane.is_active()', always(true)],
  ['plane.connected()', always(true)],
  ['plane.send', always(null)],
  ['plane.update_config', always(null)],
  ['plane.get_metrics', always({ messages_sent: above(2), active: true })],
  ['client.get_active_dataplanes', always([like(/ident_id/)])],
  ['plane.close', always(null)],
  ['client.close_dataplane', always(false)],

  ['client.get_logstreamer', always(like(/logstreamer object/))],
  ['log.connect()', ({ release }) => (release === '0.12' ? null : true)],
  ['log.connected()', always(true)],
  ['log.update_config', always(null)],
  ['log.send', always(null)],
  ['client.get_active_logstreamers', always(['logstreamer_0'])],
  ['log.close', always(null)],
  ['client.close_logstreamer', always(false)],

  ['client.stunnel.find_plugin', always('system-stunnel-1')],
  ['client.stunnel.deploy_plugin', always(like(/^plugin-/))],

  ['compress_param', always(GZ)],
  ['decompress_param', always('{"a": "ü"}')],
  ['compress_data', always(GZ)],
  ['encode_data', always('AAE=')],
  [
    'get_jar_info',
    ({ release }) => ({
      pluginname: 'io.cresco.executor',
      version: '1.3.0',
      md5: release === '1.3.2' ? like(/^[0-9a-f]{64}$/) : like(/^[0-9a-f]{32}$/),
    }),
  ],
  ['pycrescolib.utils.json_serialize', always('{"a": 1}')],
  ['pycrescolib.utils.json_deserialize', always({ a: 1 })],
  ['pycrescolib.utils.read_file_bytes', always({ bytes: like(/^UEsD/) })],
  ['pycrescolib.utils.validate_ssl_config', always(null)],

  ['client.admin.', always(null)],
  ['client.close()', always(null)],
];

/** The client itself raises an exception. */
export const RAISED = Symbol('raised');
