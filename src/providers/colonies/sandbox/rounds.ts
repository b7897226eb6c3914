import { Fault } from '../../../core/diagnostic.ts';
import { removeStale } from './cleanup.ts';
import { triggerCrons } from './crons.ts';
import { triggerGenerators } from './generators.ts';
import { enforceLimits } from './limits.ts';
import { forgetOld } from './retention.ts';
import type { World } from './world.ts';

const SECOND = 1000;

/** What a server does by itself, again and again, until the world ends. */
export function startRounds(world: World): void {
  const { cronPeriodMs, generatorPeriodMs, cleanupSeconds, retentionSeconds } = world.settings;
  const every = (ms: number, round: () => void): void =>
    world.background(async () => {
      for (;;) {
        await world.sleep(ms);
        await played(world, round);
      }
    });
  every(SECOND, () => enforceLimits(world));
  every(cronPeriodMs, () => triggerCrons(world));
  every(generatorPeriodMs, () => triggerGenerators(world));
  every(cleanupSeconds * SECOND, () => removeStale(world));
  if (retentionSeconds !== undefined) every(60 * SECOND, () => forgetOld(world, retentionSeconds));
}

/** What the disk did not take is undone, and is due again in the next round. */
async function played(world: World, round: () => void): Promise<void> {
  try {
    round();
    await world.keep.settled();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}
