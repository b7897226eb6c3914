import type { Value } from '../../core/value.ts';
import { allChildren, isUnknown, textOf, type Cursor, type Run } from '../tree.ts';
import type { Context, Expression } from './expression.ts';

/** XPath 1.0 number(): blanks, a minus, digits; anything else (exponents, `+1`, nothing) is NaN. */
export function numberOf(text: string): number {
  return /^[ \t\r\n]*-?(?:\d+(?:\.\d*)?|\.\d+)[ \t\r\n]*$/.test(text) ? Number(text) : NaN;
}

/** number() of a leaf's value: the one conversion that the fast ways do without making text of a number. */
export const numberOfValue = (value: Value | undefined): number => (typeof value === 'number' ? value : numberOf(textOf(value)));

/** XPath 1.0 string() of a number: no exponent, `-0` is `0`. */
export function stringOfNumber(value: number): string {
  if (value === 0) return '0';
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20, maximumSignificantDigits: 17 });
}

/** The string-value of a node: a leaf's canonical text, of anything else the text of all leaves in it. */
export function stringOfCursor(cursor: Cursor, run: Run): string {
  const { kind } = cursor.schema;
  if (kind === 'leaf' || kind === 'leaf-list') {
    if (isUnknown(cursor.value, run)) run.undecided = true;
    return textOf(cursor.value);
  }
  // The text of everything in it, of which not everything may be said or known.
  if (run.tentative) run.undecided = true;
  return allChildren(cursor, run)
    .map((child) => stringOfCursor(child, run))
    .join('');
}

const notNodes = (): never => {
  throw new Error('this expression is no node-set');
};

export const fromNumber = (number: (c: Context) => number, literal?: number): Expression => ({
  type: 'number',
  schemas: [],
  ...(literal === undefined ? {} : { literal }),
  nodes: notNodes,
  number,
  string: (c) => stringOfNumber(number(c)),
  boolean: (c) => {
    const value = number(c);
    return value !== 0 && !Number.isNaN(value);
  },
});

export const fromString = (string: (c: Context) => string, literal?: string): Expression => ({
  type: 'string',
  schemas: [],
  ...(literal === undefined ? {} : { literal }),
  nodes: notNodes,
  number: (c) => numberOf(string(c)),
  string,
  boolean: (c) => string(c) !== '',
});

export const fromBoolean = (boolean: (c: Context) => boolean): Expression => ({
  type: 'boolean',
  schemas: [],
  nodes: notNodes,
  number: (c) => (boolean(c) ? 1 : 0),
  string: (c) => String(boolean(c)),
  boolean,
});

export function fromNodes(
  nodes: (c: Context) => readonly Cursor[],
  schemas: Expression['schemas'],
  value?: Expression['value'],
): Expression {
  const string = (c: Context): string => {
    if (value) return textOf(value(c));
    const first = nodes(c)[0];
    return first ? stringOfCursor(first, c.run) : '';
  };
  return {
    type: 'nodes',
    schemas,
    ...(value ? { value } : {}),
    nodes,
    number: value ? (c) => numberOfValue(value(c)) : (c) => numberOf(string(c)),
    string,
    boolean: (c) => certainly(c.run, () => nodes(c).length > 0),
  };
}

/**
 * Asks whether some node is there. In a tentative run only nodes that are surely selected count: a yes then stands whatever the rest
 * of the datastore holds and whatever unknown values turn out to be, and a no is undecided if anything was left out.
 */
export function certainly(run: Run, ask: () => boolean): boolean {
  if (!run.tentative) return ask();
  const { undecided, certainOnly } = run;
  run.undecided = false;
  run.certainOnly = true;
  const answer = ask();
  run.certainOnly = certainOnly;
  run.undecided = undecided || (run.undecided && !answer);
  return answer;
}

/** `and` and `or` of three-valued logic: an undecided operand does not matter where the other one settles it. */
export function joined(left: Expression, right: Expression, settles: boolean): (c: Context) => boolean {
  return (c) => {
    const { run } = c;
    if (!run.tentative) return left.boolean(c) === settles ? settles : right.boolean(c);
    const before = run.undecided;
    let open = false;
    for (const operand of [left, right]) {
      run.undecided = false;
      const answer = operand.boolean(c);
      if (!run.undecided && answer === settles) {
        run.undecided = before;
        return settles;
      }
      open ||= run.undecided;
    }
    run.undecided = before || open;
    return !settles;
  };
}
