import { systemClock } from '../../transport/clock.ts';
import type { Generator } from '../client/index.ts';
import { serverAhead } from '../server-clock.ts';
import type { ColonyRead } from '../session.ts';
import { ifThere } from './quietly.ts';

const EVERY_MS = 250;
/** A server that does not get round to it within a dozen of its rounds has nobody whose runs these could be. */
const LONGEST_MS = 12_000;

/**
 * Waits until a generator is not about to run. A server of 1.9.12 dies of one that is removed between the submission of its workflow
 * and the mark that it has run (seen live), and takes everybody's colony with it.
 */
export async function atRest(read: ColonyRead, generatorid: string, signal: AbortSignal): Promise<void> {
  let aheadMs: number | undefined;
  let wasDue = false;
  for (let waited = 0; waited < LONGEST_MS; waited += EVERY_MS) {
    const generator = await ifThere(read.ask('getgeneratormsg', { generatorid }, signal));
    // Its clock matters to one that waits for a time, and those are few.
    if (generator !== undefined && waits(generator)) aheadMs ??= (await serverAhead(read.address, { now: systemClock.now, signal })) ?? 0;
    const due = generator !== undefined && isDue(generator, systemClock.now() + (aheadMs ?? 0));
    // The queue is empty a moment before the mark is made.
    if (!due && !wasDue) return;
    wasDue = due;
    await systemClock.sleep(EVERY_MS, signal);
  }
}

/** Runs in one of the server's next rounds. All times are the server's, `now` too: by another clock, none or every one would be due. */
function isDue(generator: Generator, now: number): boolean {
  const { queuesize, trigger, timeout, lastrun, firstpack, checkerperiod } = generator;
  if (queuesize >= trigger) return trigger > 0;
  const since = Date.parse(lastrun ?? firstpack ?? '');
  return waits(generator) && since + timeout * 1000 - now < 2 * checkerperiod;
}

const waits = ({ queuesize, timeout }: Generator): boolean => timeout > 0 && queuesize > 0;
