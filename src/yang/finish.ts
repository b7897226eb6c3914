import { checkTree } from './check-tree.ts';
import { hinted } from './modules.ts';
import { isData, type Node } from './node.ts';
import { argumentOf, describe, keywordOf, type Statement } from './parse.ts';
import { compileRules, linkLeafref, type RuleWorld } from './rules.ts';
import type { LeafrefType } from './types/make.ts';
import { makeType, type MakeOptions } from './types/make.ts';
import { resolveType, type Spec, type TypeWorld } from './types/spec.ts';
import { Refusal } from './types/type.ts';

export interface FinishWorld extends TypeWorld {
  readonly root: Node;
  readonly readInstance: MakeOptions['readInstance'];
}

interface Leafref {
  readonly node: Node;
  readonly type: LeafrefType;
  readonly path: Statement;
}

/**
 * Makes the built tree a schema, in the order that each step needs: structure and types, then leafrefs (which need all types), then
 * rules and defaults (which need all leafrefs), then what the validator has to visit.
 */
export function finishTree(world: FinishWorld): void {
  const { root, report } = world;
  const leafrefs: Leafref[] = [];
  for (const top of root.children.values()) structure(top, true, world, leafrefs);
  flatten(root, world);
  if (report.failed) return;
  const rules: RuleWorld = world;
  for (const { node, type, path } of leafrefs) linkLeafref(node, type, path, rules);
  if (report.failed || world.modules.needed.size > 0) return;
  for (const { node, type } of leafrefs) refuseCircles(node, type, world);
  checkTree(world);
  if (report.failed) return;
  for (const node of everyNode(root)) {
    setDefault(node, world);
    compileRules(node, rules);
  }
  if (!report.failed) watch(root);
}

function* everyNode(root: Node): Generator<Node> {
  for (const node of root.children.values()) {
    yield node;
    yield* everyNode(node);
  }
}

/** Config, cardinality, keys and types of a node and all below it. */
function structure(node: Node, config: boolean, world: FinishWorld, leafrefs: Leafref[]): void {
  const { report } = world;
  const { facets } = node;
  node.config = facets.config ? facets.config.argument === 'true' : config;
  if (node.config && !config)
    report.error(argumentOf(facets.config ?? node.statement), 'YANG_CONFIG', 'configuration cannot stand below state data');
  node.mandatory = facets.mandatory?.argument === 'true';
  if (facets.min) node.minElements = Number(facets.min.argument);
  if (facets.max && facets.max.argument !== 'unbounded') node.maxElements = Number(facets.max.argument);
  if ((node.minElements ?? 0) > (node.maxElements ?? Infinity))
    report.error(argumentOf(facets.min ?? node.statement), 'YANG_SYNTAX', 'min-elements is above max-elements');
  if (facets.type) addType(node, facets.type, world, leafrefs);
  for (const child of node.children.values()) structure(child, node.config, world, leafrefs);
  if (node.kind === 'list') setKeys(node, world);
  flatten(node, world);
}

function addType(node: Node, statement: Statement, world: FinishWorld, leafrefs: Leafref[]): void {
  const resolved = resolveType(statement, world);
  if (!resolved) return;
  const onLeafref = (type: LeafrefType, spec: Extract<Spec, { kind: 'leafref' }>): void => {
    leafrefs.push({ node, type, path: spec.path });
  };
  const type = makeType(resolved.spec, { module: node.module, onLeafref, readInstance: world.readInstance });
  const units = node.statement.children.find((s) => s.keyword === 'units')?.argument ?? resolved.units;
  if (units !== undefined) {
    node.units = units;
    (type as { units?: string }).units = units;
  }
  node.type = type;
  // A typedef's default is for leaves that have none and need none (RFC 7950 section 7.6.1).
  if (resolved.default && node.facets.defaults.length === 0 && !node.mandatory && !node.minElements)
    node.facets.defaults = [resolved.default];
}

function setKeys(list: Node, world: FinishWorld): void {
  const { report } = world;
  const { key } = list.facets;
  if (!key) {
    if (list.config) report.error(keywordOf(list.statement), 'YANG_KEY', `${describe(list.statement)} needs a key: it is configuration`);
    return;
  }
  const keys: Node[] = [];
  for (const name of (key.argument ?? '').trim().split(/\s+/)) {
    const local = name.slice(name.indexOf(':') + 1);
    const leaf = [...list.children.values()].find((one) => one.name === local && one.module === list.module);
    const known = [...list.children.values()].map((one) => one.name);
    if (!leaf) report.error(argumentOf(key), 'YANG_KEY', `the list has no leaf ${local}`, hinted(local, known));
    else if (leaf.kind !== 'leaf') report.error(argumentOf(key), 'YANG_KEY', `the key ${local} is a ${leaf.kind}, not a leaf`);
    else if (leaf.config !== list.config)
      report.error(argumentOf(key), 'YANG_KEY', `the key ${local} must be ${list.config ? 'configuration' : 'state data'} as its list is`);
    else if (leaf.facets.conditions.length > 0) report.error(argumentOf(key), 'YANG_KEY', `the key ${local} must not depend on a when`);
    // RFC 6020 did not forbid it: there the feature alone decides whether the module makes sense.
    else if (leaf.facets.features.length > 0 && world.modules.unitOf(leaf.statement).module.modern)
      report.error(argumentOf(key), 'YANG_KEY', `the key ${local} must not depend on an if-feature`);
    else if (keys.includes(leaf)) report.error(argumentOf(key), 'YANG_KEY', `the key ${local} is named twice`);
    else keys.push(leaf);
  }
  list.keyNodes = keys;
  list.keys = keys.map((one) => one.name);
  const rest = [...list.children].filter(([, one]) => !keys.includes(one));
  list.children.clear();
  for (const one of keys) list.children.set(one.member, one);
  for (const [member, one] of rest) list.children.set(member, one);
}

/** Members: the children with choices and cases seen through. */
function flatten(node: Node, { report }: FinishWorld): void {
  node.members.clear();
  node.list.length = 0;
  for (const child of node.children.values()) {
    if (child.kind === 'choice') node.choices.push(child);
    for (const one of isData(child) ? [child] : child.list) {
      const before = node.members.get(one.member);
      if (before)
        report.error(
          argumentOf(one.statement),
          'YANG_DUPLICATE',
          `${describe(before.statement)} and ${describe(one.statement)} have one name`,
        );
      node.members.set(one.member, one);
      if (isData(node)) one.slot = node.list.length;
      node.list.push(one);
    }
  }
}

function refuseCircles(node: Node, type: LeafrefType, { report }: FinishWorld): void {
  const seen = new Set<Node>([node]);
  for (
    let target = type.target as Node | undefined;
    target;
    target = target.type?.base === 'leafref' ? (target.type.target as Node) : undefined
  ) {
    if (seen.has(target)) {
      report.error(argumentOf(type.statement), 'YANG_LEAFREF', `the leafref ${node.path} leads back to itself`);
      return;
    }
    seen.add(target);
  }
}

function setDefault(node: Node, world: FinishWorld): void {
  const { report, modules } = world;
  const { defaults } = node.facets;
  const [first] = defaults;
  if (!first) return;
  if (node.mandatory || node.minElements) {
    report.error(keywordOf(first), 'YANG_DEFAULT', `${describe(node.statement)} cannot be mandatory and have a default`);
    return;
  }
  if (node.kind === 'choice') {
    const name = first.argument ?? '';
    const found = [...node.children.values()].find((one) => one.name === name);
    if (!found)
      report.error(
        argumentOf(first),
        'YANG_DEFAULT',
        `the choice has no case ${name}`,
        hinted(
          name,
          [...node.children.values()].map((one) => one.name),
        ),
      );
    node.default = name;
    return;
  }
  const { type } = node;
  const isKey = node.parent?.kind === 'list' && node.parent.keyNodes.includes(node);
  if (!type || isKey) return;
  const values = defaults.map((statement) => {
    const value = type.read(statement.argument ?? '', 'text', (prefix) => modules.moduleOf(statement, prefix)?.name);
    if (value instanceof Refusal) report.error(argumentOf(statement), 'YANG_DEFAULT', `the default does not fit: ${value.message}`);
    return value instanceof Refusal ? '' : value;
  });
  node.defaultValue = node.kind === 'leaf-list' ? values : (values[0] ?? '');
  node.default = node.defaultValue;
}

/** Marks what the second pass has to visit; answers whether the node is part of that. */
function watch(node: Node): boolean {
  node.watched = node.list.filter(watch);
  node.pointing =
    node.references.some((one) => one.type.required) ||
    (node.type?.kinds.some((kind) => kind.base === 'instance-identifier' && kind.required) ?? false);
  const own =
    node.musts.length > 0 ||
    node.whens.length > 0 ||
    node.uniques.length > 0 ||
    node.pointing ||
    node.mandatory ||
    node.minElements !== undefined ||
    node.maxElements !== undefined ||
    hasMandatoryChoice(node);
  return own || node.watched.length > 0;
}

const hasMandatoryChoice = (node: Node): boolean =>
  [...node.children.values()].some((one) => !isData(one) && (one.mandatory || hasMandatoryChoice(one)));
