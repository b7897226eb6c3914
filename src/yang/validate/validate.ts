import { isFields, type Fields, type Value } from '../../core/value.ts';
import type { Node } from '../node.ts';
import { predicatesOf, resolvePath, type DataStep } from '../path.ts';
import type { Problem, ValidateOptions, Validated } from '../schema.ts';
import { asPartial, childrenOf, createRun, entryByKey, type Cursor } from '../tree.ts';
import { Refusal } from '../types/type.ts';
import { checkContent, checkNode, type Checking } from './constraints.ts';
import { createProblems, nameGiven, type Base } from './problems.ts';
import { readContent, type Reading } from './structure.ts';

const LIMIT = 1000;

/** Validates an instance, or the content of one node of it, against the tree below `root`. */
export function validate(root: Node, instance: Value, options: ValidateOptions): Validated {
  const { content, mode = 'json', at = '/' } = options;
  const steps = resolvePath(root, at);
  const fault = typeof steps === 'string' ? steps : unnamed(steps);
  if (typeof steps === 'string' || fault !== undefined) {
    return { problems: [problemAt(at, fault ?? '')], value: instance };
  }
  const node = steps.at(-1)?.node ?? root;
  const given = withKeysOf(node, steps.at(-1)?.keys, instance);
  if (given === undefined) return { problems: [problemAt(at, 'the keys in the data contradict the path')], value: instance };
  const problems = createProblems(options.limit ?? LIMIT);
  const base: Base = { node, path: canonicalPath(steps), instance: given, mode };
  const reading: Reading = { base, mode, content, unknown: options.unknown, problems, trail: [], hasUnknown: false };
  const value = readContent(node, given, reading);

  // Rules are judged on what could be read. Where something could not, only what is broken whatever it was meant to be is told.
  const whole = wrapped(steps, value);
  const run = createRun(root, whole, content, reading.hasUnknown ? options.unknown : undefined);
  const cautious = problems.list.length > 0 ? asPartial(run) : run;
  const checking: Checking = { run: cautious, base, depth: steps.length + 1, problems };
  checkBelow(checking, steps);
  for (const circular of run.circular) {
    problems.add({ code: 'YANG_WHEN', message: `the condition of ${circular.name} depends on itself`, path: circular.path, pointer: '' });
  }
  return { problems: problems.list, value: value ?? emptyOf(node) };
}

const problemAt = (path: string, message: string): Problem => ({ code: 'YANG_UNKNOWN', message, path, pointer: '' });

const emptyOf = (node: Node): Value => (node.kind === 'list' || node.kind === 'container' ? {} : null);

/** A list on the way must say which of its entries is meant. */
function unnamed(steps: readonly DataStep[]): string | undefined {
  const found = steps.find(({ node, keys }) => (node.kind === 'list' || node.kind === 'leaf-list') && keys === undefined);
  return found && `${found.node.path} is a ${found.node.kind}: name the entry by its keys`;
}

/** The content of a list entry need not repeat the keys that its path names, and must not contradict them: then undefined. */
function withKeysOf(node: Node, keys: readonly string[] | undefined, instance: Value): Value | undefined {
  if (node.kind !== 'list' || !keys || !isFields(instance)) return instance;
  let whole: Fields = instance;
  for (const [index, key] of node.keyNodes.entries()) {
    const wanted = key.type?.read(keys[index] as string, 'yaml') ?? null;
    const name = nameGiven(instance, key);
    if (name === undefined) whole = { [key.member]: wanted as Value, ...whole };
    else {
      const given = key.type?.read(instance[name] as Value, 'yaml');
      if (!(given instanceof Refusal) && given !== wanted) return undefined;
    }
  }
  return whole;
}

const canonicalPath = (steps: readonly DataStep[]): string =>
  steps.map(({ node, keys }) => `/${node.member}${keys ? predicatesOf(node, entryOf(node, keys), 0) : ''}`).join('');

const entryOf = (node: Node, keys: readonly string[]): Value =>
  node.kind === 'leaf-list' ? (keys[0] ?? '') : Object.fromEntries(node.keyNodes.map((key, index) => [key.member, keys[index] ?? '']));

/** The whole tree with nothing in it but this content. */
function wrapped(steps: readonly DataStep[], value: Value | undefined): Value {
  let inner = value;
  for (const { node } of [...steps].reverse()) {
    if (inner === undefined) break;
    inner = { [node.member]: node.kind === 'list' || node.kind === 'leaf-list' ? [inner] : inner };
  }
  return inner ?? {};
}

/** Checks the content of the base, and of what is above it only the rules of each node itself. */
function checkBelow(c: Checking, steps: readonly DataStep[]): void {
  let cursor: Cursor = c.run.root;
  for (const [index, { node, keys }] of steps.entries()) {
    const kids: readonly Cursor[] = childrenOf(cursor, node, c.run);
    const next = node.kind === 'list' && keys ? entryByKey(kids, keys, c.run) : kids[0];
    if (!next) return;
    // Above the base everything else is unknown, whatever the base itself is.
    const above = index < steps.length - 1;
    const inside = checkNode(next, above ? { ...c, run: asPartial(c.run) } : c);
    if (!inside) return;
    cursor = next;
  }
  checkContent(cursor, c);
}
