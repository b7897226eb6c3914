import type { Node } from '../node.ts';
import type { Expression } from './expression.ts';
import { compileCall } from './functions.ts';
import { compare, type Comparison } from './compare.ts';
import { parseXPath, XPathError, type Ast } from './parse.ts';
import { compilePath, union } from './path.ts';
import type { Static } from './static.ts';
import { fromBoolean, fromNumber, fromString, joined } from './values.ts';

/** A compiled expression and the operands of its outermost `and` (itself where there is none). */
export interface CompiledXPath {
  readonly whole: Expression;
  readonly parts: readonly Expression[];
}

/** Compiles an expression against the schema; faults go to `scope.error`, and undefined is answered. */
export function compileXPath(text: string, scope: Omit<Static, 'compile'>): CompiledXPath | undefined {
  let failed = false;
  const full: Static = {
    ...scope,
    compile,
    error(at, summary, code) {
      failed = true;
      scope.error(at, summary, code);
    },
  };
  try {
    const ast = parseXPath(text);
    const whole = compile(ast, full);
    const parts = conjuncts(ast).map((part) => (part === ast ? whole : compile(part, full)));
    return failed ? undefined : { whole, parts };
  } catch (error) {
    if (!(error instanceof XPathError)) throw error;
    scope.error(error.at, error.message);
    return undefined;
  }
}

const conjuncts = (ast: Ast): readonly Ast[] =>
  ast.kind === 'binary' && ast.op === 'and' ? [...conjuncts(ast.left), ...conjuncts(ast.right)] : [ast];

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  div: (a, b) => a / b,
  mod: (a, b) => a % b,
};

function compile(ast: Ast, scope: Static): Expression {
  switch (ast.kind) {
    case 'number':
      return fromNumber(() => ast.value, ast.value);
    case 'string':
      return fromString(() => ast.value, ast.value);
    case 'negate': {
      const of = compile(ast.of, scope);
      return fromNumber((c) => -of.number(c));
    }
    case 'call':
      return compileCall(ast, scope);
    case 'path':
      return compilePath(ast, scope);
    case 'binary':
      return binary(ast, scope);
  }
}

function binary(ast: Extract<Ast, { kind: 'binary' }>, scope: Static): Expression {
  const left = compile(ast.left, scope);
  const right = compile(ast.right, scope);
  switch (ast.op) {
    case 'or':
      return fromBoolean(joined(left, right, true));
    case 'and':
      return fromBoolean(joined(left, right, false));
    case '|':
      if (left.type === 'nodes' && right.type === 'nodes') return union(left, right);
      scope.error(ast.at, 'only node-sets can be joined by |');
      return left;
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(ast.op satisfies Comparison, named(left, right, scope, ast.at), named(right, left, scope, ast.at));
    default: {
      const apply = ARITHMETIC[ast.op] as (a: number, b: number) => number;
      return fromNumber((c) => apply(left.number(c), right.number(c)));
    }
  }
}

/**
 * A literal that is compared with an identityref names an identity in the words of the module's file (RFC 7950 section 9.10.3:
 * the canonical form depends on prefixes); values are kept as `module:name`, so the literal is made one too.
 */
function named(side: Expression, other: Expression, scope: Static, at: number): Expression {
  const { literal } = side;
  if (typeof literal !== 'string' || !other.schemas.some(isIdentity) || !/^(?:[\w.-]+:)?[A-Za-z_][\w.-]*$/.test(literal)) return side;
  const key = scope.identityKey(literal, at);
  return fromString(() => key, key);
}

const isIdentity = (node: Node): boolean => node.type?.kinds.some((kind) => kind.base === 'identityref') ?? false;
