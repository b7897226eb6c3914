import { nearest } from '../../../core/diagnostic.ts';

/** A function of a workflow as its graph knows it. */
export interface GraphNode {
  readonly name: string;
  /** Names of the nodes that have to succeed first. */
  readonly needs: readonly string[];
}

/**
 * What is wrong with a workflow; nodes are named by their index in the list. A Colonies server refuses nodes without a name and two
 * of one name. An unknown dependency it refuses as well, but leaves a row behind that breaks its list of waiting workflows; a cycle
 * it takes, and never runs it.
 */
export type GraphFlaw =
  | { readonly flaw: 'nameless'; readonly node: number }
  | { readonly flaw: 'double'; readonly node: number; readonly first: number; readonly name: string }
  | {
      readonly flaw: 'unknown';
      readonly node: number;
      /** Index in the `needs` of the node. */
      readonly need: number;
      readonly name: string;
      readonly near?: string;
    }
  /** Each node needs the next one, and the last one the first. */
  | { readonly flaw: 'cycle'; readonly nodes: readonly number[] };

/** Everything that is wrong with a graph: of each tangle of cycles, one. Linear in nodes and dependencies. */
export function graphFlaws(nodes: readonly GraphNode[]): readonly GraphFlaw[] {
  const flaws: GraphFlaw[] = [];
  const byName = new Map<string, number>();
  for (const [node, { name }] of nodes.entries()) {
    const first = byName.get(name);
    if (name === '') flaws.push({ flaw: 'nameless', node });
    else if (first === undefined) byName.set(name, node);
    else flaws.push({ flaw: 'double', node, first, name });
  }
  const needs = nodes.map(({ needs: names }, node) =>
    names.flatMap((name, need) => {
      const found = byName.get(name);
      if (found !== undefined) return [found];
      const near = nearest(name, byName.keys());
      flaws.push({ flaw: 'unknown', node, need, name, ...(near === undefined ? {} : { near }) });
      return [];
    }),
  );
  return [...flaws, ...cyclesIn(needs).map((cycle) => ({ flaw: 'cycle' as const, nodes: cycle }))];
}

/** The nodes that nothing depends on: what they put out is the result of the workflow. In their order in the list. */
export function leavesOf(nodes: readonly GraphNode[]): readonly string[] {
  const needed = new Set(nodes.flatMap(({ needs }) => needs));
  return nodes.map(({ name }) => name).filter((name) => !needed.has(name));
}

/**
 * Walks depth first and takes the stretch of the path between both ends of an edge that leads back. A stretch that shares a node
 * with one that was taken is left out: `taken` is, for each node of the path, how far up the last taken one is.
 */
function cyclesIn(needs: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const cycles: (readonly number[])[] = [];
  const done = new Set<number>();
  const place = new Map<number, number>();
  const path: { readonly node: number; next: number; taken: number }[] = [];
  const enter = (node: number): void => {
    place.set(node, path.length);
    path.push({ node, next: 0, taken: path.at(-1)?.taken ?? -1 });
  };
  for (const root of needs.keys()) {
    if (!done.has(root)) enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = needs[top.node]?.[top.next];
      top.next += 1;
      if (next === undefined) {
        path.pop();
        place.delete(top.node);
        done.add(top.node);
        continue;
      }
      if (done.has(next)) continue;
      const from = place.get(next);
      if (from === undefined) enter(next);
      else if (from > top.taken) {
        cycles.push(path.slice(from).map(({ node }) => node));
        for (let i = from; i < path.length; i += 1) (path[i] as { taken: number }).taken = i;
      }
    }
  }
  return cycles;
}
