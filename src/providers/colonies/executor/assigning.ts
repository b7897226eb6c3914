import { Fault } from '../../../core/diagnostic.ts';
import type { Clock } from '../../transport/clock.ts';
import type { Process } from '../client/models/index.ts';
import type { Tell } from './events.ts';
import type { ExecutorOptions } from './options.ts';
import type { Persistent } from './persistent.ts';

export interface Assigning {
  /** When the executor last asked for work and was answered, which is all that the server takes for a sign of life: milliseconds of the clock. */
  readonly heardAt: number;
  /** How many answers with an assignment may have been lost so far. */
  readonly answersLost: number;
  /** The next process; undefined when there was none for a while, or when the signal is aborted. */
  poll(signal: AbortSignal): Promise<Process | undefined>;
  /** A sign of life. Asks for work in such a way that there is none. */
  beat(signal: AbortSignal): Promise<Process | undefined>;
}

interface AssigningOptions {
  readonly options: Pick<ExecutorOptions, 'colony' | 'available' | 'pollSeconds'>;
  readonly call: Persistent;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tell: Tell;
}

/**
 * Less cpu than any process is stored with, so that no process is assigned for it. A server notes that it has heard from the executor
 * before it looks for work, in both of its ways to assign and also while the colony is paused (seen on 1.9.12).
 */
const NO_CPU = '-9223372036854775808m';
/** Nothing waits so short a time: something in between cuts the request off. */
const HASTY_MS = 50;

export function assigning({
  options: { colony, available = {}, pollSeconds = 10 },
  call,
  clock,
  random,
  tell,
}: AssigningOptions): Assigning {
  let heardAt = clock.now();
  let answersLost = 0;
  let isPaused = false;
  const onLost = (): void => void (answersLost += 1);

  const setPaused = (paused: boolean): void => {
    if (paused !== isPaused) {
      tell(
        paused
          ? { type: 'paused', text: `the colony ${colony} is paused: nothing is assigned` }
          : { type: 'resumed', text: `the colony ${colony} goes on` },
      );
    }
    isPaused = paused;
  };
  const assign = async (timeout: number, availablecpu: string, signal: AbortSignal): Promise<Process | undefined> => {
    const asked = clock.now();
    let process: Process | undefined;
    try {
      const request = { colonyname: colony, timeout, availablecpu, availablemem: available.mem ?? '' };
      process = await call('assignprocessmsg', request, { signal, onLost });
      setPaused(false);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof Fault) || !(error.code === 'COLONIES_NO_PROCESS' || error.code === 'COLONIES_PAUSED')) throw error;
      setPaused(error.code === 'COLONIES_PAUSED');
    }
    heardAt = asked;
    return process;
  };

  return {
    get heardAt() {
      return heardAt;
    },
    get answersLost() {
      return answersLost;
    },
    async poll(signal) {
      const asked = clock.now();
      const process = await assign(pollSeconds, available.cpu ?? '', signal);
      if (process === undefined && clock.now() - asked < HASTY_MS) await clock.sleep(random() * 1000, signal).catch(() => undefined);
      return process;
    },
    beat: (signal) => assign(-1, NO_CPU, signal),
  };
}
