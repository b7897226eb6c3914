/**
 * Plain JSON values: what specs, state and plans are made of. A number here is always one whose text is its own canonical
 * form; 64-bit integers and decimals with a fixed scale travel as strings (RFC 7951), so that no digit is lost in a float.
 */
export type Value = null | boolean | number | string | readonly Value[] | Fields;
export interface Fields {
  readonly [name: string]: Value;
}

export const isFields = (value: Value | undefined): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

/** Deep equality of JSON values; the order of members does not count, the order of list items does. Allocates nothing. */
export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a)) {
    if (!isList(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i += 1) if (!equal(a[i], b[i])) return false;
    return true;
  }
  if (isList(b)) return false;
  let size = 0;
  for (const name in a) {
    if (!Object.hasOwn(a, name)) continue;
    size += 1;
    if (!Object.hasOwn(b, name) || !equal((a as Fields)[name], (b as Fields)[name])) return false;
  }
  for (const name in b) if (Object.hasOwn(b, name)) size -= 1;
  return size === 0;
}

/** Orders text by UTF-16 code units: the same on every machine and in every locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Canonical JSON: members sorted by name, no white space. Same value, same bytes. Members that are `undefined` are left out. */
export function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const parts: string[] = [];
  for (const name of Object.keys(value).sort(byText)) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) parts.push(`${JSON.stringify(name)}:${canonical(member)}`);
  }
  return `{${parts.join(',')}}`;
}

const PART_LENGTH = 64 * 1024;

/** Canonical JSON of something with long lists, in parts of some 64 KiB: a plan of 100,000 steps is never one text in memory. */
export function* canonicalParts(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return yield canonical(value);
  let part = '';
  let before = '{';
  for (const [name, member] of Object.entries(value as Readonly<Record<string, unknown>>).sort(([a], [b]) => byText(a, b))) {
    if (member === undefined) continue;
    part += `${before}${JSON.stringify(name)}:`;
    before = ',';
    if (!Array.isArray(member)) {
      part += canonical(member);
      continue;
    }
    part += '[';
    for (const [i, item] of member.entries()) {
      part += i === 0 ? canonical(item) : `,${canonical(item)}`;
      if (part.length < PART_LENGTH) continue;
      yield part;
      part = '';
    }
    part += ']';
  }
  yield `${part}${before === '{' ? '{' : ''}}`;
}
