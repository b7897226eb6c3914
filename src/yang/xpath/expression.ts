import type { Node } from '../node.ts';
import type { Cursor, Run } from '../tree.ts';
import type { Value } from '../../core/value.ts';

/** Where an expression is evaluated: XPath's context node, position and size, and YANG's current(). */
export interface Context {
  readonly node: Cursor;
  readonly position: number;
  readonly size: number;
  readonly current: Cursor;
  readonly run: Run;
}

export type ExpressionType = 'nodes' | 'number' | 'string' | 'boolean';

/** A compiled XPath expression: every conversion of XPath 1.0 as a closure. `nodes` throws unless the type is `nodes`. */
export interface Expression {
  readonly type: ExpressionType;
  /** The schema nodes that `nodes` may answer instances of. */
  readonly schemas: readonly Node[];
  /** Fast way where at most one leaf can be meant: its value without a cursor, undefined where it is absent. */
  readonly value?: (c: Context) => Value | undefined;
  /** A literal, known when it is compiled. */
  readonly literal?: string | number;
  nodes(c: Context): readonly Cursor[];
  number(c: Context): number;
  string(c: Context): string;
  boolean(c: Context): boolean;
}

export const contextOf = (node: Cursor, run: Run): Context => ({ node, position: 1, size: 1, current: node, run });
