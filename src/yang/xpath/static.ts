import type { Identity } from '../identities.ts';
import type { Node } from '../node.ts';
import type { Ast } from './parse.ts';
import type { Expression } from './expression.ts';

/** What is known when an expression is compiled. */
export interface Static {
  /** The schema nodes that the context node may be. */
  readonly schemas: readonly Node[];
  /** What current() is. */
  readonly current: readonly Node[];
  readonly root: Node;
  /** The module of names without a prefix. */
  readonly module: string;
  readonly identities: ReadonlyMap<string, Identity>;
  /** The identity, as `module:name`, that a literal names; one without a prefix is looked for where the nodes are, then in the file. */
  identityKey(name: string, at: number): string;
  /** The module that a prefix means; undefined after a fault. */
  moduleOf(prefix: string, at: number): string | undefined;
  error(at: number, summary: string, code?: 'YANG_XPATH' | 'YANG_UNSUPPORTED'): void;
  /** Something that is allowed and can never do anything, such as a node that does not exist. */
  warn(at: number, summary: string, known?: Iterable<string>): void;
  compile(ast: Ast, scope: Static): Expression;
}

/** Does the value of the expression depend on the context node's place or on the context node at all? */
export function usesContext(ast: Ast): boolean {
  switch (ast.kind) {
    case 'number':
    case 'string':
      return false;
    case 'call':
      return ast.name !== 'current' && (ast.args.length === 0 ? !['true', 'false'].includes(ast.name) : ast.args.some(usesContext));
    case 'binary':
      return usesContext(ast.left) || usesContext(ast.right);
    case 'negate':
      return usesContext(ast.of);
    case 'path':
      if (ast.from === 'context') return true;
      return ast.from !== 'root' && usesContext(ast.from);
  }
}

/** Does a predicate ask for the place of a node among others? Then it matters which others there are. */
export function usesPosition(ast: Ast): boolean {
  switch (ast.kind) {
    case 'number':
    case 'string':
      return false;
    case 'call':
      return ast.name === 'position' || ast.name === 'last' || ast.args.some(usesPosition);
    case 'binary':
      return usesPosition(ast.left) || usesPosition(ast.right);
    case 'negate':
      return usesPosition(ast.of);
    case 'path':
      return typeof ast.from === 'object' && usesPosition(ast.from);
  }
}
