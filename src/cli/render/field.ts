import { isFields, isList, type Fields, type Value } from '../../core/value.ts';

/** A place in a kind's schema as a person may name it: `nodes.agent`, `probe[].offset`. */
export interface Field {
  readonly path: readonly string[];
  /** With every `$ref` followed and every `allOf` taken in. */
  readonly schema: Fields;
  readonly required: boolean;
  /** The nearest place above it, or itself, that cannot be changed in place. */
  readonly fixed?: readonly string[];
}

/** Names of the fields directly below a schema; through lists, as nobody writes the `[]`. */
export function fieldsOf(
  root: Fields,
  schema: Fields,
): readonly { readonly name: string; readonly schema: Fields; readonly required: boolean }[] {
  const inner = itemsOf(root, schema);
  const required = isList(inner.required) ? inner.required : [];
  return Object.entries(properties(root, inner)).map(([name, value]) => ({
    name,
    schema: whole(root, value),
    required: required.includes(name),
  }));
}

/** The field at a path below `root`, or how far the path leads and what could stand there instead. */
export function fieldAt(
  root: Fields,
  path: readonly string[],
): { readonly field: Field } | { readonly unknown: string; readonly known: readonly string[] } {
  let schema = whole(root, root);
  let required = true;
  const names: string[] = [];
  let fixed: readonly string[] | undefined = schema['x-immutable'] === true ? [] : undefined;
  for (const step of path) {
    const inner = itemsOf(root, schema);
    const named = fieldsOf(root, inner);
    const found = named.find(({ name }) => name === step) ?? onlyLocal(named, step);
    const rest = inner.additionalProperties;
    if (found === undefined && !isFields(rest)) return { unknown: step, known: named.map(({ name }) => name) };
    names.push(found?.name ?? step);
    schema = found?.schema ?? whole(root, rest);
    required = found?.required ?? false;
    if (schema['x-immutable'] === true) fixed = [...names];
  }
  return { field: { path: names, schema, required, ...(fixed === undefined ? {} : { fixed }) } };
}

/** A member of a YANG module by its name alone, `brewhouse` for `brewhouse:brewhouse`, where only one module has it. */
function onlyLocal<F extends { readonly name: string }>(fields: readonly F[], step: string): F | undefined {
  const [first, second] = fields.filter(({ name }) => name.endsWith(`:${step}`));
  return second === undefined ? first : undefined;
}

/** A list stands for its entries. */
function itemsOf(root: Fields, schema: Fields): Fields {
  let inner = schema;
  for (let depth = 0; depth < MOST && isFields(inner.items); depth += 1) inner = whole(root, inner.items);
  return inner;
}

/** Members of the schema itself and of each of its forms. */
function properties(root: Fields, schema: Fields): Fields {
  const own = isFields(schema.properties) ? schema.properties : {};
  const forms = ['oneOf', 'anyOf'].flatMap((word) => (isList(schema[word]) ? schema[word] : []));
  return Object.assign({}, ...forms.map((form) => properties(root, whole(root, form))), own) as Fields;
}

/** A `$ref` to a `$ref` to …: a schema that only refers to itself ends here. */
const MOST = 20;

function whole(root: Fields, schema: Value | undefined, depth = 0): Fields {
  if (!isFields(schema) || depth > MOST) return {};
  const { $ref, allOf, ...own } = schema;
  const name = typeof $ref === 'string' && $ref.startsWith('#/$defs/') ? $ref.slice('#/$defs/'.length) : undefined;
  const defs = isFields(root.$defs) ? root.$defs : {};
  const parts = [
    ...(name !== undefined && Object.hasOwn(defs, name) ? [whole(root, defs[name], depth + 1)] : []),
    ...(isList(allOf) ? allOf.map((part) => whole(root, part, depth + 1)) : []),
  ];
  if (parts.length === 0) return own;
  const members = Object.assign({}, ...parts.map((part) => part.properties ?? {}), own.properties ?? {}) as Fields;
  const merged = Object.assign({}, ...parts, own) as Fields;
  return Object.keys(members).length === 0 ? merged : { ...merged, properties: members };
}
