import { CANCELLED, FAILED, RUNNING, SUCCESS, WAITING, type Graph, type GraphRow, type ProcessRow } from './models.ts';
import { dragAlong, freed } from './transitions.ts';
import type { World } from './world.ts';

interface Visit {
  readonly row: ProcessRow;
  /** How many steps below its root, on the way on which it was found first. */
  readonly depth: number;
}

/** The members of a graph that can be reached from its roots, depth first; or, as words, the member that is missing. */
export function walk(world: World, graph: GraphRow): readonly Visit[] | string {
  const found: Visit[] = [];
  const visited = new Set<string>();
  const ahead = (graph.rootprocessids ?? []).map((id) => ({ id, depth: 0 })).reverse();
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const { id, depth } = next;
    const row = world.processes.get(id);
    if (row === undefined) return `Failed to iterate processgraph, process with ID=${id} not found`;
    if (visited.has(id)) continue;
    visited.add(id);
    found.push({ row, depth });
    for (const child of [...(row.children ?? [])].reverse()) ahead.push({ id: child, depth: depth + 1 });
  }
  return found;
}

/**
 * Brings a graph up to date after something happened to a member: members whose parents have all succeeded are set free; where a
 * member sees a parent that failed, all members fail, whatever they are doing. A failed member without children takes nobody along.
 * Words where the graph has lost a member.
 */
export function resolve(world: World, graphid: string): string | undefined {
  const graph = world.graphs.get(graphid);
  if (graph === undefined) return 'Failed to resolve processgraph from controller, processGraph is nil (should not be)';
  const visits = walk(world, graph);
  if (typeof visits === 'string') return visits;
  const rows = visits.map(({ row }) => row);
  const states = new Map(rows.map(({ processid, state }) => [processid, state]));
  const stateOf = (id: string): number | undefined => states.get(id) ?? world.processes.get(id)?.state;
  if (rows.some(({ parents }) => parents?.some((id) => stateOf(id) === FAILED))) {
    for (const row of rows) if (row.state !== FAILED) dragAlong(world, row);
    setState(world, graph, FAILED);
    return undefined;
  }
  for (const row of rows) if (row.waitforparents && (row.parents ?? []).every((id) => stateOf(id) === SUCCESS)) freed(world, row);
  setState(world, graph, stateOfGraph([...states.values()]));
  return undefined;
}

function stateOfGraph(states: readonly number[]): number {
  if (states.includes(FAILED)) return FAILED;
  if (states.includes(CANCELLED)) return CANCELLED;
  if (states.every((state) => state === SUCCESS)) return SUCCESS;
  return states.some((state) => state === SUCCESS || state === RUNNING) ? RUNNING : WAITING;
}

/** The end of a graph is that of its last change, not of its first end. */
export function setState(world: World, graph: GraphRow, state: number): void {
  if (state === RUNNING && graph.state === WAITING) world.graphs.put(graph.processgraphid, { ...graph, state, starttime: world.now() });
  else if (state >= SUCCESS) world.graphs.put(graph.processgraphid, { ...graph, state, endtime: world.now() });
  else if (state !== graph.state) world.graphs.put(graph.processgraphid, { ...graph, state });
}

const WIDTH = 150;
const PADDING = 50;
const HEIGHT = 80;
const COLOURS: Readonly<Record<number, string>> = {
  [WAITING]: '#eee8d8',
  [RUNNING]: '#4689cd',
  [SUCCESS]: '#92d050',
  [FAILED]: '#cb4239',
  [CANCELLED]: '#f5a623',
};

/** A graph as the server tells it alone: with boxes and arrows for those who draw it, each row of boxes in the middle. */
export function drawn(graph: GraphRow, visits: readonly Visit[]): Graph {
  const rows = new Map<number, number>();
  const placed = visits.map(({ row, depth }) => {
    const column = rows.get(depth) ?? 0;
    rows.set(depth, column + 1);
    return { row, depth, column };
  });
  const widthOf = (boxes: number): number => boxes * WIDTH + (boxes - 1) * PADDING;
  const middle = Math.trunc(widthOf([...rows.values()].reduce((most, boxes) => Math.max(most, boxes), 0)) / 2);
  const nodes = placed.map(({ row, depth, column }) => ({
    id: row.processid,
    data: { label: row.spec.nodename },
    position: { x: column * (WIDTH + PADDING) + middle - Math.trunc(widthOf(rows.get(depth) ?? 0) / 2), y: depth * HEIGHT },
    type: row.parents?.length === 0 ? 'input' : row.children?.length === 0 ? 'output' : '',
    style: { color: '', background: COLOURS[row.state] ?? '' },
  }));
  const edges = visits.flatMap(({ row }) =>
    (row.children ?? []).map((child) => ({
      id: `${row.processid}-${child}`,
      source: row.processid,
      target: child,
      animated: row.state === RUNNING,
    })),
  );
  return { ...graph, processids: visits.map(({ row }) => row.processid), nodes, edges };
}
