import { isFields, isList, type Fields, type Value } from '../core/value.ts';
import { isPlain, type Node } from './node.ts';
import type { Content, ValidateOptions } from './schema.ts';
import { contextOf } from './xpath/expression.ts';

/**
 * One node of the data tree that rules see (RFC 7950 section 6.4.1): given in the instance, a default in use, or an implied
 * container. Made when something looks, kept so that a node is one object: identity is what node-sets need.
 */
export interface Cursor {
  readonly schema: Node;
  readonly parent: Cursor | undefined;
  /** Canonical; undefined in an implied container. */
  readonly value: Value | undefined;
  /** Its place among the entries of its list or leaf-list, else 0. */
  readonly index: number;
  readonly origin: 'given' | 'default' | 'implied';
  /** Children made so far, by slot. */
  kids: (readonly Cursor[] | undefined)[] | undefined;
  /** Answers of `when` conditions of children, by slot. */
  whens: (Outcome | 'asked' | undefined)[] | undefined;
}

/** Of a condition: holds, does not, or rests on what the instance does not say (only in a tentative run). */
export type Outcome = 'yes' | 'no' | 'undecided';

/** One validation: the tree, its indexes, and what the rule being evaluated has touched. */
export interface Run {
  readonly root: Cursor;
  readonly content: Content;
  readonly partial: boolean;
  /** Which values are not known yet; undefined where the instance has none. */
  readonly unknown: ValidateOptions['unknown'];
  /** Partial content or unknown values: rules are judged in three values. */
  readonly tentative: boolean;
  /** Tentative only: what was evaluated rests on something absent, defaulted, unknown or possibly incomplete. */
  undecided: boolean;
  /** Tentative only: answer nothing but nodes that are surely selected (see `certainly` in xpath/values.ts). */
  certainOnly: boolean;
  /** Leaves that were read, when someone wants to explain. */
  trace:
    { readonly schema: Node; readonly parent: Cursor | undefined; readonly value: Value; readonly origin: Cursor['origin'] }[] | undefined;
  /** The node whose rules are being checked: made without its siblings, and used again if something looks for it among them. */
  focus: Cursor | undefined;
  /** Entries by key, made for the first key predicate on a list. */
  readonly entries: Map<readonly Cursor[], ReadonlyMap<string, Cursor>>;
  /** Values of leafref targets, by path and by the node that it starts from. */
  readonly targets: Map<object, Map<Cursor, ReadonlySet<Value>>>;
  /** Conditions that were found to need themselves. */
  readonly circular: Set<Node>;
}

export function createCursor(
  schema: Node,
  parent: Cursor | undefined,
  value: Value | undefined,
  origin: Cursor['origin'] = 'given',
  index = 0,
): Cursor {
  return { schema, parent, value, index, origin, kids: undefined, whens: undefined };
}

export function createRun(root: Node, value: Value, content: Content, unknown?: Run['unknown']): Run {
  return {
    root: createCursor(root, undefined, value),
    content,
    partial: content === 'partial',
    unknown,
    tentative: content === 'partial' || unknown !== undefined,
    undecided: false,
    certainOnly: false,
    trace: undefined,
    focus: undefined,
    entries: new Map(),
    targets: new Map(),
    circular: new Set(),
  };
}

/** The same run, as if what it does not hold may be there all the same. */
export const asPartial = (run: Run): Run => (run.partial ? run : { ...run, partial: true, tentative: true });

export const isUnknown = (value: Value | undefined, run: Run): boolean =>
  value !== undefined && run.unknown !== undefined && run.unknown(value);

const NONE: readonly Cursor[] = [];

/** A member of canonical data; names such as `constructor` never reach the prototype. */
export function memberOf(value: Value | undefined, name: string): Value | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as Fields)[name];
  return typeof found === 'function' ? undefined : found;
}

/** The children of `cursor` that are instances of `node`, defaults in use and implied containers included. */
export function childrenOf(cursor: Cursor, node: Node, run: Run): readonly Cursor[] {
  const known = cursor.kids?.[node.slot];
  if (known) return known;
  const kids = makeChildren(cursor, node, run);
  (cursor.kids ??= new Array<readonly Cursor[] | undefined>(cursor.schema.list.length))[node.slot] = kids;
  return kids;
}

function makeChildren(cursor: Cursor, node: Node, run: Run): readonly Cursor[] {
  const value = memberOf(cursor.value, node.member);
  if (value !== undefined) {
    let known = run.focus;
    while (known && (known.parent !== cursor || known.schema !== node)) known = known.parent;
    if (node.kind !== 'list' && node.kind !== 'leaf-list') return [known ?? createCursor(node, cursor, value)];
    const kids = (isList(value) ? value : []).map((entry, index) => createCursor(node, cursor, entry, 'given', index));
    if (known) kids[known.index] = known;
    return kids;
  }
  if (node.kind === 'leaf')
    return node.defaultValue !== undefined && inUse(cursor, node, run) ? [createCursor(node, cursor, node.defaultValue, 'default')] : NONE;
  if (node.kind === 'leaf-list') {
    if (!isList(node.defaultValue) || !inUse(cursor, node, run)) return NONE;
    return node.defaultValue.map((entry, index) => createCursor(node, cursor, entry, 'default', index));
  }
  return isPlain(node) && inUse(cursor, node, run) ? [createCursor(node, cursor, undefined, 'implied')] : NONE;
}

/**
 * The given children that are instances of `node`, one after the other and without keeping them: most rules never look at siblings.
 * As soon as one does, `childrenOf` has made them all, and those are used.
 */
export function* visit(cursor: Cursor, node: Node, run: Run): Generator<Cursor> {
  const value = memberOf(cursor.value, node.member) as Value;
  const { focus } = run;
  const entries = (node.kind === 'list' || node.kind === 'leaf-list') && isList(value) ? value : undefined;
  const count = entries?.length ?? 1;
  for (let index = 0; index < count; index += 1) {
    const known = cursor.kids?.[node.slot]?.[index];
    run.focus = known ?? createCursor(node, cursor, entries ? entries[index] : value, 'given', index);
    yield run.focus;
  }
  run.focus = focus;
}

/** May an absent child take its default (or be implied)? Its case must be the one in use and its conditions must hold. */
export function inUse(parent: Cursor, node: Node, run: Run): boolean {
  return caseInUse(parent, node) && (node.whens.length === 0 || conditionsOf(parent, node, run) === 'yes');
}

/** An absent child whose default or implied container is in use or not, depending on a value that is not known yet. */
export const perhapsInUse = (parent: Cursor, node: Node, run: Run): boolean =>
  run.unknown !== undefined && node.whens.length > 0 && caseInUse(parent, node) && conditionsOf(parent, node, run) === 'undecided';

/** RFC 7950 section 7.9.3: a case is in use when one of its nodes is there, or when it is the default and no other case has one. */
export function caseInUse(parent: Cursor, node: Node): boolean {
  for (let one = node.parent; one && one.kind === 'case'; one = one.parent?.parent) {
    const choice = one.parent as Node;
    if (holdsAny(parent.value, one)) continue;
    if (choice.default !== one.name) return false;
    for (const other of choice.children.values()) if (other !== one && holdsAny(parent.value, other)) return false;
  }
  return true;
}

/** Does the data hold a node of this case? */
export function holdsAny(value: Value | undefined, one: Node): boolean {
  for (const node of one.list) if (memberOf(value, node.member) !== undefined) return true;
  return false;
}

/** The `when` conditions of an absent or single child, remembered by its parent. */
export function conditionsOf(parent: Cursor, node: Node, run: Run): Outcome {
  const whens = (parent.whens ??= new Array<Outcome | undefined>(parent.schema.list.length));
  const known = whens[node.slot];
  if (known === 'asked') {
    run.circular.add(node);
    return 'no';
  }
  if (known !== undefined) return known;
  whens[node.slot] = 'asked';
  const self = node.kind === 'list' || node.kind === 'leaf-list' ? undefined : memberOf(parent.value, node.member);
  const outcome = conditionsAt(createCursor(node, parent, self, self === undefined ? 'implied' : 'given'), run);
  whens[node.slot] = outcome;
  return outcome;
}

/** The conditions of one node that is there. */
export function conditionsAt(cursor: Cursor, run: Run): Outcome {
  const { undecided, certainOnly, trace } = run;
  run.certainOnly = false;
  run.trace = undefined;
  let outcome: Outcome = 'yes';
  for (const when of cursor.schema.whens) {
    run.undecided = false;
    const holds = when.test.boolean(contextOf(when.from === 'self' ? cursor : (cursor.parent as Cursor), run));
    if (run.undecided) outcome = 'undecided';
    else if (!holds) {
      outcome = 'no';
      break;
    }
  }
  run.undecided = undecided;
  run.certainOnly = certainOnly;
  run.trace = trace;
  return outcome;
}

/** Text that no two different tuples share: a comma in a key cannot make two keys one. */
export function tupleKey(values: readonly (Value | undefined)[]): string {
  let key = '';
  for (const value of values) {
    const text = textOf(value);
    key += `${text.length}:${text}`;
  }
  return key;
}

/** XPath's string-value of a scalar: the canonical text. */
export function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return '';
}

/** The entry with these keys among the entries of one list: the index is made once per list. */
export function entryByKey(entries: readonly Cursor[], keys: readonly string[], run: Run): Cursor | undefined {
  let index = run.entries.get(entries) as Map<string, Cursor> | undefined;
  if (!index) {
    index = new Map();
    for (const entry of entries) {
      index.set(tupleKey(entry.schema.keyNodes.map((key) => memberOf(entry.value, key.member))), entry);
    }
    run.entries.set(entries, index);
  }
  return index.get(tupleKey(keys));
}

/** All children of a node, in schema order. */
export function allChildren(cursor: Cursor, run: Run): readonly Cursor[] {
  if (cursor.value !== undefined && !isFields(cursor.value)) return NONE;
  return cursor.schema.list.flatMap((node) => (node.config || run.content === 'all' ? childrenOf(cursor, node, run) : NONE));
}
