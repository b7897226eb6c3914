import type { Diagnostic } from '../../../core/diagnostic.ts';
import type { ResourceId } from '../../../core/id.ts';
import type { Pointer } from '../../../core/pointer.ts';
import { entry, member, segments } from '../../../core/pointer.ts';
import type { Fields, Value } from '../../../core/value.ts';
import { isFields, isList } from '../../../core/value.ts';
import type { Problem, Schema } from '../../../yang/index.ts';
import type { Finding } from '../../contract.ts';
import type { DataPath, Judgement } from '../datastore/index.ts';
import { ROOT, childPath, keysOf, memberNamed } from '../datastore/index.ts';
import type { Placed, Spec } from './config-spec.ts';
import { ownLeaves, place } from './config-spec.ts';
import { zoneMember } from './config-zone.ts';

/** What the YANG engine says as what a person is told: the module's own message, and the statement it comes from. */
export function findingOf(problem: Problem, pointer: Pointer, resource?: string): Finding {
  const { code, message, path, rule, label, hint } = problem;
  return {
    code,
    summary: message,
    detail: rule ? `${path}\nThe rule: ${rule.file}:${rule.line}, ${rule.text}.` : path,
    pointer,
    ...(label === undefined ? {} : { label }),
    ...(hint === undefined ? {} : { hint }),
    ...(resource === undefined ? {} : { resource }),
  };
}

/** No module has, or more than one has, a member of this name. */
const MISNAMED: ReadonlySet<Problem['code']> = new Set<Problem['code']>(['YANG_UNKNOWN', 'YANG_AMBIGUOUS']);

/** What the modules say against a spec by itself, each problem at its place in the spec as written. */
export const findingsIn = (spec: Spec, { problems }: Placed, resource?: string): readonly Finding[] =>
  problems.map((problem) => {
    const part = spec.zone ? zoneMember(problem.pointer.slice(1)) : undefined;
    if (part !== undefined) return findingOf(problem, `/zone/${part}`, resource);
    const finding = findingOf(problem, `/config${problem.pointer}`, resource);
    return MISNAMED.has(problem.code) ? { ...finding, part: 'key' } : finding;
  });

export interface Judged extends Judgement {
  /** Whoever set a part of the tree. */
  readonly setters: readonly Author[];
  /** Whoever removed a part of it. */
  readonly removers?: readonly Author[];
}

interface Author {
  readonly id: ResourceId;
  readonly spec: Spec;
}

/** Problems of a whole tree, each at the leaf of the resource that brought it about. */
export function judgements(schema: Schema, { problems, tree, setters, removers = [] }: Judged): readonly Finding[] {
  if (problems.length === 0) return [];
  const leaves = new Map<string, Setter>();
  for (const { id, spec } of setters) {
    const placed = place(schema, spec);
    for (const { path } of ownLeaves(placed)) leaves.set(path.text, { id, pointer: pointerIn(placed.path, path) });
  }
  return problems.map((problem) => {
    // A reference breaks where it stands, by the removal of what it names.
    const remover = problem.code === 'YANG_LEAFREF' ? removers[0] : undefined;
    const setter = setterOf(problem, pathAt(schema, tree, problem.pointer), leaves);
    const id = setter?.id ?? remover?.id ?? setters[0]?.id ?? removers[0]?.id;
    return findingOf(problem, setter?.pointer ?? '', id);
  });
}

interface Setter {
  readonly id: ResourceId;
  readonly pointer: Pointer;
}

/**
 * Who is to be told: whoever set the leaf that the rule read first, else one of the leaves below the node that the rule
 * belongs to, else whoever set a leaf around it.
 */
function setterOf(problem: Problem, read: string, leaves: ReadonlyMap<string, Setter>): Setter | undefined {
  const exact = leaves.get(read) ?? leaves.get(problem.path);
  if (exact || problem.code === 'YANG_LEAFREF') return exact;
  let around: Setter | undefined;
  for (const [path, setter] of leaves) {
    if (path.startsWith(`${problem.path}/`)) return setter;
    if (problem.path.startsWith(path.slice(0, path.lastIndexOf('/')))) around ??= setter;
  }
  return around;
}

/** The data path of a JSON pointer into a tree. */
function pathAt(schema: Schema, tree: Fields, pointer: string): string {
  let path: DataPath = ROOT;
  let value: Value | undefined = tree;
  let list: NonNullable<ReturnType<typeof memberNamed>> | undefined;
  for (const segment of segments(pointer)) {
    if (!('name' in segment)) break;
    if (list && isList(value)) {
      value = value[Number(segment.name)];
      path = childPath(path, list, keysOf(list, value));
      list = undefined;
      continue;
    }
    const node = memberNamed(path.steps.at(-1)?.node.members ?? schema.roots, segment.name);
    if (!node) break;
    value = isFields(value) ? value[segment.name] : undefined;
    if (node.kind === 'list') list = node;
    else path = childPath(path, node);
  }
  return path.text;
}

/** The place of a leaf in the spec whose path is `base`: `/config/probe/["28-00"]/offset`. */
export function pointerIn(base: DataPath, leaf: DataPath): Pointer {
  let at: Pointer = '/config';
  for (const { node, keys } of leaf.steps.slice(base.steps.length)) {
    at = member(at, node.member);
    if (keys) at = entry(at, keys);
  }
  return at;
}

/** Several findings as one failure: the first one's words, and how many more there are. */
export function asOne(findings: readonly Finding[]): Omit<Diagnostic, 'severity'> {
  const [first, ...others] = findings;
  const rest: Finding = first ?? {
    code: 'CONFIG_INVALID',
    summary: 'the datastore would not be valid',
    hint: 'Plan again: the plan shows each rule at its line.',
  };
  const more = others.map((one) => one.summary);
  return {
    ...rest,
    detail: [
      'The datastore would not be valid as a whole, so nothing was committed.',
      ...(rest.detail === undefined ? [] : [rest.detail]),
      ...(more.length > 0 ? [`Besides: ${more.slice(0, 5).join('; ')}${more.length > 5 ? `; and ${more.length - 5} more` : ''}.`] : []),
    ].join('\n'),
  };
}
