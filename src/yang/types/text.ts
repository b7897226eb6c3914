import type { Value } from '../../core/value.ts';
import type { Statement } from '../parse.ts';
import { formatIntervals, within, type Bounds, type Intervals } from './range.ts';
import { kindOf, Refusal, refuseBy, type Restriction, type Type, type Writing } from './type.ts';

export interface LengthLimit extends Restriction {
  readonly intervals: Intervals;
}

export interface PatternLimit extends Restriction {
  readonly pattern: string;
  readonly regexp: RegExp;
  readonly inverted: boolean;
}

export interface TextSpec {
  readonly name: string;
  readonly length?: LengthLimit;
  readonly patterns: readonly PatternLimit[];
  readonly statement: Statement;
}

/** Lengths are unsigned 64-bit numbers (RFC 7950 section 9.4.4). */
export const LENGTHS: Intervals = [[0n, 2n ** 64n - 1n]];
export const LENGTH_BOUNDS: Bounds = { parse: (text) => (/^\d+$/.test(text) ? BigInt(text) : undefined), format: String };

const PLAIN = /^[\x20-\x7e]*$/;
/** What RFC 7950 section 9.4 leaves out of strings: control characters but tab and line ends, surrogates, noncharacters. */
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f]|\p{Cs}|\p{Noncharacter_Code_Point}/u;

export function stringType(spec: TextSpec): Type {
  const { length, patterns } = spec;
  const read = (value: Value, writing: Writing): Value | Refusal => {
    let text: string;
    if (typeof value === 'string') text = value;
    else if (writing !== 'json' && (typeof value === 'number' || typeof value === 'boolean')) text = String(value);
    else return new Refusal('YANG_TYPE', `${kindOf(value)} is no string`, typeof value === 'number' ? { hint: 'put it in quotes' } : {});
    if (!PLAIN.test(text) && FORBIDDEN.test(text))
      return new Refusal('YANG_TYPE', 'the text holds a character that YANG strings cannot hold');
    if (length !== undefined) {
      const size = PLAIN.test(text) ? text.length : [...text].length;
      const refusal = tooLong(size, length, 'characters');
      if (refusal) return refusal;
    }
    for (const one of patterns) {
      if (one.regexp.test(text) === one.inverted) {
        return refuseBy('YANG_PATTERN', one, `the text ${one.inverted ? 'must not match' : 'does not match'} the pattern ${one.pattern}`);
      }
    }
    return text;
  };
  const words = [
    'string',
    length && `of ${formatIntervals(length.intervals, LENGTH_BOUNDS)} characters`,
    ...patterns.map((one) => `${one.inverted ? 'not matching' : 'matching'} ${one.pattern}`),
  ];
  const type: Type = {
    base: 'string',
    name: spec.name,
    allowed: words.filter(Boolean).join(' '),
    ...(length ? { length: formatIntervals(length.intervals, LENGTH_BOUNDS) } : {}),
    ...(patterns.length > 0 ? { patterns: patterns.map((one) => one.pattern) } : {}),
    read,
    get kinds() {
      return [type];
    },
    statement: spec.statement,
  };
  return type;
}

function tooLong(size: number, length: LengthLimit, unit: string): Refusal | undefined {
  if (within(BigInt(size), length.intervals)) return undefined;
  return refuseBy('YANG_LENGTH', length, `the length is ${size}, it must be ${formatIntervals(length.intervals, LENGTH_BOUNDS)} ${unit}`);
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Base64 of RFC 4648 section 4, padded; line breaks are dropped where YAML folded it. */
export function binaryType(spec: Omit<TextSpec, 'patterns'>): Type {
  const { length } = spec;
  const read = (value: Value, writing: Writing): Value | Refusal => {
    if (typeof value !== 'string') return new Refusal('YANG_TYPE', `${kindOf(value)} is no base64 text`);
    const text = writing === 'json' ? value : value.replace(/\s+/g, '');
    if (!BASE64.test(text)) return new Refusal('YANG_TYPE', 'the text is no padded base64');
    const size = (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
    return (length && tooLong(size, length, 'bytes')) ?? text;
  };
  const bytes = length && formatIntervals(length.intervals, LENGTH_BOUNDS);
  const type: Type = {
    base: 'binary',
    name: spec.name,
    allowed: bytes === undefined ? 'base64' : `base64 of ${bytes} bytes`,
    ...(bytes === undefined ? {} : { length: bytes }),
    read,
    get kinds() {
      return [type];
    },
    statement: spec.statement,
  };
  return type;
}
