import { setMaxListeners } from 'node:events';
import type { Clock } from '../../transport/clock.ts';
import { openAgentLog } from './agent-log.ts';
import { openBus } from './bus.ts';
import type { Bus } from './bus.ts';
import { deliver } from './deliver.ts';
import { embeddedConfig, restoreJars } from './jars.ts';
import type { Keep } from './keep.ts';
import { restorePipelines } from './pipelines.ts';
import { record, restorePlugins, startPlugins } from './plugins.ts';
import type { Settings } from './settings.ts';
import { agentFiles, openCep, stockPlugins } from './stock/index.ts';
import type { Troubles } from './troubles.ts';
import type { Agent, World } from './world.ts';
import { WSAPI_ID } from './world.ts';

export interface WorldOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly keep: Keep;
  readonly folder: string;
  readonly troubles: Troubles;
  readonly power: World['power'];
}

/** A fabric that runs, and the way to stop it. */
export interface OpenWorld {
  readonly world: World;
  /** Ends what sleeps, stops every plugin, and waits for what is under way. */
  end(): Promise<void>;
}

/** Builds a fabric out of what is kept and starts the plugins that outlive a restart. */
export async function openWorld({ settings, clock, keep, folder, troubles, power }: WorldOptions): Promise<OpenWorld> {
  const ended = new AbortController();
  const { signal } = ended;
  // Everything that takes its time listens to it, and a fabric may start a thousand plugins at once.
  setMaxListeners(0, signal);
  const running = new Set<Promise<void>>();
  const streams = new Map<string, (line: string) => void>();
  const bus = openBus();
  const agents = agentsOf(settings, { clock, bus, streams });
  const sleep = (ms: number): Promise<void> => clock.sleep(ms, signal);
  const world: World = {
    settings,
    clock,
    keep,
    folder,
    bus,
    stock: stockPlugins({ generation: settings.generation, folder, allowedFolders: settings.allowFolders }),
    files: agentFiles([folder, ...settings.allowFolders]),
    agents,
    home: agents.get(`${settings.region}/${settings.agent}`) as Agent,
    rows: new Map(),
    pipelines: new Map(),
    troubles,
    streams,
    signal,
    sleep,
    background(work) {
      const done = work()
        .catch((error: unknown) => {
          // What slept when the world ended wakes up with this; anything else is nobody's to swallow.
          if (!signal.aborted || error !== signal.reason) throw error;
        })
        .finally(() => running.delete(done));
      running.add(done);
    },
    deliver: (to, message) => deliver(world, to, message),
    power,
  };
  restoreJars(world);
  await restorePlugins(world);
  for (const agent of agents.values()) {
    await startPlugins(world, agent);
    record(world, agent);
  }
  restorePipelines(world);
  return {
    world,
    async end() {
      ended.abort(new Error('the fabric has ended'));
      for (const { cep } of agents.values()) cep.close();
      const instances = [...agents.values()].flatMap(({ plugins }) => [...plugins.values()].flatMap(({ instance }) => instance ?? []));
      await Promise.all(instances.map((instance) => instance.stop()));
      while (running.size > 0) await Promise.all(running);
    },
  };
}

/** The node of wsapi first, then the others in the order of the settings; the first of another region is its controller. */
function agentsOf(
  settings: Settings,
  { clock, bus, streams }: { readonly clock: Clock; readonly bus: Bus; readonly streams: ReadonlyMap<string, (line: string) => void> },
): ReadonlyMap<string, Agent> {
  const home = { region: settings.region, agent: settings.agent };
  const agents = new Map<string, Agent>();
  const regions = new Set<string>();
  for (const { region, agent: name } of [home, ...settings.agents]) {
    const isHome = agents.size === 0;
    if (agents.has(`${region}/${name}`)) continue;
    const log = openAgentLog({ region, agent: name, now: () => clock.now(), streams });
    const agent: Agent = {
      region,
      name,
      mode: isHome ? 'GLOBAL' : regions.has(region) ? 'AGENT' : 'REGION_GLOBAL',
      plugins: new Map(),
      jars: new Map(),
      bundles: new Map(),
      log,
      cep: openCep({
        bus,
        clock,
        log: (level, className, message) => log.write({ level, source: 'agent', className, message }),
      }),
      reach: 'up',
      code: 10,
      telling: false,
    };
    const own: Readonly<Record<string, string>> = isHome
      ? { repo: 'system-repo-1', wsapi: WSAPI_ID, sysinfo: 'system-sysinfo-1', stunnel: 'system-stunnel-1' }
      : { sysinfo: `system-sysinfo-${agents.size + 1}` };
    for (const [plugin, id] of Object.entries(own)) {
      const config = embeddedConfig(`io.cresco.${plugin}`, settings.generation);
      agent.plugins.set(id, { id, config, code: 3, desc: 'Plugin Configuration Created', instance: undefined });
    }
    regions.add(region);
    agents.set(`${region}/${name}`, agent);
  }
  return agents;
}
