import { member, type Pointer } from '../../../core/pointer.ts';
import type { Fields, Value } from '../../../core/value.ts';
import { isFields, isList } from '../../../core/value.ts';
import type { Finding } from '../../contract.ts';

/** The words of JSON Schema that the server keeps, at the top of a definition's schema and below it. */
const AT_TOP: readonly string[] = ['type', 'properties', 'required'];
const BELOW: readonly string[] = ['type', 'description', 'enum', 'default', 'properties', 'items'];

/** The schema as the server gives it back: words that it does not know are gone, and so is what says nothing. */
export const storedSchema = (schema: Fields): Fields => stored(schema, AT_TOP);

function stored(schema: Fields, words: readonly string[]): Fields {
  const members = words.flatMap((word): readonly (readonly [string, Value])[] => {
    const value = schema[word];
    if (value === undefined || value === '' || (isList(value) && value.length === 0)) return [];
    // Go leaves out what is nil, and a default may well be anything else.
    if (value === null) return [];
    if (word === 'items') return isFields(value) ? [[word, stored(value, BELOW)]] : [];
    if (word !== 'properties') return [[word, value]];
    const properties = isFields(value)
      ? Object.entries(value).map(([name, one]) => [name, isFields(one) ? stored(one, BELOW) : {}] as const)
      : [];
    return properties.length === 0 ? [] : [[word, Object.fromEntries(properties)]];
  });
  return Object.fromEntries(members);
}

/** What it says in vain: the server drops most of JSON Schema without a word. */
export const schemaWarnings = (schema: Fields, at: Pointer): readonly Finding[] => warnings(schema, { at, words: AT_TOP });

function warnings(schema: Fields, { at, words }: { readonly at: Pointer; readonly words: readonly string[] }): readonly Finding[] {
  const own = Object.keys(schema).flatMap((word): readonly Finding[] => {
    if (!words.includes(word)) return [inVain(member(at, word), `"${word}" is not enforced`, DROPPED)];
    if (word === 'default') return [inVain(member(at, word), '"default" fills in nothing', KEPT)];
    const type = schema['type'];
    if (word !== 'type' || typeof type !== 'string' || type === '' || TYPES.includes(type)) return [];
    return [
      inVain(
        member(at, word),
        `the type "${type}" is not enforced`,
        type === 'integer' ? 'The server takes any value there, 1.5 and "one" as well.' : KEPT,
      ),
    ];
  });
  const below = (value: Value | undefined, place: Pointer): readonly Finding[] =>
    isFields(value) ? warnings(value, { at: place, words: BELOW }) : [];
  const properties = schema['properties'];
  return [
    ...own,
    ...(isFields(properties) ? Object.entries(properties).flatMap(([name, one]) => below(one, member(`${at}/properties`, name))) : []),
    ...(words.includes('items') ? below(schema['items'], `${at}/items`) : []),
  ];
}

const TYPES: readonly string[] = ['string', 'number', 'boolean', 'object', 'array'];
const DROPPED = 'The server does not keep it, so whoever reads the definition does not see it either.';
const KEPT = 'The server keeps it, for whoever reads the definition.';

const inVain = (pointer: Pointer, summary: string, detail: string): Finding => ({
  code: 'BLUEPRINT_SCHEMA',
  severity: 'warning',
  summary: `${summary} by a Colonies server`,
  detail,
  hint: 'It looks at type (string, number, boolean, object, array), enum, items and properties, and at required at the top.',
  pointer,
  part: 'key',
});
