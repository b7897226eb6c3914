import { record, startPlugins, stopPlugins } from './plugins.ts';
import type { Agent, World } from './world.ts';

/** How long a controller takes to come back, in milliseconds. */
const RESTART_MS = 2_000;

/** An agent's controller ends: it leaves the fabric, and what does not outlive it is forgotten. */
export async function stopAgent(world: World, agent: Agent): Promise<void> {
  agent.reach = 'down';
  agent.code = 50;
  agent.cep.close();
  await stopPlugins(world, agent);
  record(world, agent);
}

/** It is there again, or reached again, with its plugins. */
export async function startAgent(world: World, agent: Agent): Promise<void> {
  if (agent.reach === 'down') await startPlugins(world, agent);
  agent.reach = 'up';
  agent.code = 10;
  record(world, agent);
}

export async function restartAgent(world: World, agent: Agent): Promise<void> {
  await stopAgent(world, agent);
  await world.sleep(RESTART_MS);
  await startAgent(world, agent);
}

/** No message reaches it any more. The fabric sees that sooner or later: then it and its plugins are at 50 and out of the lists. */
export function loseAgent(world: World, agent: Agent, { noticed }: { readonly noticed: boolean }): void {
  agent.reach = 'lost';
  if (!noticed) return;
  agent.code = 50;
  record(world, agent);
}
