import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Texts } from './gson.ts';
import { findJar } from './jars.ts';
import type { PluginContext, PluginInstance } from './plugin.ts';
import { pluginFolder } from './stock/index.ts';
import type { Agent, Plugin, World } from './world.ts';
import { agentAt } from './world.ts';

/** How long things take on a fabric that has nothing else to do, in milliseconds. */
const START_MS = 300;
const STOP_MS = 100;
/** An agent tells the global controller of its plugins at this interval, if something changed. */
const WATCHDOG_MS = 15_000;

/** What an executor may do on this machine, where commands are allowed at all. */
const COMMAND_LIMITS = { seconds: 3_600, outputBytes: 64 * 1024 * 1024 };
const LONGEST_ID = 43;

/** The reply of `pluginadd`; undefined: none comes, because the id is in use and the server turns in circles (sheet 4.3). */
export async function addPlugin(
  world: World,
  agent: Agent,
  { config, edges }: { readonly config: Texts; readonly edges?: string | undefined },
): Promise<Texts | undefined> {
  const id = config['inode_id'] ?? `plugin-${randomUUID()}`;
  if ([...world.agents.values()].some(({ plugins }) => plugins.has(id))) return undefined;
  if (id.length > LONGEST_ID) return failedAdd(`Data truncation: a plugin id of ${id.length} characters`);
  const jar = await findJar(world, agent, config);
  if (jar === undefined) return { status_code: '9', status_desc: 'Plugin Bundle could not be installed or started!' };
  const { jarfile, jarstatus, version, md5 } = jar;
  const bundle = useBundle(agent, `${config['pluginname'] ?? ''}@${version}`, { jarfile, md5 });
  const stored: Texts = {
    persistence_code: '0',
    version,
    md5,
    ...config,
    jarfile,
    jarstatus,
    ...(jarstatus === 'bundle' ? { bundle_id: String(bundle.id) } : {}),
    ...(edges === undefined ? {} : { edges }),
  };
  const plugin = await placePlugin(world, agent, { id, config: stored });
  if (plugin === undefined) {
    leaveBundle(agent, `${config['pluginname'] ?? ''}@${version}`);
    return undefined;
  }
  await world.sleep(world.troubles.take('slow-start', stored['pluginname'] ?? '')?.ms ?? START_MS);
  await startPlugin(world, agent, plugin);
  return { status_code: String(plugin.code), status_desc: plugin.desc, pluginid: id };
}

export const failedAdd = (error: string): Texts => ({ status_code: '9', status_desc: 'Plugin Could Not Be Added Exception', error });

/** Puts a plugin in its agent's table, in the state before its start; undefined where the id was taken meanwhile. */
export async function placePlugin(
  world: World,
  agent: Agent,
  { id, config }: { readonly id: string; readonly config: Texts },
): Promise<Plugin | undefined> {
  if ([...world.agents.values()].some(({ plugins }) => plugins.has(id))) return undefined;
  const plugin: Plugin = { id, config, code: 3, desc: 'Plugin Configuration Created', instance: undefined };
  agent.plugins.set(id, plugin);
  await keepPlugin(world, agent, plugin);
  tell(world, agent, plugin);
  return plugin;
}

export const keepPlugin = (world: World, { region, name }: Agent, { id, config }: Plugin): Promise<void> =>
  world.keep.put('plugin', id, { region, agent: name, config });

/** Starts what is in the table: 10, or 7 where it says that it cannot. */
export async function startPlugin(world: World, agent: Agent, plugin: Plugin): Promise<void> {
  const name = plugin.config['pluginname'] ?? '';
  const instance = (world.stock[name] ?? inert)(contextOf(world, agent, plugin));
  plugin.instance = instance;
  const started = world.troubles.take('fail-start', name) === undefined && (await startedWell(agent, { plugin, instance }));
  // Removed while it was starting: nobody else is going to stop it.
  if (agent.plugins.get(plugin.id) !== plugin) {
    await instance.stop();
    return;
  }
  plugin.code = started ? 10 : 7;
  plugin.desc = started ? 'Plugin Active' : 'Plugin instance could not be started';
  log(agent, 'Info', `pluginid:${plugin.id} ${name} ${plugin.desc}`);
  tell(world, agent, plugin);
}

async function startedWell(
  agent: Agent,
  { plugin, instance }: { readonly plugin: Plugin; readonly instance: PluginInstance },
): Promise<boolean> {
  try {
    return await instance.start();
  } catch (error) {
    // A plugin's exception is its agent's log line, as on a real node.
    log(agent, 'Error', `pluginid:${plugin.id} ${String(error)}`);
    return false;
  }
}

/** The reply of `pluginremove`. An id that nobody has is removed as well. */
export async function removePlugin(world: World, agent: Agent, id: string | undefined): Promise<Texts> {
  if (id === undefined) return { status_code: '9', status_desc: 'Plugin NULL' };
  const plugin = agent.plugins.get(id);
  if (plugin !== undefined) {
    await world.sleep(STOP_MS);
    await dropPlugin(world, agent, plugin);
  }
  return { status_code: '7', status_desc: 'Plugin Removed' };
}

/** Takes a plugin out at once. A second one who does so finds it gone. */
export async function dropPlugin(world: World, agent: Agent, plugin: Plugin): Promise<void> {
  if (!agent.plugins.delete(plugin.id)) return;
  const { id, config, instance } = plugin;
  await instance?.stop();
  leaveBundle(agent, `${config['pluginname'] ?? ''}@${config['version'] ?? ''}`);
  await forget(world, plugin);
  log(agent, 'Info', `pluginid:${id} removed`);
  tell(world, agent, plugin);
}

/** The plugin is there and dead: its messages go nowhere. */
export async function killPlugin(
  world: World,
  agent: Agent,
  { plugin, code }: { readonly plugin: Plugin; readonly code: number },
): Promise<void> {
  const { instance } = plugin;
  plugin.instance = undefined;
  plugin.code = code;
  plugin.desc = code === 40 ? 'Plugin Stale' : 'Plugin Lost';
  tell(world, agent, plugin);
  await instance?.stop();
}

/** Stops what runs on an agent and forgets what does not outlive its controller (persistence up to 9, sheet 4.3). */
export async function stopPlugins(world: World, agent: Agent): Promise<void> {
  for (const plugin of [...agent.plugins.values()]) {
    if (persistence(plugin.config) <= 9) await dropPlugin(world, agent, plugin);
    else await plugin.instance?.stop();
  }
}

/** Starts what an agent has in its table. */
export const startPlugins = (world: World, agent: Agent): Promise<unknown> =>
  Promise.all([...agent.plugins.values()].map((plugin) => startPlugin(world, agent, plugin)));

/** Puts the plugins that were kept back into their agents' tables; those that do not outlive a restart are forgotten. */
export async function restorePlugins(world: World): Promise<void> {
  for (const [id, row] of [...world.keep.rows('plugin')]) {
    const { region, agent: name, config } = row as unknown as { readonly region: string; readonly agent: string; readonly config: Texts };
    const agent = agentAt(world, region, name);
    if (agent === undefined) continue;
    if (persistence(config) <= 9) await forget(world, { id, config });
    else {
      useBundle(agent, `${config['pluginname'] ?? ''}@${config['version'] ?? ''}`, {
        jarfile: config['jarfile'] ?? '',
        md5: config['md5'] ?? '',
      });
      agent.plugins.set(id, { id, config, code: 3, desc: 'Plugin Configuration Created', instance: undefined });
    }
  }
}

/** The row goes first: data without a plugin harms nobody, a plugin without its data would. */
async function forget(world: World, { id, config }: Pick<Plugin, 'id' | 'config'>): Promise<void> {
  await world.keep.drop('plugin', id);
  if (persistence(config) <= 9) await rm(pluginFolder(world.folder, id), { recursive: true, force: true });
}

const persistence = (config: Texts): number => Number(config['persistence_code'] ?? '0');

/**
 * Brings the global database up to date: at once for the node it is on, with the next watchdog message for the others, so that
 * `listplugins` lags behind `pluginlist`. Rows of persistent plugins stay behind as ghosts when they are removed by hand (4.5).
 */
export function tell(world: World, agent: Agent, plugin: Plugin): void {
  if (agent === world.home) {
    if (agent.plugins.get(plugin.id) === plugin) recordOne(world, agent, plugin);
    else if (persistence(plugin.config) <= 9) world.rows.delete(plugin.id);
    return;
  }
  if (agent.telling) return;
  agent.telling = true;
  world.background(async () => {
    await world.sleep(WATCHDOG_MS);
    agent.telling = false;
    if (agent.reach === 'up') record(world, agent);
  });
}

/** Writes an agent's plugins into the global database, with the agent's own fate for those of a lost one. */
export function record(world: World, agent: Agent): void {
  const { region, name, plugins } = agent;
  for (const row of [...world.rows.values()]) {
    const gone = row.region === region && row.agent === name && !plugins.has(row.id);
    if (gone && persistence(row.config) <= 9) world.rows.delete(row.id);
  }
  for (const plugin of plugins.values()) recordOne(world, agent, plugin);
}

const recordOne = (world: World, { region, name, code: own }: Agent, { id, config, code }: Plugin): void =>
  void world.rows.set(id, { id, region, agent: name, config, code: own === 10 ? code : own });

function useBundle(agent: Agent, key: string, jar: { readonly jarfile: string; readonly md5: string }): { readonly id: number } {
  const bundle = agent.bundles.get(key) ?? { id: FIRST_BUNDLE + agent.bundles.size, ...jar, users: 0 };
  bundle.users += 1;
  agent.bundles.set(key, bundle);
  return bundle;
}
/** Below are those of the framework. */
const FIRST_BUNDLE = 50;

/** The bundle goes with its last user. */
function leaveBundle(agent: Agent, key: string): void {
  const bundle = agent.bundles.get(key);
  if (bundle !== undefined && (bundle.users -= 1) === 0) agent.bundles.delete(key);
}

export const log = (agent: Agent, level: 'Error' | 'Warn' | 'Info' | 'Debug' | 'Trace', message: string): void =>
  agent.log.write({ level, source: 'agent', className: 'io.cresco.agent.controller.plugin.PluginAdmin', message });

/** Plugins that nobody here knows: they run and answer nothing. */
const inert = (): PluginInstance => ({
  start: () => Promise.resolve(true),
  stop: () => Promise.resolve(),
  handle: () => Promise.resolve(undefined),
});

function contextOf(world: World, agent: Agent, plugin: Plugin): PluginContext {
  const { region, name } = agent;
  return {
    region,
    agent: name,
    pluginId: plugin.id,
    config: { ...plugin.config, pluginID: plugin.id },
    bus: world.bus,
    rpc: (to, event, params) => {
      const { region: toRegion, agent: toAgent, plugin: toPlugin } = to;
      const place = { region: toRegion, agent: toAgent };
      return world.deliver(toPlugin === undefined ? { to: 'agent', ...place } : { to: 'plugin', ...place, plugin: toPlugin }, {
        event,
        params,
      });
    },
    log: (level, className, message) => agent.log.write({ level, source: plugin.id, className, message }),
    limits: { commands: world.settings.allowCommands, ...COMMAND_LIMITS },
    clock: world.clock,
  };
}
