import { member, type Pointer } from '../../core/pointer.ts';
import { isFields, isList, type Value } from '../../core/value.ts';
import type { Node } from '../node.ts';
import type { Statement } from '../parse.ts';
import { predicatesOf } from '../path.ts';
import type { Mode, Problem, Rule } from '../schema.ts';
import { positionOf } from '../source.ts';
import type { Cursor } from '../tree.ts';
import { Refusal } from '../types/type.ts';

/** Where an instance begins: the node that it is the content of, and the data path to there. */
export interface Base {
  readonly node: Node;
  readonly path: string;
  readonly instance: Value;
  readonly mode: Mode;
}

export type Trail = readonly (string | number)[];

/** Collects problems up to a limit; asking further after it was reached costs nothing. */
export interface Problems {
  readonly list: Problem[];
  readonly full: boolean;
  add(problem: Problem): void;
}

export function createProblems(limit: number): Problems {
  const list: Problem[] = [];
  return {
    list,
    get full() {
      return list.length > limit;
    },
    add(problem) {
      if (list.length < limit) list.push(problem);
      else if (list.length === limit)
        list.push({
          code: 'YANG_LIMIT',
          message: `more than ${limit} problems: the rest is not shown`,
          path: problem.path,
          pointer: problem.pointer,
        });
    },
  };
}

export const pointerOf = (trail: Trail): Pointer => trail.reduce<Pointer>(member, '');

/** The data path of a place in the instance as given: names made canonical, entries by their keys. */
export function pathOf(base: Base, trail: Trail): string {
  let node: Node | undefined = base.node;
  let value: Value | undefined = base.instance;
  let path = base.path;
  for (const part of trail) {
    if (typeof part === 'number') {
      value = isList(value) ? value[part] : undefined;
      if (node) path += predicatesOf(node, givenEntry(node, value), part);
      continue;
    }
    value = isFields(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    node = node && givenMember(node, part);
    path += `/${node?.member ?? part}`;
  }
  return path || '/';
}

/** A list entry with its keys under their canonical names, whatever names they were given by. */
function givenEntry(node: Node, value: Value | undefined): Value | undefined {
  if (node.kind !== 'list' || !isFields(value)) return value;
  const entry: Record<string, Value> = {};
  for (const key of node.keyNodes) {
    const name = nameGiven(value, key);
    const given = name === undefined ? undefined : value[name];
    const read = given === undefined ? undefined : key.type?.read(given, 'yaml');
    if (read !== undefined && !(read instanceof Refusal)) entry[key.member] = read;
  }
  return entry;
}

const givenMember = (node: Node, name: string): Node | undefined =>
  node.members.get(name) ?? node.list.find((one) => one.name === name || `${one.module}:${one.name}` === name);

/** The name by which an instance has a member, if it has it. */
export function nameGiven(value: Value | undefined, node: Node): string | undefined {
  if (!isFields(value)) return undefined;
  return [node.member, node.name, `${node.module}:${node.name}`].find((name) => Object.hasOwn(value, name));
}

/** The way from the instance's root to a cursor, in the names and places of the instance as given; stops where nothing was given. */
export function trailOf(base: Base, depth: number, cursor: Cursor): Trail {
  const line: Cursor[] = [];
  for (let one: Cursor | undefined = cursor; one; one = one.parent) line.unshift(one);
  const trail: (string | number)[] = [];
  let value: Value | undefined = base.instance;
  for (const one of line.slice(depth)) {
    const name: string | undefined = nameGiven(value, one.schema);
    if (name === undefined || !isFields(value)) break;
    trail.push(name);
    value = value[name];
    if (one.schema.kind === 'list' || one.schema.kind === 'leaf-list') {
      trail.push(one.index);
      value = isList(value) ? value[one.index] : undefined;
    }
  }
  return trail;
}

/** The data path of a cursor. */
export function cursorPath(cursor: Cursor): string {
  let path = '';
  for (let one: Cursor = cursor; one.parent; one = one.parent) {
    const { kind, member } = one.schema;
    path = `/${member}${kind === 'list' || kind === 'leaf-list' ? predicatesOf(one.schema, one.value, one.index) : ''}${path}`;
  }
  return path || '/';
}

export const ruleOf = (s: Statement): Rule => ({
  file: s.source.file,
  line: positionOf({ source: s.source, offset: s.offset, length: 0 }).line,
  text: `${s.keyword} "${(s.argument ?? '').replace(/\s+/g, ' ')}"`,
});

/** What a refusal adds to a problem. */
export const fromRefusal = (refusal: Refusal): Pick<Problem, 'code' | 'message' | 'rule' | 'hint' | 'appTag'> => ({
  code: refusal.code,
  message: refusal.message,
  ...(refusal.rule ? { rule: ruleOf(refusal.rule) } : {}),
  ...(refusal.hint === undefined ? {} : { hint: refusal.hint }),
  ...(refusal.appTag === undefined ? {} : { appTag: refusal.appTag }),
});
