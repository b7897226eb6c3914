import { isMark } from '../../../core/mark.ts';
import { member, type Pointer } from '../../../core/pointer.ts';
import { isFields, isList, type Fields, type Value } from '../../../core/value.ts';

/** A place in a spec that its schema does not allow, in the words of the server. */
export interface SchemaProblem {
  readonly at: Pointer;
  readonly problem: string;
}

/**
 * What a Colonies server holds against the spec of a blueprint, in its words; undefined where it takes it. It looks at `required`
 * of the top level only, at `type` (string, number, boolean, object, array; any other word is no constraint), `enum`, `items` and
 * nested `properties`; nothing else of JSON Schema is enforced. Go walks a map in any order: of several mistakes the server may
 * name another one.
 */
export const schemaProblem = (spec: Fields, schema: Fields): string | undefined => schemaProblems(spec, schema)[0]?.problem;

/** Everything that it would hold against it, one by one. What a reference will stand for is not judged. */
export const schemaProblems = (spec: Fields, schema: Fields): readonly SchemaProblem[] => [
  ...strings(schema['required'])
    .filter((name) => !Object.hasOwn(spec, name))
    .map((name) => ({ at: '', problem: `required field '${name}' is missing` })),
  ...propertiesProblems({ at: '', prefix: '' }, spec, schema['properties']),
];

/** A place as a pointer, and as the server writes it. */
interface Place {
  readonly at: Pointer;
  readonly prefix: string;
}

const propertiesProblems = ({ at, prefix }: Place, value: Fields, properties: Value | undefined): readonly SchemaProblem[] =>
  isFields(properties)
    ? Object.entries(value).flatMap(([name, inner]) => {
        const rule = Object.hasOwn(properties, name) ? properties[name] : undefined;
        return isFields(rule) ? fieldProblems({ at: member(at, name), prefix: `${prefix}${name}` }, inner, rule) : [];
      })
    : [];

function fieldProblems({ at, prefix: name }: Place, value: Value, rule: Fields): readonly SchemaProblem[] {
  if (isMark(value)) return [];
  const type = rule['type'];
  const wanted = typeof type === 'string' ? ARTICLES[type] : undefined;
  if (wanted !== undefined && jsonType(value) !== type) {
    return [{ at, problem: `field '${name}' must be ${wanted}, got ${GO_TYPES[jsonType(value)]}` }];
  }
  const items = rule['items'];
  const below =
    isList(value) && type === 'array' && isFields(items)
      ? value.flatMap((item, i) => fieldProblems({ at: member(at, i), prefix: `${name}[${String(i)}]` }, item, items))
      : [];
  const choices = rule['enum'];
  const isOther = isList(choices) && choices.length > 0 && !choices.includes(value);
  const other = isOther ? [{ at, problem: `field '${name}' must be one of ${goText(choices)}, got ${goText(value)}` }] : [];
  if (below.length > 0 || isOther) return [...below, ...other];
  return isFields(value) && type === 'object' ? propertiesProblems({ at, prefix: `${name}.` }, value, rule['properties']) : [];
}

type JsonType = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null';

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  object: 'an object',
  array: 'an array',
};
const GO_TYPES: Readonly<Record<JsonType, string>> = {
  string: 'string',
  number: 'float64',
  boolean: 'bool',
  object: 'map[string]interface {}',
  array: '[]interface {}',
  null: '<nil>',
};

function jsonType(value: Value): JsonType {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  return typeof value as 'string' | 'number' | 'boolean' | 'object';
}

/** A value as Go's `%v` writes it. */
function goText(value: Value): string {
  if (value === null) return '<nil>';
  if (isList(value)) return `[${value.map(goText).join(' ')}]`;
  if (isFields(value)) {
    const names = Object.keys(value).sort();
    return `map[${names.map((name) => `${name}:${goText(value[name] ?? null)}`).join(' ')}]`;
  }
  return typeof value === 'number' ? goNumber(value) : String(value);
}

/** `%v` of a float64: the shortest digits, with an exponent of two digits from 1e21 up and below 1e-4. */
function goNumber(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e21)) return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
  return String(value);
}

const strings = (value: Value | undefined): readonly string[] =>
  isList(value) ? value.filter((one): one is string => typeof one === 'string') : [];
