import type { Fields } from '../../../core/value.ts';
import type { Schema, SchemaNode, TypeInfo } from '../../../yang/index.ts';

/**
 * What the modules let stand on a datastore, as the JSON Schema that `explain` walks: from the top-level nodes down, by the names
 * that a path has. A Config's own section is what stands below its path.
 */
export function describe(schema: Schema): Readonly<Record<string, Fields>> {
  return { config: { properties: members(schema.roots) } };
}

const members = (nodes: ReadonlyMap<string, SchemaNode>): Fields =>
  Object.fromEntries([...nodes].map(([name, node]) => [name, described(node)]));

function described(node: SchemaNode): Fields {
  const { kind, description, config, keys } = node;
  const rules = rulesOf(node);
  const about: Fields = {
    ...(description === undefined ? {} : { description: description.replace(/\s+/g, ' ') }),
    ...(rules.length === 0 ? {} : { 'x-yang-rules': rules }),
    ...(config ? {} : { readOnly: true }),
  };
  if (kind === 'leaf') return { ...about, ...leaf(node) };
  if (kind === 'leaf-list') return { ...about, type: 'array', items: leaf(node), ...(node.orderedBy === 'user' ? {} : { 'x-set': true }) };
  const inside: Fields = { type: 'object', properties: members(node.members), required: requiredIn(node) };
  if (kind === 'container') return { ...about, ...inside };
  if (kind === 'list') return { ...about, type: 'array', items: inside, ...(keys === undefined ? {} : { 'x-key': keys }) };
  return about;
}

const requiredIn = ({ members: inside, keys = [] }: SchemaNode): readonly string[] =>
  [...inside].filter(([name, { mandatory, kind }]) => (mandatory && kind === 'leaf') || keys.includes(name)).map(([name]) => name);

function leaf({ type, units = type?.units, default: standard }: SchemaNode): Fields {
  return {
    ...(type === undefined ? {} : { 'x-yang-type': typeText(type) }),
    ...(type?.enums ? { enum: type.enums.map(({ name }) => name) } : {}),
    ...(units === undefined ? {} : { 'x-units': units }),
    ...(standard === undefined ? {} : { default: standard }),
  };
}

/** A typedef's name does not say what it allows, a built-in type's does. */
const typeText = ({ base, name, allowed }: TypeInfo): string =>
  name === base || allowed.startsWith(name) ? allowed : `${name}: ${allowed}`;

/** Rules of the node itself, and those around it that speak of it: a zone's rules are about its three temperatures. */
function rulesOf(node: SchemaNode): readonly string[] {
  const word = new RegExp(`(?<![\\w.-])${node.name.replaceAll('.', '\\.')}(?![\\w.-])`);
  const around = node.kind === 'leaf' || node.kind === 'leaf-list' ? (node.parent?.rules ?? []).filter(({ text }) => word.test(text)) : [];
  return [...node.rules, ...around].map(({ message, text, file, line }) => `${message ?? text} (${file}:${line})`);
}
