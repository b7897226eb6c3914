import type { Value } from '../core/value.ts';
import type { Statement } from './parse.ts';
import { all, child, text } from './parse.ts';
import type { NodeKind, SchemaNode } from './schema.ts';
import { positionOf } from './source.ts';
import type { Type } from './types/type.ts';
import { ruleOf } from './validate/problems.ts';
import type { Expression } from './xpath/expression.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A `when` and whether it looks from the node itself or from its parent (those of uses, augment, choice and case do). */
export interface Condition {
  readonly statement: Statement;
  readonly from: 'self' | 'parent';
}

/** What the statements say, until refinements and augments are done and it can be checked. */
export interface Facets {
  type: Statement | undefined;
  defaults: readonly Statement[];
  musts: readonly Statement[];
  conditions: readonly Condition[];
  /** The `if-feature` statements of the node itself and of what refines it. */
  features: readonly Statement[];
  uniques: readonly Statement[];
  key: Statement | undefined;
  config: Statement | undefined;
  mandatory: Statement | undefined;
  min: Statement | undefined;
  max: Statement | undefined;
}

/** A compiled `must`, `when` or `unique`. */
export interface Must {
  readonly statement: Statement;
  readonly test: Expression;
  /** The operands of its outermost `and`, to find the one that failed. */
  readonly parts: readonly Expression[];
  readonly message: string | undefined;
  readonly appTag: string | undefined;
}

export interface When {
  readonly statement: Statement;
  readonly test: Expression;
  readonly from: 'self' | 'parent';
}

export interface Unique {
  readonly statement: Statement;
  /** For each leaf the data nodes from the list entry down to it. */
  readonly paths: readonly (readonly Node[])[];
}

/** How a leafref finds its targets. */
export interface Reference {
  readonly type: Type;
  readonly statement: Statement;
  readonly path: Expression;
  /** Where the values have no predicate to choose them: steps up from the leaf (-1: from the root), then the nodes down. */
  readonly simple?: { readonly up: number; readonly down: readonly Node[] };
}

/** A schema node as the compiler and the validator see it. */
export interface Node extends Mutable<Omit<SchemaNode, 'children' | 'members' | 'parent' | 'type'>> {
  readonly statement: Statement;
  readonly facets: Facets;
  parent?: Node;
  /** Operations and notifications in it, which are not compiled, as `module:name`. */
  readonly operations: Set<string>;
  readonly children: Map<string, Node>;
  readonly members: Map<string, Node>;
  type?: Type;
  /** The nearest data node above; the root for top-level nodes. */
  dataParent?: Node;
  /** Its place among the members of its data parent. */
  slot: number;
  /** Its members in order; of a case or choice all data nodes directly in it, seen through further choices. */
  readonly list: Node[];
  keyNodes: readonly Node[];
  musts: readonly Must[];
  /** Its own, and those of the uses, augments, choices and cases between it and its data parent. */
  whens: readonly When[];
  uniques: readonly Unique[];
  references: readonly Reference[];
  /** The choices directly inside, for exclusivity and mandatory choices. */
  readonly choices: Node[];
  /** The members in or below which something needs the second pass (see validate/constraints.ts): rules, counts, references. */
  watched: readonly Node[];
  /** Its value must name something that is there: a leafref or instance-identifier, perhaps in a union. */
  pointing: boolean;
  defaultValue: Value | undefined;
}

const STATUSES = { current: 'current', deprecated: 'deprecated', obsolete: 'obsolete' } as const;

export function createNode(kind: NodeKind, statement: Statement, module: string): Node {
  const list = kind === 'list' || kind === 'leaf-list';
  const presence = text(statement, 'presence');
  const description = text(statement, 'description');
  const reference = text(statement, 'reference');
  const when = child(statement, 'when');
  return {
    kind,
    name: statement.argument ?? '',
    module,
    path: '',
    member: '',
    config: true,
    children: new Map(),
    members: new Map(),
    mandatory: false,
    status: STATUSES[(text(statement, 'status') ?? 'current') as keyof typeof STATUSES],
    extensions: [],
    ...(presence === undefined ? {} : { presence }),
    ...(description === undefined ? {} : { description }),
    ...(reference === undefined ? {} : { reference }),
    ...(list ? { orderedBy: text(statement, 'ordered-by') === 'user' ? 'user' : 'system' } : {}),
    get rules() {
      return this.musts.map(({ statement: must, message }) => ({ ...ruleOf(must), ...(message === undefined ? {} : { message }) }));
    },
    get position() {
      return positionOf({ source: statement.source, offset: statement.offset, length: statement.keyword.length });
    },
    statement,
    facets: {
      type: child(statement, 'type'),
      defaults: all(statement, 'default'),
      musts: all(statement, 'must'),
      conditions: when ? [{ statement: when, from: kind === 'choice' || kind === 'case' ? 'parent' : 'self' }] : [],
      features: all(statement, 'if-feature'),
      uniques: all(statement, 'unique'),
      key: child(statement, 'key'),
      config: child(statement, 'config'),
      mandatory: child(statement, 'mandatory'),
      min: child(statement, 'min-elements'),
      max: child(statement, 'max-elements'),
    },
    operations: new Set(),
    slot: 0,
    list: [],
    keyNodes: [],
    musts: [],
    whens: [],
    uniques: [],
    references: [],
    choices: [],
    watched: [],
    pointing: false,
    defaultValue: undefined,
  };
}

export const isData = (node: Node): boolean => node.kind !== 'choice' && node.kind !== 'case';

/** Containers that exist only to hold others: there wherever something looks for them. */
export const isPlain = (node: Node): boolean => node.kind === 'container' && node.presence === undefined;
