import { isFields, isList, type Fields, type Value } from '../../../core/value.ts';
import { numberOf, type Answer } from './answer.ts';
import { unreadable } from './faults.ts';
import type {
  Agent,
  AgentPlace,
  AgentPlugin,
  ListedPlugin,
  NodeStatus,
  Params,
  Pipeline,
  PipelineNode,
  PipelineSummary,
  PluginPlace,
  Region,
  RepositoryJar,
  Standing,
} from './results.ts';

/** The items of the fabric's lists: maps of strings, with JSON inside some, and with `null` as a word where there is nothing. */

/** The list under a name in what an answer carries under a name: `{"agents": […]}`. Undefined for JSON null. */
export function itemsOf(answer: Answer, member: string, list?: string): readonly Fields[] | undefined {
  const value = answer.json(member);
  const items = list === undefined || !isFields(value) ? value : (value[list] ?? []);
  if (items === null) return undefined;
  if (!isList(items) || !items.every(isFields)) throw unreadable(`${member} holds no list of objects`);
  return items;
}

/** A scalar as text; undefined where it is missing, null, or the word `null`. */
export function wordOf(item: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = item[name];
    if (value !== undefined && value !== null && value !== 'null' && typeof value !== 'object') return String(value);
  }
  return undefined;
}

function need(item: Fields, ...names: readonly string[]): string {
  const word = wordOf(item, ...names);
  if (word === undefined) throw unreadable(`an item has no ${names.join(' or ')}`);
  return word;
}

/** The members that are scalars, as text: what the server itself makes of a map. */
export const paramsOf = (value: Value | undefined): Params =>
  isFields(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, member]) =>
          member === null ? [] : [[name, typeof member === 'object' ? JSON.stringify(member) : String(member)]],
        ),
      )
    : {};

/** A map that stands as JSON text inside JSON. */
export function nestedParams(item: Fields, name: string): Params {
  const text = item[name];
  if (typeof text !== 'string') return paramsOf(text);
  return text === '' ? {} : paramsOf(jsonOf(text, `${name} of an item`));
}

/** JSON text inside an answer. */
export function jsonOf(text: string, what: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    throw unreadable(`${what} holds no JSON`, cause);
  }
}

const given = <Name extends string>(name: Name, value: string | undefined): { readonly [N in Name]?: string } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: string };

const REMOVING = '9';

/** Values are missing only while something is being removed, which is what code 9 says. */
export const standingOf = (item: Fields): Standing => ({
  statusCode: numberOf(wordOf(item, 'status_code') ?? REMOVING, 'status_code'),
  statusDescription: wordOf(item, 'status_desc') ?? '',
});

export const regionOf = (item: Fields): Region => ({
  region: need(item, 'name'),
  type: wordOf(item, 'type') ?? 'local',
  agents: numberOf(wordOf(item, 'agents') ?? '0', 'agents'),
  ...given('bridgedAgent', wordOf(item, 'bridged_agent')),
});

/** Servers from before 2025-03-09 say `name` and `region`. */
export const agentOf = (item: Fields): Agent => ({
  region: need(item, 'region_id', 'region'),
  agent: need(item, 'agent_id', 'name'),
  plugins: numberOf(wordOf(item, 'plugins') ?? '0', 'plugins'),
  statusDescription: wordOf(item, 'status_desc') ?? '',
  ...given('location', wordOf(item, 'location')),
  ...given('platform', wordOf(item, 'platform')),
  ...given('environment', wordOf(item, 'environment')),
});

/** Undefined: the region is unknown. */
export const agentsIn = (answer: Answer): readonly Agent[] | undefined => itemsOf(answer, 'agentslist', 'agents')?.map(agentOf);

/** An item is empty when its row is missing in the server's table: nothing can be said of it. */
export const agentPluginsIn = (answer: Answer, { region, agent }: AgentPlace): readonly AgentPlugin[] =>
  (itemsOf(answer, 'plugin_list') ?? [])
    .filter((item) => item['plugin_id'] !== undefined)
    .map((item) => ({
      region,
      agent,
      plugin: need(item, 'plugin_id'),
      ...standingOf(item),
      pluginName: wordOf(item, 'pluginname') ?? '',
      ...given('version', wordOf(item, 'version')),
      ...given('md5', wordOf(item, 'md5')),
      ...given('jarFile', wordOf(item, 'jarfile')),
      persistence: numberOf(wordOf(item, 'persistence_code') ?? '0', 'persistence_code'),
      config: nestedParams(item, 'configparams'),
    }));

/** Its own config with a few members more: those are `name` or `pluginid`, by which list it is. */
export function listedPluginOf(item: Fields): ListedPlugin {
  const { name, pluginid, region, agent, ...config } = paramsOf(item);
  return {
    region: region ?? need(item, 'region'),
    agent: agent ?? need(item, 'agent'),
    plugin: pluginid ?? name ?? need(item, 'name', 'pluginid'),
    pluginName: config['pluginname'] ?? '',
    ...given('version', wordOf(item, 'version')),
    ...given('md5', wordOf(item, 'md5')),
    config,
  };
}

export const repositoryJarOf = (item: Fields): RepositoryJar => ({
  pluginName: need(item, 'pluginname'),
  version: wordOf(item, 'version') ?? '',
  md5: need(item, 'md5'),
  jarFile: wordOf(item, 'jarfile') ?? '',
});

export const pipelineSummaryOf = (item: Fields): PipelineSummary => ({
  id: need(item, 'pipeline_id'),
  name: wordOf(item, 'pipeline_name') ?? '',
  tenant: wordOf(item, 'tenant_id') ?? '0',
  ...standingOf(item),
});

/** After a failed start the id of the plugin is the word `null`. */
function placeOf(params: Params): PluginPlace | undefined {
  const { region_id: region, agent_id: agent, plugin_id: plugin } = params;
  if (region === undefined || agent === undefined || plugin === undefined || plugin === 'null') return undefined;
  return { region, agent, plugin };
}

function nodeOf(item: Fields): PipelineNode {
  const params = paramsOf(item['params']);
  const placed = placeOf(params);
  return {
    id: need(item, 'node_id'),
    name: wordOf(item, 'node_name') ?? '',
    type: wordOf(item, 'type') ?? '',
    isSource: item['isSource'] === true || item['isSource'] === 'true',
    params,
    ...(params['status_code'] === undefined ? {} : { standing: standingOf(params) }),
    ...(placed === undefined ? {} : { placed }),
  };
}

export function pipelineOf(value: Value): Pipeline {
  if (!isFields(value)) throw unreadable('a pipeline is no object');
  const list = (name: string): readonly Fields[] => {
    const items = value[name];
    return isList(items) ? items.filter(isFields) : [];
  };
  return {
    id: need(value, 'pipeline_id'),
    name: wordOf(value, 'pipeline_name') ?? '',
    ...standingOf(value),
    nodes: list('nodes').map(nodeOf),
    edges: list('edges').map((edge) => ({
      id: wordOf(edge, 'edge_id') ?? '',
      from: need(edge, 'node_from'),
      to: need(edge, 'node_to'),
      params: paramsOf(edge['params']),
    })),
  };
}

/** Undefined for the empty map that stands for an unknown node. */
export function nodeStatusOf(value: Value): NodeStatus | undefined {
  if (!isFields(value) || wordOf(value, 'inode_id') === undefined) return undefined;
  const placed = placeOf(paramsOf(value));
  return {
    id: need(value, 'inode_id'),
    pipeline: wordOf(value, 'resource_id') ?? '',
    ...standingOf(value),
    ...(placed === undefined ? {} : { placed }),
    params: nestedParams(value, 'params'),
  };
}
