import { isList, type Value } from '../../core/value.ts';
import { isPlain, type Must, type Node, type Unique } from '../node.ts';
import type { Problem } from '../schema.ts';
import type { Statement } from '../parse.ts';
import {
  caseInUse,
  childrenOf,
  conditionsAt,
  createCursor,
  holdsAny,
  inUse,
  isUnknown,
  memberOf,
  tupleKey,
  visit,
  type Cursor,
  type Run,
} from '../tree.ts';
import { contextOf } from '../xpath/expression.ts';
import { explain } from './explain.ts';
import { cursorPath, pointerOf, ruleOf, trailOf, type Base, type Problems } from './problems.ts';
import { checkReferences } from './references.ts';

export interface Checking {
  readonly run: Run;
  readonly base: Base;
  /** How many cursors lie above the content of the base. */
  readonly depth: number;
  readonly problems: Problems;
}

/**
 * Second pass: conditions, mandatory nodes, counts, uniqueness, leafrefs and musts, over the tree with defaults in use and implied
 * containers. Visits only what has rules, or has something in it that does.
 */
export function checkContent(cursor: Cursor, c: Checking): void {
  checkChoices(cursor.schema, cursor, c);
  for (const node of cursor.schema.watched) {
    if (c.problems.full) return;
    if (node.config || c.run.content === 'all') checkChildren(cursor, node, c);
  }
}

/** A node's own rules: its conditions, then, if they hold, what it demands; answers whether to look inside. */
export function checkNode(cursor: Cursor, c: Checking): boolean {
  const { schema } = cursor;
  if (schema.whens.length > 0 && cursor.origin === 'given' && conditionsAt(cursor, c.run) === 'no') {
    const when =
      schema.whens.find((one) => !holds(one.test, one.from === 'self' ? cursor : (cursor.parent as Cursor), c.run)) ?? schema.whens[0];
    if (when)
      report(cursor, c, {
        code: 'YANG_WHEN',
        message: `${schema.name} is not allowed here: its condition does not hold`,
        rule: ruleOf(when.statement),
      });
    return false;
  }
  // A rule of a leaf speaks of the leaf's own value.
  if (!isUnknown(cursor.value, c.run)) for (const must of schema.musts) checkMust(cursor, must, c);
  if (schema.pointing) checkReferences(cursor, c);
  return true;
}

const holds = (test: Must['test'], cursor: Cursor, run: Run): boolean => test.boolean(contextOf(cursor, run));

/** Adds a problem about a node that is there. */
export function report(cursor: Cursor, c: Checking, fields: Omit<Problem, 'path' | 'pointer'>): void {
  if (c.problems.full) return;
  c.problems.add({ ...fields, path: cursorPath(cursor), pointer: pointerOf(trailOf(c.base, c.depth, cursor)) });
}

/** Adds a problem about a member as a whole, one that is missing or a list of the wrong length. */
function reportMember(parent: Cursor, node: Node, c: Checking, fields: Omit<Problem, 'path' | 'pointer'>): void {
  if (c.problems.full) return;
  const above = cursorPath(parent);
  // A list is meant here, not its first entry.
  const length = trailOf(c.base, c.depth, parent).length + 1;
  const pointer = pointerOf(trailOf(c.base, c.depth, createCursor(node, parent, undefined)).slice(0, length));
  c.problems.add({ ...fields, path: `${above === '/' ? '' : above}/${node.member}`, pointer });
}

function checkChildren(parent: Cursor, node: Node, c: Checking): void {
  const { run } = c;
  const value = memberOf(parent.value, node.member);
  if (value === undefined) {
    checkAbsent(parent, node, c);
    return;
  }
  if (node.kind === 'list' || node.kind === 'leaf-list') checkCount(parent, node, isList(value) ? value.length : 0, c);
  if (node.uniques.length > 0) for (const unique of node.uniques) checkUnique(childrenOf(parent, node, run), unique, c);
  if (node.kind === 'leaf' && parent.kids?.[node.slot] === undefined) {
    // The most common case, without a generator: a leaf whose rules look at its neighbours at most.
    const { focus } = run;
    run.focus = createCursor(node, parent, value);
    checkNode(run.focus, c);
    run.focus = focus;
    return;
  }
  for (const kid of visit(parent, node, run)) {
    if (c.problems.full) return;
    if (checkNode(kid, c) && node.list.length > 0) checkContent(kid, c);
  }
}

function checkAbsent(parent: Cursor, node: Node, c: Checking): void {
  const { run } = c;
  // What a default or an implied container would break is not known as long as the rest is not.
  if (node.defaultValue !== undefined || isPlain(node)) {
    if (run.partial && !isPlain(node)) return;
    for (const kid of childrenOf(parent, node, run)) if (checkNode(kid, c)) checkContent(kid, c);
    return;
  }
  if (run.partial) return;
  if (node.mandatory && inUse(parent, node, run)) {
    reportMember(parent, node, c, { code: 'YANG_MANDATORY', message: `${node.name} is missing`, ...ruleFor(node.facets.mandatory) });
  } else if (node.minElements && inUse(parent, node, run)) checkCount(parent, node, 0, c);
}

const ruleFor = (s: Statement | undefined): Pick<Problem, 'rule'> => (s ? { rule: ruleOf(s) } : {});

function checkCount(parent: Cursor, node: Node, count: number, c: Checking): void {
  const { minElements = 0, maxElements = Infinity, facets } = node;
  const many = (number: number): string => `${number} ${number === 1 ? 'entry' : 'entries'}`;
  if (count < minElements && !c.run.partial) {
    const message = `${node.name} needs at least ${many(minElements)}, it has ${count}`;
    reportMember(parent, node, c, { code: 'YANG_MIN_ELEMENTS', message, appTag: 'too-few-elements', ...ruleFor(facets.min) });
  } else if (count > maxElements) {
    const message = `${node.name} may have at most ${many(maxElements)}, it has ${count}`;
    reportMember(parent, node, c, { code: 'YANG_MAX_ELEMENTS', message, appTag: 'too-many-elements', ...ruleFor(facets.max) });
  }
}

/** Mandatory choices, also those in cases that are in use. */
function checkChoices(node: Node, cursor: Cursor, c: Checking): void {
  for (const choice of node.choices) {
    if (!choice.config && c.run.content !== 'all') continue;
    const cases = [...choice.children.values()];
    const present = cases.find((one) => holdsAny(cursor.value, one)) ?? cases.find((one) => one.name === choice.default);
    if (present) checkChoices(present, cursor, c);
    else if (choice.mandatory && !c.run.partial && caseInUse(cursor, choice) && conditionsHold(choice, cursor, c.run)) {
      const names = choice.list.map((one) => one.name).join(', ');
      report(cursor, c, {
        code: 'YANG_MANDATORY',
        message: `one of ${names} is missing`,
        appTag: 'missing-choice',
        ...ruleFor(choice.facets.mandatory),
      });
    }
  }
}

/** Surely: a condition that rests on what is not known does not count. */
const conditionsHold = (choice: Node, cursor: Cursor, run: Run): boolean =>
  choice.whens.every((when) => {
    run.undecided = false;
    return holds(when.test, cursor, run) && !run.undecided;
  });

function checkUnique(entries: readonly Cursor[], unique: Unique, c: Checking): void {
  const seen = new Map<string, number>();
  for (const entry of entries) {
    const values = unique.paths.map((path) => leafAt(entry, path, c.run));
    // An entry that lacks one of the leaves does not take part (RFC 7950 section 7.8.3).
    if (values.includes(undefined)) continue;
    const key = tupleKey(values);
    const before = seen.get(key);
    if (before === undefined) seen.set(key, entry.index);
    else {
      const names = (unique.statement.argument ?? '').trim().split(/\s+/).join(' and ');
      const message = `entries ${before + 1} and ${entry.index + 1} of ${entry.schema.name} have the same ${names}`;
      report(entry, c, { code: 'YANG_UNIQUE', message, appTag: 'data-not-unique', rule: ruleOf(unique.statement) });
    }
  }
}

function leafAt(entry: Cursor, path: readonly Node[], run: Run): Value | undefined {
  let at: Cursor | undefined = entry;
  for (const node of path) at = at && childrenOf(at, node, run)[0];
  // An entry whose value is not known yet is like one that lacks it, so far.
  if (isUnknown(at?.value, run)) return undefined;
  // In a piece of data an absent leaf may have any value, its default is only one of them.
  return run.partial && at?.origin === 'default' ? undefined : at?.value;
}

function checkMust(cursor: Cursor, must: Must, c: Checking): void {
  const { run } = c;
  run.undecided = false;
  if (must.test.boolean(contextOf(cursor, run)) || (run.tentative && run.undecided)) return;
  if (run.partial && cursor.origin === 'default') return;
  const found = explain(cursor, must, c);
  const { statement, message, appTag } = must;
  if (c.problems.full) return;
  c.problems.add({
    code: 'YANG_MUST',
    message: message ?? `${cursor.schema.name || 'the data'} breaks the rule ${ruleOf(statement).text}`,
    path: cursorPath(cursor),
    pointer: pointerOf(found.trail),
    rule: ruleOf(statement),
    ...(found.label === undefined ? {} : { label: found.label }),
    ...(appTag === undefined ? {} : { appTag }),
  });
}
