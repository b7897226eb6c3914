import { setImmediate } from 'node:timers/promises';
import { openBus, type Bus, type BusMessage } from '../../../../../src/providers/cresco/sandbox/bus.ts';
import type { Params, PluginContext, PluginInstance, PluginMaker } from '../../../../../src/providers/cresco/sandbox/plugin.ts';
import { agentFiles } from '../../../../../src/providers/cresco/sandbox/stock/index.ts';
import { virtualClock, type VirtualClock } from '../../../../kit/world.ts';

/** A fabric of agents that know nothing but plugins and files, with time that moves by hand. */
export interface TestFabric {
  readonly bus: Bus;
  readonly clock: VirtualClock;
  readonly log: readonly string[];
  /** Makes a plugin on the agent `r/<id>`; it is not started. */
  place(id: string, maker: PluginMaker, config?: Params, limits?: Partial<PluginContext['limits']>): PluginInstance;
  /** What was published that a selector selects, from now on. */
  hear(selector: string): BusMessage[];
  /** Stops every plugin. */
  stop(): Promise<void>;
}

export function testFabric(allowedFolders: readonly string[] = []): TestFabric {
  const bus = openBus();
  const clock = virtualClock({ auto: false });
  const log: string[] = [];
  const plugins = new Map<string, PluginInstance>();
  const files = agentFiles(allowedFolders);
  return {
    bus,
    clock,
    log,
    place(id, maker, config = {}, limits = {}) {
      const plugin = maker({
        region: 'r',
        agent: `agent-of-${id}`,
        pluginId: id,
        config: { ...config, pluginID: id },
        bus,
        async rpc({ agent, plugin: to }, event, params) {
          if (to !== undefined) return plugins.get(to)?.handle(event, params);
          if (!agent.startsWith('agent-of-')) return undefined;
          if (params['action'] === 'getfileinfo') return { ...params, ...(await files.getfileinfo(params)) };
          if (params['action'] === 'getfiledata') return { ...params, ...(await files.getfiledata(params)) };
          return undefined;
        },
        log: (level, _, message) => void log.push(`${level} ${message}`),
        limits: { commands: true, seconds: 60, outputBytes: 1_000_000, ...limits },
        clock,
      });
      plugins.set(id, plugin);
      return plugin;
    },
    hear(selector) {
      const heard: BusMessage[] = [];
      bus.subscribe(selector, (message) => heard.push(message));
      return heard;
    },
    async stop() {
      await Promise.all([...plugins.values()].map((plugin) => plugin.stop()));
    },
  };
}

/** Waits for what happens outside of this program's time: a process, a disk. The test's own limit ends the waiting. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await setImmediate();
}
