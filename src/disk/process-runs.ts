import { errnoOf } from './disk-fault.ts';

/**
 * Whether a process of this machine runs: whoever may not be signalled does all the same, and what is no number of a process is nobody's
 * to judge. A number is given out again, so this alone tells nothing of one that is long gone.
 */
export function processRuns(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}
