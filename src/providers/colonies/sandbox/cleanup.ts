import { unregister } from './executors.ts';
import { NEVER, seconds } from './instant.ts';
import { UNREGISTERED } from './models.ts';
import type { World } from './world.ts';

/**
 * Takes off executors that were not heard of for too long. Only asking for work counts as being heard of, and who never asked is
 * spared.
 */
export function removeStale(world: World): void {
  const limit = world.now() - seconds(world.settings.staleSeconds);
  for (const executor of [...world.executors.rows()]) {
    const heard = executor.lastheardfromtime;
    if (heard !== NEVER && heard < limit && executor.state !== UNREGISTERED) unregister(world, executor);
  }
}
