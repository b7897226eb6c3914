import type { Value } from '../../core/value.ts';
import type { Statement } from '../parse.ts';
import type { BaseType } from '../schema.ts';
import { formatIntervals, parseIntervals, within, withinFloats, type Bounds, type Floats, type Intervals } from './range.ts';
import { kindOf, Refusal, refuseBy, shown, type Restriction, type Type, type Writing } from './type.ts';

/** What makes one numeric type different from another: its digits behind the point and its intervals, both scaled by them. */
export interface NumberSpec {
  readonly base: BaseType;
  readonly name: string;
  readonly digits: number;
  readonly intervals: Intervals;
  /** The range statement that the intervals come from. */
  readonly restriction?: Restriction;
  readonly statement: Statement;
}

export const INTEGERS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/** A decimal64 is a 64-bit integer divided by a power of ten (RFC 7950 section 9.3). */
export const DECIMAL: readonly [bigint, bigint] = INTEGERS['int64'] as readonly [bigint, bigint];

/** Digits that every double holds exactly, so that comparing doubles is comparing decimals. */
const EXACT = 15;
const DECIMAL_TEXT = /^[+-]?\d+(?:\.\d+)?$/;
const INTEGER_TEXT = /^[+-]?\d+$/;
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d*)$/;
const OTHER_BASES = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]+)$/;

/** Bounds of integers (digits 0) and decimals, as they stand in range statements. */
export function boundsOf(digits: number): Bounds {
  return {
    parse: (text) => (digits === 0 ? parseInteger(text) : scaled(text, digits)),
    format: (value) => (digits === 0 ? String(value) : formatDecimal(value, digits)),
  };
}

function parseInteger(text: string): bigint | undefined {
  if (!INTEGER_TEXT.test(text)) return undefined;
  return BigInt(text.startsWith('+') ? text.slice(1) : text);
}

/** Decimal text as a whole number of its last digit, or undefined if it is none or has too many digits behind the point. */
function scaled(text: string, digits: number): bigint | undefined {
  if (!DECIMAL_TEXT.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > digits) return undefined;
  const value = BigInt(whole + kept.padEnd(digits, '0'));
  return text.startsWith('-') ? -value : value;
}

/** Canonical form of RFC 7950 section 9.3.2: `17.0`, `-0.25`. */
function formatDecimal(value: bigint, digits: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${text.slice(0, -digits)}.${fraction === '' ? '0' : fraction}`;
}

export function numberType(spec: NumberSpec): Type {
  const { digits, intervals } = spec;
  const bounds = boundsOf(digits);
  const range = formatIntervals(intervals, bounds);
  const outside = (value: Value): Refusal => refuseBy('YANG_RANGE', spec.restriction, `${shown(value)} is not in ${range}`);
  const floats: Floats = intervals.map(([low, high]) => [floatOf(low, bounds, -Infinity), floatOf(high, bounds, Infinity)]);
  const allowed = digits === 0 ? `${spec.base} in ${range}` : `decimal64 with ${digits} fraction digit${digits === 1 ? '' : 's'}, ${range}`;
  const read = digits > 0 ? decimalReader({ digits, intervals, floats, outside }) : integerReader({ ...spec, floats, outside });
  const type: Type = {
    base: spec.base,
    name: spec.name,
    allowed,
    range,
    ...(digits > 0 ? { fractionDigits: digits } : {}),
    read,
    get kinds() {
      return [type];
    },
    statement: spec.statement,
  };
  return type;
}

/** A bound as a float where it is exact; further out every float that is itself exact is inside. */
function floatOf(bound: bigint, bounds: Bounds, beyond: number): number {
  const text = bounds.format(bound);
  return text.replace(/[-.]/g, '').length <= EXACT ? Number(text) : beyond;
}

type Reader = (value: Value, writing: Writing) => Value | Refusal;

function integerReader(spec: NumberSpec & { readonly floats: Floats; readonly outside: (value: Value) => Refusal }): Reader {
  const { base, intervals, floats, outside } = spec;
  const wide = base === 'int64' || base === 'uint64';
  const notOne = (value: Value): Refusal =>
    new Refusal('YANG_TYPE', `${typeof value === 'string' ? shown(value) : kindOf(value)} is no ${base}`);
  const fromText = (text: string, writing: Writing): Value | Refusal => {
    if (text.length <= EXACT && PLAIN_INTEGER.test(text)) {
      const number = Number(text);
      if (!withinFloats(number, floats)) return outside(text);
      return wide ? text : number;
    }
    let value = parseInteger(text);
    const other = value === undefined || (writing === 'text' && /^[+-]?0\d/.test(text)) ? OTHER_BASES.exec(text) : null;
    // Hexadecimal and octal are for modules (RFC 7950 section 9.2.1); in data `010` is ten.
    if (other && writing === 'text') {
      const digits = other[2] as string;
      const magnitude = BigInt(/^0[xX]/.test(digits) ? digits : `0o${digits.slice(1)}`);
      value = other[1] === '-' ? -magnitude : magnitude;
    }
    if (value === undefined) return notOne(text);
    if (!within(value, intervals)) return outside(text);
    return wide ? String(value) : Number(value);
  };
  return (value, writing) => {
    if (typeof value === 'number') {
      if (wide && writing === 'json')
        return new Refusal('YANG_TYPE', `${base} is a string in JSON`, { hint: `write ${JSON.stringify(String(value))}` });
      if (!Number.isSafeInteger(value)) return Number.isInteger(value) && !wide ? outside(value) : notOne(value);
      if (wide) return within(BigInt(value), intervals) ? String(value) : outside(value);
      if (!withinFloats(value, floats)) return outside(value);
      // -0 and 0 are one number, and JSON tells them apart.
      return value === 0 ? 0 : value;
    }
    if (typeof value !== 'string') return notOne(value);
    if (!wide && writing === 'json') return new Refusal('YANG_TYPE', `${base} is a number in JSON, not a string`);
    return fromText(value, writing);
  };
}

interface DecimalSpec {
  readonly digits: number;
  readonly intervals: Intervals;
  readonly floats: Floats;
  readonly outside: (value: Value) => Refusal;
}

function decimalReader({ digits, intervals, floats, outside }: DecimalSpec): Reader {
  const canonical = new RegExp(`^(?:-?(?:0|[1-9]\\d*)\\.(?:0|\\d{0,${digits - 1}}[1-9]))$`);
  const bounds = boundsOf(digits);
  return (value, writing) => {
    if (typeof value === 'number') {
      if (writing === 'json')
        return new Refusal('YANG_TYPE', 'decimal64 is a string in JSON', { hint: `write ${JSON.stringify(decimalHint(value))}` });
    } else if (typeof value !== 'string') return new Refusal('YANG_TYPE', `${kindOf(value)} is no decimal64`);
    const text = String(value);
    // The common case: canonical already and short enough to be judged as a float.
    if (text.length <= EXACT && canonical.test(text)) {
      const number = Number(text);
      if (number !== 0 || text === '0.0') return withinFloats(number, floats) ? text : outside(value);
    }
    const whole = bounds.parse(text);
    if (whole === undefined) {
      if (!DECIMAL_TEXT.test(text)) return new Refusal('YANG_TYPE', `${shown(value)} is no decimal64`);
      return new Refusal('YANG_TYPE', `${shown(value)} has more than ${digits} fraction digit${digits === 1 ? '' : 's'}`);
    }
    return within(whole, intervals) ? bounds.format(whole) : outside(value);
  };
}

const decimalHint = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

/** The intervals of a range statement inside those of its parent type, or what is wrong with it. */
export const narrow = (expression: string, parent: Intervals, digits: number): Intervals | string =>
  parseIntervals(expression, parent, boundsOf(digits));
