import { AGENT_ACTIONS } from './agent-actions.ts';
import type { Handler } from './agent-actions.ts';
import { GLOBAL_ACTIONS } from './global-actions.ts';
import type { Texts } from './gson.ts';
import type { Destination, EventType } from './routing.ts';
import type { Agent, World } from './world.ts';
import { agentAt } from './world.ts';

interface Message {
  readonly event: EventType;
  readonly params: Texts;
}

/**
 * Hands a message to whom it is for and tells the reply: the request's members, but for those that a handler takes out, and
 * what the handler adds. Undefined where none comes: nobody of that name, nobody who listens, an action that the one who
 * listens does not know, or one that has no result.
 */
export async function deliver(world: World, to: Destination, { event, params }: Message): Promise<Texts | undefined> {
  switch (to.to) {
    case 'global':
      return handled(world, GLOBAL_ACTIONS[event]?.[params['action'] ?? ''], params);
    case 'region':
      // On the global node its region's controller knows nothing but the probe.
      return handled(world, params['action'] === 'ping' ? GLOBAL_ACTIONS.EXEC?.['ping'] : undefined, params);
    case 'agent': {
      const agent = agentAt(world, to.region, to.agent);
      if (agent?.reach !== 'up') return undefined;
      if (event === 'INFO') return { ...params, desc: 'to-plugin-agent-rpc' };
      trace(agent, `${event} ${params['action'] ?? ''}`);
      return handled(world, AGENT_ACTIONS[event]?.[params['action'] ?? ''], params, agent);
    }
    case 'plugin':
      return toPlugin(world, to, { event, params });
    case 'nobody':
      return undefined;
    default:
      return to satisfies never;
  }
}

async function handled(world: World, handler: Handler | undefined, params: Texts, agent = world.home): Promise<Texts | undefined> {
  const outcome = await handler?.(world, agent, params);
  if (outcome === undefined) return undefined;
  const { gains, drops = [] } = outcome;
  return { ...Object.fromEntries(Object.entries(params).filter(([name]) => !drops.includes(name))), ...gains };
}

/** `globalinfo` is answered under any name on the home node: clients read their own from a certificate, and some read it wrong. */
async function toPlugin(
  world: World,
  { region, agent: name, plugin: id }: Extract<Destination, { readonly to: 'plugin' }>,
  { event, params }: Message,
): Promise<Texts | undefined> {
  const { home } = world;
  const agent = agentAt(world, region, name);
  if (agent === home && event === 'EXEC' && params['action'] === 'globalinfo') {
    return { ...params, global_region: home.region, global_agent: home.name };
  }
  const plugin = agent?.reach === 'up' ? agent.plugins.get(id) : undefined;
  if (plugin?.code !== 10 || (event !== 'EXEC' && event !== 'CONFIG')) return undefined;
  trace(agent, `${event} ${params['action'] ?? ''} for ${id}`);
  return plugin.instance?.handle(event, params);
}

const trace = (agent: Agent | undefined, message: string): void =>
  agent?.log.write({ level: 'Trace', source: 'agent', className: 'io.cresco.agent.controller.communication.MsgRouter', message });
