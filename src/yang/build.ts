import type { Enabled } from './features.ts';
import { hinted, type Module, type Modules } from './modules.ts';
import { createNode, isData, type Condition, type Node } from './node.ts';
import { all, argumentOf, child, describe, keywordOf, text, type Statement } from './parse.ts';
import type { NodeKind } from './schema.ts';
import type { Scopes } from './scope.ts';
import type { Report } from './source.ts';

export interface BuildWorld {
  readonly modules: Modules;
  readonly scopes: Scopes;
  readonly enabled: Enabled;
  readonly report: Report;
}

interface Context {
  /** Whose namespace the nodes are in: the module that uses a grouping, not the one that defines it. */
  readonly module: Module;
  /** The groupings being expanded. */
  readonly groupings: readonly Statement[];
  /** Conditions of the uses or augment that the nodes come through. */
  readonly conditions: readonly Condition[];
}

const KINDS: ReadonlySet<string> = new Set<NodeKind>(['container', 'list', 'leaf', 'leaf-list', 'choice', 'case', 'anydata', 'anyxml']);
const OPERATIONS: ReadonlySet<string> = new Set(['rpc', 'action', 'notification']);
const MAX_DEPTH = 200;

/** Builds the schema tree of every implemented module below `root`: definitions, then augments. */
export function buildTree(root: Node, world: BuildWorld): void {
  const { modules, report } = world;
  const pending: { readonly statement: Statement; readonly context: Context }[] = [];
  for (const module of modules.all.values()) {
    if (!module.implemented) continue;
    for (const statement of module.statements) {
      const context: Context = { module, groupings: [], conditions: [] };
      build(root, statement.children, context, world);
      for (const one of all(statement, 'augment')) pending.push({ statement: one, context });
      for (const deviation of all(statement, 'deviation')) {
        report.error(
          keywordOf(deviation),
          'YANG_UNSUPPORTED',
          'deviations are not supported: the module would be checked as if it were not there',
        );
      }
    }
  }
  // An augment may reach into what another one brings: go round until nothing more fits, then say what does not.
  let left = pending;
  for (let before = Infinity; left.length > 0 && left.length < before;) {
    before = left.length;
    left = left.filter((one) => !augment({ ...one, root, quiet: true }, world));
  }
  for (const one of left) augment({ ...one, root }, world);
}

function build(parent: Node, statements: readonly Statement[], context: Context, world: BuildWorld): void {
  for (const statement of statements) {
    if (statement.keyword === 'uses') use(parent, statement, context, world);
    else if (OPERATIONS.has(statement.keyword)) {
      parent.operations.add(`${context.module.name}:${statement.argument ?? ''}`);
      world.report.warn(
        keywordOf(statement),
        'YANG_UNSUPPORTED',
        `${describe(statement)} is left out: operations and notifications are not compiled`,
      );
    } else if (KINDS.has(statement.keyword) && world.enabled(statement)) add(parent, statement, context, world);
  }
}

function add(parent: Node, statement: Statement, context: Context, world: BuildWorld): Node | undefined {
  const { report } = world;
  const kind = statement.keyword as NodeKind;
  if (parent.kind === 'choice' && kind !== 'case') {
    // The short form: a node directly in a choice is a case of its own name.
    const wrapper = attach(parent, createNode('case', caseOf(statement), context.module.name), world);
    if (wrapper) wrapper.facets.conditions = context.conditions;
    return wrapper && add(wrapper, statement, { ...context, conditions: [] }, world);
  }
  const node = createNode(kind, statement, context.module.name);
  node.facets.conditions = [...context.conditions, ...node.facets.conditions];
  node.extensions = statement.children
    .filter((s) => s.keyword.includes(':'))
    .map((s) => {
      const [prefix, name = ''] = s.keyword.split(':');
      const module = world.modules.unitOf(s).prefixes.get(prefix ?? '')?.name ?? '';
      return { module, name, ...(s.argument === undefined ? {} : { argument: s.argument }) };
    });
  const added = attach(parent, node, world);
  if (!added) return undefined;
  let depth = 0;
  for (let up: Node | undefined = node; up; up = up.parent) depth += 1;
  if (depth > MAX_DEPTH) {
    report.error(keywordOf(statement), 'YANG_UNSUPPORTED', `data nodes nest deeper than ${MAX_DEPTH} levels`);
    return undefined;
  }
  build(node, statement.children, { ...context, conditions: [] }, world);
  return node;
}

/** A case statement that was never written: only the name and the place of the node that it holds. */
const caseOf = (s: Statement): Statement => ({ ...s, keyword: 'case', children: [] });

function attach(parent: Node, node: Node, world: BuildWorld): Node | undefined {
  node.parent = parent;
  const dataParent = isData(parent) ? parent : parent.dataParent;
  if (dataParent) node.dataParent = dataParent;
  node.member = dataParent?.module === node.module ? node.name : `${node.module}:${node.name}`;
  node.path = `${dataParent?.path ?? ''}/${node.member}`;
  const before = parent.children.get(node.member);
  if (before) {
    world.report.error(
      argumentOf(node.statement),
      'YANG_DUPLICATE',
      `${describe(before.statement)} and ${describe(node.statement)} have one name`,
    );
    return undefined;
  }
  parent.children.set(node.member, node);
  return node;
}

function use(parent: Node, uses: Statement, context: Context, world: BuildWorld): void {
  const { scopes, report, enabled } = world;
  if (!enabled(uses)) return;
  const grouping = scopes.find('grouping', uses, uses.argument ?? '');
  if (!grouping) return;
  if (context.groupings.includes(grouping)) {
    report.error(argumentOf(uses), 'YANG_REFERENCE', `grouping ${grouping.argument ?? ''} uses itself`);
    return;
  }
  const when = child(uses, 'when');
  const conditions: readonly Condition[] = [...context.conditions, ...(when ? [{ statement: when, from: 'parent' } as const] : [])];
  const inner: Context = { module: context.module, groupings: [...context.groupings, grouping], conditions };
  // Only what this uses brings may be refined, so it is built apart from what stands beside it.
  const before = new Set(parent.children.values());
  build(parent, grouping.children, inner, world);
  const brought = new Set([...parent.children.values()].filter((node) => !before.has(node)));
  for (const refinement of all(uses, 'refine')) {
    const target = descend({ from: parent, path: refinement, module: context.module, first: brought }, world);
    if (target === 'operation')
      world.report.warn(
        keywordOf(refinement),
        'YANG_UNSUPPORTED',
        'this refinement is left out: operations and notifications are not compiled',
      );
    else if (target && enabled(refinement)) refine(target, refinement, report);
    // A refinement may add a feature to a node (RFC 7950 section 7.13.2): without it the node is not there.
    else target?.parent?.children.delete(target.member);
  }
  for (const one of all(uses, 'augment'))
    augment({ root: parent, statement: one, context: { ...context, conditions: [] }, first: brought }, world);
}

const REFINABLE: Readonly<Record<string, readonly NodeKind[]>> = {
  default: ['leaf', 'leaf-list', 'choice'],
  mandatory: ['leaf', 'choice', 'anydata', 'anyxml'],
  presence: ['container'],
  must: ['container', 'list', 'leaf', 'leaf-list', 'anydata', 'anyxml'],
  'min-elements': ['list', 'leaf-list'],
  'max-elements': ['list', 'leaf-list'],
  config: ['container', 'list', 'leaf', 'leaf-list', 'choice', 'anydata', 'anyxml'],
};

function refine(node: Node, refinement: Statement, report: Report): void {
  const { facets } = node;
  for (const one of refinement.children) {
    const kinds = REFINABLE[one.keyword];
    if (kinds && !kinds.includes(node.kind)) report.error(keywordOf(one), 'YANG_SYNTAX', `${one.keyword} cannot refine a ${node.kind}`);
  }
  const defaults = all(refinement, 'default');
  if (defaults.length > 0) facets.defaults = defaults;
  facets.musts = [...facets.musts, ...all(refinement, 'must')];
  facets.features = [...facets.features, ...all(refinement, 'if-feature')];
  facets.mandatory = child(refinement, 'mandatory') ?? facets.mandatory;
  facets.config = child(refinement, 'config') ?? facets.config;
  facets.min = child(refinement, 'min-elements') ?? facets.min;
  facets.max = child(refinement, 'max-elements') ?? facets.max;
  for (const name of ['description', 'reference', 'presence'] as const) {
    const value = text(refinement, name);
    if (value !== undefined) node[name] = value;
  }
}

interface Descent {
  readonly from: Node;
  readonly path: Statement;
  readonly module: Module;
  /** The first step must be one of these. */
  readonly first?: ReadonlySet<Node>;
  /** Say nothing if it leads nowhere: there will be another try. */
  readonly quiet?: boolean;
}

/** Follows a schema node identifier, choices and cases included; undefined where it leads nowhere, 'operation' where into what is left out. */
function descend(d: Descent, { modules, report }: BuildWorld): Node | 'operation' | undefined {
  const { path } = d;
  let node = d.from;
  for (const [index, step] of (path.argument ?? '').split('/').filter(Boolean).entries()) {
    const colon = step.indexOf(':');
    const written = colon < 0 ? d.module : modules.moduleOf(path, step.slice(0, colon));
    if (!written) return undefined;
    // What a grouping calls its own ends up in the module that uses it.
    const target = written === modules.unitOf(path).module ? d.module : written;
    const name = step.slice(colon + 1);
    const next = [...node.children.values()].find(
      (one) => one.name === name && (one.module === target.name || (colon < 0 && index > 0 && one.module === node.module)),
    );
    if (!target.implemented) modules.needed.add(target.name);
    if (!next && node.operations.has(`${target.name}:${name}`)) return 'operation';
    if (!next || (index === 0 && d.first && !d.first.has(next))) {
      const known = [...node.children.values()].map((one) => one.name);
      const summary = `${path.keyword} leads nowhere: there is no ${step} in ${node.path || 'the tree'}`;
      if (!d.quiet) report.error(argumentOf(path), 'YANG_REFERENCE', summary, hinted(name, known));
      return undefined;
    }
    node = next;
  }
  return node;
}

interface Augment {
  readonly root: Node;
  readonly statement: Statement;
  readonly context: Context;
  readonly first?: ReadonlySet<Node>;
  readonly quiet?: boolean;
}

/** Adds the nodes of an augment; false when its target is not there (yet). */
function augment({ root, statement, context, first, quiet = false }: Augment, world: BuildWorld): boolean {
  if (!world.enabled(statement)) return true;
  const target = descend({ from: root, path: statement, module: context.module, quiet, ...(first ? { first } : {}) }, world);
  if (!target) return false;
  if (target === 'operation') {
    world.report.warn(keywordOf(statement), 'YANG_UNSUPPORTED', 'this augment is left out: operations and notifications are not compiled');
    return true;
  }
  if (!['container', 'list', 'choice', 'case'].includes(target.kind)) {
    world.report.error(argumentOf(statement), 'YANG_REFERENCE', `a ${target.kind} cannot be augmented`);
    return true;
  }
  const when = child(statement, 'when');
  const conditions: readonly Condition[] = when ? [{ statement: when, from: 'parent' }] : [];
  build(target, statement.children, { ...context, conditions }, world);
  return true;
}
