import { closeFailed } from './closing.ts';
import { dispatchOf } from './dispatch.ts';
import { takeBack } from './transitions.ts';
import type { World } from './world.ts';

/**
 * What the server does every second: a process that runs for too long goes back into the queue as often as `maxretries` says (-1:
 * always) and then fails; one that waits for too long fails. Its clock counts whole seconds here, so that a process has up to a second
 * more than it asked for.
 */
export function enforceLimits(world: World): void {
  const { deadlines } = dispatchOf(world);
  const now = world.now();
  for (let row = deadlines.overrun(now); row !== undefined; row = deadlines.overrun(now)) {
    const { maxretries } = row.spec;
    if (maxretries > -1 && row.retries >= maxretries) closeFailed(world, row, ['Maximum execution time limit exceeded']);
    else takeBack(world, row);
  }
  for (let row = deadlines.overdue(now); row !== undefined; row = deadlines.overdue(now)) {
    closeFailed(world, row, ['Maximum waiting time limit exceeded']);
  }
}
