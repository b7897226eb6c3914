import { isFields } from '../../../core/value.ts';
import { numberOf, type Answer } from './answer.ts';
import type { AgentsRead, AgentsWrite } from './calls.ts';
import type { Caller } from './caller.ts';
import { compressJson, encodeData } from './encoding.ts';
import { idTaken, pluginFailed, refusedBy } from './faults.ts';
import { agentPluginsIn, paramsOf, standingOf } from './read-fabric.ts';
import type { JarName, PluginStatus } from './results.ts';

/** Codes of `status_code`; 7 means removed in the answer to a removal, and not started in that to a start. */
const ACTIVE = 10;
const DONE = 7;
/** Of file actions, in `status`. */
const FOUND = '10';

export function agentsRead(caller: Caller): AgentsRead {
  const pluginStatus: AgentsRead['pluginStatus'] = async (at, options) => {
    const query = { event: 'CONFIG', action: 'pluginstatus', payload: { pluginid: at.plugin }, idempotent: true } as const;
    return statusIn(await caller.agent(at, query, options), at);
  };
  return {
    async isControllerActive(at, options) {
      const answer = await caller.agent(at, { event: 'EXEC', action: 'iscontrolleractive', idempotent: true }, options);
      return answer.flag('is_controller_active');
    },
    async controllerStatus(at, options) {
      const answer = await caller.agent(at, { event: 'EXEC', action: 'getcontrollerstatus', idempotent: true }, options);
      return answer.text('controller_status');
    },
    async plugins(at, options) {
      return agentPluginsIn(
        succeeded(await caller.agent(at, { event: 'CONFIG', action: 'pluginlist', idempotent: true }, options), ACTIVE),
        at,
      );
    },
    pluginStatus,
    async info(at, options) {
      const answer = await caller.agent(at, { event: 'CONFIG', action: 'getagentinfo', idempotent: true }, options);
      return { dataFolder: answer.text('agent-data') };
    },
    async log(at, options) {
      // Without the flag the file is attached to the inner message, and never reaches the socket.
      const payload = { action_inmessage: 'true' };
      const answer = await caller.agent(at, { event: 'EXEC', action: 'getlog', payload, idempotent: true, long: true }, options);
      return Buffer.from(await answer.unzipped('log')).toString('utf8');
    },
    async fileInfo({ path, ...at }, options) {
      const query = { event: 'EXEC', action: 'getfileinfo', payload: { filepath: path }, idempotent: true } as const;
      const answer = await caller.agent(at, query, options);
      if (answer.optional('status') !== FOUND || !answer.has('md5')) return undefined;
      return { md5: answer.text('md5'), size: answer.number('size') };
    },
    async fileData({ path, skip, size, ...at }, options) {
      const payload = { filepath: path, skiplength: String(skip), partsize: String(size) };
      const answer = await caller.agent(at, { event: 'EXEC', action: 'getfiledata', payload, idempotent: true, long: true }, options);
      return answer.unzipped('payload');
    },
  };
}

export function agentsWrite(caller: Caller, read: Pick<AgentsRead, 'pluginStatus'>): AgentsWrite {
  return {
    async addPlugin({ config, edges, ...at }, options) {
      const id = config['inode_id'];
      if (id !== undefined && (await read.pluginStatus({ ...at, plugin: id }, options)) !== undefined) throw idTaken(id, at);
      const payload = { configparams: compressJson(config), ...(edges === undefined ? {} : { edges: compressJson(edges) }) };
      const answer = await caller.agent(at, { event: 'CONFIG', action: 'pluginadd', payload, long: true, refusable: true }, options);
      const plugin = answer.optional('pluginid');
      const { statusCode, statusDescription } = standingOf(answer.params);
      if (plugin === undefined || (statusCode !== ACTIVE && statusCode !== DONE)) {
        throw pluginFailed(config['pluginname'] ?? '', at, answer.optional('error') ?? statusDescription);
      }
      return { ...at, plugin, statusCode, statusDescription };
    },
    async removePlugin({ plugin, ...at }, options) {
      const query = { event: 'CONFIG', action: 'pluginremove', payload: { pluginid: plugin }, idempotent: true, long: true } as const;
      succeeded(await caller.agent(at, query, options), DONE);
    },
    async uploadPlugin({ jar, ...at }, options) {
      const payload = { configparams: compressJson(nameOf(jar)), jardata: encodeData(jar.bytes) };
      const answer = await caller.agent(at, { event: 'CONFIG', action: 'pluginupload', payload, idempotent: true, long: true }, options);
      if (!answer.flag('is_updated')) throw refusedBy('pluginupload', 'is_updated: false');
      return { path: answer.text('jar_file_path') };
    },
    async repoPullPlugin({ jar, ...at }, options) {
      const payload = { configparams: compressJson(nameOf(jar)) };
      const answer = await caller.agent(at, { event: 'CONFIG', action: 'pluginrepopull', payload, idempotent: true, long: true }, options);
      // For a JAR that nobody has, `is_updated` is true as well.
      const found = answer.json('configparams');
      if (!isFields(found)) return {};
      const { jarfile: jarFile } = paramsOf(found);
      return { jar: { ...nameIn(jar), ...(jarFile === undefined ? {} : { jarFile }) } };
    },
    updateController: ({ path, ...at }, options) =>
      caller.tell(at, { event: 'CONFIG', action: 'controllerupdate', payload: { jar_file_path: path } }, options),
    async broadcastDiscovery(at, options) {
      const answer = await caller.agent(at, { event: 'EXEC', action: 'getbroadcastdiscovery', idempotent: true, long: true }, options);
      answer.text('broadcast_discovery');
    },
    async addCepQuery({ cep, ...at }, options) {
      const cepparams = compressJson({
        input_stream: cep.inputStream,
        input_stream_desc: cep.inputAttributes,
        output_stream: cep.outputStream,
        output_stream_desc: cep.outputAttributes,
        query: cep.query,
      });
      const answer = succeeded(
        await caller.agent(at, { event: 'CONFIG', action: 'cepadd', payload: { cepparams }, long: true }, options),
        ACTIVE,
      );
      return { id: answer.text('cepid') };
    },
    async removeCepQuery({ id, ...at }, options) {
      await caller.agent(at, { event: 'CONFIG', action: 'cepremove', payload: { cepid: id }, idempotent: true }, options);
    },
    async sendCepEvent({ inputStream, event, ...at }, options) {
      await caller.agent(
        at,
        { event: 'CONFIG', action: 'cepinput', payload: { cep_input_stream: inputStream, cep_payload: event } },
        options,
      );
    },
  };
}

/** An id that the agent does not have is answered with code 9 and without `plugin_status`. */
function statusIn(answer: Answer, at: PluginStatus | Parameters<AgentsRead['pluginStatus']>[0]): PluginStatus | undefined {
  if (!answer.has('plugin_status')) return undefined;
  const inside = answer.json('plugin_status');
  const place = { region: at.region, agent: at.agent, plugin: at.plugin };
  const told = isFields(inside) ? inside : {};
  return { ...place, ...standingOf({ ...answer.params, ...told }), active: paramsOf(told)['isactive'] === 'true' };
}

function succeeded(answer: Answer, code: number): Answer {
  if (numberOf(answer.text('status_code'), 'status_code') === code) return answer;
  throw refusedBy(
    answer.optional('action') ?? 'the request',
    `${answer.text('status_code')} ${answer.optional('status_desc') ?? ''}`.trim(),
  );
}

const nameIn = ({ pluginName, version, md5 }: JarName): JarName => ({ pluginName, version, md5 });

/** A JAR's name in the words of the wire. */
export const nameOf = ({
  pluginName,
  version,
  md5,
}: JarName): { readonly pluginname: string; readonly version: string; readonly md5: string } => ({
  pluginname: pluginName,
  version,
  md5,
});
