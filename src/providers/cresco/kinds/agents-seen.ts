import { Fault, type Diagnostic } from '../../../core/diagnostic.ts';
import type { Pointer } from '../../../core/pointer.ts';
import { agentUnknown } from '../client/faults.ts';
import type { AgentPlace, AgentPlugin } from '../client/index.ts';
import type { FabricRead } from '../session.ts';
import { agentPlace, agentText } from './places.ts';

/** What an agent says of its plugins, by their ids; or why it cannot be asked. */
export type PluginsSeen = ReadonlyMap<string, AgentPlugin> | Diagnostic;

export const isUnseen = (seen: PluginsSeen): seen is Diagnostic => !(seen instanceof Map);

/**
 * Faults of one agent alone: the others can be asked all the same. Anything else is a fault of the fabric, and is thrown on. An agent
 * that is silent while others are asked over the same socket is told by a deadline: the server's own word for it names nobody.
 */
const OF_ONE_AGENT: ReadonlySet<string> = new Set(['CRESCO_AGENT_UNKNOWN', 'CRESCO_NO_ANSWER', 'TIMEOUT']);

/** The diagnostic of such a fault; throws anything else on. */
export function faultOfOne(error: unknown): Diagnostic {
  if (error instanceof Fault && OF_ONE_AGENT.has(error.code)) return error.diagnostic;
  throw error;
}

/** The plugins of these agents (`region/agent`), one list an agent. One that is lost, or that nobody knows, is no agent without plugins. */
export async function pluginsOf(
  read: FabricRead,
  agents: Iterable<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PluginsSeen>> {
  const seen = await Promise.all(
    [...new Set(agents)].map(async (agent): Promise<readonly [string, PluginsSeen]> => {
      try {
        const plugins = await read.agents.plugins(agentPlace(agent), { signal });
        return [agent, new Map(plugins.map((plugin) => [plugin.plugin, plugin]))];
      } catch (error) {
        return [agent, faultOfOne(error)];
      }
    }),
  );
  return new Map(seen);
}

/** The same diagnostic for something that is recorded on such an agent, which therefore is no misspelt one. */
export const lostWith = (fault: Diagnostic): Diagnostic => ({
  ...fault,
  detail: `${fault.detail ?? ''} What was made there may still run, so it is neither made again nor taken for gone.`.trim(),
  hint: 'Bring the agent back. One that never comes back takes its plugins with it: setpoint state forget, and they are made anew.',
});

/**
 * The plugin of this id on an agent that is not in `besides`: ids are unique on the whole fabric, and an agent that is told to add one
 * under an id in use never comes back. Undefined: there is none. The fabric's own list only says where to look.
 */
export async function pluginElsewhere(
  read: FabricRead,
  { id, besides }: { readonly id: string; readonly besides: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<AgentPlugin | Diagnostic | undefined> {
  const agents = (await read.whereabouts(id, signal)).map(agentText).filter((agent) => !besides.has(agent));
  for (const seen of (await pluginsOf(read, agents, signal)).values()) {
    if (isUnseen(seen)) return lostWith(seen);
    const plugin = seen.get(id);
    if (plugin !== undefined) return plugin;
  }
  return undefined;
}

/** Where a spec names an agent, as a place in it. */
export interface AgentWish {
  readonly place: AgentPlace;
  readonly at: Pointer;
}

/**
 * Why one of these agents cannot be given anything: the fabric does not show it. A pipeline with such a node would be taken, and fail;
 * a plugin would be waited for in vain.
 */
export async function agentsKnown(
  read: FabricRead,
  signal: AbortSignal,
): Promise<(wishes: readonly AgentWish[]) => Diagnostic | undefined> {
  const agents = await read.global.agents({ signal });
  const known = new Set(agents.map(agentText));
  return (wishes) => {
    const missing = wishes.find(({ place }) => !known.has(agentText(place)));
    return missing && { ...agentUnknown(missing.place, agents).diagnostic, pointer: `/spec${missing.at}` };
  };
}
