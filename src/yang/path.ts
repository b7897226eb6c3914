import { nearest } from '../core/diagnostic.ts';
import type { Value } from '../core/value.ts';
import type { Node } from './node.ts';
import { textOf } from './tree.ts';
import { Refusal, type Prefixes } from './types/type.ts';

/** One step of a data path as written: nothing is looked up yet. */
export interface PathStep {
  readonly module: string | undefined;
  readonly name: string;
  /** `[name='value']` in the order written; `.` names the value of a leaf-list entry. */
  readonly predicates: readonly (readonly [name: string, value: string])[];
  /** RESTCONF's `list=a,b`, decoded. */
  readonly keys: readonly string[];
  /** `[3]`, counting from 1. */
  readonly position: number | undefined;
}

/** A step that was found in the schema; `keys` are canonical texts in key order, undefined where the step names no entry. */
export interface DataStep {
  readonly node: Node;
  readonly keys?: readonly string[];
  readonly position?: number;
}

const NAME = /(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)/y;
const PREDICATE = /\s*\[\s*(?:((?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*|\.)\s*=\s*("[^"]*"|'[^']*')|([1-9][0-9]*))\s*\]/y;

/** Reads `/module:a/list[key='x']/leaf` and `/module:a/list=x/leaf`; answers what is wrong as text. */
export function parsePath(text: string): readonly PathStep[] | string {
  const steps: PathStep[] = [];
  if (text === '' || text === '/') return steps;
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '/') return `expected / at character ${at + 1} of ${text}`;
    NAME.lastIndex = at + 1;
    const found = NAME.exec(text);
    if (!found) return `expected a node name at character ${at + 2} of ${text}`;
    at = NAME.lastIndex;
    const predicates: [string, string][] = [];
    let keys: readonly string[] = [];
    let position: number | undefined;
    if (text[at] === '=') {
      const end = text.indexOf('/', at);
      const written = text.slice(at + 1, end < 0 ? undefined : end).split(',');
      try {
        keys = written.map(decodeURIComponent);
      } catch {
        return `the key ${written.join(',')} is not well encoded`;
      }
      at = end < 0 ? text.length : end;
    }
    for (;;) {
      PREDICATE.lastIndex = at;
      const predicate = PREDICATE.exec(text);
      if (!predicate) break;
      const [, name, quoted = '', place] = predicate;
      if (name === undefined) position = Number(place);
      else predicates.push([name.slice(name.indexOf(':') + 1), quoted.slice(1, -1)]);
      at = PREDICATE.lastIndex;
    }
    steps.push({ module: found[1], name: found[2] ?? '', predicates, keys, position });
  }
  return steps;
}

/** A literal of XPath 1.0, which has no escapes: the quote that the text does not hold. */
export function quoted(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  if (!text.includes('"')) return `"${text}"`;
  // Neither fits: what is shown is for people, and stays one line.
  return `'${text.replaceAll("'", '’')}'`;
}

/** `[id='28-00'][side='A']` for a list's keys, in the order given. */
export const quoteKeyPredicates = (keys: Readonly<Record<string, Value>> | readonly (readonly [string, Value])[]): string =>
  (Array.isArray(keys) ? (keys as readonly (readonly [string, Value])[]) : Object.entries(keys))
    .map(([name, value]) => `[${name}=${quoted(textOf(value))}]`)
    .join('');

/** Writes a parsed path again, with predicates in brackets. */
export function formatPath(steps: readonly PathStep[]): string {
  const step = (one: PathStep): string =>
    `/${one.module === undefined ? '' : `${one.module}:`}${one.name}${one.keys.length > 0 ? `=${one.keys.map(encodeURIComponent).join(',')}` : ''}` +
    `${quoteKeyPredicates(one.predicates)}${one.position === undefined ? '' : `[${one.position}]`}`;
  return steps.map(step).join('') || '/';
}

/** A member by qualified name, by its plain name in its parent's module, or by a plain name that only one module brings. */
export function memberNamed(parent: Node, module: string | undefined, name: string): Node | 'ambiguous' | undefined {
  if (module !== undefined)
    return parent.members.get(`${module}:${name}`) ?? (parent.module === module ? parent.members.get(name) : undefined);
  const own = parent.members.get(name);
  if (own) return own;
  const [first, ...others] = parent.list.filter((one) => one.name === name);
  return others.length > 0 ? 'ambiguous' : first;
}

/** Follows a data path through the schema; answers what is wrong as text. */
export function resolvePath(root: Node, text: string, prefixes?: Prefixes): readonly DataStep[] | string {
  const steps = parsePath(text);
  if (typeof steps === 'string') return steps;
  const found: DataStep[] = [];
  let node = root;
  for (const step of steps) {
    const module = prefixes ? prefixes(step.module) : step.module;
    const next = memberNamed(node, module, step.name);
    if (next === 'ambiguous') {
      const modules = node.list.filter((one) => one.name === step.name).map((one) => `${one.module}:${one.name}`);
      return `${step.name} is ambiguous in ${node.path || '/'}: ${modules.join(' or ')}`;
    }
    if (!next) {
      const known = node.list.map((one) => one.name);
      const guess =
        nearest(step.name, known) ?? nearest(step.module === undefined ? step.name : `${step.module}:${step.name}`, node.members.keys());
      return `there is no ${step.module === undefined ? '' : `${step.module}:`}${step.name} in ${node.path || 'any module'}${guess === undefined ? '' : `; did you mean ${guess}?`}`;
    }
    const keyed = withKeys(step, next);
    if (typeof keyed === 'string') return keyed;
    found.push(keyed);
    node = next;
  }
  return found;
}

function withKeys(step: PathStep, node: Node): DataStep | string {
  const { predicates, keys, position } = step;
  if (predicates.length === 0 && keys.length === 0) return { node, ...(position === undefined ? {} : { position }) };
  const types = node.kind === 'leaf-list' ? [node] : node.keyNodes;
  if (types.length === 0) return `${node.path} has no keys`;
  if (keys.length > 0 && keys.length !== types.length) return `${node.path} has ${types.length} keys, not ${keys.length}`;
  const texts: string[] = [];
  for (const [index, key] of types.entries()) {
    const name = node.kind === 'leaf-list' ? '.' : key.name;
    const text = keys.length > 0 ? keys[index] : predicates.find(([one]) => one === name)?.[1];
    if (text === undefined) return `${node.path} needs the key ${name}`;
    const value = key.type?.read(text, 'text', (prefix) => prefix ?? key.module);
    if (value === undefined || value instanceof Refusal) return `the key ${name} of ${node.path}: ${value?.message ?? 'has no type'}`;
    texts.push(textOf(value));
  }
  const unknown = predicates.find(([one]) => !types.some((key) => (node.kind === 'leaf-list' ? one === '.' : one === key.name)));
  if (unknown) return `${unknown[0]} is no key of ${node.path}`;
  return { node, keys: texts };
}

/** `[id='x']` for an entry of a list, `[.='x']` for one of a leaf-list, `[3]` where there is no key. */
export function predicatesOf(node: Node, entry: Value | undefined, index: number): string {
  if (node.kind === 'leaf-list') return `[.=${quoted(textOf(entry))}]`;
  const values = node.keyNodes.map((key) => [key.name, memberValue(entry, key.member)] as const);
  if (values.length === 0 || values.some(([, value]) => value === undefined)) return `[${index + 1}]`;
  return quoteKeyPredicates(values as readonly (readonly [string, Value])[]);
}

const memberValue = (entry: Value | undefined, member: string): Value | undefined =>
  typeof entry === 'object' && entry !== null && Object.hasOwn(entry, member) ? (entry as Record<string, Value>)[member] : undefined;
