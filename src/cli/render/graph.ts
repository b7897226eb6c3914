import type { ResourceId } from '../../core/id.ts';
import { byText } from '../../core/value.ts';
import { names } from './names.ts';

/** `from` needs `to`. */
export interface Edge {
  readonly from: ResourceId;
  readonly to: ResourceId;
}

export interface Graph {
  readonly ids: readonly ResourceId[];
  readonly edges: readonly Edge[];
}

/** Deeper levels are not indented further: a chain of thousands would otherwise be mostly blanks. */
const DEEPEST = 24;

/**
 * What stands on what, as indented text: at the left what needs nothing, below it what needs it. What needs several is written
 * out under the first and referred to under the others. Ids that only edges name are shown too. Linear in ids and edges.
 */
export function graphText(graph: Graph): string {
  const { nodes, above, below } = index(graph);
  const called = names(nodes);
  const lines: string[] = [];
  const seen = new Set<ResourceId>();
  const from = (root: ResourceId): void => {
    const stack: { readonly id: ResourceId; readonly depth: number }[] = [{ id: root, depth: 0 }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { id, depth } = top;
      const inner = below.get(id) ?? [];
      const again = seen.has(id);
      seen.add(id);
      const indent = depth <= DEEPEST ? '  '.repeat(depth) : `${'  '.repeat(DEEPEST)}(${depth}) `;
      lines.push(`${indent}${called.full(id)}${again && inner.length > 0 ? '  (see above)' : ''}`);
      if (!again) for (let i = inner.length - 1; i >= 0; i -= 1) stack.push({ id: inner[i] as ResourceId, depth: depth + 1 });
    }
  };
  for (const id of nodes) if ((above.get(id) ?? []).length === 0) from(id);
  // What is left needs itself by way of others: a cycle has no beginning, so its first name is one.
  for (const id of nodes) if (!seen.has(id)) from(id);
  return lines.length === 0 ? 'No resources.\n' : `${lines.join('\n')}\n`;
}

/** For Graphviz; an arrow leads to what is needed. */
export function graphDot(graph: Graph): string {
  const { nodes, above } = index(graph);
  const called = names(nodes);
  const quoted = (id: ResourceId): string => `"${called.full(id).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const arrows = nodes.flatMap((id) => (above.get(id) ?? []).map((to) => `  ${quoted(id)} -> ${quoted(to)};`));
  return ['digraph setpoint {', '  rankdir=LR;', '  node [shape=box];', ...nodes.map((id) => `  ${quoted(id)};`), ...arrows, '}', ''].join(
    '\n',
  );
}

/** For Markdown pages; an arrow leads to what is needed. Labels are entities where Mermaid would read them as syntax. */
export function graphMermaid(graph: Graph): string {
  const { nodes, above } = index(graph);
  const called = names(nodes);
  const number = new Map(nodes.map((id, i) => [id, `n${i}`]));
  const label = (id: ResourceId): string => called.full(id).replace(/[^A-Za-z0-9 ./_-]/gu, (char) => `#${char.codePointAt(0)};`);
  const arrows = nodes.flatMap((id) => (above.get(id) ?? []).map((to) => `  ${number.get(id)} --> ${number.get(to)}`));
  return ['flowchart LR', ...nodes.map((id) => `  ${number.get(id)}["${label(id)}"]`), ...arrows, ''].join('\n');
}

interface Index {
  readonly nodes: readonly ResourceId[];
  /** What an id needs, and who needs it; sorted, each once. */
  readonly above: ReadonlyMap<ResourceId, readonly ResourceId[]>;
  readonly below: ReadonlyMap<ResourceId, readonly ResourceId[]>;
}

function index({ ids, edges }: Graph): Index {
  const above = new Map<ResourceId, Set<ResourceId>>();
  const below = new Map<ResourceId, Set<ResourceId>>();
  const add = (map: Map<ResourceId, Set<ResourceId>>, key: ResourceId, value: ResourceId): void => {
    const set = map.get(key);
    if (set === undefined) map.set(key, new Set([value]));
    else set.add(value);
  };
  for (const { from, to } of edges) {
    add(above, from, to);
    add(below, to, from);
  }
  const sorted = (map: Map<ResourceId, Set<ResourceId>>): Map<ResourceId, readonly ResourceId[]> =>
    new Map([...map].map(([id, set]) => [id, [...set].sort(byText)]));
  const nodes = [...new Set([...ids, ...edges.flatMap(({ from, to }) => [from, to])])].sort(byText);
  return { nodes, above: sorted(above), below: sorted(below) };
}
