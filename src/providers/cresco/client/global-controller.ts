import { isFields, isList, type Value } from '../../../core/value.ts';
import { nameOf } from './agents.ts';
import type { Answer } from './answer.ts';
import type { GlobalRead, GlobalWrite, RequestOptions } from './calls.ts';
import type { Caller, Query } from './caller.ts';
import { compressJson, encodeData } from './encoding.ts';
import { pipelineRefused, refusedBy } from './faults.ts';
import {
  agentsIn,
  itemsOf,
  jsonOf,
  listedPluginOf,
  nodeStatusOf,
  paramsOf,
  pipelineOf,
  pipelineSummaryOf,
  regionOf,
  repositoryJarOf,
} from './read-fabric.ts';
import { agentResourcesOf, regionResourcesOf } from './read-resources.ts';
import type { Cadl, Params, Pipeline } from './results.ts';

/** Words that stand for "no such pipeline": with a dot at the end, or without. */
const NO_PIPELINE = 'action_pipelineid does not exist';

export function globalRead(caller: Caller): GlobalRead {
  const ask = (action: string, payload: Params, options: RequestOptions | undefined, more: Partial<Query> = {}): Promise<Answer> =>
    caller.global({ event: 'EXEC', action, payload, idempotent: true, ...more }, options);
  const pipelineBy = async (action: string, id: string, options: RequestOptions | undefined): Promise<Pipeline | undefined> => {
    const answer = await ask(action, { action_pipelineid: id }, options, { refusable: true });
    const error = answer.optional('error');
    if (error?.startsWith(NO_PIPELINE) === true) return undefined;
    if (error !== undefined) throw refusedBy(action, error);
    const value = answer.json('gpipeline');
    return value === null ? undefined : pipelineOf(value);
  };
  const pipelines: GlobalRead['pipelines'] = async (options) =>
    (itemsOf(await ask('getgpipelinestatus', {}, options), 'pipelineinfo', 'pipelines') ?? []).map(pipelineSummaryOf);
  const pipeline: GlobalRead['pipeline'] = (id, options) => pipelineBy('getgpipeline', id, options);
  const resources = async (payload: Params, member: string, options: RequestOptions | undefined): Promise<Params> => {
    const [first] = itemsOf(await ask('resourceinfo', payload, options), 'resourceinfo', member) ?? [];
    return paramsOf(first);
  };
  return {
    regions: async (options) => (itemsOf(await ask('listregions', {}, options), 'regionslist', 'regions') ?? []).map(regionOf),
    agents: async (options) => agentsIn(await ask('listagents', {}, options)) ?? [],
    agentsOf: async (region, options) => agentsIn(await ask('listagents', { action_region: region }, options)),
    regionResources: async (region, options) =>
      regionResourcesOf(await resources({ action_region: region }, 'regionresourceinfo', options)),
    async agentResources({ region, agent }, options) {
      const { perf } = await resources({ action_region: region, action_agent: agent }, 'agentresourceinfo', options);
      return perf === undefined ? undefined : agentResourcesOf(jsonOf(perf, 'perf'));
    },
    pipelines,
    pipelinesNamed: async (name, options) => (await pipelines(options)).filter((item) => item.name === name),
    pipeline,
    pipelineStatus: async (id, options) => (await pipeline(id, options))?.statusCode,
    exportPipeline: (id, options) => pipelineBy('getgpipelineexport', id, options),
    node: async (id, options) => nodeStatusOf((await ask('getinodestatus', { inode_id: id }, options)).json('inodemap')),
    async plugins({ region, agent } = {}, options) {
      const where = { ...(region === undefined ? {} : { action_region: region }), ...(agent === undefined ? {} : { action_agent: agent }) };
      const all = (itemsOf(await ask('listplugins', where, options), 'pluginslist', 'plugins') ?? []).map(listedPluginOf);
      // Whether a server looks at the payload is not certain for 1.2.
      return all.filter((item) => (region === undefined || item.region === region) && (agent === undefined || item.agent === agent));
    },
    async pluginConfig({ region, agent, plugin }, options) {
      const value = (await ask('plugininfo', { action_region: region, action_agent: agent, action_plugin: plugin }, options)).json(
        'plugininfo',
      );
      return isFields(value) && Object.keys(value).length > 0 ? paramsOf(value) : undefined;
    },
    repositoryJars: async (options) =>
      (itemsOf(await ask('listpluginsrepo', {}, options), 'listpluginsrepo', 'plugins') ?? []).map(repositoryJarOf),
    nodeAssignment: async ({ node, pipeline: resource }, options) =>
      (await ask('getisassignmentinfo', { action_inodeid: node, action_resourceid: resource }, options)).params,
  };
}

export function globalWrite(caller: Caller): GlobalWrite {
  return {
    async submitPipeline(cadl, options) {
      checkCadl(cadl);
      const wire = { ...cadl, pipeline_id: cadl.pipeline_id ?? '0' };
      const payload = { action_gpipeline: compressJson(wire), action_tenantid: options?.tenant ?? '0' };
      const answer = await caller.global({ event: 'CONFIG', action: 'gpipelinesubmit', payload, long: true, refusable: true }, options);
      const id = answer.optional('gpipeline_id');
      if (id === undefined) throw pipelineRefused(`The fabric says "${answer.optional('error') ?? 'nothing'}".`, 'answered');
      return { id };
    },
    async removePipeline(id, options) {
      const query = {
        event: 'CONFIG',
        action: 'gpipelineremove',
        payload: { action_pipelineid: id },
        idempotent: true,
        refusable: true,
      } as const;
      const answer = await caller.global(query, options);
      const error = answer.optional('error');
      if (error?.startsWith(NO_PIPELINE) === true) return 'absent';
      if (error !== undefined) throw refusedBy('gpipelineremove', error);
      if (!answer.flag('success')) throw refusedBy('gpipelineremove', `success: ${answer.text('success')}`);
      return 'removing';
    },
    async uploadPlugin(jar, options) {
      const payload = { configparams: compressJson(nameOf(jar)), jardata: encodeData(jar.bytes) };
      const answer = await caller.global({ event: 'CONFIG', action: 'savetorepo', payload, idempotent: true, long: true }, options);
      if (!answer.flag('is_saved')) throw refusedBy('savetorepo', 'is_saved: false');
    },
  };
}

/** What the server would take and then lose: it answers such a pipeline with the id of nothing, or with internals. */
function checkCadl({ pipeline_name: name, nodes, edges }: Cadl): void {
  if (name.includes("'") || name.length > 255) {
    throw pipelineRefused(
      `The name "${name}" has an apostrophe, or more than 255 characters: the server's database would not take it.`,
      'no',
    );
  }
  if (!isList(nodes as unknown as Value) || nodes.length === 0 || !isList(edges as unknown as Value)) {
    throw pipelineRefused('A pipeline has nodes, one at least, and a list of edges, which may be empty.', 'no');
  }
  for (const { node_name: node, params } of nodes) {
    const nested = Object.entries(params).find(([, value]) => typeof value === 'object');
    if (nested !== undefined) throw pipelineRefused(`The parameter ${nested[0]} of the node ${node} is no scalar.`, 'no');
  }
}
