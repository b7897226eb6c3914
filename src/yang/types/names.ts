import { nearest } from '../../core/diagnostic.ts';
import type { Value } from '../../core/value.ts';
import type { Identity } from '../identities.ts';
import type { Statement } from '../parse.ts';
import type { NamedValue } from '../schema.ts';
import { kindOf, Refusal, shown, type Prefixes, type Type, type Writing } from './type.ts';

interface Named {
  readonly name: string;
  readonly statement: Statement;
}

const LISTED = 12;
const listed = (names: readonly string[]): string =>
  names.length <= LISTED ? names.join(', ') : `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`;

const guess = (word: string, names: Iterable<string>): { hint?: string } => {
  const near = nearest(word, names);
  return near === undefined ? {} : { hint: `did you mean ${near}?` };
};

/** A type whose kinds are itself: all but unions and leafrefs. */
const simple = (type: Omit<Type, 'kinds'>): Type => {
  const self: Type = { ...type, kinds: [] };
  (self as { kinds: readonly Type[] }).kinds = [self];
  return self;
};

export function booleanType(spec: Named): Type {
  const read = (value: Value, writing: Writing): Value | Refusal => {
    if (typeof value === 'boolean') return value;
    if (writing !== 'json' && (value === 'true' || value === 'false')) return value === 'true';
    return new Refusal('YANG_TYPE', `${kindOf(value)} is no boolean: true or false`);
  };
  return simple({ ...spec, base: 'boolean', allowed: 'true or false', read });
}

/** The one value of the type `empty` in RFC 7951. */
export const EMPTY: readonly Value[] = Object.freeze([null]);

export function emptyType(spec: Named): Type {
  const read = (value: Value, writing: Writing): Value | Refusal => {
    if (Array.isArray(value) && value.length === 1 && value[0] === null) return EMPTY;
    if (writing !== 'json' && (value === null || value === '')) return EMPTY;
    return new Refusal('YANG_TYPE', `${kindOf(value)} is no value of type empty: [null] in JSON, nothing at all in YAML`);
  };
  return simple({ ...spec, base: 'empty', allowed: 'nothing: [null]', read });
}

export function enumerationType(spec: Named & { readonly enums: readonly NamedValue[] }): Type {
  const names = new Set(spec.enums.map((one) => one.name));
  const all = listed([...names]);
  const read = (value: Value, writing: Writing): Value | Refusal => {
    // YAML reads an unquoted `true` or `10` as something else than the name it is here.
    const name = writing !== 'json' && (typeof value === 'boolean' || typeof value === 'number') ? String(value) : value;
    if (typeof name === 'string' && names.has(name)) return name;
    const found = typeof name === 'string' ? shown(name) : kindOf(name);
    return new Refusal('YANG_TYPE', `${found} is not one of ${all}`, typeof name === 'string' ? guess(name, names) : {});
  };
  return simple({ ...spec, base: 'enumeration', allowed: `one of ${all}`, read });
}

export function bitsType(spec: Named & { readonly bits: readonly NamedValue[] }): Type {
  const positions = new Map(spec.bits.map((one) => [one.name, one.value]));
  const all = listed([...positions.keys()]);
  const read = (value: Value, writing: Writing): Value | Refusal => {
    const text = writing !== 'json' && value === null ? '' : value;
    if (typeof text !== 'string') return new Refusal('YANG_TYPE', `${kindOf(value)} is no set of bits: names with blanks between them`);
    const names = text.split(/\s+/).filter((name) => name !== '');
    for (const [index, name] of names.entries()) {
      if (!positions.has(name))
        return new Refusal('YANG_TYPE', `${shown(name)} is not one of the bits ${all}`, guess(name, positions.keys()));
      if (names.indexOf(name) !== index) return new Refusal('YANG_TYPE', `the bit ${name} is named twice`);
    }
    return names.sort((a, b) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0)).join(' ');
  };
  return simple({ ...spec, base: 'bits', allowed: `any of the bits ${all}`, read });
}

/** Canonical with the module's name always: `module:identity` is what a reader anywhere understands (RFC 7951 section 6.8 allows it). */
export function identityType(spec: Named & { readonly bases: readonly Identity[]; readonly module: string }): Type {
  const [first, ...others] = spec.bases;
  const derived = [...(first?.derived ?? [])].filter((one) => others.every((base) => base.derived.has(one)));
  const keys = new Set(derived.map((one) => one.key));
  const byName = new Map<string, Identity[]>();
  for (const one of derived) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  const read = (value: Value, writing: Writing, prefixes?: Prefixes): Value | Refusal => {
    if (typeof value !== 'string') return new Refusal('YANG_TYPE', `${kindOf(value)} is no identity`);
    const colon = value.indexOf(':');
    let key = colon < 0 ? `${spec.module}:${value}` : value;
    if (prefixes) key = `${prefixes(colon < 0 ? undefined : value.slice(0, colon)) ?? ''}:${value.slice(colon + 1)}`;
    if (keys.has(key)) return key;
    const same = byName.get(value);
    if (writing === 'yaml' && same?.length === 1) return (same[0] as Identity).key;
    const bases = spec.bases.map((base) => base.key).join(' and ');
    return new Refusal('YANG_TYPE', `${shown(value)} is no identity derived from ${bases}`, guess(key, keys));
  };
  const identities = [...keys].sort();
  return simple({
    base: 'identityref',
    name: spec.name,
    statement: spec.statement,
    allowed: identities.length === 0 ? 'no identity is derived from its base' : `one of ${listed(identities)}`,
    identities,
    read,
  });
}
