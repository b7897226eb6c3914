import { isFields, isList, type Fields, type Value } from '../../../core/value.ts';

/**
 * What a Colonies server holds against the spec of a blueprint, in its words; undefined where it takes it. It looks at `required`
 * of the top level only, at `type` (string, number, boolean, object, array; any other word is no constraint), `enum`, `items` and
 * nested `properties`; nothing else of JSON Schema is enforced. Go walks a map in any order: of several mistakes the server may
 * name another one.
 */
export function schemaProblem(spec: Fields, schema: Fields): string | undefined {
  for (const name of strings(schema['required'])) {
    if (!Object.hasOwn(spec, name)) return `required field '${name}' is missing`;
  }
  return propertiesProblem('', spec, schema['properties']);
}

function propertiesProblem(prefix: string, value: Fields, properties: Value | undefined): string | undefined {
  if (!isFields(properties)) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const rule = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const problem = isFields(rule) ? fieldProblem(`${prefix}${name}`, member, rule) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function fieldProblem(name: string, value: Value, rule: Fields): string | undefined {
  const type = rule['type'];
  const wanted = typeof type === 'string' ? ARTICLES[type] : undefined;
  if (wanted !== undefined && jsonType(value) !== type) return `field '${name}' must be ${wanted}, got ${GO_TYPES[jsonType(value)]}`;
  if (isList(value) && type === 'array' && isFields(rule['items'])) {
    for (const [i, item] of value.entries()) {
      const problem = fieldProblem(`${name}[${String(i)}]`, item, rule['items']);
      if (problem !== undefined) return problem;
    }
  }
  const choices = rule['enum'];
  if (isList(choices) && choices.length > 0 && !choices.includes(value)) {
    return `field '${name}' must be one of ${goText(choices)}, got ${goText(value)}`;
  }
  return isFields(value) && type === 'object' ? propertiesProblem(`${name}.`, value, rule['properties']) : undefined;
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
