/** Nodes 0 … size-1 and, for each, the nodes that come before it: `to[start[n]] … to[start[n + 1] - 1]`. */
export interface Graph {
  readonly size: number;
  readonly start: Int32Array;
  readonly to: Int32Array;
}

/** A graph of edges `[node, comes after]`, laid flat in `edges`: node, other, node, other, … In the order given, node by node. */
export function graph(size: number, edges: readonly number[]): Graph {
  const start = new Int32Array(size + 1);
  for (let i = 0; i < edges.length; i += 2) start[edges[i]! + 1]! += 1;
  for (let n = 0; n < size; n += 1) start[n + 1]! += start[n]!;
  const next = start.slice();
  const to = new Int32Array(edges.length / 2);
  for (let i = 0; i < edges.length; i += 2) to[next[edges[i]!]!++] = edges[i + 1]!;
  return { size, start, to };
}

export interface Sorted {
  /** Every node after all that come before it; members of a cycle stand side by side. */
  readonly order: Int32Array;
  /** Sets of nodes that wait for each other, each sorted by number. */
  readonly knots: readonly (readonly number[])[];
}

/**
 * Tarjan's strongly connected components without recursion, in time linear in nodes and edges: components come out with what
 * they depend on first, so that the same pass that finds cycles also orders the rest. A chain of 100,000 must not need a stack.
 */
export function sorted({ size, start, to }: Graph): Sorted {
  const seen = new Int32Array(size);
  const low = new Int32Array(size);
  const cursor = new Int32Array(size);
  const open = new Uint8Array(size);
  const stack: number[] = [];
  const path: number[] = [];
  const order = new Int32Array(size);
  const knots: number[][] = [];
  let count = 0;
  let placed = 0;
  const enter = (n: number): void => {
    count += 1;
    seen[n] = count;
    low[n] = count;
    cursor[n] = start[n]!;
    open[n] = 1;
    stack.push(n);
    path.push(n);
  };
  const close = (n: number): void => {
    const first = placed;
    for (;;) {
      const top = stack.pop()!;
      open[top] = 0;
      order[placed] = top;
      placed += 1;
      if (top === n) break;
    }
    const itself = to.subarray(start[n]!, start[n + 1]!).includes(n);
    if (placed - first > 1 || itself) knots.push([...order.subarray(first, placed)].sort((a, b) => a - b));
  };
  for (let root = 0; root < size; root += 1) {
    if (seen[root] !== 0) continue;
    enter(root);
    while (path.length > 0) {
      const n = path[path.length - 1]!;
      if (cursor[n]! < start[n + 1]!) {
        const other = to[cursor[n]!++]!;
        if (seen[other] === 0) enter(other);
        else if (open[other] === 1) low[n] = Math.min(low[n]!, seen[other]!);
        continue;
      }
      path.pop();
      const parent = path[path.length - 1];
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[n]!);
      if (low[n] === seen[n]) close(n);
    }
  }
  return { order, knots };
}

/** One shortest way round inside a knot, from its first member back to it: what a person has to break. */
export function cycle({ start, to }: Graph, knot: readonly number[]): readonly number[] {
  const inside = new Set(knot);
  const first = knot[0]!;
  const from = new Map<number, number>();
  const queue = [first];
  for (const n of queue) {
    for (let i = start[n]!; i < start[n + 1]!; i += 1) {
      const other = to[i]!;
      if (other === first) {
        const way = [n];
        for (let at = n; at !== first;) {
          at = from.get(at)!;
          way.push(at);
        }
        return way.reverse();
      }
      if (!inside.has(other) || from.has(other)) continue;
      from.set(other, n);
      queue.push(other);
    }
  }
  return knot;
}
