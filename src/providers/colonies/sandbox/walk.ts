import type { GraphRow, ProcessRow } from './models.ts';
import type { Table } from './table.ts';

export interface Visit {
  readonly row: ProcessRow;
  /** How many steps below its root, on the way on which it was found first. */
  readonly depth: number;
}

/** The members of a graph that can be reached from its roots, depth first; or, as words, the member that is missing. */
export function walk({ processes }: { readonly processes: Table<ProcessRow> }, graph: GraphRow): readonly Visit[] | string {
  const found: Visit[] = [];
  const visited = new Set<string>();
  const ahead = (graph.rootprocessids ?? []).map((id) => ({ id, depth: 0 })).reverse();
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const { id, depth } = next;
    if (visited.has(id)) continue;
    const row = processes.get(id);
    if (row === undefined) return `Failed to iterate processgraph, process with ID=${id} not found`;
    visited.add(id);
    found.push({ row, depth });
    for (const child of [...(row.children ?? [])].reverse()) ahead.push({ id: child, depth: depth + 1 });
  }
  return found;
}
