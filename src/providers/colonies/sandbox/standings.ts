import type { GraphRow, ProcessRow } from './models.ts';
import type { Table } from './table.ts';
import { walk } from './walk.ts';

/** What the members of a graph do that can be reached from its roots. */
export interface Standing {
  readonly reached: ReadonlySet<string>;
  /** How many are in each state, 0 to 4. */
  readonly counts: readonly number[];
}

/** Knows how graphs stand without walking through them again for each of their members, as the server does. */
export interface Standings {
  /** As words where a member is missing. */
  of(graph: GraphRow): Standing | string;
  /** For graphs that are over: nobody will ask soon. */
  forget(graphid: string): void;
}

/** Follows the table of processes, and begins anew for a graph that changes its shape. */
export function openStandings(processes: Table<ProcessRow>): Standings {
  const known = new Map<string, { readonly reached: ReadonlySet<string>; readonly counts: number[] }>();
  processes.watch((before, after) => {
    const graphid = (after ?? before)?.processgraphid ?? '';
    const standing = known.get(graphid);
    if (standing === undefined) return;
    if (before === undefined || after === undefined || before.children !== after.children) {
      known.delete(graphid);
    } else if (before.state !== after.state && standing.reached.has(after.processid)) {
      standing.counts[before.state] = (standing.counts[before.state] ?? 0) - 1;
      standing.counts[after.state] = (standing.counts[after.state] ?? 0) + 1;
    }
  });
  return {
    of(graph) {
      const found = known.get(graph.processgraphid);
      if (found !== undefined) return found;
      const visits = walk({ processes }, graph);
      if (typeof visits === 'string') return visits;
      const counts = [0, 0, 0, 0, 0];
      for (const { row } of visits) counts[row.state] = (counts[row.state] ?? 0) + 1;
      const standing = { reached: new Set(visits.map(({ row }) => row.processid)), counts };
      // A child that was tied to a process of another graph is not followed: then it is walked each time.
      if (visits.every(({ row }) => row.processgraphid === graph.processgraphid)) known.set(graph.processgraphid, standing);
      return standing;
    },
    forget: (graphid) => void known.delete(graphid),
  };
}
