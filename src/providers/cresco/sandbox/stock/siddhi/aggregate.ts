import { isNumeric, isWhole, type Datum, type Type } from './stream.ts';
import { Unreadable } from '../../tokens.ts';
import { openFifo } from './fifo.ts';

/** What a window knows of one attribute in one group. Values leave in the order in which they came; null never counts. */
export interface Aggregate {
  add(value: Datum): void;
  drop(value: Datum): void;
  value(): Datum;
}

const NAMES = ['avg', 'sum', 'count', 'min', 'max'] as const;
export type AggregateName = (typeof NAMES)[number];
export const isAggregate = (name: string): name is AggregateName => (NAMES as readonly string[]).includes(name);

/** The type of an aggregate over a type (`undefined`: over nothing, which only count is). Throws Unreadable. */
export function aggregateType(name: AggregateName, of: Type | undefined): Type {
  if (name === 'count') return 'long';
  if (of === undefined || !isNumeric(of)) throw new Unreadable(`${name} needs a number`);
  if (name === 'avg') return 'double';
  if (name === 'sum') return isWhole(of) ? 'long' : 'double';
  return of;
}

/** A fresh aggregate. Each value costs a constant time, whatever the size of the window. `drops`: values leave again. */
export function openAggregate(name: AggregateName, { drops }: { readonly drops: boolean }): Aggregate {
  if (name === 'min') return extreme((a, b) => a < b, drops);
  if (name === 'max') return extreme((a, b) => a > b, drops);
  let sum = 0;
  let count = 0;
  const change = (value: Datum, by: 1 | -1): void => {
    if (name !== 'count' && typeof value !== 'number') return;
    count += by;
    if (typeof value === 'number') sum += by * value;
  };
  return {
    add: (value) => change(value, 1),
    drop: (value) => change(value, -1),
    value() {
      if (name === 'count') return count;
      if (count === 0) return null;
      return name === 'sum' ? sum : sum / count;
    },
  };
}

/** The best of a sliding window: only values that could still become the best are kept, the best in front. */
function extreme(better: (a: number, b: number) => boolean, drops: boolean): Aggregate {
  const kept = openFifo<number>();
  return {
    add(value) {
      if (typeof value !== 'number') return;
      for (let last = kept.last(); last !== undefined && better(value, last); last = kept.last()) kept.pop();
      if (drops || kept.first() === undefined) kept.push(value);
    },
    drop(value) {
      if (kept.first() === value) kept.shift();
    },
    value: () => kept.first() ?? null,
  };
}
