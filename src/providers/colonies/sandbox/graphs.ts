import { dispatchOf } from './dispatch.ts';
import { CANCELLED, FAILED, RUNNING, SUCCESS, WAITING, type Graph, type GraphRow } from './models.ts';
import { dragAlong, freed } from './transitions.ts';
import type { Visit } from './walk.ts';
import type { World } from './world.ts';

/**
 * Brings a graph up to date after something happened to one of its processes: members whose parents have all succeeded are set free;
 * where a member sees a parent that failed, all members fail, whatever they are doing. A failed process without children takes nobody
 * along. Words where the graph has lost a member.
 */
export function resolve(world: World, graphid: string, processid: string): string | undefined {
  const graph = world.graphs.get(graphid);
  if (graph === undefined) return 'Failed to resolve processgraph from controller, processGraph is nil (should not be)';
  const { standings } = dispatchOf(world);
  const standing = standings.of(graph);
  if (typeof standing === 'string') return standing;
  const changed = world.processes.get(processid);
  const children = (changed?.children ?? []).filter((id) => standing.reached.has(id));
  if (changed?.state === FAILED && children.length > 0) {
    for (const id of standing.reached) {
      const row = world.processes.get(id);
      if (row !== undefined && row.state !== FAILED) dragAlong(world, row);
    }
    setState(world, graph, FAILED);
  } else {
    if (changed?.state === SUCCESS) for (const id of children) free(world, id);
    setState(world, graph, stateOfGraph(standing.counts));
  }
  if ((world.graphs.get(graphid)?.state ?? WAITING) >= SUCCESS) standings.forget(graphid);
  return undefined;
}

/** One whose parents have all succeeded. */
function free(world: World, processid: string): void {
  const row = world.processes.get(processid);
  if (row === undefined || !row.waitforparents) return;
  if ((row.parents ?? []).every((id) => world.processes.get(id)?.state === SUCCESS)) freed(world, row);
}

function stateOfGraph([waiting = 0, running = 0, success = 0, failed = 0, cancelled = 0]: readonly number[]): number {
  if (failed > 0) return FAILED;
  if (cancelled > 0) return CANCELLED;
  if (waiting + running === 0) return SUCCESS;
  return success + running > 0 ? RUNNING : WAITING;
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
