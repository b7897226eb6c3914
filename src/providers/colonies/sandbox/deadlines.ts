import { openHeap } from './heap.ts';
import { NEVER, seconds, type Instant } from './instant.ts';
import { RUNNING, WAITING, type ProcessRow } from './models.ts';
import type { Table } from './table.ts';

/** Which processes run out of time, the first one first. */
export interface Deadlines {
  /** One that has run for too long, and whose deadline was in an earlier second. */
  overrun(now: Instant): ProcessRow | undefined;
  /** One that has waited for too long, also if it waits for its parents. */
  overdue(now: Instant): ProcessRow | undefined;
}

interface Entry {
  readonly processid: string;
  readonly second: bigint;
  alive: boolean;
}

/** Follows the table of processes. */
export function openDeadlines(processes: Table<ProcessRow>): Deadlines {
  const entries = new Map<string, Entry>();
  const heap = () => openHeap<Entry>({ before: (a, b) => a.second < b.second, alive: ({ alive }) => alive });
  const running = heap();
  const waiting = heap();
  const enter = (row: ProcessRow, into: typeof running, deadline: Instant): void => {
    const entry = { processid: row.processid, second: secondOf(deadline), alive: true };
    entries.set(row.processid, entry);
    into.push(entry);
  };
  processes.watch((before, row) => {
    const entry = entries.get((before ?? row)?.processid ?? '');
    if (entry !== undefined) {
      entry.alive = false;
      entries.delete(entry.processid);
    }
    if (row === undefined) return;
    const { maxexectime, maxwaittime } = row.spec;
    // Only -1 is no limit to run: 0 and the rest are over at once, as no deadline was ever set. To wait, 0 is no limit either.
    if (row.state === RUNNING && maxexectime !== -1) enter(row, running, row.execdeadline);
    if (row.state === WAITING && maxwaittime !== -1 && maxwaittime !== 0) enter(row, waiting, row.waitdeadline);
  });
  const due = (from: typeof running, now: Instant): ProcessRow | undefined => {
    const first = from.first();
    return first !== undefined && secondOf(now) > first.second ? processes.get(first.processid) : undefined;
  };
  return { overrun: (now) => due(running, now), overdue: (now) => due(waiting, now) };
}

/** Unix seconds, counted down also before 1970. */
const secondOf = (at: Instant): bigint => (at - NEVER) / seconds(1);
