import type { Observed, Recorded, Run } from '../core/resource.ts';
import { runHash } from './same.ts';

/** The live system does not say yet, or no more, how the run ended. */
type Ended = Extract<Run['outcome'], 'done' | 'failed'> | undefined;

/** Nobody has written down yet how it ended. */
export const isOpen = ({ run }: Recorded): boolean => run === undefined || run.outcome === 'begun' || run.outcome === 'unknown';

export function endedAs(live: Observed | undefined): Ended {
  if (live?.seen !== 'live' || live.readiness.state === 'progressing') return undefined;
  return live.readiness.state === 'ready' ? 'done' : 'failed';
}

/** What the record of a run has to say from now on; undefined where it says so already, or where nobody knows. */
export function runEnd(recorded: Recorded, live: Observed | undefined): Run | undefined {
  const outcome = endedAs(live);
  if (outcome === undefined || live?.seen !== 'live' || !isOpen(recorded)) return undefined;
  const { result } = live.status;
  return { hash: recorded.run?.hash ?? runHash(recorded.applied), outcome, ...(result === undefined ? {} : { result }) };
}
