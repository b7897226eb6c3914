import { Unreadable, type Reader } from '../../tokens.ts';

/** A sliding window: which events an aggregate is taken over. */
export interface Window {
  /** Whether the oldest event has to leave before a new one comes in: `size` are inside, it has been there for `age` milliseconds. */
  isOver(oldest: { readonly size: number; readonly age: number }): boolean;
}

const UNITS: Readonly<Record<string, number>> = {
  millisec: 1,
  sec: 1_000,
  min: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};
const SPELLINGS: Readonly<Record<string, string>> = {
  milliseconds: 'millisec',
  millisecond: 'millisec',
  seconds: 'sec',
  second: 'sec',
  minutes: 'min',
  minute: 'min',
};

/** Reads `window.length(5)` or `window.time(1 min 30 sec)`, behind its `#`. Throws Unreadable. */
export function readWindow(reader: Reader): Window {
  if (reader.name() !== 'window') throw new Unreadable('only windows are known');
  reader.expect('.');
  const kind = reader.name();
  reader.expect('(');
  const window = kind === 'length' ? lengthWindow(number(reader)) : kind === 'time' ? timeWindow(duration(reader)) : undefined;
  if (window === undefined) throw new Unreadable(`the window ${kind} is not known`);
  reader.expect(')');
  return window;
}

const lengthWindow = (length: number): Window => ({ isOver: ({ size }) => size >= length });
const timeWindow = (ms: number): Window => ({ isOver: ({ age }) => age >= ms });

function number(reader: Reader): number {
  const token = reader.next();
  if (token.is !== 'number' || !/^[1-9]\d*[lL]?$/.test(token.digits)) throw new Unreadable('a whole number is missing');
  return Number.parseInt(token.digits, 10);
}

/** In milliseconds: `1 hour 30 min`, or a bare number of milliseconds. */
function duration(reader: Reader): number {
  let total = 0;
  for (let first = true; ; first = false) {
    const amount = number(reader);
    const token = reader.peek();
    if (token?.is !== 'name') {
      if (first) return amount;
      throw new Unreadable('a unit of time is missing');
    }
    const name = reader.name();
    const unit = UNITS[SPELLINGS[name] ?? name.replace(/s$/, '')];
    if (unit === undefined) throw new Unreadable(`${name} is no unit of time`);
    total += amount * unit;
    if (reader.peek()?.is !== 'number') return total;
  }
}
