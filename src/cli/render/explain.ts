import type { KindName } from '../../core/id.ts';
import { dotted } from '../../core/pointer.ts';
import { isFields, isList, type Fields, type Value } from '../../core/value.ts';
import { clean } from './clean.ts';
import { fieldsOf, type Field } from './field.ts';
import { names } from './names.ts';
import { finish, type Style } from './style.ts';
import { block, inline } from './value.ts';
import { pad, widest } from './width.ts';
import { labelled, wrap } from './wrap.ts';

export interface ExplainOptions {
  readonly kind: KindName;
  /** The kind's schema: definitions are looked up in it. */
  readonly root: Fields;
  readonly field: Field;
  readonly style: Style;
}

const NONE = names([]);
const WIDEST = 32;

/** What may be written at a place of a manifest, and what follows from changing it. */
export function renderExplain({ kind, root, field, style }: ExplainOptions): string {
  const { width, paint } = style;
  const { schema, path } = field;
  const title = [clean(kind), ...path.map(clean)].join('.');
  const facts = [...rowsOf(field), ...modulesOf(root, field)];
  const label = widest(facts.map(([name]) => name));
  const lines = facts.flatMap(([name, text]) => labelled(`  ${pad(name, label)}  `, text, { style }));
  const description = typeof schema.description === 'string' ? wrap(clean(schema.description), { width, first: '  ' }) : [];
  const paragraphs = [[paint('strong', title), ...description], lines, example(schema, path), below(root, schema, style)];
  return finish(
    `${paragraphs
      .filter((paragraph) => paragraph.length > 0)
      .map((paragraph) => paragraph.join('\n'))
      .join('\n\n')}\n`,
  );
}

function rowsOf({ schema, required, fixed, path }: Field): readonly (readonly [string, string])[] {
  const rows: (readonly [string, string])[] =
    schema['x-yang-type'] === undefined && schema.type === undefined && isList(schema.enum) ? [] : [['type', typeOf(schema)]];
  if (isList(schema.enum) && schema['x-yang-type'] === undefined)
    rows.push(['one of', schema.enum.map((value) => inline(value, NONE)).join(', ')]);
  if (typeof schema['x-units'] === 'string') rows.push(['units', clean(schema['x-units'])]);
  const limits = limitsOf(schema);
  if (limits !== '') rows.push(['limits', limits]);
  if (schema.readOnly === true) return [...rows, ['reported', 'by the system: it cannot be set']];
  if (path.length > 0) rows.push(['needed', required ? 'yes' : 'no']);
  if (schema.default !== undefined) rows.push(['default', inline(schema.default, NONE)]);
  for (const [i, rule] of (isList(schema['x-yang-rules']) ? schema['x-yang-rules'] : []).entries())
    rows.push([i === 0 ? 'rules' : '', clean(String(rule))]);
  if (isFields(schema['x-ref'])) rows.push(['refers to', reference(schema['x-ref'])]);
  if (path.length > 0) rows.push(['a change', fixed === undefined ? 'is made in place' : `replaces the whole resource${at(fixed, path)}`]);
  const dropped = unset(schema['x-unset']);
  if (dropped !== undefined) rows.push(['left out', dropped]);
  const from = schema['x-from'];
  if (isFields(from)) rows.push(['not written', `that of what ${place(from.ref)} refers to: its ${place(from.field)}`]);
  if (schema['x-sensitive'] === true)
    rows.push(['secret', 'yes: written as {env: NAME} or {file: PATH}, never as a literal; printed nowhere']);
  if (schema['x-blind'] === true) rows.push(['read back', 'not possible: compared with what was last written, and shown as unverifiable']);
  if (schema['x-yang'] !== undefined && schema['x-yang'] !== false) rows.push(['checked by', 'its YANG module, offline']);
  return rows;
}

const place = (at: Value | undefined): string => clean(dotted(String(at)));

/** The YANG modules that say what may stand in a kind's free-form section, by the names of its top-level nodes. */
function modulesOf(root: Fields, { path }: Field): readonly (readonly [string, string])[] {
  if (path.length > 0) return [];
  return fieldsOf(root, root).flatMap(({ name, schema }) => {
    if (schema['x-yang'] === undefined || !isFields(schema.properties)) return [];
    const modules = new Set(
      Object.keys(schema.properties).flatMap((node) => (node.includes(':') ? [node.slice(0, node.indexOf(':'))] : [])),
    );
    return modules.size === 0 ? [] : [['modules', `${[...modules].map(clean).join(', ')}: see .${clean(name)}`] as const];
  });
}

const at = (fixed: readonly string[], path: readonly string[]): string =>
  fixed.length === path.length ? ': it cannot change in place' : `: ${fixed.map(clean).join('.') || 'nothing here'} cannot change in place`;

function typeOf(schema: Fields): string {
  const { type } = schema;
  if (typeof schema['x-yang-type'] === 'string') return clean(schema['x-yang-type']);
  const items = isFields(schema.items) ? ` of ${typeof schema.items.type === 'string' ? plural(schema.items.type) : 'values'}` : '';
  if (isList(schema['x-key'])) return `list, entries told apart by ${schema['x-key'].map((name) => clean(String(name))).join(' and ')}`;
  if (schema['x-set'] === true) return `set${items}: the order does not count`;
  if (type === 'array') return `list${items}: compared as a whole`;
  if (isList(type)) return type.map((one) => word(String(one))).join(' or ');
  const rest = schema.additionalProperties;
  if (type === 'object' && schema.properties === undefined && isFields(rest) && typeof rest.type === 'string')
    return `map of ${plural(rest.type)}`;
  if (typeof type === 'string') return word(type);
  if (schema.const !== undefined) return `always ${inline(schema.const, NONE)}`;
  const forms = [schema.oneOf, schema.anyOf].flatMap((list) => (isList(list) ? list : [])).filter(isFields);
  return forms.length > 0
    ? forms.map((form) => (typeof form.title === 'string' ? clean(form.title) : typeOf(form))).join(', or ')
    : 'any value';
}

const WORDS: Readonly<Record<string, string>> = {
  object: 'map',
  array: 'list',
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  null: 'null',
};
const word = (type: string): string => WORDS[type] ?? clean(type);
const plural = (type: string): string =>
  ({ object: 'maps', array: 'lists', string: 'texts', integer: 'whole numbers', number: 'numbers' })[type] ?? 'values';

const LIMITS: readonly (readonly [string, string])[] = [
  ['minimum', 'at least'],
  ['exclusiveMinimum', 'above'],
  ['maximum', 'at most'],
  ['exclusiveMaximum', 'below'],
  ['multipleOf', 'a multiple of'],
  ['minLength', 'characters, at least'],
  ['maxLength', 'characters, at most'],
  ['minItems', 'entries, at least'],
  ['maxItems', 'entries, at most'],
  ['format', 'format'],
  ['pattern', 'pattern'],
];

const limitsOf = (schema: Fields): string =>
  LIMITS.flatMap(([name, text]) => (schema[name] === undefined ? [] : [`${text} ${clean(String(schema[name]))}`])).join(', ');

/** The reference rule in words. */
function reference(ref: Fields): string {
  const by = typeof ref.by === 'string' && ref.by.startsWith('status.') ? `; the value is its ${clean(ref.by)}` : '';
  const wait = ref.wait === 'ready' ? 'until it is ready' : 'until it exists';
  const replaced = ref.onReplace === 'recreate' ? 'this one is made anew as well' : 'the new id is written here';
  const removed =
    ref.onRemove === 'cascades'
      ? 'this one goes with it'
      : ref.onRemove === 'detaches'
        ? 'this one lets go of it'
        : 'this one stands in its way';
  return `${clean(String(ref.kind))}, by name${by}. This one waits ${wait}. If it is replaced, ${replaced}; if it is to go, ${removed}.`;
}

function unset(rule: Value | undefined): string | undefined {
  if (rule === undefined) return undefined;
  if (rule === 'null') return 'once it was set, it is cleared with null';
  if (rule === 'default') return 'once it was set, the default is written';
  if (rule === 'never') return 'once it was set, it stays as it is: it cannot be cleared';
  return isFields(rule) ? `once it was set, ${inline(rule.value, NONE)} is written` : undefined;
}

function example(schema: Fields, path: readonly string[]): readonly string[] {
  const first = isList(schema.examples) ? schema.examples[0] : undefined;
  if (first === undefined) return [];
  const name = path.at(-1);
  const value: Value = name === undefined ? first : { [name]: first };
  return ['  Example:', ...block(value, NONE).map((line) => `    ${line}`)];
}

/** The fields inside, each with the first sentence of its description. */
function below(root: Fields, schema: Fields, style: Style): readonly string[] {
  const fields = fieldsOf(root, schema);
  if (fields.length === 0) return [];
  const label = Math.min(WIDEST, widest(fields.map(({ name, required }) => clean(name) + (required ? '*' : ''))));
  return [
    `  Fields (* has to be there):`,
    ...fields.flatMap(({ name, schema: inner, required }) => {
      const first = `    ${pad(clean(name) + (required ? '*' : ''), label)}  `;
      const description = typeof inner.description === 'string' ? inner.description.split(/(?<=\.)\s/)[0] : undefined;
      const text = clean(description ?? typeOf(inner));
      return labelled(first, text, { style, role: 'strong' });
    }),
  ];
}
