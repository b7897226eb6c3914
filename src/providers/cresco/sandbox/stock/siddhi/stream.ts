import { isFields, isList, type Value } from '../../../../../core/value.ts';
import { Reader, Unreadable, type Language } from '../../tokens.ts';

/** The types of Siddhi's attributes that JSON can carry. */
export type Type = 'string' | 'int' | 'long' | 'float' | 'double' | 'bool';
/** The value of an attribute; null where there is none (a division by zero). */
export type Datum = string | number | boolean | null;

export interface Attribute {
  readonly name: string;
  readonly type: Type;
}

/** A stream: its name and what its events are made of, in order. */
export interface Stream {
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

/** The part of SiddhiQL that is known here: a query of one stream, and the definition of a stream. */
export const SIDDHI: Language = {
  token:
    /\s+|--[^\n]*|(?<name>[A-Za-z_][A-Za-z_0-9]*)|(?<text>'[^']*'|"[^"]*")|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[lLfFdD]?)|(?<sign>==|!=|<=|>=|[<>()[\],.#@*+\-/%=;])/uy,
  keywords: new Set(['FROM', 'SELECT', 'GROUP', 'BY', 'HAVING', 'INSERT', 'INTO', 'AS', 'AND', 'OR', 'NOT', 'IS', 'NULL', 'TRUE', 'FALSE']),
  unquote: (text) => text.slice(1, -1),
};

const TYPES: ReadonlySet<string> = new Set<Type>(['string', 'int', 'long', 'float', 'double', 'bool']);
const isType = (text: string): text is Type => TYPES.has(text);

/** A stream from its name and its attributes (`source string, value double`). Throws Unreadable. */
export function streamOf(name: string, attributes: string): Stream {
  const named = new Reader(name, SIDDHI);
  named.name();
  named.end();
  const reader = new Reader(attributes, SIDDHI);
  const list: Attribute[] = [];
  do {
    const attribute = reader.name();
    const type = reader.name().toLowerCase();
    if (!isType(type)) throw new Unreadable(`${type} is no type`);
    if (list.some((other) => other.name === attribute)) throw new Unreadable(`${attribute} is there twice`);
    list.push({ name: attribute, type });
  } while (reader.take(',') !== undefined);
  reader.end();
  return { name, attributes: list };
}

/**
 * The events in a text, `{"event":{…}}` or a list of such, as rows in the order of the attributes. An event that lacks an
 * attribute, or has one of another type, is left out, as Siddhi's JSON mapping does.
 */
export function readEvents(text: string, { attributes }: Stream): readonly (readonly Datum[])[] {
  const document = parse(text);
  const events = isList(document) ? document : [document];
  return events.flatMap((one) => {
    const event = isFields(one) ? one['event'] : undefined;
    if (!isFields(event)) return [];
    const row = attributes.map(({ name, type }) => datum(event[name], type));
    return row.every((value) => value !== undefined) ? [row] : [];
  });
}

function parse(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function datum(value: Value | undefined, type: Type): Datum | undefined {
  if (type === 'string') return typeof value === 'string' ? value : undefined;
  if (type === 'bool') return typeof value === 'boolean' ? value : undefined;
  if (typeof value !== 'number') return undefined;
  return isWhole(type) && !Number.isInteger(value) ? undefined : value;
}

export const isWhole = (type: Type): boolean => type === 'int' || type === 'long';
export const isNumeric = (type: Type): boolean => type !== 'string' && type !== 'bool';

/** `{"event":{…}}`. Java writes a double with its point, also where it is whole. */
export function writeEvent({ attributes }: Stream, row: readonly Datum[]): string {
  const members = attributes.map(({ name, type }, i) => {
    const value = row[i] ?? null;
    const text = JSON.stringify(value);
    const needsPoint = typeof value === 'number' && isNumeric(type) && !isWhole(type) && /^-?\d+$/.test(text);
    return `${JSON.stringify(name)}:${needsPoint ? `${text}.0` : text}`;
  });
  return `{"event":{${members.join(',')}}}`;
}
