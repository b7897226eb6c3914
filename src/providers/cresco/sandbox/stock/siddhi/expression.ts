import { Unreadable, type Reader } from '../../tokens.ts';
import { aggregateType, isAggregate, type AggregateName } from './aggregate.ts';
import { isNumeric, isWhole, type Datum, type Stream, type Type } from './stream.ts';

/** What an expression looks at: an event, and the aggregates of its group. */
export interface Frame {
  readonly row: readonly Datum[];
  readonly aggregates: readonly Datum[];
}

export interface Expression {
  readonly type: Type;
  readonly of: (frame: Frame) => Datum;
}

/** An aggregate that a query needs, and over what. */
export interface AggregateUse {
  readonly name: AggregateName;
  readonly over: Expression | undefined;
}

/** What names mean in an expression. `aggregates` gathers those that it uses; undefined where there can be none. */
export interface Scope {
  readonly stream: Stream;
  readonly aggregates: AggregateUse[] | undefined;
}

/** Parentheses deeper than this are refused, so that no query can exhaust the stack. */
const DEEPEST = 100;

/** Reads a condition. Throws Unreadable, also where types do not fit. */
export function readCondition(reader: Reader, scope: Scope): Expression {
  const condition = readExpression(reader, scope);
  need(condition, (type) => type === 'bool');
  return condition;
}

export const readExpression = (reader: Reader, scope: Scope): Expression => anyOf({ reader, scope, depth: 0 });

interface At {
  readonly reader: Reader;
  readonly scope: Scope;
  readonly depth: number;
}

function need(expression: Expression, fits: (type: Type) => boolean): void {
  if (!fits(expression.type)) throw new Unreadable(`a ${expression.type} does not fit here`);
}

const anyOf = (at: At): Expression => logic(at, { word: 'OR', part: allOf, decisive: true });
const allOf = (at: At): Expression => logic(at, { word: 'AND', part: negated, decisive: false });

function logic(
  at: At,
  { word, part, decisive }: { readonly word: string; readonly part: (at: At) => Expression; readonly decisive: boolean },
): Expression {
  const first = part(at);
  const parts = [first];
  while (at.reader.take(word) !== undefined) parts.push(part(at));
  if (parts.length === 1) return first;
  for (const one of parts) need(one, (type) => type === 'bool');
  return { type: 'bool', of: (frame) => (parts.some(({ of }) => (of(frame) === true) === decisive) ? decisive : !decisive) };
}

function negated(at: At): Expression {
  let count = 0;
  while (at.reader.take('NOT') !== undefined) count += 1;
  const inner = comparison(at);
  if (count === 0) return inner;
  need(inner, (type) => type === 'bool');
  const wanted = count % 2 === 0;
  return { type: 'bool', of: (frame) => (inner.of(frame) === true) === wanted };
}

function comparison(at: At): Expression {
  const left = sum(at);
  if (at.reader.take('IS') !== undefined) {
    at.reader.expect('NULL');
    return { type: 'bool', of: (frame) => left.of(frame) === null };
  }
  const sign = at.reader.take('==', '!=', '<', '<=', '>', '>=');
  if (sign === undefined) return left;
  const right = sum(at);
  const numeric = isNumeric(left.type) && isNumeric(right.type);
  if (!numeric && (left.type !== right.type || !['==', '!='].includes(sign))) {
    throw new Unreadable(`${left.type} ${sign} ${right.type} cannot be compared`);
  }
  const holds = COMPARISONS[sign as keyof typeof COMPARISONS];
  return {
    type: 'bool',
    of(frame) {
      const [a, b] = [left.of(frame), right.of(frame)];
      return a !== null && b !== null && holds(a, b);
    },
  };
}

const COMPARISONS = {
  '==': (a: Datum, b: Datum) => a === b,
  '!=': (a: Datum, b: Datum) => a !== b,
  '<': (a: Datum, b: Datum) => Number(a) < Number(b),
  '<=': (a: Datum, b: Datum) => Number(a) <= Number(b),
  '>': (a: Datum, b: Datum) => Number(a) > Number(b),
  '>=': (a: Datum, b: Datum) => Number(a) >= Number(b),
};

const sum = (at: At): Expression => arithmetic(at, { signs: ['+', '-'], part: product });
const product = (at: At): Expression => arithmetic(at, { signs: ['*', '/', '%'], part: operand });

/** A list, not a tree: a long sum must not exhaust the stack when it is evaluated. */
function arithmetic(at: At, { signs, part }: { readonly signs: readonly string[]; readonly part: (at: At) => Expression }): Expression {
  const first = part(at);
  const rest: { readonly sign: string; readonly whole: boolean; readonly of: Expression['of'] }[] = [];
  let type = first.type;
  for (let sign = at.reader.take(...signs); sign !== undefined; sign = at.reader.take(...signs)) {
    const next = part(at);
    for (const one of [first, next]) need(one, isNumeric);
    type = wider(type, next.type);
    rest.push({ sign, whole: isWhole(type), of: next.of });
  }
  if (rest.length === 0) return first;
  return {
    type,
    of(frame) {
      let result = first.of(frame);
      for (const { sign, whole, of } of rest) {
        const value = of(frame);
        result = typeof result === 'number' && typeof value === 'number' ? operate({ a: result, b: value, sign, whole }) : null;
      }
      return result;
    },
  };
}

/** As in Java: whole numbers divide without a rest. Nothing is divided by zero: there is no value then. */
function operate({
  a,
  b,
  sign,
  whole,
}: {
  readonly a: number;
  readonly b: number;
  readonly sign: string;
  readonly whole: boolean;
}): number | null {
  if (sign === '+') return a + b;
  if (sign === '-') return a - b;
  if (sign === '*') return a * b;
  if (b === 0) return null;
  if (sign === '%') return a % b;
  return whole ? Math.trunc(a / b) : a / b;
}

const WIDTH: readonly Type[] = ['int', 'long', 'float', 'double'];
const wider = (a: Type, b: Type): Type => (WIDTH.indexOf(a) >= WIDTH.indexOf(b) ? a : b);

function operand(at: At): Expression {
  const { reader, scope, depth } = at;
  const negative = reader.take('-') !== undefined;
  const token = reader.next();
  if (token.is === 'number') return literal(token.digits, negative);
  if (negative) throw new Unreadable('only a number can be negative');
  if (token.is === 'text') return { type: 'string', of: () => token.text };
  if (token.is === 'name') return named(at, token.name);
  if (token.symbol === 'TRUE' || token.symbol === 'FALSE') {
    const value = token.symbol === 'TRUE';
    return { type: 'bool', of: () => value };
  }
  if (token.symbol !== '(' || depth >= DEEPEST) throw new Unreadable(`${token.symbol} is not expected`);
  const inner = anyOf({ reader, scope, depth: depth + 1 });
  reader.expect(')');
  return inner;
}

function literal(digits: string, negative: boolean): Expression {
  const suffix = /[lLfFdD]$/.exec(digits)?.[0].toLowerCase();
  const size = Number(suffix === undefined ? digits : digits.slice(0, -1));
  const value = negative ? -size : size;
  const type = suffix === 'l' ? 'long' : suffix === 'f' ? 'float' : suffix === 'd' || /[.eE]/.test(digits) ? 'double' : 'int';
  return { type, of: () => value };
}

/** `value`, `Stream.value`, or an aggregate: `avg(value)`, `count()`. */
function named({ reader, scope, depth }: At, name: string): Expression {
  if (reader.take('(') !== undefined) {
    const { stream, aggregates } = scope;
    if (aggregates === undefined || !isAggregate(name)) throw new Unreadable(`${name} is not known`);
    let over: Expression | undefined;
    if (reader.take(')') === undefined) {
      if (depth >= DEEPEST) throw new Unreadable('it is nested too deeply');
      over = anyOf({ reader, scope: { stream, aggregates: undefined }, depth: depth + 1 });
      reader.expect(')');
    }
    const type = aggregateType(name, over?.type);
    const index = aggregates.push({ name, over }) - 1;
    return { type, of: (frame) => frame.aggregates[index] ?? null };
  }
  const attribute = reader.take('.') === undefined ? name : reader.name();
  if (attribute !== name && name !== scope.stream.name) throw new Unreadable(`${name} is not known`);
  const index = scope.stream.attributes.findIndex((one) => one.name === attribute);
  const found = scope.stream.attributes[index];
  if (found === undefined) throw new Unreadable(`${attribute} is not known`);
  return { type: found.type, of: (frame) => frame.row[index] ?? null };
}
