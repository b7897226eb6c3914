import { isData, type Node } from '../node.ts';
import { allChildren, childrenOf, entryByKey, isUnknown, memberOf, perhapsInUse, type Cursor, type Run } from '../tree.ts';
import type { Context, Expression } from './expression.ts';
import type { Ast, Step } from './parse.ts';
import { usesContext, usesPosition, type Static } from './static.ts';
import { fromNodes, stringOfCursor } from './values.ts';

type Path = Extract<Ast, { kind: 'path' }>;
type Nodes = readonly Cursor[];
type StepNodes = (node: Cursor, c: Context) => Nodes;

const NONE: Nodes = [];

/** Compiles a location path, or a filter expression with steps behind it. */
export function compilePath(ast: Path, scope: Static): Expression {
  let schemas: readonly Node[] = ast.from === 'root' ? [scope.root] : scope.schemas;
  let start: (c: Context) => Nodes = ast.from === 'root' ? (c) => [c.run.root] : (c) => [c.node];
  if (typeof ast.from === 'object') {
    const from = scope.compile(ast.from, scope);
    if (from.type !== 'nodes') {
      scope.error(ast.at, 'only nodes can be filtered or have steps behind them');
      return fromNodes(() => NONE, []);
    }
    ({ schemas } = from);
    const filters = ast.predicates.map((one) => predicate(one, { ...scope, schemas: from.schemas }));
    start = filters.length === 0 ? from.nodes : (c) => filters.reduce((nodes, filter) => filter(nodes, c), from.nodes(c));
  }
  const single = singleLeaf(ast, scope);
  const steps: StepNodes[] = [];
  for (const step of ast.steps) {
    const next = stepSchemas(step, schemas, scope);
    if (next.length === 0 && schemas.length > 0) warnUnknown(step, schemas, scope);
    steps.push(compileStep(step, { ...scope, schemas }, next));
    schemas = next;
  }
  const nodes = (c: Context): Nodes => {
    let found = start(c);
    for (const step of steps) found = found.length === 1 ? step(found[0] as Cursor, c) : merged(found, step, c);
    return found;
  };
  return fromNodes(nodes, schemas, single && singleValue(single, nodes));
}

function merged(from: Nodes, step: StepNodes, c: Context): Nodes {
  if (from.length === 0) return NONE;
  const all = new Set<Cursor>();
  for (const node of from) for (const one of step(node, c)) all.add(one);
  return [...all];
}

function warnUnknown(step: Step, schemas: readonly Node[], scope: Static): void {
  const { test } = step;
  if (step.axis !== 'child' || test.kind !== 'name') scope.warn(step.at, 'this step never finds anything');
  else {
    const where = schemas.map((one) => one.path || '/').join(', ');
    scope.warn(
      step.at,
      `there is no node ${test.name} in ${where}`,
      schemas.flatMap((one) => one.list.map((child) => child.name)),
    );
  }
}

function matches(step: Step, scope: Static): (node: Node) => boolean {
  const { test } = step;
  if (test.kind === 'node') return () => true;
  if (test.kind === 'text') {
    scope.error(step.at, 'text() is not supported: a leaf compares by its value', 'YANG_UNSUPPORTED');
    return () => false;
  }
  if (test.kind === 'any' && test.prefix === undefined) return (node) => node !== scope.root;
  const module = test.prefix === undefined ? scope.module : scope.moduleOf(test.prefix, step.at);
  return (node) => node.module === module && (test.kind === 'any' || node.name === test.name);
}

function ancestors(node: Node): readonly Node[] {
  const found: Node[] = [];
  for (let up = node.dataParent; up; up = up.dataParent) found.push(up);
  return found;
}

function descendants(node: Node): readonly Node[] {
  const found: Node[] = [];
  const pending = [...node.list];
  for (let one = pending.pop(); one; one = pending.pop()) {
    found.push(one);
    pending.push(...one.list);
  }
  return found;
}

/** Schema nodes on an axis of one schema node. */
function axisSchemas(axis: string, node: Node, root: Node): readonly Node[] {
  switch (axis) {
    case 'child':
      return node.list;
    case 'self':
      return [node];
    case 'parent':
      return node.dataParent ? [node.dataParent] : [];
    case 'ancestor':
      return ancestors(node);
    case 'ancestor-or-self':
      return [node, ...ancestors(node)];
    case 'descendant':
      return descendants(node);
    case 'descendant-or-self':
      return [node, ...descendants(node)];
    case 'following-sibling':
    case 'preceding-sibling':
      return node.dataParent?.list ?? [];
    case 'following':
    case 'preceding':
      return descendants(root);
    default:
      return [];
  }
}

function stepSchemas(step: Step, from: readonly Node[], scope: Static): readonly Node[] {
  if (step.axis === 'attribute' || step.axis === 'namespace') {
    scope.error(step.at, `YANG data has no ${step.axis} nodes`);
    return [];
  }
  const test = matches(step, scope);
  const found = new Set<Node>();
  for (const node of from) for (const one of axisSchemas(step.axis, node, scope.root)) if (test(one)) found.add(one);
  return [...found];
}

const REVERSE: ReadonlySet<string> = new Set(['ancestor', 'ancestor-or-self', 'preceding', 'preceding-sibling']);

function compileStep(step: Step, scope: Static, to: readonly Node[]): StepNodes {
  const inner: Static = { ...scope, schemas: to };
  const { axis } = step;
  if (axis === 'child') {
    const probe = keyProbe(step, scope, to, inner);
    if (probe) return probe;
  }
  const base = axisNodes(step, scope, to);
  const filters = step.predicates.map((one) => predicate(one, inner));
  const reverse = REVERSE.has(axis);
  if (filters.length === 0 && !reverse) return base;
  return (node, c) => {
    const found = filters.reduce((nodes, filter) => filter(nodes, c), base(node, c));
    // Predicates of reverse axes count backwards; the result is in document order all the same.
    return reverse ? [...found].reverse() : found;
  };
}

/** Looks at the children of one node, and notes what that means for a tentative run and for explanations. */
function look(cursor: Cursor, node: Node, run: Run): Nodes {
  const kids = childrenOf(cursor, node, run);
  if (run.trace && node.kind === 'leaf') {
    for (const kid of kids) run.trace.push({ schema: node, parent: cursor, value: kid.value ?? null, origin: kid.origin });
  }
  if (!run.tentative) return kids;
  if (run.unknown) {
    if (kids.some((kid) => isUnknown(kid.value, run))) {
      run.undecided = true;
      if (run.certainOnly) return kids.filter((kid) => isCertain(kid, run));
    } else if (kids.length === 0 && perhapsInUse(cursor, node, run)) run.undecided = true;
  }
  if (!run.partial) return kids;
  // Absent here may be present in the datastore, a default may be overridden there, and a list may have more entries.
  if (kids.length === 0 || node.kind === 'list' || node.kind === 'leaf-list') run.undecided = true;
  else if (kids[0]?.origin === 'default') {
    run.undecided = true;
    if (run.certainOnly) return NONE;
  }
  return kids;
}

/** It is there, and with this value. */
const isCertain = (node: Cursor, run: Run): boolean => !isUnknown(node.value, run) && !(run.partial && node.origin === 'default');

function axisNodes(step: Step, scope: Static, to: readonly Node[]): StepNodes {
  const wanted = new Set(to);
  const only = scope.schemas.length === 1 && to.length === 1 ? to[0] : undefined;
  switch (step.axis) {
    case 'child': {
      if (only) return (node, c) => look(node, only, c.run);
      const table = new Map(scope.schemas.map((from) => [from, from.list.filter((one) => wanted.has(one))]));
      return (node, c) => (table.get(node.schema) ?? []).flatMap((one) => look(node, one, c.run));
    }
    case 'self':
      return (node, { run }) => {
        if (!wanted.has(node.schema)) return NONE;
        if (isUnknown(node.value, run)) {
          run.undecided = true;
          if (run.certainOnly) return NONE;
        }
        if (run.trace && node.schema.kind === 'leaf') run.trace.push({ ...node, value: node.value ?? null });
        return [node];
      };
    case 'parent':
      return (node) => (node.parent && wanted.has(node.parent.schema) ? [node.parent] : NONE);
    default:
      return (node, c) => {
        // Everything around a piece of data is unknown but what is above it, and any of it may have an unknown value.
        if (c.run.tentative && !step.axis.startsWith('ancestor')) c.run.undecided = true;
        return walk(step.axis, node, c.run).filter((one) => wanted.has(one.schema) && (!c.run.certainOnly || isCertain(one, c.run)));
      };
  }
}

/** The rarer axes, nearest node first. */
function walk(axis: string, node: Cursor, run: Run): Nodes {
  const up: Cursor[] = [];
  for (let one = node.parent; one; one = one.parent) up.push(one);
  const below = (one: Cursor): Nodes => allChildren(one, run).flatMap((kid) => [kid, ...below(kid)]);
  const siblings = node.parent ? allChildren(node.parent, run) : NONE;
  const place = siblings.indexOf(node);
  switch (axis) {
    case 'ancestor':
      return up;
    case 'ancestor-or-self':
      return [node, ...up];
    case 'descendant':
      return below(node);
    case 'descendant-or-self':
      return [node, ...below(node)];
    case 'following-sibling':
      return siblings.slice(place + 1);
    case 'preceding-sibling':
      return siblings.slice(0, Math.max(place, 0)).reverse();
    default: {
      const all = below(run.root);
      const own = new Set([node, ...up, ...below(node)]);
      const at = all.indexOf(node);
      const side = axis === 'following' ? all.slice(at + 1) : all.slice(0, Math.max(at, 0)).reverse();
      return side.filter((one) => !own.has(one));
    }
  }
}

type Filter = (nodes: Nodes, c: Context) => Nodes;

function predicate(ast: Ast, scope: Static): Filter {
  const test = scope.compile(ast, scope);
  const positional = test.type === 'number' || usesPosition(ast);
  const keeps = (node: Cursor, position: number, size: number, c: Context): boolean => {
    const inner: Context = { node, position, size, current: c.current, run: c.run };
    return test.type === 'number' ? test.number(inner) === position : test.boolean(inner);
  };
  return (nodes, c) => {
    const { run } = c;
    if (!run.tentative) return nodes.filter((node, index) => keeps(node, index + 1, nodes.length, c));
    const { undecided, certainOnly } = run;
    let open = positional && run.undecided;
    run.certainOnly = false;
    const kept = nodes.filter((node, index) => {
      run.undecided = false;
      const keep = keeps(node, index + 1, nodes.length, c);
      open ||= run.undecided;
      return keep && !(certainOnly && (run.undecided || positional));
    });
    run.certainOnly = certainOnly;
    run.undecided = undecided || open;
    return kept;
  };
}

/** `[k1 = a][k2 = b]` with all keys of a list, compared to what does not depend on the entry: one look into an index. */
function keyProbe(step: Step, scope: Static, to: readonly Node[], inner: Static): StepNodes | undefined {
  const [list] = to;
  if (to.length !== 1 || scope.schemas.length !== 1 || list?.kind !== 'list' || list.keyNodes.length === 0) return undefined;
  const wanted = new Map<Node, Expression>();
  for (const ast of step.predicates.flatMap(conjuncts)) {
    if (ast.kind !== 'binary' || ast.op !== '=') return undefined;
    const pair = keyed(ast.left, ast.right, list, scope) ?? keyed(ast.right, ast.left, list, scope);
    if (!pair || wanted.has(pair.key)) return undefined;
    const value = scope.compile(pair.value, inner);
    // Numbers compare as numbers and booleans by presence: only text can be looked up.
    if (value.type !== 'string' && value.type !== 'nodes') return undefined;
    if (pair.key.type?.kinds.some((kind) => kind.base === 'identityref') && value.type === 'string') return undefined;
    wanted.set(pair.key, value);
  }
  if (wanted.size !== list.keyNodes.length) return undefined;
  const values = list.keyNodes.map((key) => wanted.get(key) as Expression);
  return (node, c) => {
    const { run } = c;
    const entries = childrenOf(node, list, run);
    let tuples: readonly (readonly string[])[] = [[]];
    for (const value of values) {
      const texts = value.type === 'string' ? [value.string(c)] : [...new Set(value.nodes(c).map((one) => stringOfCursor(one, run)))];
      tuples = tuples.flatMap((tuple) => texts.map((text) => [...tuple, text]));
    }
    const found = tuples.flatMap((tuple) => entryByKey(entries, tuple, run) ?? []);
    if (run.partial && found.length === 0) run.undecided = true;
    return found;
  };
}

const conjuncts = (ast: Ast): readonly Ast[] =>
  ast.kind === 'binary' && ast.op === 'and' ? [...conjuncts(ast.left), ...conjuncts(ast.right)] : [ast];

function keyed(side: Ast, other: Ast, list: Node, scope: Static): { readonly key: Node; readonly value: Ast } | undefined {
  if (side.kind !== 'path' || side.from !== 'context' || side.steps.length !== 1 || usesContext(other)) return undefined;
  const step = side.steps[0] as Step;
  if (step.axis !== 'child' || step.test.kind !== 'name' || step.predicates.length > 0) return undefined;
  const test = matches(step, scope);
  const key = list.keyNodes.find(test);
  return key && { key, value: other };
}

/** A path without predicates over single nodes: how far up, then which members down, ending in a leaf. */
interface Single {
  readonly start: 'node' | 'current' | 'root';
  readonly up: number;
  readonly down: readonly Node[];
}

function singleLeaf(ast: Path, scope: Static): Single | undefined {
  const isCurrent = typeof ast.from === 'object' && ast.from.kind === 'call' && ast.from.name === 'current';
  if (typeof ast.from === 'object' && !isCurrent) return undefined;
  const from = ast.from === 'root' ? [scope.root] : isCurrent ? scope.current : scope.schemas;
  if (from.length !== 1 || ast.predicates.length > 0) return undefined;
  let node = from[0] as Node;
  let up = 0;
  const down: Node[] = [];
  for (const step of ast.steps) {
    if (step.predicates.length > 0) return undefined;
    const [next, ...others] =
      step.axis === 'child' || step.axis === 'parent' || step.axis === 'self' ? stepSchemas(step, [node], scope) : [];
    if (!next || others.length > 0 || !isData(next)) return undefined;
    if (step.axis === 'parent') {
      // Down and up again asks whether something is there: not the fast way's question.
      if (down.length > 0) return undefined;
      up += 1;
    } else if (step.axis === 'child') {
      if (next.kind !== 'container' && next.kind !== 'leaf') return undefined;
      down.push(next);
    }
    node = next;
  }
  if (node.kind !== 'leaf' && !(node.kind === 'leaf-list' && down.length === 0)) return undefined;
  return { start: ast.from === 'root' ? 'root' : isCurrent ? 'current' : 'node', up, down };
}

function singleValue({ start, up, down }: Single, nodes: (c: Context) => Nodes): NonNullable<Expression['value']> {
  return (c) => {
    if (!c.run.tentative && !c.run.trace) {
      let cursor: Cursor | undefined = start === 'node' ? c.node : start === 'current' ? c.current : c.run.root;
      for (let i = 0; i < up; i += 1) cursor = cursor?.parent;
      let value = cursor?.value;
      for (let i = 0; i < down.length && value !== undefined; i += 1) value = memberOf(value, (down[i] as Node).member);
      if (value !== undefined) return value;
    }
    // Absent: perhaps a default is in use. Tentative runs and explanations always go the long way, which takes notes.
    return nodes(c)[0]?.value;
  };
}

/** Document order: by place from the root down. */
export function inOrder(nodes: Nodes): Nodes {
  if (nodes.length < 2) return nodes;
  const placed = [...new Set(nodes)].map((node) => {
    const place: number[] = [];
    for (let one: Cursor | undefined = node; one; one = one.parent) place.unshift(one.schema.slot, one.index);
    return { node, place };
  });
  placed.sort((a, b) => {
    for (let i = 0; i < Math.min(a.place.length, b.place.length); i += 1) {
      const difference = (a.place[i] ?? 0) - (b.place[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return a.place.length - b.place.length;
  });
  return placed.map((one) => one.node);
}

/** The union of two node-sets. */
export const union = (left: Expression, right: Expression): Expression =>
  fromNodes((c) => inOrder([...left.nodes(c), ...right.nodes(c)]), [...new Set([...left.schemas, ...right.schemas])]);
