import { isList, type Value } from '../../core/value.ts';
import type { Node, Reference } from '../node.ts';
import { resolvePath } from '../path.ts';
import { childrenOf, entryByKey, isUnknown, memberOf, perhapsInUse, textOf, type Cursor, type Run } from '../tree.ts';
import { Refusal, type Type } from '../types/type.ts';
import { contextOf } from '../xpath/expression.ts';
import { report, type Checking } from './constraints.ts';
import { ruleOf } from './problems.ts';

/** Leafrefs and instance-identifiers must name something that is there. A piece of data cannot tell, nor can one that is not known yet. */
export function checkReferences(cursor: Cursor, c: Checking): void {
  const { type, pointing } = cursor.schema;
  if (!type || !pointing || c.run.partial || cursor.value === undefined || isUnknown(cursor.value, c.run)) return;
  const missing = unresolved(type, cursor, c.run);
  if (!missing) return;
  const shown = missing.target ? `${missing.target.path}` : 'the datastore';
  report(cursor, c, {
    code: missing.base === 'leafref' ? 'YANG_LEAFREF' : 'YANG_INSTANCE',
    message: `${cursor.schema.name} names something that is not in ${shown}`,
    appTag: 'instance-required',
    rule: ruleOf(missing.statement.children.find((s) => s.keyword === 'path') ?? missing.statement),
  });
}

/** The type that wanted an instance and found none; of a union the first, if no member takes the value without one. */
function unresolved(type: Type, cursor: Cursor, run: Run): Type | undefined {
  const value = cursor.value as Value;
  if (type.base === 'leafref') {
    const reference = cursor.schema.references.find((one) => one.type === type);
    return !reference || !type.required || hasTarget(reference, cursor, run) ? undefined : type;
  }
  if (type.base === 'instance-identifier') return !type.required || hasInstance(textOf(value), run) ? undefined : type;
  if (type.base !== 'union') return undefined;
  let first: Type | undefined;
  for (const member of (type.members ?? []) as readonly Type[]) {
    if (member.read(value, 'json') instanceof Refusal) continue;
    const missing = unresolved(member, cursor, run);
    if (!missing) return undefined;
    first ??= missing;
  }
  return first;
}

/** Stands among the values of targets for one that is not known yet: it may be the one that is named. */
const ANY = null;

/** False where it is sure that no target has the value. */
function hasTarget(reference: Reference, cursor: Cursor, run: Run): boolean {
  const { simple } = reference;
  const value = cursor.value as Value;
  if (!simple) {
    run.undecided = false;
    return reference.path.nodes(contextOf(cursor, run)).some((one) => one.value === value) || run.undecided;
  }
  let from: Cursor | undefined = simple.up < 0 ? run.root : cursor;
  for (let up = simple.up; up > 0; up -= 1) from = from?.parent;
  if (!from) return false;
  let sets = run.targets.get(reference);
  if (!sets) run.targets.set(reference, (sets = new Map()));
  let values = sets.get(from);
  if (!values) {
    const found = new Set<Value>();
    collect(from, simple.down, found, run);
    sets.set(from, (values = found));
  }
  return values.has(value) || values.has(ANY);
}

/** All values of the target below `from`, without making cursors of what is given. */
function collect(from: Cursor, down: readonly Node[], into: Set<Value>, run: Run): void {
  const [node, ...rest] = down;
  if (!node) return;
  const last = rest[0];
  const value = memberOf(from.value, node.member);
  if (node.kind === 'list' && rest.length === 1 && last?.kind === 'leaf' && last.defaultValue === undefined) {
    for (const entry of isList(value) ? value : []) {
      const leaf = memberOf(entry, last.member);
      if (leaf !== undefined) into.add(isUnknown(leaf, run) ? ANY : leaf);
    }
    return;
  }
  const kids = childrenOf(from, node, run);
  if (kids.length === 0 && perhapsInUse(from, node, run)) into.add(ANY);
  for (const kid of kids) {
    if (rest.length > 0) collect(kid, rest, into, run);
    else if (kid.value !== undefined) into.add(isUnknown(kid.value, run) ? ANY : kid.value);
  }
}

function hasInstance(path: string, run: Run): boolean {
  const steps = resolvePath(run.root.schema, path);
  if (typeof steps === 'string') return false;
  let at: Cursor = run.root;
  for (const { node, keys, position } of steps) {
    const kids: readonly Cursor[] = childrenOf(at, node, run);
    if (kids.some((kid) => isUnknown(kid.value, run)) || (kids.length === 0 && perhapsInUse(at, node, run))) return true;
    let next: Cursor | undefined = kids[0];
    if (keys) next = node.kind === 'leaf-list' ? kids.find((one) => textOf(one.value) === keys[0]) : entryByKey(kids, keys, run);
    else if (position !== undefined) next = kids[position - 1];
    if (!next) return false;
    at = next;
  }
  return true;
}
