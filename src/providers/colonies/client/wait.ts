import { Fault } from '../../../core/diagnostic.ts';
import type { Clock } from '../../transport/clock.ts';
import { stopIfAborted } from '../../transport/interrupted.ts';
import type { CallOptions, ColoniesClient, WaitOptions } from './client.ts';
import { notEnded } from './faults.ts';
import { processState, type Process } from './models/index.ts';
import { pause, type Heard, type Subscriber } from './subscribe.ts';

const { success, failed, cancelled } = processState;

/** Whether nothing more happens to it. */
export const hasEnded = ({ state }: Pick<Process, 'state'>): boolean => state === success || state === failed || state === cancelled;

/**
 * How long one subscription lasts before the process is looked at again, in seconds: members of a workflow that fail or are cancelled
 * along with it are not signalled.
 */
const ROUND_SECONDS = 10;

interface Means extends Pick<ColoniesClient, 'call'>, Pick<Subscriber, 'listen'> {
  readonly clock: Clock;
}

/**
 * The process once it has ended, as `getprocessmsg` has it: an event may come with an empty `out`, and only the state that was asked for is
 * told, so all three are. A socket that cannot be had, or is lost, costs no more than time.
 */
export async function waitForProcess(
  { call, listen, clock }: Means,
  { processid }: Pick<Process, 'processid'>,
  { timeoutMs, signal, ...how }: WaitOptions,
): Promise<Process> {
  const outOfTime = new AbortController();
  const over = new AbortController();
  if (timeoutMs !== undefined) {
    clock.sleep(timeoutMs, over.signal).then(
      () => outOfTime.abort(),
      () => undefined,
    );
  }
  const signals = signal === undefined ? [outOfTime.signal] : [signal, outOfTime.signal];
  const asking: CallOptions = { ...how, signal: AbortSignal.any(signals) };
  try {
    for (let told = false; ;) {
      const process = await call('getprocessmsg', { processid }, asking);
      if (hasEnded(process)) return process;
      const event = { colonyname: process.spec.conditions.colonyname, processid, executortype: '', timeout: ROUND_SECONDS };
      const requests = [success, failed, cancelled].map((state) => ({ ...event, state }));
      // Told that it had ended, and it had not: asking again at once could go on for ever.
      if (told) await pause(clock, asking.signal);
      const first = await firstOf(listen('subscribeprocessmsg', requests, asking));
      told = first === 'told';
      if (first === 'lost') await pause(clock, asking.signal);
    }
  } catch (error) {
    stopIfAborted(signal, 'answered');
    throw outOfTime.signal.aborted && timeoutMs !== undefined ? notEnded(processid, timeoutMs) : error;
  } finally {
    over.abort();
  }
}

/** What the first frame or the end of the socket says; a socket that cannot be had counts as lost. */
async function firstOf(events: AsyncIterable<Heard<'subscribeprocessmsg'>>): Promise<Heard<'subscribeprocessmsg'>['is']> {
  try {
    for await (const heard of events) return heard.is;
    return 'lost';
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'INTERRUPTED' || error.code === 'CLOSED') throw error;
    return 'lost';
  }
}
