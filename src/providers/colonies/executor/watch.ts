import { Fault } from '../../../core/diagnostic.ts';
import { processState, type Process } from '../client/models/index.ts';
import type { Job } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { Persistent } from './persistent.ts';

export interface Watch {
  /** What the server says runs here, and nobody here knows of. Tells the jobs that it no longer has as running here. */
  look(signal: AbortSignal): Promise<readonly Process[]>;
}

interface WatchOptions {
  readonly call: Persistent;
  readonly colony: string;
  /** The executor's id. */
  readonly self: string;
  readonly jobs: Jobs;
}

/** The request wants to know how far back to look. Ten years: whatever runs. */
const SECONDS = 10 * 365 * 24 * 3600;

/**
 * Compares what runs here with what the server holds as running here, in one request whatever their number. It tells nobody that a
 * process was cancelled with its workflow, failed with it, or given back to the queue.
 */
export function watch({ call, colony, self, jobs }: WatchOptions): Watch {
  return {
    async look(signal) {
      const before = [...jobs.running.values()];
      const request = { colonyname: colony, executorid: self, seconds: SECONDS, state: processState.running };
      const listed = new Map((await call('getprocesshistmsg', request, { signal })).map((process) => [process.processid, process]));
      for (const job of before) {
        const there = listed.get(job.process.processid);
        if (there?.retries === job.process.retries || job.isClosing || job.isTakenAway) continue;
        const why = await gone(job, signal);
        if (why !== undefined && !job.isClosing) job.takeAway(why);
      }
      jobs.forget(listed.values());
      return [...listed.values()].filter((process) => !jobs.knows(process));
    },
  };

  /**
   * Why the process is not this job's any more, or undefined: the list goes by submission times, which a database whose clock is late
   * takes to be in the future.
   */
  async function gone({ process: { processid, retries } }: Job, signal: AbortSignal): Promise<string | undefined> {
    let now: Process;
    try {
      now = await call('getprocessmsg', { processid }, { signal });
    } catch (error) {
      if (error instanceof Fault && error.code === 'COLONIES_NOT_FOUND') return 'it was removed';
      throw error;
    }
    const isOurs = now.state === processState.running && now.assignedexecutorid === self && now.retries === retries;
    return isOurs ? undefined : became(now);
  }
}

function became({ state, errors }: Process): string {
  switch (state) {
    case processState.cancelled:
      return 'it was cancelled';
    case processState.failed:
      return `it was failed${errors[0] === undefined ? ' with its workflow' : `: ${errors[0]}`}`;
    case processState.success:
      return 'somebody else has closed it';
    default:
      return 'it was given back to the queue';
  }
}
