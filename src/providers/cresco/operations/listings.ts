import { byText } from '../../../core/value.ts';
import type { Operation, Output } from '../../contract.ts';
import { tableOf } from '../../words.ts';
import type { AgentPlugin, RepositoryJar, Standing } from '../client/index.ts';
import { isUnseen, pluginsOf } from '../kinds/agents-seen.ts';
import { markOf } from '../kinds/params.ts';
import { agentText, packageHandle } from '../kinds/places.ts';
import type { Fabric } from '../session.ts';
import { SOME_AGENT, agentGiven } from './inputs.ts';

/** What a fabric has, as tables. */
export const listings: readonly Operation<Fabric>[] = [
  {
    name: 'regions',
    summary: 'lists the regions that are healthy',
    mutates: false,
    inputs: [],
    async *run({ read }, _, { signal }) {
      const regions = await read.global.regions({ signal });
      const rows = regions.map(({ region, type, agents, bridgedAgent = '' }) => [region, type, String(agents), bridgedAgent]);
      yield tableOf(['region', 'type', 'agents', 'bridged by'], rows);
    },
  },
  {
    name: 'agents',
    summary: 'lists the agents that are healthy: those that can be told something',
    mutates: false,
    inputs: [
      {
        name: 'region',
        summary: 'only those of this region',
        complete: async (read, { signal }) => [...new Set((await read.global.regions({ signal })).map(({ region }) => region))],
      },
    ],
    async *run({ read }, { region }, { signal }) {
      const agents = region === undefined ? await read.global.agents({ signal }) : await read.global.agentsOf(region, { signal });
      const rows = (agents ?? []).map((agent) => [
        agentText(agent),
        modeIn(agent.statusDescription),
        String(agent.plugins),
        known(agent.location),
        known(agent.platform),
        known(agent.environment),
      ]);
      yield tableOf(['agent', 'mode', 'plugins', 'location', 'platform', 'environment'], rows);
    },
  },
  {
    name: 'plugins',
    summary: 'lists the plugins of one agent or of all, whatever their status',
    mutates: false,
    inputs: [{ ...SOME_AGENT, summary: 'only those of this agent: dp/pi-3' }],
    async *run({ read }, words, { signal }) {
      const only = agentGiven(words);
      if (only !== undefined) {
        yield pluginTable(await read.agents.plugins(only, { signal }));
        return;
      }
      const agents = await read.global.agents({ signal });
      const found: AgentPlugin[] = [];
      const silent: string[] = [];
      for (const [agent, plugins] of await pluginsOf(read, agents.map(agentText), signal)) {
        if (isUnseen(plugins)) silent.push(`${agent} cannot be asked: ${plugins.summary}.`);
        else found.push(...plugins.values());
      }
      yield pluginTable(found);
      for (const line of silent) yield { line };
    },
  },
  {
    name: 'pipelines',
    summary: 'lists the pipelines and how they stand',
    mutates: false,
    inputs: [],
    async *run({ read }, _, { signal }) {
      const pipelines = await read.global.pipelines({ signal });
      const rows = pipelines.map((pipeline) => [pipeline.name, pipeline.id, statusOf(pipeline)]);
      yield tableOf(['pipeline', 'id', 'status'], rows.sort(byCells));
    },
  },
  {
    name: 'repository',
    summary: 'lists the JARs that are in the repositories',
    mutates: false,
    inputs: [],
    async *run({ read }, _, { signal }) {
      const copies = new Map<string, RepositoryJar[]>();
      for (const jar of await read.global.repositoryJars({ signal })) {
        const handle = packageHandle(jar);
        copies.set(handle, [...(copies.get(handle) ?? []), jar]);
      }
      const rows = [...copies.values()].flatMap(([jar, ...more]) =>
        jar === undefined ? [] : [[jar.pluginName, jar.version, jar.md5, String(1 + more.length)]],
      );
      yield tableOf(['plugin', 'version', 'md5', 'copies'], rows.sort(byCells));
    },
  },
];

const byCells = (a: readonly string[], b: readonly string[]): number => byText(a.join('\n'), b.join('\n'));

/** The word that agents say where nobody told them. */
const known = (text: string | undefined): string => (text === undefined || text === 'unknown' ? '' : text);

/** `{"mode":"GLOBAL"}` is written by some agents, and prose by others. */
export const modeIn = (statusDescription: string): string => /"mode"\s*:\s*"([^"]*)"/.exec(statusDescription)?.[1] ?? statusDescription;

const pluginTable = (plugins: readonly AgentPlugin[]): Output =>
  tableOf(['agent', 'id', 'plugin', 'made by', 'status'], plugins.map(pluginRow).sort(byCells));

function pluginRow(plugin: AgentPlugin): readonly string[] {
  const { pluginName, version = '' } = plugin;
  const owner = markOf(plugin.config) ?? (plugin.plugin.startsWith('system-') ? 'the agent' : (plugin.config['resource_id'] ?? ''));
  return [agentText(plugin), plugin.plugin, `${pluginName} ${version}`.trim(), owner, statusOf(plugin)];
}

/** As the fabric says it; `doctor` says what the codes mean. */
const statusOf = ({ statusCode, statusDescription }: Standing): string => `${statusCode} ${statusDescription}`.trim();
