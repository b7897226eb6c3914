import { cpuOf, memoryOf } from '../rules/quantities.ts';
import { openHeap, type Heap } from './heap.ts';
import { WAITING, type ProcessRow } from './models.ts';
import type { Table } from './table.ts';

/** Who asks for work, and what it has: thousandths of a processor and bytes. */
export interface Seeker {
  readonly colonyname: string;
  readonly executorname: string;
  readonly executortype: string;
  readonly locationname: string;
  readonly cpu: bigint;
  readonly memory: bigint;
}

/** The processes that somebody may take. */
export interface Queue {
  /** The one that this executor gets: of those that it may take the first by priority time, and of those the oldest. */
  first(seeker: Seeker): ProcessRow | undefined;
}

interface Waiting {
  readonly row: ProcessRow;
  readonly turn: number;
  alive: boolean;
}
/** Processes that want the same of an executor's machine. */
interface Lane {
  readonly cpu: bigint;
  readonly memory: bigint;
  readonly heap: Heap<Waiting>;
}

/** What the server says that every executor has (math.MaxInt8 in its controller). */
const NODES = 127;

/**
 * Follows the table of processes. An executor looks at the heads of a few heaps, whatever waits behind them: those for anybody and
 * those for its name, with its location or with none, one for each pair of amounts that is asked for.
 *
 * `exclusive` is the server's other way to choose (COLONIES_EXCLUSIVE_ASSIGN): processes that want storage are never taken then, and
 * the name `*` is an ordinary one.
 */
export function openQueue(processes: Table<ProcessRow>, { exclusive }: { readonly exclusive: boolean }): Queue {
  const waiting = new Map<string, Waiting>();
  const places = new Map<string, Lane[]>();
  let turns = 0;

  const namesOf = (row: ProcessRow): readonly string[] => {
    const names = row.spec.conditions.executornames ?? [];
    return names.length === 0 || (!exclusive && names.length === 1 && names[0] === '*') ? [ANYBODY] : [...new Set(names)];
  };
  const add = (row: ProcessRow): void => {
    const { nodes, processes: count, processespernode, colonyname, executortype, locationname, cpu, mem, storage } = row.spec.conditions;
    if (nodes > NODES || count > NODES || processespernode > NODES) return;
    if (exclusive && amountOf(memoryOf(storage)) > 0n) return;
    turns += 1;
    const entry = { row, turn: turns, alive: true };
    waiting.set(row.processid, entry);
    for (const name of namesOf(row)) {
      const place = placeOf({ colonyname, executortype, locationname, name });
      const lanes = places.get(place) ?? [];
      places.set(place, lanes);
      const wants = { cpu: amountOf(cpuOf(cpu)), memory: amountOf(memoryOf(mem)) };
      let lane = lanes.find((one) => one.cpu === wants.cpu && one.memory === wants.memory);
      if (lane === undefined) {
        lane = { ...wants, heap: openHeap({ before, alive: ({ alive }) => alive }) };
        lanes.push(lane);
      }
      lane.heap.push(entry);
    }
  };
  processes.watch((old, now) => {
    const gone = old ?? now;
    const entry = gone === undefined ? undefined : waiting.get(gone.processid);
    if (entry !== undefined) {
      entry.alive = false;
      waiting.delete(entry.row.processid);
    }
    if (now !== undefined && now.state === WAITING && !now.isassigned && !now.waitforparents) add(now);
  });

  return {
    first({ executorname, locationname, cpu, memory, ...seeker }) {
      let best: Waiting | undefined;
      for (const location of new Set(['', locationname.toLowerCase()])) {
        for (const name of [ANYBODY, executorname]) {
          for (const lane of places.get(placeOf({ ...seeker, locationname: location, name })) ?? []) {
            if (lane.cpu > cpu || lane.memory > memory) continue;
            const head = lane.heap.first();
            if (head !== undefined && (best === undefined || before(head, best))) best = head;
          }
        }
      }
      return best?.row;
    },
  };
}

/** Stands where a name could: whoever has the type. No name can be it. */
const ANYBODY = '\0';

const before = (a: Waiting, b: Waiting): boolean =>
  a.row.prioritytime === b.row.prioritytime ? a.turn < b.turn : a.row.prioritytime < b.row.prioritytime;

const placeOf = (place: {
  readonly colonyname: string;
  readonly executortype: string;
  readonly locationname: string;
  readonly name: string;
}): string => JSON.stringify([place.colonyname, place.executortype, place.locationname.toLowerCase(), place.name]);

/** Of an amount that was checked when the process was submitted. */
const amountOf = (read: ReturnType<typeof cpuOf>): bigint => ('problem' in read ? 0n : read.amount);
