import type { Value } from '../../core/value.ts';
import { textOf, type Cursor, type Run } from '../tree.ts';
import type { Context, Expression } from './expression.ts';
import { certainly, fromBoolean, numberOf, numberOfValue, stringOfCursor } from './values.ts';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

const NUMBERS: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const MIRRORED: Readonly<Record<Comparison, Comparison>> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** XPath 1.0 section 3.4. Two node-sets compare in linear time: by sets for equality, by their extremes for order. */
export function compare(op: Comparison, left: Expression, right: Expression): Expression {
  if (left.type !== 'nodes' && right.type !== 'nodes') return scalars(op, left, right);
  const fast = single(op, left, right);
  const slow = general(op, left, right);
  return fromBoolean(fast ? (c) => (c.run.tentative || c.run.trace ? slow(c) : fast(c)) : slow);
}

function scalars(op: Comparison, left: Expression, right: Expression): Expression {
  const test = NUMBERS[op];
  if (op === '=' || op === '!=') {
    const equal = op === '=';
    if (left.type === 'boolean' || right.type === 'boolean') return fromBoolean((c) => (left.boolean(c) === right.boolean(c)) === equal);
    if (left.type === 'string' && right.type === 'string') return fromBoolean((c) => (left.string(c) === right.string(c)) === equal);
  }
  return fromBoolean((c) => test(left.number(c), right.number(c)));
}

/** At most one leaf on one side, at most one leaf, a string or a number on the other. */
function single(op: Comparison, left: Expression, right: Expression): ((c: Context) => boolean) | undefined {
  const a = left.value;
  const b = right.value;
  const test = NUMBERS[op];
  const byText = op === '=' || op === '!=';
  if (a && b) {
    if (byText) {
      return (c) => {
        const x = a(c);
        const y = b(c);
        return x !== undefined && y !== undefined && (textOf(x) === textOf(y)) === (op === '=');
      };
    }
    return (c) => {
      const x = a(c);
      const y = b(c);
      return x !== undefined && y !== undefined && test(numberOfValue(x), numberOfValue(y));
    };
  }
  if (!a) return b && (left.type === 'number' || left.type === 'string') ? single(MIRRORED[op], right, left) : undefined;
  if (right.type === 'number') return valueAgainst(a, (value, c) => test(numberOfValue(value), right.number(c)));
  if (right.type !== 'string') return undefined;
  if (byText) return valueAgainst(a, (value, c) => (textOf(value) === right.string(c)) === (op === '='));
  return valueAgainst(a, (value, c) => test(numberOfValue(value), right.number(c)));
}

const valueAgainst =
  (read: (c: Context) => Value | undefined, test: (value: Value, c: Context) => boolean) =>
  (c: Context): boolean => {
    const value = read(c);
    return value !== undefined && test(value, c);
  };

function general(op: Comparison, left: Expression, right: Expression): (c: Context) => boolean {
  if (left.type !== 'nodes') return general(MIRRORED[op], right, left);
  const test = NUMBERS[op];
  const byText = op === '=' || op === '!=';
  const equal = op === '=';
  switch (right.type) {
    case 'nodes':
      return (c) => certainly(c.run, () => sets(op, left.nodes(c), right.nodes(c), c.run));
    case 'boolean':
      return (c) => (byText ? (left.boolean(c) === right.boolean(c)) === equal : test(left.boolean(c) ? 1 : 0, right.boolean(c) ? 1 : 0));
    case 'number':
      return (c) => {
        const wanted = right.number(c);
        return certainly(c.run, () => left.nodes(c).some((node) => test(numberOf(stringOfCursor(node, c.run)), wanted)));
      };
    case 'string':
      return (c) => {
        const wanted = right.string(c);
        const some = (node: Cursor): boolean => {
          const text = stringOfCursor(node, c.run);
          return byText ? (text === wanted) === equal : test(numberOf(text), numberOf(wanted));
        };
        return certainly(c.run, () => left.nodes(c).some(some));
      };
  }
}

function sets(op: Comparison, left: readonly Cursor[], right: readonly Cursor[], run: Run): boolean {
  if (left.length === 0 || right.length === 0) return false;
  if (op === '=' || op === '!=') {
    const known = new Set(right.map((node) => stringOfCursor(node, run)));
    if (op === '=') return left.some((node) => known.has(stringOfCursor(node, run)));
    // Some pair differs, unless all texts of both sides are one.
    return known.size > 1 || left.some((node) => !known.has(stringOfCursor(node, run)));
  }
  const numbers = (nodes: readonly Cursor[]): readonly number[] =>
    nodes.map((node) => numberOf(stringOfCursor(node, run))).filter((n) => !Number.isNaN(n));
  const [a, b] = [numbers(left), numbers(right)];
  if (a.length === 0 || b.length === 0) return false;
  const least = (list: readonly number[]): number => list.reduce((x, y) => Math.min(x, y));
  const most = (list: readonly number[]): number => list.reduce((x, y) => Math.max(x, y));
  return op === '<' || op === '<=' ? NUMBERS[op](least(a), most(b)) : NUMBERS[op](most(a), least(b));
}
