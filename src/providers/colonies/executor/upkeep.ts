import { Fault } from '../../../core/diagnostic.ts';
import type { Clock } from '../../transport/clock.ts';
import type { Process } from '../client/models/index.ts';
import type { Assigning } from './assigning.ts';
import type { Tell } from './events.ts';
import type { Watch } from './watch.ts';

interface UpkeepOptions {
  readonly assigning: Assigning;
  readonly watch: Watch;
  /** Assigned to the executor, and not begun: whatever slot is free next takes them. */
  readonly queue: Process[];
  /** What counted as running here when the executor began. */
  readonly leftovers: readonly Process[];
  readonly clock: Clock;
  readonly tell: Tell;
  readonly heartbeatMs: number;
  readonly watchMs: number;
}

/**
 * What goes on beside the work until the signal is aborted: signs of life while every slot is busy, looks at what is still wanted, and a
 * search for processes whose assignment was lost on its way here.
 */
export async function upkeep(
  { assigning, watch, queue, leftovers, clock, tell, heartbeatMs, watchMs }: UpkeepOptions,
  signal: AbortSignal,
): Promise<void> {
  /** Counted as running here before an answer was lost: another program with this key has them, or nobody. */
  const strange = new Set(leftovers.map(({ processid }) => processid));
  let searched = 0;

  const look = async (): Promise<void> => {
    const lost = assigning.answersLost;
    const unknown = await watch.look(signal);
    const fresh = unknown.filter(({ processid }) => !strange.has(processid) && !queue.some((one) => one.processid === processid));
    if (lost > searched) queue.push(...fresh);
    else for (const { processid } of fresh) strange.add(processid);
    searched = lost;
  };
  const tend = async (): Promise<void> => {
    if (clock.now() - assigning.heardAt >= heartbeatMs) {
      const process = await assigning.beat(signal);
      // A server that hands out work all the same has done so: it is ours.
      if (process !== undefined) queue.push(process);
    }
    await look();
  };

  /** What went wrong the last time: the same trouble is told once, however long it lasts. */
  let trouble: string | undefined;
  while (!signal.aborted) {
    try {
      await clock.sleep(watchMs, signal);
      await tend();
      trouble = undefined;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Fault)) throw error;
      const { code, summary, detail = '' } = error.diagnostic;
      if (code !== trouble) tell({ type: 'trouble', fault: error.diagnostic, text: `${summary}: ${detail}` });
      trouble = code;
    }
  }
}
