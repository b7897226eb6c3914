import type { Clock } from '../../transport/clock.ts';
import type { ColoniesClient, FollowOptions, LogsOf } from './client.ts';
import type { Log } from './models/index.ts';
import { pause } from './subscribe.ts';
import { hasEnded } from './wait.ts';

/** What the server gives at once, at most. */
const PAGE = 500;
/**
 * A line gets its time before it is stored, so that one of two lines written at once may be seen before the other, older one. What came
 * this long before the last line is read again, and known lines are left out.
 */
const OVERLAP_NS = 1_000_000_000n;

/** Every line once, in the order in which they come. Ends when the process has; those of an executor go on until the signal is aborted. */
export async function* followLogs(
  { call, clock }: Pick<ColoniesClient, 'call'> & { readonly clock: Clock },
  of: LogsOf,
  { since = 0n, pollMs = 1_000, ...asking }: FollowOptions,
): AsyncGenerator<Log> {
  let from = BigInt(since);
  let seen = new Map<string, bigint>();
  for (;;) {
    // Asked before the lines are read: none comes after the end.
    const last = 'processid' in of && hasEnded(await call('getprocessmsg', { processid: of.processid }, asking));
    let newest = from;
    for (let after = from, page: readonly Log[]; ;) {
      page = await call('getlogsmsg', { ...of, count: PAGE, since: after, latest: false }, asking);
      for (const log of page) {
        const name = nameOf(log);
        if (seen.has(name)) continue;
        seen.set(name, log.timestamp);
        if (log.timestamp > newest) newest = log.timestamp;
        yield log;
      }
      const end = page.at(-1)?.timestamp;
      if (end === undefined || page.length < PAGE) break;
      // `since` is exclusive, and the page may have ended amid lines of one nanosecond.
      after = end - 1n > after ? end - 1n : end;
    }
    if (last) return;
    const overlap = newest - OVERLAP_NS;
    if (overlap > from) from = overlap;
    seen = new Map([...seen].filter(([, timestamp]) => timestamp > from));
    await pause(clock, asking.signal, pollMs);
  }
}

const nameOf = ({ timestamp, executorname, processid, message }: Log): string => `${timestamp} ${executorname} ${processid} ${message}`;
