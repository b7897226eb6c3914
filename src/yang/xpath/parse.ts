/** Abstract syntax of XPath 1.0; `at` is an offset in the expression. */
export type Ast =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'string'; readonly value: string; readonly at: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Ast[]; readonly at: number }
  | { readonly kind: 'binary'; readonly op: Operator; readonly left: Ast; readonly right: Ast; readonly at: number }
  | { readonly kind: 'negate'; readonly of: Ast; readonly at: number }
  | {
      readonly kind: 'path';
      readonly from: 'root' | 'context' | Ast;
      readonly predicates: readonly Ast[];
      readonly steps: readonly Step[];
      readonly at: number;
    };

export type Operator = 'or' | 'and' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | 'div' | 'mod' | '|';

export interface Step {
  readonly axis: string;
  readonly test: { readonly kind: 'name' | 'any' | 'node' | 'text'; readonly prefix: string | undefined; readonly name: string };
  readonly predicates: readonly Ast[];
  readonly at: number;
}

/** A syntax error of an expression. */
export class XPathError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

interface Token {
  readonly kind: 'number' | 'string' | 'name' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

export const AXES: ReadonlySet<string> = new Set([
  'ancestor',
  'ancestor-or-self',
  'attribute',
  'child',
  'descendant',
  'descendant-or-self',
  'following',
  'following-sibling',
  'namespace',
  'parent',
  'preceding',
  'preceding-sibling',
  'self',
]);

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?|\.\d+)|("[^"]*"|'[^']*')|((?:[A-Za-z_][\w.-]*:(?!:))?(?:[A-Za-z_][\w.-]*|\*))|(::|\.\.|\/\/|!=|<=|>=|[()[\].@,/|+\-=<>$]))/gy;
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'mod', 'div', '*']);
const NODE_TYPES: ReadonlySet<string> = new Set(['node', 'text', 'comment', 'processing-instruction']);
const NODE: Step['test'] = { kind: 'node', prefix: undefined, name: '' };
const MAX_DEPTH = 200;
/** A chain of operators becomes a tree as deep as it is long. */
const MAX_TOKENS = 4000;

/**
 * XPath 1.0 section 3.7. A name is an operator, and `*` a multiplication, where an operand has just ended; a hyphen or a dot
 * belongs to the name before it.
 */
function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const start = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) {
      const rest = text.slice(start);
      const blank = rest.length - rest.trimStart().length;
      if (blank < rest.length) throw new XPathError(`${JSON.stringify(rest.trimStart().charAt(0))} cannot stand here`, start + blank);
      return [...tokens, { kind: 'end', text: '', at: text.length }];
    }
    const [whole, number, string, name, symbol] = found;
    const at = found.index + whole.length - whole.trimStart().length;
    if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string.slice(1, -1), at });
    else if (name !== undefined) tokens.push({ kind: WORDS.has(name) && operandEnded(tokens.at(-1)) ? 'symbol' : 'name', text: name, at });
    else tokens.push({ kind: 'symbol', text: symbol ?? '', at });
  }
}

const operandEnded = (before: Token | undefined): boolean =>
  before !== undefined &&
  (before.kind !== 'symbol' || before.text === ')' || before.text === ']' || before.text === '.' || before.text === '..');

/** Operators from the weakest to the strongest; all associate to the left. */
const LEVELS: readonly (readonly string[])[] = [['or'], ['and'], ['=', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*', 'div', 'mod']];

/** Reads an expression; throws XPathError. */
export function parseXPath(text: string): Ast {
  const tokens = tokenize(text);
  if (tokens.length > MAX_TOKENS) throw new XPathError(`the expression has more than ${MAX_TOKENS} parts`, 0);
  let index = 0;
  let depth = 0;
  const peek = (ahead = 0): Token => tokens[Math.min(index + ahead, tokens.length - 1)] as Token;
  const isSymbol = (symbol: string, ahead = 0): boolean => peek(ahead).kind === 'symbol' && peek(ahead).text === symbol;
  const take = (): Token => {
    const token = peek();
    index += 1;
    return token;
  };
  const accept = (symbol: string): boolean => isSymbol(symbol) && ((index += 1), true);
  const expect = (symbol: string): void => {
    if (!accept(symbol)) throw new XPathError(`expected ${symbol} ${shown(peek())}`, peek().at);
  };

  const binary = (level: number): Ast => {
    const operators = LEVELS[level];
    if (!operators) return unary();
    let left = binary(level + 1);
    while (peek().kind === 'symbol' && operators.includes(peek().text)) {
      const { text: op, at } = take();
      left = { kind: 'binary', op: op as Operator, left, right: binary(level + 1), at };
    }
    return left;
  };
  const expression = (): Ast => {
    if ((depth += 1) > MAX_DEPTH) throw new XPathError(`the expression nests deeper than ${MAX_DEPTH} levels`, peek().at);
    const result = binary(0);
    depth -= 1;
    return result;
  };
  const unary = (): Ast => {
    const { at } = peek();
    let minus = 0;
    while (accept('-')) minus += 1;
    let left = path();
    while (isSymbol('|')) {
      const bar = take();
      left = { kind: 'binary', op: '|', left, right: path(), at: bar.at };
    }
    for (; minus > 0; minus -= 1) left = { kind: 'negate', of: left, at };
    return left;
  };
  const predicates = (): readonly Ast[] => {
    const found: Ast[] = [];
    while (accept('[')) {
      found.push(expression());
      expect(']');
    }
    return found;
  };
  const path = (): Ast => {
    const { at, kind, text: word } = peek();
    if (
      kind === 'number' ||
      kind === 'string' ||
      isSymbol('(') ||
      isSymbol('$') ||
      (kind === 'name' && isSymbol('(', 1) && !NODE_TYPES.has(word))
    ) {
      const from = primary();
      const filters = predicates();
      const steps = isSymbol('/') || isSymbol('//') ? relative([]) : [];
      return filters.length === 0 && steps.length === 0 ? from : { kind: 'path', from, predicates: filters, steps, at };
    }
    if (isSymbol('//')) return { kind: 'path', from: 'root', predicates: [], steps: relative([]), at };
    if (accept('/')) return { kind: 'path', from: 'root', predicates: [], steps: startsStep() ? relative([step()]) : [], at };
    return { kind: 'path', from: 'context', predicates: [], steps: relative([step()]), at };
  };
  const startsStep = (): boolean => peek().kind === 'name' || isSymbol('.') || isSymbol('..') || isSymbol('@');
  const relative = (steps: Step[]): readonly Step[] => {
    for (;;) {
      const { at } = peek();
      if (accept('//')) steps.push({ axis: 'descendant-or-self', test: NODE, predicates: [], at });
      else if (!accept('/')) return steps;
      steps.push(step());
    }
  };
  const step = (): Step => {
    const { at } = peek();
    if (accept('..')) return { axis: 'parent', test: NODE, predicates: [], at };
    if (accept('.')) return { axis: 'self', test: NODE, predicates: [], at };
    let axis = 'child';
    if (accept('@')) axis = 'attribute';
    else if (peek().kind === 'name' && isSymbol('::', 1)) {
      axis = take().text;
      index += 1;
      if (!AXES.has(axis)) throw new XPathError(`there is no axis ${axis}`, at);
    }
    const token = take();
    if (token.kind !== 'name') throw new XPathError(`expected a node name ${shown(token)}`, token.at);
    if (NODE_TYPES.has(token.text) && isSymbol('(')) {
      expect('(');
      expect(')');
      if (token.text !== 'node' && token.text !== 'text') throw new XPathError(`${token.text}() means nothing in YANG data`, token.at);
      return { axis, test: { ...NODE, kind: token.text }, predicates: predicates(), at };
    }
    const colon = token.text.indexOf(':');
    const name = token.text.slice(colon + 1);
    const prefix = colon < 0 ? undefined : token.text.slice(0, colon);
    return { axis, test: { kind: name === '*' ? 'any' : 'name', prefix, name }, predicates: predicates(), at };
  };
  const primary = (): Ast => {
    const token = take();
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text), at: token.at };
    if (token.kind === 'string') return { kind: 'string', value: token.text, at: token.at };
    if (token.text === '$') throw new XPathError('YANG has no variables', token.at);
    if (token.kind === 'symbol') {
      const inner = expression();
      expect(')');
      return inner;
    }
    expect('(');
    const args: Ast[] = [];
    if (!accept(')')) {
      do args.push(expression());
      while (accept(','));
      expect(')');
    }
    return { kind: 'call', name: token.text, args, at: token.at };
  };

  const result = expression();
  if (peek().kind !== 'end') throw new XPathError(`expected an operator ${shown(peek())}`, peek().at);
  return result;
}

const shown = (token: Token): string => (token.kind === 'end' ? 'before the end' : `before ${JSON.stringify(token.text)}`);
