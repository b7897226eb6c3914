import { Fault, nearest } from '../../../core/diagnostic.ts';
import type { Value } from '../../../core/value.ts';
import { isFields, isList } from '../../../core/value.ts';
import type { PathStep, Schema, SchemaNode } from '../../../yang/index.ts';
import { parsePath as readPath } from '../../../yang/index.ts';

/** One step of a data path: a node, and for a list entry its key values in canonical text, in the order of the `key` statement. */
export interface Step {
  readonly node: SchemaNode;
  readonly keys?: readonly string[];
}

/** A place in a datastore. `text` is its canonical form, so two paths are the same place where their texts are equal. */
export interface DataPath {
  readonly text: string;
  /** The text of the place above. */
  readonly parent: string;
  readonly steps: readonly Step[];
}

export const ROOT: DataPath = { text: '', parent: '', steps: [] };

export const nodeOf = (path: DataPath): SchemaNode | undefined => path.steps.at(-1)?.node;

/** A list entry or a container: what is in it are leaves of their own, and it is only there or not there. */
export const isHolder = (path: DataPath): boolean => path.steps.at(-1)?.keys !== undefined || nodeOf(path)?.kind === 'container';

/** The place of a child. `keys` names one entry of a list; a list without them is all of it. */
export function childPath(path: DataPath, node: SchemaNode, keys?: readonly string[]): DataPath {
  return {
    text: `${path.text}/${node.member}${keys === undefined ? '' : predicates(node, keys)}`,
    parent: path.text,
    steps: [...path.steps, keys === undefined ? { node } : { node, keys }],
  };
}

/** One entry of the list that a path ends with. */
export function entryPath(path: DataPath, keys: readonly string[]): DataPath {
  const last = path.steps.at(-1);
  if (!last) throw new TypeError('an entry needs a list');
  const text = `${path.parent}/${last.node.member}${predicates(last.node, keys)}`;
  return { text, parent: path.parent, steps: [...path.steps.slice(0, -1), { node: last.node, keys }] };
}

/** The place `depth` steps down a path. */
export function upTo(path: DataPath, depth: number): DataPath {
  let place = ROOT;
  for (const { node, keys } of path.steps.slice(0, depth)) place = childPath(place, node, keys);
  return place;
}

/** `[low='5.0'][high='10.0']`; the RESTCONF form where a value holds both kinds of quotes, which YANG's own form cannot write. */
export function predicates(list: SchemaNode, values: readonly string[]): string {
  if (values.some((value) => value.includes("'") && value.includes('"'))) return `=${values.map(encodeURIComponent).join(',')}`;
  return (list.keys ?? [])
    .map((name, i) => {
      const value = values[i] ?? '';
      return value.includes("'") ? `[${name}="${value}"]` : `[${name}='${value}']`;
    })
    .join('');
}

/** The key values of a list entry as canonical text; undefined where one is missing. */
export function keysOf(list: SchemaNode, item: Value | undefined): readonly string[] | undefined {
  if (!isFields(item)) return undefined;
  const values: string[] = [];
  for (const name of list.keys ?? []) {
    const value = item[name];
    if (value === undefined) return undefined;
    // An `empty` leaf is [null] in JSON; it has one value, and its text is empty.
    values.push(isList(value) ? '' : String(value));
  }
  return values;
}

/** The member of a node by its name as people write it: with its module, or without wherever that is unambiguous. */
export function memberNamed(members: ReadonlyMap<string, SchemaNode>, name: string): SchemaNode | undefined {
  const exact = members.get(name);
  if (exact) return exact;
  const colon = name.indexOf(':');
  if (colon >= 0) {
    const local = members.get(name.slice(colon + 1));
    return local?.module === name.slice(0, colon) ? local : undefined;
  }
  let found: SchemaNode | undefined;
  for (const node of members.values()) {
    if (node.name !== name) continue;
    if (found) return undefined;
    found = node;
  }
  return found;
}

/**
 * Reads a data path: `/brewhouse:brewhouse/temperature/hardware/probe[id='28-00']`, or the RESTCONF form `probe=28-00`. Names need
 * no module where they are unambiguous; key values may be written in any form their type allows.
 * Throws Fault CONFIG_PATH for a path that no module describes.
 */
export function parsePath(schema: Schema, text: string): DataPath {
  const written = readPath(text);
  if (typeof written === 'string') throw badPath(text, written);
  let path = ROOT;
  let members = schema.roots;
  for (const step of written) {
    const name = step.module === undefined ? step.name : `${step.module}:${step.name}`;
    const node = memberNamed(members, name);
    if (!node) throw unknownNode(text, name, members, path);
    if (step.position !== undefined) throw badPath(text, 'an entry is named by its keys, not by its number');
    const named = step.predicates.length > 0 || step.keys.length > 0;
    path = childPath(path, node, named ? canonicalKeys(schema, { parent: path, list: node, step, text }) : undefined);
    members = node.members;
  }
  for (const [i, { node, keys }] of path.steps.entries()) {
    if (node.kind === 'list' && keys === undefined && i < path.steps.length - 1) {
      throw badPath(
        text,
        `${node.name} is a list: say which entry, ${node.name}${predicates(
          node,
          (node.keys ?? []).map(() => '…'),
        )}`,
      );
    }
  }
  return path;
}

interface Naming {
  readonly parent: DataPath;
  readonly list: SchemaNode;
  readonly step: PathStep;
  readonly text: string;
}

/** Key values in canonical form, judged by the schema itself: `50` becomes `50.0` where the key is a decimal with one digit. */
function canonicalKeys(schema: Schema, { parent, list, step, text }: Naming): readonly string[] {
  const names = list.keys ?? [];
  if (list.kind !== 'list' || names.length === 0) throw badPath(text, `${list.name} is no list with keys`);
  const given = step.keys.length > 0 ? step.keys.map((value, i) => [names[i] ?? '', value] as const) : step.predicates;
  if (given.length !== names.length) throw badPath(text, `${list.name} has the keys ${names.join(', ')}; the path gives ${given.length}`);
  const item: Record<string, Value> = {};
  for (const [name, value] of given) {
    if (!names.includes(name)) throw badPath(text, `${list.name} has no key ${name}; its keys are ${names.join(', ')}`);
    if (Object.hasOwn(item, name)) throw badPath(text, `the key ${name} is given twice`);
    item[name] = value;
  }
  const { value, problems } = schema.validate(
    { [list.member]: [item] },
    { content: 'partial', mode: 'yaml', ...(parent.text === '' ? {} : { at: parent.text }) },
  );
  const problem = problems[0];
  if (problem) throw badPath(text, problem.message);
  const items = isFields(value) ? value[list.member] : undefined;
  const keys = isList(items) ? keysOf(list, items[0]) : undefined;
  if (!keys) throw new Error(`the keys of ${text} went missing in validation`);
  return keys;
}

function unknownNode(text: string, name: string, members: ReadonlyMap<string, SchemaNode>, parent: DataPath): Fault {
  const names = [...members.values()].map((node) => node.name);
  const guess = nearest(name.slice(name.indexOf(':') + 1), names);
  return new Fault({
    code: 'CONFIG_PATH',
    summary: `no module describes the path ${text}`,
    detail: `There is no "${name}" ${parent.text === '' ? 'at the top of the datastore' : `in ${parent.text}`}. ${
      names.length > 0 ? `There: ${names.join(', ')}.` : 'Nothing is below it.'
    }`,
    ...(guess === undefined ? {} : { hint: `Did you mean ${guess}?` }),
  });
}

const badPath = (text: string, why: string): Fault =>
  new Fault({ code: 'CONFIG_PATH', summary: `the path ${text} cannot be used`, detail: `${why}.` });
