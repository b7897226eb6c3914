import { nearest } from '../../core/diagnostic.ts';
import { isFields, isList, type Fields, type Value } from '../../core/value.ts';
import { isPlain, type Node } from '../node.ts';
import { memberNamed } from '../path.ts';
import type { Content, Mode, Problem, ValidateOptions } from '../schema.ts';
import { holdsAny, memberOf, tupleKey } from '../tree.ts';
import { kindOf, Refusal } from '../types/type.ts';
import { fromRefusal, nameGiven, pathOf, pointerOf, type Base, type Problems } from './problems.ts';

/** So many values are compared one by one faster than a set is made. */
const FEW = 8;

/** Free-form data has no schema to bound its depth. */
const MAX_DEPTH = 200;

export interface Reading {
  readonly base: Base;
  readonly mode: Mode;
  readonly content: Content;
  readonly unknown: ValidateOptions['unknown'];
  readonly problems: Problems;
  /** Where the reader is, in the instance as given. */
  readonly trail: (string | number)[];
  /** A value that is not known yet was met. */
  hasUnknown: boolean;
}

/** Says that a value is not part of the canonical tree: refused, or an empty container. */
const OUT: unique symbol = Symbol('out');
type Read = Value | typeof OUT;

/**
 * First pass: names, kinds of values, types, keys, duplicates and cases. Answers the canonical form, which is the very same object
 * where the instance is canonical already, so that big canonical data is read without being copied.
 */
export function readContent(node: Node, value: Value, r: Reading): Value | undefined {
  const read =
    node.kind === 'list' ? readEntry(node, value, r) : node.kind === 'container' ? readContainer(node, value, r) : readNode(node, value, r);
  return read === OUT ? undefined : read;
}

/** A YAML key with nothing behind it is an empty container. */
const readContainer = (node: Node, value: Value, r: Reading): Read => readFields(node, value === null && r.mode === 'yaml' ? {} : value, r);

function problem(r: Reading, fields: Omit<Problem, 'path' | 'pointer'>): void {
  if (r.problems.full) return;
  r.problems.add({ ...fields, path: pathOf(r.base, r.trail), pointer: pointerOf(r.trail) });
}

function readNode(node: Node, value: Value, r: Reading): Read {
  switch (node.kind) {
    case 'leaf':
      return readScalar(node, value, r);
    case 'container': {
      const fields = readContainer(node, value, r);
      return fields !== OUT && isPlain(node) && isEmpty(fields) ? OUT : fields;
    }
    case 'list':
      return readList(node, value, r);
    case 'leaf-list':
      return readLeafList(node, value, r);
    default:
      return readFree(node, value, r);
  }
}

function isEmpty(fields: Value): boolean {
  for (const _ in fields as Fields) return false;
  return true;
}

function readScalar(node: Node, value: Value, r: Reading): Read {
  if (r.unknown?.(value)) {
    r.hasUnknown = true;
    return value;
  }
  const read = (node.type as NonNullable<Node['type']>).read(value, r.mode);
  if (!(read instanceof Refusal)) return read;
  problem(r, fromRefusal(read));
  return OUT;
}

function readFields(node: Node, value: Value, r: Reading): Read {
  if (!isFields(value)) {
    problem(r, {
      code: 'YANG_SHAPE',
      message: `${kindOf(value)} stands where ${node.kind === 'list' ? 'a list entry' : 'a container'} (an object) belongs`,
    });
    return OUT;
  }
  if (r.unknown?.(value)) return misplaced(node.kind === 'list' ? `an entry of ${node.name}` : `the whole of ${node.name}`, r);
  const { members } = node;
  const yaml = r.mode === 'yaml';
  const seen = yaml ? new Set<Node>() : undefined;
  // Canonical values by slot; made at the first one that is not what and where the instance has it.
  let fresh: (Read | undefined)[] | undefined;
  let last = -1;
  for (const name in value) {
    const given = value[name] as Value;
    let child = members.get(name);
    if (!child && yaml) child = loosely(node, name, r);
    if (!child || seen?.has(child)) {
      refuseMember(node, name, child, r);
      fresh ??= copied(node, value, last);
      continue;
    }
    seen?.add(child);
    const read = readMember(child, name, given, r);
    if (fresh) fresh[child.slot] = read;
    else if (read !== given || child.slot < last || name !== child.member) {
      fresh = copied(node, value, last);
      fresh[child.slot] = read;
    }
    if (child.slot > last) last = child.slot;
  }
  const fields = fresh ? assembled(node, fresh) : value;
  if (node.choices.length > 0) checkCases(node, fields, r);
  return fields;
}

/** Which leaves there are has to be known: who owns what depends on it. */
function misplaced(what: string, r: Reading): typeof OUT {
  problem(r, {
    code: 'YANG_SHAPE',
    message: `a value that is not known yet stands for ${what}`,
    hint: 'It may stand for one leaf, or for one entry of a leaf-list.',
  });
  return OUT;
}

function readMember(node: Node, name: string, value: Value, r: Reading): Read {
  if (node.type && node.kind === 'leaf' && (node.config || r.content === 'all')) {
    // Most members are leaves and most leaves are right: the trail is for those that are not.
    const read = node.type.read(value, r.mode);
    if (!(read instanceof Refusal)) return read;
  }
  r.trail.push(name);
  let read: Read = OUT;
  if (node.config || r.content === 'all') read = readNode(node, value, r);
  else problem(r, { code: 'YANG_STATE', message: `${node.name} is state: it is reported, never configured` });
  r.trail.pop();
  return read;
}

/** The members given so far and those that are still to be read (which then overwrite what stands here), by slot up to `last`. */
function copied(node: Node, value: Fields, last: number): (Read | undefined)[] {
  const slots = new Array<Read | undefined>(node.list.length);
  for (let slot = 0; slot <= last; slot += 1) slots[slot] = memberOf(value, (node.list[slot] as Node).member);
  return slots;
}

function assembled(node: Node, slots: readonly (Read | undefined)[]): Fields {
  const fields: Record<string, Value> = {};
  for (const child of node.list) {
    const value = slots[child.slot];
    if (value !== undefined && value !== OUT) fields[child.member] = value;
  }
  return fields;
}

function loosely(node: Node, name: string, r: Reading): Node | undefined {
  const colon = name.indexOf(':');
  const found = memberNamed(node, colon < 0 ? undefined : name.slice(0, colon), name.slice(colon + 1));
  if (found !== 'ambiguous') return found;
  r.trail.push(name);
  const names = node.list.filter((one) => one.name === name).map((one) => `${one.module}:${one.name}`);
  problem(r, { code: 'YANG_AMBIGUOUS', message: `${name} may be ${names.join(' or ')}: name its module` });
  r.trail.pop();
  return undefined;
}

function refuseMember(node: Node, name: string, child: Node | undefined, r: Reading): void {
  if (r.mode === 'yaml' && !child && memberNamed(node, undefined, name) === 'ambiguous') return;
  r.trail.push(name);
  if (child) problem(r, { code: 'YANG_DUPLICATE', message: `${child.name} is given twice, under two names` });
  else {
    const colon = name.indexOf(':');
    const meant = memberNamed(node, colon < 0 ? undefined : name.slice(0, colon), name.slice(colon + 1));
    const names = r.mode === 'yaml' ? node.list.map((one) => one.name) : [...node.members.keys()];
    const guess =
      meant && meant !== 'ambiguous'
        ? meant.member
        : (nearest(name, names) ??
          nearest(
            name.slice(colon + 1),
            node.list.map((one) => one.name),
          ));
    const where = node.path === '' ? 'no module has a top-level node' : `${node.name} has no`;
    const hint =
      guess === undefined
        ? names.length > 0 && names.length <= 12
          ? `known here: ${names.join(', ')}`
          : undefined
        : `did you mean ${guess}?`;
    const metadata = name.startsWith('@');
    problem(r, {
      code: 'YANG_UNKNOWN',
      message: metadata ? `metadata (${name}) is not supported` : `${where} ${name}`,
      ...(hint === undefined || metadata ? {} : { hint }),
    });
  }
  r.trail.pop();
}

/** Of the cases of a choice only one may have nodes; nested choices count inside the case that has them. */
function checkCases(node: Node, value: Value, r: Reading): void {
  for (const choice of node.choices) {
    const present = [...choice.children.values()].filter((one) => holdsAny(value, one));
    const [first, second] = present;
    if (first && second) {
      const shown = (one: Node): string => one.list.find((child) => memberOf(value, child.member) !== undefined)?.name ?? one.name;
      problem(r, { code: 'YANG_CHOICE', message: `${shown(first)} and ${shown(second)} exclude each other (choice ${choice.name})` });
    }
    for (const one of present) checkCases(one, value, r);
  }
}

function readEntry(node: Node, value: Value, r: Reading): Read {
  const fields = readFields(node, value, r);
  if (fields === OUT) return OUT;
  for (const key of node.keyNodes) {
    const given = memberOf(fields, key.member);
    // A key that was given and refused has its own problem already.
    if (given === undefined && !givenLoosely(value, key)) {
      problem(r, { code: 'YANG_KEY', message: `this entry of ${node.name} lacks its key ${key.name}` });
    } else if (given !== undefined && r.unknown?.(given)) {
      r.trail.push(nameGiven(value, key) ?? key.name);
      problem(r, {
        code: 'YANG_KEY',
        message: `the key ${key.name} of an entry of ${node.name} is a value that is not known yet`,
        hint: 'Write the key itself: it says which entry is meant.',
      });
      r.trail.pop();
    }
  }
  return fields;
}

const givenLoosely = (value: Value, key: Node): boolean =>
  isFields(value) &&
  (Object.hasOwn(value, key.member) || Object.hasOwn(value, key.name) || Object.hasOwn(value, `${key.module}:${key.name}`));

function listOf(node: Node, value: Value, r: Reading): readonly Value[] | undefined {
  if (isList(value)) return value;
  if (value === null && r.mode === 'yaml') return [];
  if (r.unknown?.(value)) misplaced(`the whole of ${node.name}`, r);
  else problem(r, { code: 'YANG_SHAPE', message: `${kindOf(value)} stands where a ${node.kind} (an array) belongs` });
  return undefined;
}

function readList(node: Node, value: Value, r: Reading): Read {
  const entries = listOf(node, value, r);
  if (!entries || entries.length === 0) return OUT;
  const { keyNodes } = node;
  const only = keyNodes.length === 1 ? (keyNodes[0] as Node) : undefined;
  const seen = new Set<Value>();
  let fresh: Value[] | undefined;
  const place = r.trail.push(0) - 1;
  for (let index = 0; index < entries.length; index += 1) {
    r.trail[place] = index;
    const given = entries[index] as Value;
    const read = readEntry(node, given, r);
    // A refused entry keeps its place, so that places in the instance and in the tree are the same.
    const entry: Value = read === OUT ? {} : read;
    if (fresh) fresh.push(entry);
    else if (entry !== given) fresh = [...entries.slice(0, index), entry];
    if (keyNodes.length === 0 || read === OUT) continue;
    const values = only ? undefined : keyNodes.map((one) => memberOf(entry, one.member));
    const key = only ? memberOf(entry, only.member) : values?.includes(undefined) ? undefined : tupleKey(values ?? []);
    if (key === undefined) continue;
    if (seen.has(key)) problem(r, { code: 'YANG_DUPLICATE', message: `an entry of ${node.name} before this one has the same key` });
    else seen.add(key);
  }
  r.trail.pop();
  return fresh ?? entries;
}

function readLeafList(node: Node, value: Value, r: Reading): Read {
  const entries = listOf(node, value, r);
  if (!entries || entries.length === 0) return OUT;
  // State may repeat itself (RFC 7950 section 7.7).
  const seen = node.config && entries.length > FEW ? new Set<Value>() : undefined;
  let fresh: Value[] | undefined;
  const place = r.trail.push(0) - 1;
  for (let index = 0; index < entries.length; index += 1) {
    r.trail[place] = index;
    const given = entries[index] as Value;
    const read = readScalar(node, given, r);
    if (read !== OUT && node.config && !r.unknown?.(read)) {
      const before = fresh ?? entries;
      if (seen ? seen.has(read) : before.lastIndexOf(read, index - 1) >= 0 && index > 0) {
        problem(r, { code: 'YANG_DUPLICATE', message: `the ${node.name} is listed twice` });
      }
      seen?.add(read);
    }
    if (read !== given) fresh ??= entries.slice(0, index);
    if (fresh && read !== OUT) fresh.push(read);
  }
  r.trail.pop();
  if (fresh) return fresh.length === 0 ? OUT : fresh;
  return entries;
}

/** anydata holds an object, anyxml any JSON (RFC 7951 sections 5.5 and 5.6); what is inside belongs to no schema. */
function readFree(node: Node, value: Value, r: Reading): Read {
  if (node.kind === 'anydata' && !isFields(value)) {
    problem(r, { code: 'YANG_SHAPE', message: `${kindOf(value)} stands where anydata (an object) belongs` });
    return OUT;
  }
  let level: readonly Value[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) {
      problem(r, { code: 'YANG_DEPTH', message: `the data in ${node.name} nests deeper than ${MAX_DEPTH} levels` });
      return OUT;
    }
    level = level.flatMap((one) => (isList(one) ? one : isFields(one) ? Object.values(one) : []));
  }
  return value;
}
