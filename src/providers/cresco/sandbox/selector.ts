import { like } from './like.ts';
import { type Language, Reader, Unreadable } from './tokens.ts';

/** Properties of a message. */
export type Properties = Readonly<Record<string, string | number | boolean>>;

/** `null` is SQL's NULL and, for a condition, the third truth value: unknown. */
type Value = string | number | boolean | null;
type Expression = (properties: Properties) => Value;

const LANGUAGE: Language = {
  // No part can match in two ways, so that reading is linear. Names are as in Java; in a text, a quote is doubled.
  token:
    /\s+|(?<name>[\p{L}_$][\p{L}\p{N}_$]*)|'(?<text>[^']*(?:''[^']*)*)'|(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<sign><>|<=|>=|[=<>(),+\-*/])/uy,
  keywords: new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'LIKE', 'ESCAPE', 'IS', 'NULL', 'TRUE', 'FALSE']),
  unquote: (text) => text.replaceAll("''", "'"),
};

/** Parentheses deeper than this are refused, so that no text from the wire can exhaust the stack. */
const DEEPEST = 200;

/**
 * Compiles a JMS message selector (the SQL-92 subset of JMS 1.1, section 3.8.1.1): what it returns says whether a message with
 * these properties is selected. An empty selector selects everything; undefined: the text is no selector.
 *
 * Time to compile is linear in the text. A property that a message lacks is NULL, whatever is compared with NULL is unknown,
 * and only *true* selects. Values of different types are never equal, nor unequal: a comparison of them is false.
 */
export function compileSelector(text: string): ((properties: Properties) => boolean) | undefined {
  if (text.trim() === '') return () => true;
  try {
    const reader = new Reader(text, LANGUAGE);
    const condition = anyOf(reader, 0);
    reader.end();
    return (properties) => condition(properties) === true;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

function anyOf(reader: Reader, depth: number): Expression {
  const parts = [allOf(reader, depth)];
  while (reader.take('OR') !== undefined) parts.push(allOf(reader, depth));
  return join(parts, true);
}

function allOf(reader: Reader, depth: number): Expression {
  const parts = [negated(reader, depth)];
  while (reader.take('AND') !== undefined) parts.push(negated(reader, depth));
  return join(parts, false);
}

/** AND and OR of three-valued logic: one `decisive` value decides, else one unknown makes the whole unknown. */
function join(parts: readonly Expression[], decisive: boolean): Expression {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return only;
  return (properties) => {
    let outcome: Value = !decisive;
    for (const part of parts) {
      const value = part(properties);
      if (value === decisive) return decisive;
      if (typeof value !== 'boolean') outcome = null;
    }
    return outcome;
  };
}

const not = (inner: Expression): Expression => {
  return (properties) => {
    const value = inner(properties);
    return typeof value === 'boolean' ? !value : null;
  };
};

function negated(reader: Reader, depth: number): Expression {
  let odd = false;
  while (reader.take('NOT') !== undefined) odd = !odd;
  const inner = predicate(reader, depth);
  return odd ? not(inner) : inner;
}

function predicate(reader: Reader, depth: number): Expression {
  const left = sum(reader, depth);
  const comparison = reader.take('=', '<>', '<', '<=', '>', '>=');
  if (comparison !== undefined) return compare(comparison, left, sum(reader, depth));
  if (reader.take('IS') !== undefined) {
    const wanted = reader.take('NOT') === undefined;
    reader.expect('NULL');
    return (properties) => (left(properties) === null) === wanted;
  }
  const negative = reader.take('NOT') !== undefined;
  const test = membership(reader, left, depth);
  if (test === undefined) {
    if (negative) throw new Unreadable('it is no condition');
    return left;
  }
  return negative ? not(test) : test;
}

/** What may stand after `NOT`: BETWEEN, IN, LIKE. */
function membership(reader: Reader, left: Expression, depth: number): Expression | undefined {
  switch (reader.take('BETWEEN', 'IN', 'LIKE')) {
    case 'BETWEEN': {
      const lowest = sum(reader, depth);
      reader.expect('AND');
      return join([compare('>=', left, lowest), compare('<=', left, sum(reader, depth))], false);
    }
    case 'IN': {
      reader.expect('(');
      const known = new Set([reader.text()]);
      while (reader.take(',') !== undefined) known.add(reader.text());
      reader.expect(')');
      return ofText(left, (text) => known.has(text));
    }
    case 'LIKE': {
      const pattern = reader.text();
      const matches = like(pattern, reader.take('ESCAPE') === undefined ? undefined : reader.text());
      if (matches === undefined) throw new Unreadable('it is no condition');
      return ofText(left, matches);
    }
    default:
      return undefined;
  }
}

/** A test of texts: unknown for NULL, false for anything that is no text. */
function ofText(left: Expression, test: (text: string) => boolean): Expression {
  return (properties) => {
    const value = left(properties);
    return value === null ? null : typeof value === 'string' && test(value);
  };
}

function compare(sign: string, left: Expression, right: Expression): Expression {
  return (properties) => {
    const a = left(properties);
    const b = right(properties);
    if (a === null || b === null) return null;
    if (typeof a !== typeof b) return false;
    if (sign === '=') return a === b;
    if (sign === '<>') return a !== b;
    // Only numbers have an order in JMS.
    if (typeof a !== 'number' || typeof b !== 'number') return false;
    if (sign === '<') return a < b;
    if (sign === '<=') return a <= b;
    return sign === '>' ? a > b : a >= b;
  };
}

type Operate = (a: number, b: number) => number;
interface Term {
  readonly operate: Operate;
  readonly of: Expression;
}
const PLUS: Operate = (a, b) => a + b;
const MINUS: Operate = (a, b) => a - b;
const TIMES: Operate = (a, b) => a * b;
const OVER: Operate = (a, b) => a / b;

function sum(reader: Reader, depth: number): Expression {
  const first = product(reader, depth);
  const rest: Term[] = [];
  for (let sign = reader.take('+', '-'); sign !== undefined; sign = reader.take('+', '-')) {
    rest.push({ operate: sign === '+' ? PLUS : MINUS, of: product(reader, depth) });
  }
  return calculate(first, rest);
}

function product(reader: Reader, depth: number): Expression {
  const first = operand(reader, depth);
  const rest: Term[] = [];
  for (let sign = reader.take('*', '/'); sign !== undefined; sign = reader.take('*', '/')) {
    rest.push({ operate: sign === '*' ? TIMES : OVER, of: operand(reader, depth) });
  }
  return calculate(first, rest);
}

/** Sums and products are lists, not trees: a long one must not exhaust the stack when it is evaluated. */
function calculate(first: Expression, rest: readonly Term[]): Expression {
  if (rest.length === 0) return first;
  return (properties) => {
    let result = first(properties);
    for (const { operate, of } of rest) {
      const value = of(properties);
      result = typeof result === 'number' && typeof value === 'number' ? operate(result, value) : null;
    }
    return result;
  };
}

function operand(reader: Reader, depth: number): Expression {
  let sign: string | undefined;
  let negative = false;
  for (let next = reader.take('+', '-'); next !== undefined; next = reader.take('+', '-')) {
    sign = next;
    if (next === '-') negative = !negative;
  }
  const inner = atom(reader, depth);
  return sign === undefined ? inner : calculate(() => (negative ? -1 : 1), [{ operate: TIMES, of: inner }]);
}

function atom(reader: Reader, depth: number): Expression {
  const token = reader.next();
  if (token.is === 'text') return () => token.text;
  if (token.is === 'number') {
    const value = Number(token.digits);
    return () => value;
  }
  if (token.is === 'name') return (properties) => (Object.hasOwn(properties, token.name) ? (properties[token.name] ?? null) : null);
  if (token.symbol === 'TRUE' || token.symbol === 'FALSE') {
    const value = token.symbol === 'TRUE';
    return () => value;
  }
  if (token.symbol !== '(' || depth >= DEEPEST) throw new Unreadable('it is no condition');
  const inner = anyOf(reader, depth + 1);
  reader.expect(')');
  return inner;
}
