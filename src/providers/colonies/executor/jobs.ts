import type { Process } from '../client/models/index.ts';
import type { Outcome } from './events.ts';
import { job, type Job, type Shop } from './job.ts';

/** How many processes ended how. */
export type Tally = Readonly<Record<Outcome, number>>;

export interface Jobs {
  readonly running: ReadonlyMap<string, Job>;
  readonly tally: Tally;
  /**
   * Runs a process to its end. The same assignment is run once, however often it is seen; a process that was assigned again, after its
   * time was over, takes the place of its earlier run.
   */
  run(process: Process): Promise<void>;
  /** Whether the assignment runs, or has run and was not forgotten since. */
  knows(process: Process): boolean;
  /** Assignments that have come to their end are remembered no longer than the server lists them as running. */
  forget(listed: Iterable<Process>): void;
  takeAllAway(why: string): void;
}

export function jobs(shop: Shop): Jobs {
  const running = new Map<string, Job>();
  const ended = new Set<string>();
  const tally: Record<Outcome, number> = { succeeded: 0, failed: 0, lost: 0, left: 0 };
  const assignment = ({ processid, retries }: Process): string => `${processid} ${retries}`;
  const isRunning = (process: Process): boolean => {
    const job = running.get(process.processid);
    return job !== undefined && !job.isTakenAway && job.process.retries === process.retries;
  };
  return {
    running,
    tally,
    async run(process) {
      if (isRunning(process)) return;
      const { processid } = process;
      // Its handler has not heeded the signal yet. The server cannot tell the two runs apart, so the earlier one is not to close this one.
      running.get(processid)?.takeAway('it was assigned again');
      const mine = job(process, shop);
      running.set(processid, mine);
      tally[await mine.ended] += 1;
      ended.add(assignment(process));
      if (running.get(processid) === mine) running.delete(processid);
    },
    knows: (process) => isRunning(process) || ended.has(assignment(process)),
    forget(listed) {
      const still = new Set([...listed].map(assignment));
      for (const one of ended) if (!still.has(one)) ended.delete(one);
    },
    takeAllAway: (why) => running.forEach((one) => one.takeAway(why)),
  };
}
