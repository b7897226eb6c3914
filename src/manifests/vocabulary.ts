import type { Fields, Value } from '../core/value.ts';
import { isFields, isList } from '../core/value.ts';
import { packagedSchema } from './packaged-schema.ts';
import { definition } from './rule.ts';

const FLAG: Fields = { type: 'boolean' };

/** The words our schemas add to JSON Schema, each with the schema of its value. `ruleOf` reads them; ajv only knows them. */
export const VOCABULARY: Readonly<Record<string, Fields>> = {
  'x-ref': {
    type: 'object',
    additionalProperties: false,
    required: ['kind'],
    properties: {
      kind: { type: 'string', pattern: '^[^/]+/[^/]+$' },
      by: { type: 'string', pattern: '^(handle|name|status\\..+)$' },
      wait: { enum: ['exists', 'ready'] },
      onReplace: { enum: ['rewrite', 'recreate'] },
      onRemove: { enum: ['blocks', 'cascades', 'detaches'] },
    },
  },
  /** Of a field at the top of a spec: left out, it is the field, which refers to nothing itself, of the manifest that `ref` refers to. */
  'x-from': {
    type: 'object',
    additionalProperties: false,
    required: ['ref', 'field'],
    properties: { ref: { type: 'string', pattern: '^/' }, field: { type: 'string', pattern: '^/' } },
  },
  'x-key': { type: 'array', minItems: 1, items: { type: 'string' } },
  'x-set': FLAG,
  'x-whole': FLAG,
  'x-unset': {
    anyOf: [
      { enum: ['null', 'default', 'never'] },
      { type: 'object', additionalProperties: false, required: ['value'], properties: { value: {} } },
    ],
  },
  'x-sensitive': FLAG,
  'x-blind': FLAG,
  'x-immutable': FLAG,
  'x-lexical': FLAG,
  'x-double': FLAG,
  'x-yang': { type: ['boolean', 'object'] },
  'x-units': { type: 'string' },
};

/** A kind's schema as manifests are checked by it, and the definitions that it still refers to. */
export interface Checkable {
  readonly schema: Fields;
  readonly defs: Fields;
}

const ONE = [
  'items',
  'additionalProperties',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'propertyNames',
  'unevaluatedProperties',
  'unevaluatedItems',
];
const NAMED = ['properties', 'patternProperties', 'dependentSchemas'];
const SEVERAL = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];

/**
 * The schema as a person's manifest has to fit it: where a field is sensitive it takes the source of a secret, and every `$ref`
 * is written out, so that the place of an error tells which branch it belongs to. Only definitions that contain themselves stay
 * references, to `#/$defs/<prefix><name>`.
 */
export function checkable(root: Fields, prefix = ''): Checkable {
  const defs: Record<string, Value> = {};
  const walk = (node: Value, open: readonly string[]): Value => {
    if (!isFields(node)) return node;
    if (node['x-sensitive'] === true) return sensitive(node);
    if (typeof node.$ref === 'string') {
      const { $ref, ...beside } = node;
      const target = definition(root, $ref as string);
      const name = ($ref as string).slice('#/$defs/'.length);
      if (!open.includes(name)) return { ...(walk(target, [...open, name]) as Fields), ...(walk(beside, open) as Fields) };
      if (!Object.hasOwn(defs, name)) {
        defs[name] = true; // begun
        defs[name] = walk(target, [name]);
      }
      return { ...(walk(beside, open) as Fields), $ref: `#/$defs/${prefix}${name}` };
    }
    const copy: Record<string, Value> = { ...node };
    delete copy.$defs;
    for (const word of ONE) if (node[word] !== undefined) copy[word] = walk(node[word], open);
    for (const word of SEVERAL) {
      const schemas = node[word];
      if (isList(schemas)) copy[word] = schemas.map((inner) => walk(inner, open));
    }
    for (const word of NAMED) {
      const schemas = node[word];
      if (isFields(schemas)) copy[word] = Object.fromEntries(Object.entries(schemas).map(([name, inner]) => [name, walk(inner, open)]));
    }
    return copy;
  };
  const schema = without(walk(root, []) as Fields, '$schema', '$id');
  return { schema, defs: Object.fromEntries(Object.entries(defs).map(([name, inner]) => [`${prefix}${name}`, inner])) };
}

function sensitive(node: Fields): Fields {
  const secret = without(packagedSchema('own/secret.json'), '$schema', 'title');
  return { ...secret, description: `${String(node.description ?? '')} ${String(secret.description)}`.trim(), 'x-sensitive': true };
}

const without = (fields: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

/** The schema of a whole manifest of one kind. Targets have no target of their own and no lifecycle. */
export function manifestSchema(options: { readonly apiVersion: string; readonly kind: string; readonly spec: Checkable }): Fields {
  const manifest = without(packagedSchema('own/manifest.json'), '$schema');
  const properties = manifest.properties as Fields & { readonly metadata: Fields & { readonly properties: Fields } };
  const { lifecycle, metadata, ...rest } = properties;
  const { name, labels, annotations } = metadata.properties;
  const isResource = !options.apiVersion.startsWith('setpoint/');
  const own = isResource
    ? { metadata, lifecycle: lifecycle as Value }
    : { metadata: { ...metadata, properties: { name, labels, annotations } as Fields } };
  return {
    ...manifest,
    title: options.kind,
    ...(options.spec.schema.description === undefined ? {} : { description: options.spec.schema.description }),
    properties: {
      ...rest,
      ...own,
      apiVersion: { ...(rest.apiVersion as Fields), const: options.apiVersion },
      kind: { ...(rest.kind as Fields), const: options.kind },
      spec: options.spec.schema,
    },
    $defs: options.spec.defs,
  };
}
