import type { ProcessRow } from './models.ts';

/** Somebody who waits for processes of a type to come to a state: a blocked assign, or a subscriber. */
export interface Listener {
  readonly executortype: string;
  readonly state: number;
  /** Where the executor that waits is; '' for one that is nowhere in particular. */
  readonly locationname: string;
  /** Waits for this one alone. */
  readonly processid?: string;
  wake(process: ProcessRow): void;
}

/** Who is told what happens to processes (pkg/backends/gin/eventhandler.go). */
export interface Events {
  /**
   * Whoever waits for this very process is told, and of all those who wait for any process of its type one: that whose turn was
   * longest ago, so that work is spread and not everybody runs for it.
   */
  signal(process: ProcessRow): void;
  /** Until the function that it returns is called. */
  listen(listener: Listener): () => void;
}

interface Group {
  readonly special: Set<Listener>;
  readonly general: Set<Listener>;
}

const prefixOf = (executortype: string, state: number): string => `${executortype}${state}`;

export function openEvents(): Events {
  /** By type, state and location, in one text as the server has it. */
  const groups = new Map<string, Group>();
  const targetsOf = (process: ProcessRow): readonly string[] => {
    const { executortype, locationname } = process.spec.conditions;
    const prefix = prefixOf(executortype, process.state);
    if (locationname !== '') return [prefix + locationname, prefix];
    // One that may run anywhere may wake an executor anywhere.
    return [...groups.keys()].filter((target) => target.startsWith(prefix));
  };
  return {
    listen(listener) {
      const prefix = prefixOf(listener.executortype, listener.state);
      const target = prefix + listener.locationname;
      const group: Group = groups.get(target) ?? { special: new Set(), general: new Set() };
      groups.set(target, group);
      const mine = listener.processid === undefined ? group.general : group.special;
      mine.add(listener);
      return () => {
        mine.delete(listener);
        if (group.general.size + group.special.size === 0 && groups.get(target) === group) groups.delete(target);
      };
    },
    signal(process) {
      let woken = false;
      for (const target of targetsOf(process)) {
        const group = groups.get(target);
        if (group === undefined) continue;
        for (const listener of [...group.special]) if (listener.processid === process.processid) listener.wake(process);
        const [first] = woken ? [] : group.general;
        if (first === undefined) continue;
        woken = true;
        group.general.delete(first);
        group.general.add(first);
        first.wake(process);
      }
    },
  };
}
