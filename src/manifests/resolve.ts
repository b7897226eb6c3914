import { refMark, secretMark } from '../core/mark.ts';
import type { Pointer } from '../core/pointer.ts';
import { entry, member } from '../core/pointer.ts';
import type { FieldRule, Need, RefRule } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { canonical, isFields, isList } from '../core/value.ts';
import type { Issue } from './issue.ts';
import { sameNumber } from './plain-scalar.ts';
import type { Names, Referrer } from './names.ts';

/** What a spec means: defaults written out, references and secrets as marks, lexical sections in their source text. */
export interface Resolved {
  readonly spec: Fields;
  readonly needs: readonly Need[];
  readonly hasSecrets: boolean;
  readonly issues: readonly Issue[];
}

const NO_NEEDS: readonly Need[] = [];
const NO_ISSUES: readonly Issue[] = [];
const NO_LEXICAL: ReadonlyMap<Pointer, string> = new Map();
const DOLLAR = 36;
const BRACE = 123;

/** Members with a default, by rule: found once a kind, so that a manifest that sets everything costs one look a rule. */
const defaulted = new WeakMap<FieldRule, readonly (readonly [string, Value])[]>();

function defaultsOf(rule: FieldRule): readonly (readonly [string, Value])[] {
  let found = defaulted.get(rule);
  if (found === undefined) {
    const all: (readonly [string, Value])[] = [];
    for (const [name, inner] of Object.entries(rule.fields ?? {})) if (inner.default !== undefined) all.push([name, inner.default]);
    defaulted.set(rule, (found = all));
  }
  return found;
}

/**
 * Hop 3 for the specs of one environment, or (without names) for a target's options, which refer to nothing. One of these serves all manifests, one after the other: where it stands in a spec is
 * a path that is kept, and turned into a pointer only where something has to be said.
 */
export class Resolver {
  readonly #names: Names | undefined;
  #from: Referrer | undefined;
  #lexical: ReadonlyMap<Pointer, string> = NO_LEXICAL;
  #path: (string | number)[] = [];
  #needs: { readonly path: readonly (string | number)[]; readonly need: Omit<Need, 'at'> }[] = [];
  #issues: Issue[] = [];
  #hasSecrets = false;

  constructor(names?: Names) {
    this.#names = names;
  }

  resolve(options: {
    readonly spec: Fields;
    readonly rule: FieldRule;
    readonly from?: Referrer;
    readonly lexical?: ReadonlyMap<Pointer, string>;
  }): Resolved {
    const { spec: written, rule } = options;
    this.#from = options.from;
    this.#lexical = options.lexical ?? NO_LEXICAL;
    this.#hasSecrets = false;
    const spec = this.#value(written, rule, undefined) as Fields;
    const issues = this.#issues;
    const needs = this.#needs;
    if (issues.length > 0) this.#issues = [];
    if (needs.length > 0) this.#needs = [];
    return {
      spec,
      hasSecrets: this.#hasSecrets,
      issues: issues.length === 0 ? NO_ISSUES : issues,
      needs: needs.length === 0 ? NO_NEEDS : needs.map(({ path, need }) => ({ id: need.id, at: logical(path, spec, rule), ref: need.ref })),
    };
  }

  #value(value: Value, rule: FieldRule | undefined, around: Numbers): Value {
    const numbers = rule?.lexical === true ? 'text' : rule?.double === true ? 'double' : around;
    switch (typeof value) {
      case 'string':
        // A number that no float holds stands in the page as its text: a quoted one has no source beside it.
        if (numbers === 'double' && this.#lexical.size > 0 && this.#lexical.has(this.#at())) return this.#double(value);
        return this.#text(value, rule);
      case 'number':
        return numbers === 'text' && this.#lexical.size > 0 ? (this.#lexical.get(this.#at()) ?? value) : value;
      case 'object':
        break;
      default:
        return value;
    }
    if (value === null) return value;
    if (isList(value)) return this.#list(value, rule, numbers);
    if (rule?.sensitive !== true) return this.#map(value as Fields, rule, numbers);
    this.#hasSecrets = true;
    return secretMark(value as Fields);
  }

  #map(value: Fields, rule: FieldRule | undefined, numbers: Numbers): Fields {
    let copy: Record<string, Value> | undefined;
    for (const name in value) {
      const before = value[name] as Value;
      const inner =
        rule === undefined ? undefined : rule.fields !== undefined && Object.hasOwn(rule.fields, name) ? rule.fields[name] : rule.rest;
      this.#path.push(name);
      const after = this.#value(before, inner, numbers);
      this.#path.pop();
      if (after !== before) (copy ??= { ...value })[name] = after;
    }
    if (rule?.fields === undefined) return copy ?? value;
    for (const [name, fallback] of defaultsOf(rule)) {
      if (Object.hasOwn(value, name)) continue;
      this.#path.push(name);
      (copy ??= { ...value })[name] = this.#value(fallback, rule.fields[name], numbers);
      this.#path.pop();
    }
    return copy ?? value;
  }

  #list(value: readonly Value[], rule: FieldRule | undefined, numbers: Numbers): readonly Value[] {
    let copy: Value[] | undefined;
    for (let i = 0; i < value.length; i += 1) {
      const before = value[i] as Value;
      this.#path.push(i);
      const after = this.#value(before, rule?.items, numbers);
      this.#path.pop();
      if (after !== before) (copy ??= [...value])[i] = after;
    }
    const result = copy ?? value;
    if (rule?.list !== undefined && rule.list !== 'atomic' && result.length > 1) this.#distinct(result, rule.list);
    return result;
  }

  /** Two entries of one key are two truths about one thing. */
  #distinct(list: readonly Value[], kind: 'set' | { readonly key: readonly string[] }): void {
    const seen = new Map<string, number>();
    for (const [index, item] of list.entries()) {
      const text = kind === 'set' ? canonical(item) : isFields(item) ? JSON.stringify(keyOf(kind.key, item)) : undefined;
      const first = text === undefined ? undefined : seen.get(text);
      if (text !== undefined && first === undefined) seen.set(text, index);
      if (first === undefined) continue;
      const at = member(this.#at(), index);
      const summary = kind === 'set' ? 'the same item is here twice' : `two entries have the same ${kind.key.join(' and ')}`;
      this.#issues.push({
        code: 'ENTRY_TWICE',
        at,
        part: 'value',
        summary,
        label: `the first is number ${first + 1} of the list, this is number ${index + 1}`,
        hint: 'Take one of the two out.',
      });
    }
  }

  #text(text: string, rule: FieldRule | undefined): Value {
    if (text.charCodeAt(0) === DOLLAR && text.endsWith('}')) {
      const dollars = text.search(/[^$]/);
      if (text.charCodeAt(dollars) === BRACE) return dollars === 1 ? this.#interpolated(text) : text.slice(1);
    }
    if (rule?.ref === undefined || this.#names === undefined || this.#from === undefined) return text;
    const referred = this.#names.refer(this.#from, rule.ref.kind, text, this.#at());
    return this.#need(referred, rule.ref, text);
  }

  /** The number of a source that is none in the page, where a float is the same number all the same: 1e21, 9007199254740992. */
  #double(source: string): Value {
    const value = Number(source);
    if (Number.isFinite(value) && sameNumber(source, String(value))) return value;
    this.#issues.push(noDouble(this.#at(), source));
    return source;
  }

  #interpolated(text: string): Value {
    if (this.#names === undefined || this.#from === undefined) {
      const summary = 'a target cannot refer to a resource';
      this.#issues.push({ code: 'REF_SYNTAX', at: this.#at(), part: 'value', summary, hint: 'Write the value itself.' });
      return text;
    }
    const found = this.#names.interpolate(this.#from, text, this.#at());
    if ('code' in found) {
      this.#issues.push(found);
      return text;
    }
    return this.#need(found.referred, found.rule, text);
  }

  #need(referred: ReturnType<Names['refer']>, ref: RefRule, text: string): Value {
    if ('code' in referred) this.#issues.push(referred);
    else if (referred.id !== undefined) {
      this.#needs.push({ path: [...this.#path], need: { id: referred.id, ref } });
      return refMark(referred.id, ref.by);
    }
    return text;
  }

  /** Where we stand, from the document's root. */
  #at(): Pointer {
    let at = '/spec';
    for (const name of this.#path) at = member(at, name);
    return at;
  }
}

/** What numbers are where one stands: their source text, 64-bit floats that have to hold them, or what they are. */
type Numbers = 'text' | 'double' | undefined;

const noDouble = (at: Pointer, source: string): Issue => {
  const kept = Number(source);
  return {
    code: 'NUMBER_LOST',
    at,
    part: 'value',
    summary: `${source} is no number that would arrive as it is`,
    detail: `Numbers here are kept as 64-bit floats by the system${Number.isFinite(kept) ? `: this one would come back as ${String(kept)}` : ''}. Whole numbers are exact up to 9007199254740991.`,
    hint: `Put it in quotes, where text will do: "${source}".`,
  };
};

/** As the comparison counts keys: text as it is, anything else as canonical JSON. */
const keyOf = (keys: readonly string[], item: Fields): readonly string[] =>
  keys.map((name) => {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    return typeof value === 'string' ? value : canonical(value ?? null);
  });

/** A path as a pointer that names entries of keyed lists by their keys. */
function logical(path: readonly (string | number)[], spec: Fields, rule: FieldRule): Pointer {
  let at: Pointer = '';
  let value: Value | undefined = spec;
  let here: FieldRule | undefined = rule;
  for (const name of path) {
    const item: Value | undefined = (value as Fields)[name];
    const keys: readonly string[] | undefined = typeof here?.list === 'object' ? here.list.key : undefined;
    at = keys !== undefined && isFields(item) ? entry(at, keyOf(keys, item)) : member(at, name);
    here =
      typeof name === 'number'
        ? here?.items
        : ((here?.fields && Object.hasOwn(here.fields, name) ? here.fields[name] : undefined) ?? here?.rest);
    value = item;
  }
  return at;
}
