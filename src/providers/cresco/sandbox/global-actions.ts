import { gzjson, ungzTexts } from './encoding.ts';
import { agentsList } from './agent-actions.ts';
import type { Handler, Outcome } from './agent-actions.ts';
import { listRepositories } from './jars.ts';
import { removePipeline, submitPipeline } from './pipelines.ts';
import { pipelineInfo } from './pipeline.ts';
import type { EventType } from './routing.ts';
import type { Texts, Written } from './gson.ts';
import { writeGson } from './gson.ts';
import { agentResources, regionResources } from './resources.ts';
import type { Row, World } from './world.ts';

const gains = (texts: Texts, ...drops: readonly string[]): Outcome => ({ gains: texts, drops });

/** The global controller (sheet 3.3). By event and action. */
export const GLOBAL_ACTIONS: Readonly<Partial<Record<EventType, Readonly<Record<string, Handler>>>>> = {
  EXEC: {
    ping: ({ clock }) => gains({ action: 'pong', remote_ts: String(clock.now()), type: 'agent_controller' }),
    listregions: (world) => gains({ regionslist: gzjson({ regions: regions(world) }) }),
    listagents: (world, _, params) => gains({ agentslist: gzjson(agentsList(world, params['action_region'])) }),
    listplugins: (world, _, { action_region: region, action_agent: agent }) =>
      gains({
        pluginslist: gzjson({
          plugins: rowsOf(
            world,
            (row) => row.code === 10 && (region ?? row.region) === row.region && (agent ?? row.agent) === row.agent,
          ).map(({ id, config, region: at, agent: on }) => ({ ...config, name: id, region: at, agent: on })),
        }),
      }),
    listpluginsbytype: (world, _, { action_plugintype_id: column = '', action_plugintype_value: value }) =>
      gains({ pluginsbytypelist: gzjson({ plugins: rowsOf(world, ({ config }) => config[column] === value).map(typed) }) }),
    listrepoinstances: (world) =>
      gains({
        listrepoinstances: gzjson({ plugins: rowsOf(world, ({ config }) => config['pluginname'] === 'io.cresco.repo').map(typed) }),
      }),
    async listpluginsrepo(world) {
      const plugins = (await listRepositories(world)).flatMap(({ jars }) => jars);
      return gains({ listpluginsrepo: gzjson({ plugins }) });
    },
    plugininfo: (world, _, { action_region: region, action_agent: agent, action_plugin: id = '' }) => {
      const row = world.rows.get(id);
      return gains({ plugininfo: gzjson(row?.region === region && row?.agent === agent ? (row?.config ?? {}) : {}) });
    },
    async resourceinfo(world, _, { action_region: region, action_agent: agent }) {
      const info: Written =
        region !== undefined && agent !== undefined
          ? { agentresourceinfo: [await agentResources(world, { region, agent })] }
          : { regionresourceinfo: [await regionResources(world, region)] };
      return gains({ resourceinfo: gzjson(info) });
    },
    getgpipelinestatus: (world, _, { action_pipeline: id }) => gains({ pipelineinfo: gzjson({ pipelines: pipelineList(world, id) }) }),
    getgpipeline: (world, _, { action_pipelineid: id }) => onePipeline(world, id, 'gpipeline'),
    getgpipelineexport: (world, _, { action_pipelineid: id }) => onePipeline(world, id, 'gpipeline-export'),
    getinodestatus: (world, _, { inode_id: id }) => gains({ inodemap: gzjson(inodeMap(world, id)) }),
  },
  CONFIG: {
    savetorepo,
    gpipelinesubmit: async (world, _, params) => gains(await submitPipeline(world, params), 'action_gpipeline'),
    gpipelineremove: async (world, _, params) => gains(await removePipeline(world, params['action_pipelineid'])),
    // It says so and does nothing.
    setinodestatus: () => gains({ success: 'true' }),
  },
};

const rowsOf = (world: World, fits: (row: Row) => boolean): readonly Row[] => [...world.rows.values()].filter(fits);
const typed = ({ id, config, region, agent }: Row): Written => ({ ...config, pluginid: id, region, agent });

/** A region is listed while one of its agents is. */
function regions(world: World): readonly Written[] {
  const counts = new Map<string, number>();
  for (const { region, code } of world.agents.values()) if (code === 10) counts.set(region, (counts.get(region) ?? 0) + 1);
  return [...counts].map(([name, agents]) => ({ name, type: 'local', agents: String(agents) }));
}

function pipelineList(world: World, id: string | undefined): readonly Written[] {
  const found = id === undefined ? [...world.pipelines.values()] : [world.pipelines.get(id)];
  return found.map((pipeline) =>
    pipeline === undefined
      ? { pipeline_id: id }
      : {
          pipeline_id: pipeline.id,
          pipeline_name: pipeline.cadl.pipeline_name,
          tenant_id: '0',
          status_code: String(pipeline.code),
          status_desc: pipeline.desc,
        },
  );
}

/** What is exported is the submission as it was stored: its status never moves. */
function onePipeline(world: World, id: string | undefined, form: 'gpipeline' | 'gpipeline-export'): Outcome {
  if (id === undefined) return gains({ error: 'no action_pipelineid provided.' });
  const pipeline = world.pipelines.get(id);
  if (pipeline === undefined) return gains({ error: 'action_pipelineid does not exist.' });
  const told = form === 'gpipeline' ? pipelineInfo(pipeline) : { ...pipeline.cadl, status_code: '3', status_desc: 'Record added to DB.' };
  return gains({ gpipeline: gzjson(told as Written), success: 'true' });
}

function inodeMap(world: World, id: string | undefined): Written {
  for (const pipeline of world.pipelines.values()) {
    const n = pipeline.nodes.findIndex((node) => node.id === id);
    const node = pipeline.nodes[n];
    if (node === undefined) continue;
    return {
      inode_id: node.id,
      resource_id: pipeline.id,
      region_id: node.assigned?.region,
      agent_id: node.assigned?.agent,
      plugin_id: node.assigned?.plugin,
      status_code: String(node.code),
      status_desc: node.desc,
      params: writeGson(pipeline.cadl.nodes?.[n]?.params ?? {}),
    };
  }
  return {};
}

/** Hands the jar to every repository: saved if one of them confirms it. `configparams` stays in the reply as it came. */
async function savetorepo(world: World, _: unknown, { configparams, jardata }: Texts): Promise<Outcome> {
  const { pluginname, version, md5 } = ungzTexts(configparams) ?? {};
  if (typeof pluginname !== 'string' || typeof md5 !== 'string' || jardata === undefined) return gains({ is_saved: 'false' }, 'jardata');
  const params = { action: 'putjar', pluginname, md5, jarfile: md5, version: version ?? 'null', jardata };
  const replies = await Promise.all(
    (await listRepositories(world)).map(({ repo }) => world.deliver({ to: 'plugin', ...repo }, { event: 'EXEC', params })),
  );
  return gains({ is_saved: String(replies.some((reply) => reply?.['md5-confirm'] === md5)) }, 'jardata');
}
