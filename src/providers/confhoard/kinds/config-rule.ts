import type { FieldRule } from '../../../core/resource.ts';
import type { SchemaNode } from '../../../yang/index.ts';
import { hasEntries } from '../datastore/index.ts';

const rules = new WeakMap<SchemaNode, FieldRule>();

/**
 * How YANG data compares: lists entry by entry under their keys, leaf-lists as sets, whatever its user orders as a whole. A leaf
 * that the manifest drops is removed, after which the module's default is in force; so no rule says how to clear it.
 */
export function ruleFor(node: SchemaNode): FieldRule {
  let rule = rules.get(node);
  if (!rule) rules.set(node, (rule = content(node)));
  return rule;
}

function content(node: SchemaNode): FieldRule {
  return { fields: Object.fromEntries([...node.members].map(([name, child]) => [name, member(child)])), lexical: true };
}

function member(node: SchemaNode): FieldRule {
  const units = node.units ?? node.type?.units;
  if (node.kind === 'container') return ruleFor(node);
  if (hasEntries(node)) return { list: { key: node.keys ?? [] }, items: ruleFor(node), lexical: true };
  if (node.kind === 'leaf-list' && node.orderedBy !== 'user')
    return { list: 'set', lexical: true, ...(units === undefined ? {} : { units }) };
  return { list: 'atomic', lexical: true, ...(units === undefined ? {} : { units }) };
}
