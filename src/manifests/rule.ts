import type { KindName } from '../core/id.ts';
import type { RefBy } from '../core/mark.ts';
import type { FieldRule, RefRule, Unset } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { equal, isFields, isList } from '../core/value.ts';

type Mutable<T> = { -readonly [name in keyof T]: T[name] };

const known = new WeakMap<Fields, FieldRule>();

/**
 * What the comparison has to know about a spec, read from its kind's JSON Schema. A schema that contains itself gives a rule
 * that contains itself. Branches of `oneOf`, `anyOf`, `if` count together, without their defaults: nobody has chosen one yet.
 * Throws TypeError where two branches say different things of one field: that is a mistake in the schema.
 */
export function ruleOf(schema: Fields): FieldRule {
  let rule = known.get(schema);
  if (rule === undefined) known.set(schema, (rule = new Rules(schema).whole()));
  return rule;
}

class Rules {
  readonly #root: Fields;
  readonly #rules = new Map<Fields, Mutable<FieldRule>>();
  /** Rules that are being filled: what refers to one of them is merged when all are whole. */
  readonly #open = new Set<FieldRule>();
  readonly #later: (() => void)[] = [];

  constructor(root: Fields) {
    this.#root = root;
  }

  whole(): FieldRule {
    const rule = this.of(this.#root, '');
    for (const merging of this.#later) merging();
    return rule;
  }

  of(schema: Value | undefined, at: string): Mutable<FieldRule> {
    if (!isFields(schema)) return {};
    const known = this.#rules.get(schema);
    if (known !== undefined) return known;
    if (typeof schema.$ref === 'string' && saysNoMore(schema)) return this.of(definition(this.#root, schema.$ref), at);
    const rule: Mutable<FieldRule> = {};
    this.#rules.set(schema, rule);
    this.#open.add(rule);
    Object.assign(rule, this.#own(schema, at));
    const also = (part: Value | undefined, place: string, keepDefaults: boolean): void => {
      if (!isFields(part)) return;
      const other = this.of(part, place);
      const merging = (): void => merge(rule, keepDefaults ? other : withoutDefaults(other, new Map()), place);
      if (this.#open.has(other)) this.#later.push(merging);
      else merging();
    };
    if (typeof schema.$ref === 'string') also(definition(this.#root, schema.$ref), at, true);
    for (const part of list(schema.allOf)) also(part, at, true);
    for (const part of [...list(schema.oneOf), ...list(schema.anyOf)]) also(part, at, false);
    for (const part of [schema.then, schema.else]) also(part, at, false);
    this.#open.delete(rule);
    return rule;
  }

  #own(schema: Fields, at: string): FieldRule {
    const rule: Mutable<FieldRule> = {};
    if (isFields(schema.properties)) {
      const fields: Record<string, FieldRule> = {};
      for (const [name, inner] of Object.entries(schema.properties)) fields[name] = this.of(inner, `${at}/${name}`);
      rule.fields = fields;
    }
    if (isFields(schema.additionalProperties)) rule.rest = this.of(schema.additionalProperties, `${at}/*`);
    if (isFields(schema.items)) rule.items = this.of(schema.items, `${at}/-`);
    if (isList(schema['x-key'])) rule.list = { key: schema['x-key'] as readonly string[] };
    else if (schema['x-set'] === true) rule.list = 'set';
    if (schema['x-whole'] === true) rule.whole = true;
    if (schema['x-unset'] !== undefined) rule.unset = schema['x-unset'] as Unset;
    if (schema.default !== undefined) rule.default = schema.default;
    if (isFields(schema['x-ref'])) rule.ref = refRule(schema['x-ref']);
    if (isFields(schema['x-from'])) rule.from = schema['x-from'] as unknown as NonNullable<FieldRule['from']>;
    if (schema['x-sensitive'] === true) rule.sensitive = true;
    if (schema['x-blind'] === true) rule.blind = true;
    if (schema['x-immutable'] === true) rule.immutable = true;
    if (schema['x-lexical'] === true || (schema['x-yang'] !== undefined && schema['x-yang'] !== false)) rule.lexical = true;
    if (schema['x-double'] === true) rule.double = true;
    if (typeof schema['x-units'] === 'string') rule.units = schema['x-units'];
    return rule;
  }
}

/** A reference with nothing beside it but words for people: it is what it refers to. */
const saysNoMore = (schema: Fields): boolean =>
  Object.keys(schema).every((word) => word === '$ref' || word === 'title' || word === 'description');

const list = (value: Value | undefined): readonly Value[] => (isList(value) ? value : []);

/** What `#/$defs/name` stands for. Only such references are understood: a kind's schema is one file. */
export function definition(root: Fields, ref: string): Fields {
  const name = ref.startsWith('#/$defs/') ? ref.slice('#/$defs/'.length) : undefined;
  const found = name === undefined || !isFields(root.$defs) ? undefined : root.$defs[name];
  if (!isFields(found)) throw new TypeError(`the schema ${String(root.title ?? '')} refers to ${ref}, which is not one of its $defs`);
  return found;
}

/** `x-ref` with what it leaves out: a reference is to the handle, waits until it exists, follows it and stands in its way. */
function refRule(ref: Fields): RefRule {
  return {
    kind: ref.kind as KindName,
    by: (ref.by ?? 'handle') as RefBy,
    wait: (ref.wait ?? 'exists') as RefRule['wait'],
    onReplace: (ref.onReplace ?? 'rewrite') as RefRule['onReplace'],
    onRemove: (ref.onRemove ?? 'blocks') as RefRule['onRemove'],
  };
}

function merge(rule: Mutable<FieldRule>, other: FieldRule, at: string): void {
  if (rule === other) return;
  for (const [name, value] of Object.entries(other) as [keyof FieldRule, never][]) {
    const mine = rule[name];
    if (mine === undefined) rule[name] = value;
    else if (name === 'fields') rule.fields = mergeFields(rule.fields ?? {}, other.fields ?? {}, at);
    else if (name === 'rest' || name === 'items') {
      const both: Mutable<FieldRule> = { ...(mine as FieldRule) };
      merge(both, value, `${at}/-`);
      rule[name] = both as never;
      // What a $ref or an allOf says is said more closely beside it: a description's neighbours win.
    } else if (name !== 'default' && name !== 'unset' && !equal(mine as Value, value)) {
      throw new TypeError(`the schema says two things about "${name}" of ${at === '' ? 'the spec' : at}`);
    }
  }
}

function mergeFields(mine: Readonly<Record<string, FieldRule>>, others: Readonly<Record<string, FieldRule>>, at: string) {
  const fields: Record<string, FieldRule> = { ...mine };
  for (const [name, inner] of Object.entries(others)) {
    const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (before === undefined) fields[name] = inner;
    else if (before !== inner) {
      const both: Mutable<FieldRule> = { ...before };
      merge(both, inner, `${at}/${name}`);
      fields[name] = both;
    }
  }
  return fields;
}

function withoutDefaults(rule: FieldRule, done: Map<FieldRule, Mutable<FieldRule>>): FieldRule {
  const before = done.get(rule);
  if (before !== undefined) return before;
  const copy: Mutable<FieldRule> = { ...rule };
  done.set(rule, copy);
  delete copy.default;
  if (rule.fields) {
    copy.fields = Object.fromEntries(Object.entries(rule.fields).map(([name, inner]) => [name, withoutDefaults(inner, done)]));
  }
  if (rule.rest) copy.rest = withoutDefaults(rule.rest, done);
  if (rule.items) copy.items = withoutDefaults(rule.items, done);
  return copy;
}
