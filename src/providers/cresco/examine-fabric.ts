import type { Call } from '../contract.ts';
import type { Agent, AgentPlace, AgentPlugin, Pipeline, PipelineNode } from './client/index.ts';
import { attempt, type Check } from '../checks.ts';
import type { Health } from './kinds/health.ts';
import { pipelineHealth, pluginHealth } from './kinds/health.ts';
import { jarIn, markOf } from './kinds/params.ts';
import { agentText, packageHandle, pluginHandle } from './kinds/places.ts';
import type { FabricRead } from './session.ts';

/** What the global controller lists. */
export interface Seen {
  /** Healthy ones alone: it hides the others. */
  readonly agents: readonly Agent[];
  readonly pipelines: readonly Pipeline[];
  /** Handles of the JARs in the repositories. */
  readonly packages: ReadonlySet<string>;
}

/** What agents say of their plugins, by `region/agent`; one that does not answer is not there. */
export type PluginsByAgent = ReadonlyMap<string, readonly AgentPlugin[]>;

const ACTIVE: ReadonlySet<string> = new Set(['STANDALONE', 'AGENT', 'REGION', 'REGION_GLOBAL', 'GLOBAL']);

/** Asks each agent itself: the list believes one for a while that is gone. */
export async function examineAgents(
  read: FabricRead,
  seen: Seen,
  call: Call,
): Promise<{ readonly checks: readonly Check[]; readonly plugins: PluginsByAgent }> {
  const plugins = new Map<string, readonly AgentPlugin[]>();
  const found = await Promise.all(
    seen.agents.map(async (agent): Promise<Check | undefined> => {
      const name = `agent ${agentText(agent)}`;
      const said = await attempt(name, async () => {
        const status = await read.agents.controllerStatus(agent, { signal: call.signal });
        return { status, own: await read.agents.plugins(agent, { signal: call.signal }) };
      });
      if ('finding' in said) {
        const message = `the fabric calls it healthy, and it cannot be asked: ${said.finding.message} Is its machine on, and its network?`;
        return { ...said.finding, message };
      }
      const { status, own } = said.found;
      plugins.set(agentText(agent), own);
      return ACTIVE.has(status) ? undefined : { name, ok: false, message: controllerText(status, agentText(agent)) };
    }),
  );
  const wrong = [...found.flatMap((check) => check ?? []), ...lostAgents(seen)];
  const active = seen.agents.length - found.filter((check) => check !== undefined).length;
  const summary =
    seen.agents.length === 0 ? 'none is healthy. Start one, and look at its log.' : `${active} of ${seen.agents.length} are active`;
  return { checks: [{ name: 'agents', ok: active > 0, message: summary }, ...wrong], plugins };
}

function controllerText(status: string, agent: string): string {
  const restart = `setpoint run TARGET restart-controller ${agent} starts it anew.`;
  if (status.endsWith('_FAILED')) return `its controller has failed (${status}). Its log says why; ${restart}`;
  if (status.endsWith('_SHUTDOWN')) return `its controller is shutting down (${status}). It has to be started at its machine.`;
  if (status.endsWith('_INIT')) return `its controller is still starting (${status}). Look again in a minute; then at its log.`;
  return `its controller says ${status}, which is no healthy state. Its log says more; ${restart}`;
}

/** The list hides an agent that is lost, and the pipelines still name it. */
function lostAgents({ agents, pipelines }: Seen): readonly Check[] {
  const listed = new Set(agents.map(agentText));
  const lost = new Map<string, Set<string>>();
  for (const pipeline of pipelines) {
    for (const node of pipeline.nodes) {
      const place = placeOf(node);
      if (place === undefined || listed.has(agentText(place))) continue;
      const names = lost.get(agentText(place)) ?? new Set();
      lost.set(agentText(place), names.add(pipeline.name));
    }
  }
  return [...lost].map(([agent, names]) => ({
    name: `agent ${agent}`,
    ok: false,
    message: `is lost, or its name is wrong: ${[...names].join(', ')} needs it, and the fabric does not list it. Bring it back, or place the nodes elsewhere.`,
  }));
}

function placeOf({ placed, params }: PipelineNode): AgentPlace | undefined {
  if (placed !== undefined) return placed;
  const { location_region: region, location_agent: agent } = params;
  return region === undefined || agent === undefined ? undefined : { region, agent };
}

/** One line for what is well, and one for each plugin that is not. */
export function* examinePlugins({ packages }: Seen, plugins: PluginsByAgent): Generator<Check> {
  const all = [...plugins.values()].flat();
  const judged = all.map((plugin) => ({ plugin, health: pluginHealth('it', plugin) }));
  const up = judged.filter(({ health }) => health.readiness.state === 'ready').length;
  const coming = judged.filter(({ health }) => health.readiness.state === 'progressing').length;
  yield {
    name: 'plugins',
    ok: true,
    message: `${up} of ${all.length} are active${coming === 0 ? '' : `, ${coming} ${coming === 1 ? 'is' : 'are'} starting`}`,
  };
  for (const { plugin, health } of judged) {
    if (health.readiness.state !== 'failed') continue;
    yield { name: `plugin ${pluginHandle(plugin)}`, ok: false, message: `${health.readiness.message}. ${remedy(plugin, packages)}` };
  }
  if (!all.some(({ pluginName, statusCode }) => pluginName === 'io.cresco.repo' && statusCode === 10)) {
    const message =
      'no agent has an active io.cresco.repo, so no JAR can be stored or fetched. Restart the controller of the global agent.';
    yield { name: 'repository', ok: false, message };
  } else yield repositoryCheck(packages);
}

const NOT_INSTALLED = 9;
const LOST = 50;

function remedy(plugin: AgentPlugin, packages: ReadonlySet<string>): string {
  const { statusCode, config } = plugin;
  const jar = jarIn(config);
  if (statusCode === NOT_INSTALLED && jar !== undefined && !packages.has(packageHandle(jar))) {
    return `Its JAR ${packageHandle(jar)} is in no repository: upload it.`;
  }
  const mark = markOf(config);
  if (mark !== undefined) return `It is ${mark}: apply makes it anew.`;
  if (config['resource_id'] !== undefined) return 'It is a node of a pipeline, which is told below.';
  return statusCode === LOST
    ? `setpoint run TARGET restart-controller ${agentText(plugin)} starts it anew, if it is persistent.`
    : `setpoint run TARGET logs ${agentText(plugin)} shows what it said. Nobody here wrote it down: remove it or mend it by hand.`;
}

/** An agent that runs a bundle goes on with it for whoever asks for its name and version, whatever the digest. */
function repositoryCheck(packages: ReadonlySet<string>): Check {
  const builds = new Map<string, number>();
  for (const handle of packages) {
    const named = handle.slice(0, handle.lastIndexOf('/'));
    builds.set(named, (builds.get(named) ?? 0) + 1);
  }
  const twice = [...builds].filter(([, count]) => count > 1).map(([named, count]) => `${named} (${count})`);
  const message =
    twice.length === 0
      ? `JARs: ${packages.size}`
      : `JARs: ${packages.size}. Several builds under one version: ${twice.join(', ')}. An agent that runs one of them takes it for all; give each build a version of its own.`;
  return { name: 'repository', ok: true, message };
}

/** The fabric goes on calling a pipeline active when its plugins are dead, so each of its nodes is looked at. */
export function* examinePipelines({ pipelines }: Seen, plugins: PluginsByAgent): Generator<Check> {
  const judged = pipelines.map((pipeline) => {
    const nodes = pipeline.nodes.map((node) => ({ name: node.name, health: nodeHealth(node, plugins) }));
    return { pipeline, health: pipelineHealth(pipeline, nodes) };
  });
  const up = judged.filter(({ health }) => health.readiness.state === 'ready').length;
  yield { name: 'pipelines', ok: true, message: pipelines.length === 0 ? 'there is none' : `${up} of ${pipelines.length} are up` };
  for (const { pipeline, health } of judged) {
    if (health.readiness.state === 'ready') continue;
    const isComing = health.readiness.state === 'progressing';
    const mark = pipeline.nodes.map(({ params }) => markOf(params)).find((one) => one !== undefined);
    const isLost = pipeline.nodes.some(({ placed }) => placed !== undefined && !plugins.has(agentText(placed)));
    const remedy = isLost
      ? 'Nothing is done to it until that agent is there again.'
      : mark === undefined
        ? 'Nobody here wrote it down: remove it or mend it by hand.'
        : `It is ${mark}: apply makes it anew.`;
    // The id stands in the message: a name that long would leave the table no room.
    const said = `${pipeline.id}: ${health.readiness.message ?? 'has failed'}`;
    yield { name: `pipeline ${pipeline.name}`, ok: isComing, message: isComing ? said : `${said}. ${remedy}` };
  }
}

function nodeHealth(node: PipelineNode, plugins: PluginsByAgent): Health {
  const what = `node ${node.name}`;
  const dead = (message: string): Health => ({ running: false, readiness: { state: 'failed', message: `${what} ${message}` } });
  const { placed, standing } = node;
  if (placed === undefined) return pluginHealth(what, standing ?? { statusCode: 3, statusDescription: '' });
  const there = plugins.get(agentText(placed));
  if (there === undefined) return dead(`is on ${agentText(placed)}, which does not answer`);
  const plugin = there.find((one) => one.plugin === placed.plugin);
  return plugin === undefined ? dead(`has lost its plugin: ${agentText(placed)} does not have it any more`) : pluginHealth(what, plugin);
}
