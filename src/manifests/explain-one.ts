import type { ErrorObject } from 'ajv/dist/2020.js';
import { nearest } from '../core/diagnostic.ts';
import { NAME } from '../core/id.ts';
import type { Pointer } from '../core/pointer.ts';
import { dotted, member } from '../core/pointer.ts';
import type { Fields, Value } from '../core/value.ts';
import { isFields } from '../core/value.ts';
import type { Issue } from './issue.ts';

/** A whole scalar that stands for a leaf of another resource: `${group/Kind/name.handle}`. `$${` begins text. */
export const isReferenceText = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith('${') && value.endsWith('}');

/** ajv's instance path as one of our pointers: they differ in names that begin with a bracket. */
export const pointerOf = (instancePath: string): Pointer =>
  instancePath.includes('/[') ? instancePath.replaceAll('/[', '/~2') : instancePath;

/** A place as the subject of a sentence. */
export const fieldOf = (at: Pointer): string => (at === '' ? 'the document' : dotted(at));

/** One error of ajv as a person would say it; undefined for what another error of the list says better. */
export function explainOne(error: ErrorObject, lexical: ReadonlyMap<Pointer, string>): Issue | undefined {
  if (error.propertyName !== undefined || error.keyword === 'if') return undefined;
  const schema = (error.parentSchema ?? {}) as Fields;
  const at = pointerOf(error.instancePath);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknownField(at, String(params.additionalProperty ?? params.unevaluatedProperty), schema, error.data);
    case 'propertyNames': {
      const name = String(params.propertyName);
      const summary = `${JSON.stringify(name)} cannot be a name in ${fieldOf(at)}`;
      return { code: 'NAME_INVALID', at: member(at, name), part: 'key', summary, hint: NAME_HINT };
    }
    case 'required':
    case 'dependentRequired':
      return missingField(at, String(params.missingProperty), schema);
    case 'type':
      return wrongType(at, error, schema, lexical);
    case 'enum':
      return wrongValue(at, schema, `${fieldOf(at)} must be ${oneOf(params.allowedValues as readonly Value[])}`, enumHint(error));
    case 'const':
      return wrongValue(at, schema, `${fieldOf(at)} must be ${JSON.stringify(params.allowedValue)}`);
    case 'pattern':
      if (params.pattern === NAME.source) {
        return { code: 'NAME_INVALID', at, part: 'value', summary: `${fieldOf(at)} is not a name`, detail: NAME_DETAIL, hint: NAME_HINT };
      }
      return wrongValue(at, schema, `${fieldOf(at)} does not have the right form`, `It has to match ${String(params.pattern)}.`);
    default:
      return wrongValue(at, schema, `${fieldOf(at)} ${bound(error.keyword, params)}`);
  }
}

const NAME_DETAIL = 'Names stand in ids, file names and references.';
const NAME_HINT = 'Use letters, digits, dots, dashes and underscores, a letter or digit first, at most 253 characters.';

function unknownField(at: Pointer, name: string, schema: Fields, data: unknown): Issue {
  const known = isFields(schema.properties) ? Object.keys(schema.properties) : [];
  const present = isFields(data as Value) ? Object.keys(data as Fields) : [];
  const near =
    nearest(
      name,
      known.filter((field) => !present.includes(field)),
    ) ?? nearest(name, known);
  const list = known.length === 0 ? 'It has no fields.' : `It has ${known.join(', ')}.`;
  return {
    code: 'FIELD_UNKNOWN',
    at: member(at, name),
    part: 'key',
    summary: `${at === '' ? 'a manifest' : fieldOf(at)} has no field ${JSON.stringify(name)}`,
    detail: list,
    ...(near === undefined ? {} : { meant: near, hint: present.includes(near) ? `${near} is there already.` : `Did you mean ${near}?` }),
  };
}

function missingField(at: Pointer, name: string, schema: Fields): Issue {
  const inner = isFields(schema.properties) && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  const described = isFields(inner) && typeof inner.description === 'string' ? inner.description : undefined;
  return {
    code: 'FIELD_MISSING',
    meant: name,
    at,
    part: 'key',
    summary: `${at === '' ? 'the document' : fieldOf(at)} needs the field ${JSON.stringify(name)}`,
    ...(described === undefined ? {} : { detail: described }),
  };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
  null: 'nothing',
};

export const typeName = (type: string): string => TYPES[type] ?? type;

const typeOf = (value: unknown): string => (value === null ? 'nothing' : Array.isArray(value) ? 'a list' : typeName(typeof value));

function wrongType(at: Pointer, error: ErrorObject, schema: Fields, lexical: ReadonlyMap<Pointer, string>): Issue {
  if (schema['x-sensitive'] === true && error.data !== null) return literalSecret(at);
  const wanted = [(error.params as { type: string | readonly string[] }).type].flat();
  const names = wanted.map(typeName);
  const hint = typeHint(wanted, error.data, lexical.get(at));
  return {
    code: 'FIELD_TYPE',
    at,
    part: 'value',
    summary: `${fieldOf(at)} must be ${names.join(' or ')}`,
    label: `this is ${typeOf(error.data)}`,
    ...(typeof schema.description === 'string' ? { detail: schema.description } : {}),
    ...(hint === undefined ? {} : { hint }),
  };
}

function literalSecret(at: Pointer): Issue {
  return {
    code: 'SECRET_LITERAL',
    at,
    part: 'value',
    summary: `${fieldOf(at)} is a secret and stands here in plain text`,
    detail: 'Manifests are kept in git and read by many. Whoever has seen this text has the secret: change it where it is used.',
    hint: 'Say where it comes from: {env: NAME}, {file: PATH}, {age: PATH}, {exec: [PROGRAM, …]} or {generate: secp256k1, keep: {file: PATH}}.',
  };
}

function typeHint(wanted: readonly string[], data: unknown, source: string | undefined): string | undefined {
  if (wanted.includes('string') && (typeof data === 'number' || typeof data === 'boolean')) {
    return `Put it in quotes: ${JSON.stringify(source ?? String(data))}.`;
  }
  if (wanted.includes('array') && (typeof data === 'string' || typeof data === 'number'))
    return 'Write a list: each item on a line of its own after a dash.';
  if (typeof data !== 'string') return undefined;
  if (wanted.includes('integer') || wanted.includes('number')) {
    if (source !== undefined) return 'It has more digits than can be kept here, or is not finite.';
    if (data.trim() !== '' && Number.isFinite(Number(data))) return `Leave the quotes away: ${data.trim()}.`;
  }
  if (wanted.includes('boolean') && /^(y|yes|on|n|no|off|true|false)$/i.test(data)) {
    return `Write ${/^(y|yes|on|true)$/i.test(data) ? 'true' : 'false'}: YAML 1.2 has no other word for it.`;
  }
  return undefined;
}

const wrongValue = (at: Pointer, schema: Fields, summary: string, hint?: string): Issue => ({
  code: 'FIELD_VALUE',
  at,
  part: 'value',
  summary,
  ...(typeof schema.description === 'string' ? { detail: schema.description } : {}),
  ...(hint === undefined ? {} : { hint }),
});

const oneOf = (values: readonly Value[]): string =>
  values.length === 1
    ? JSON.stringify(values[0])
    : `one of ${values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', ')}`;

function enumHint(error: ErrorObject): string | undefined {
  const allowed = (error.params as { allowedValues: readonly Value[] }).allowedValues.filter((value) => typeof value === 'string');
  const near = typeof error.data === 'string' ? nearest(error.data, allowed) : undefined;
  return near === undefined ? undefined : `Did you mean ${near}?`;
}

/** The rest of a sentence about a bound that is not kept. */
function bound(keyword: string, params: Record<string, unknown>): string {
  const limit = String(params.limit);
  switch (keyword) {
    case 'minimum':
      return `must be at least ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    case 'exclusiveMinimum':
      return `must be more than ${limit}`;
    case 'exclusiveMaximum':
      return `must be less than ${limit}`;
    case 'multipleOf':
      return `must be a multiple of ${String(params.multipleOf)}`;
    case 'minLength':
      return limit === '1' ? 'must not be empty' : `must have at least ${limit} characters`;
    case 'maxLength':
      return `must have at most ${limit} characters`;
    case 'minItems':
      return limit === '1' ? 'must have an item' : `must have at least ${limit} items`;
    case 'maxItems':
      return `must have at most ${limit} items`;
    case 'minProperties':
      return limit === '1' ? 'must not be empty' : `must have at least ${limit} fields`;
    case 'maxProperties':
      return `must have at most ${limit} fields`;
    case 'uniqueItems':
      return `has the same item twice (${String(params.j)} and ${String(params.i)}, counted from 0)`;
    case 'format':
      return `is not a ${String(params.format)}`;
    case 'contains':
      return 'does not have the item it needs';
    case 'not':
      return 'has a form that is excluded';
    default:
      return `does not keep the rule "${keyword}"`;
  }
}
