import type { Fields, Value } from '../../../src/core/value.ts';

/** The tree that quickstart leaves behind, as far as it is changed here. */
interface Tree {
  'brewhouse:brewhouse': {
    temperature: {
      fermentation: Record<string, Value>;
      mash?: Record<string, Value>;
      hardware: { probe: (Record<string, Value> & { offsets: Record<string, Value>[] })[] };
      [name: string]: unknown;
    };
    power: { heating: Record<string, Value> };
  };
  'brewery-definitions:definitions': { ingredients: Record<string, Record<string, Value>[]> };
  'brewery-recipes:recipes': (Record<string, Value> & { ingredients: Record<string, Record<string, Value>[]> })[];
  [name: string]: unknown;
}

export interface Mutation {
  readonly name: string;
  /** Default: wrong. */
  readonly valid?: true;
  change(tree: Tree): void;
}

const zone =
  (change: (zone: Record<string, Value>) => void): Mutation['change'] =>
  (tree) =>
    change(tree['brewhouse:brewhouse'].temperature.fermentation);
const probe =
  (change: (probe: Tree['brewhouse:brewhouse']['temperature']['hardware']['probe'][number]) => void): Mutation['change'] =>
  (tree) =>
    change(tree['brewhouse:brewhouse'].temperature.hardware.probe[0]!);
const recipe =
  (change: (recipe: Tree['brewery-recipes:recipes'][number]) => void): Mutation['change'] =>
  (tree) =>
    change(tree['brewery-recipes:recipes'][0]!);

/** What quickstart leaves behind, with one thing changed. */
export const MUTATIONS: readonly Mutation[] = [
  { name: 'nothing changed', valid: true, change: () => undefined },
  { name: 'a setpoint within its band', valid: true, change: zone((z) => (z['setpoint'] = '18.4')) },
  { name: 'trailing zeros of a decimal', valid: true, change: zone((z) => (z['setpoint'] = '18.400')) },
  { name: 'a decimal that is a number in JSON', change: zone((z) => (z['setpoint'] = 18.4)) },
  { name: 'a decimal with too many digits', change: zone((z) => (z['setpoint'] = '18.4001')) },
  { name: 'a decimal that is no number', change: zone((z) => (z['setpoint'] = 'warm')) },
  { name: 'a temperature out of range', change: zone((z) => Object.assign(z, { setpoint: '99.0', highpoint: '99.5' })) },
  { name: 'a must between two leaves', change: zone((z) => (z['lowpoint'] = '18.5')) },
  { name: 'a must that computes', change: zone((z) => Object.assign(z, { lowpoint: '18.45', highpoint: '18.55' })) },
  { name: 'a must that a default breaks', change: zone((z) => delete z['setpoint']) },
  { name: 'a leafref to a probe that is not there', change: zone((z) => (z['probe'] = { id: '28-000000000000' })) },
  { name: 'state in a configuration', change: zone((z) => (z['monitor'] = true)) },
  { name: 'an unknown leaf', change: zone((z) => (z['setpiont'] = '18.5')) },
  { name: 'a leaf given as an array', change: zone((z) => (z['setpoint'] = ['18.5'])) },
  { name: 'a container given as an array', change: (tree) => Object.assign(tree['brewhouse:brewhouse'].temperature, { fermentation: [] }) },
  { name: 'a member without its module at the top', change: (tree) => (tree['inhibits'] = { heat: true }) },
  { name: 'a boolean', valid: true, change: (tree) => (tree['brewhouse:inhibits'] = { heat: true }) },
  { name: 'a boolean given as text', change: (tree) => (tree['brewhouse:inhibits'] = { heat: 'true' }) },
  { name: 'an enum that is none', change: (tree) => (tree['brewhouse:brewhouse'].power.heating['mode'] = 'hlt') },
  { name: 'a pattern', change: probe((p) => (p['id'] = 'probe one')) },
  { name: 'a text that is too short', change: probe((p) => (p['description'] = '')) },
  { name: 'a missing mandatory leaf', change: probe((p) => delete p.offsets[0]?.['offset']) },
  { name: 'a missing key', change: probe((p) => delete p.offsets[0]?.['low']) },
  { name: 'duplicate keys', change: probe((p) => p.offsets.push({ ...p.offsets[0]! })) },
  {
    name: 'duplicate keys that are written differently',
    change: probe((p) => p.offsets.push({ ...p.offsets[0]!, low: `${p.offsets[0]?.['low'] as string}0` })),
  },
  { name: 'ranges that overlap', change: probe((p) => p.offsets.push({ low: '6.0', high: '7.0', offset: '0.1' })) },
  { name: 'a range that ends before it begins', change: probe((p) => p.offsets.push({ low: '90.0', high: '80.0', offset: '0.1' })) },
  {
    name: 'a probe that goes while a zone names it',
    change: (tree) => tree['brewhouse:brewhouse'].temperature.hardware.probe.shift(),
  },
  { name: 'a mash without a target', valid: true, change: (tree) => (tree['brewhouse:brewhouse'].temperature.mash = { lowpoint: '60.0' }) },
  { name: 'a hop that no catalogue has', change: recipe((r) => (r.ingredients['hops']![0]!['name'] = 'Saphir')) },
  { name: 'a fermentation target above the highest', change: recipe((r) => (r['fermentation'] = { target: '21.0', highest: '20.0' })) },
  { name: 'an entry of a list with two keys, twice', change: recipe((r) => r.ingredients['hops']?.push({ ...r.ingredients['hops'][0]! })) },
  {
    name: 'hot water extract that does not fit the extract',
    change: (tree) => (tree['brewery-definitions:definitions'].ingredients['fermentables']![0]!['hwe'] = '300.0'),
  },
];

export interface Odd {
  readonly name: string;
  readonly valid?: true;
  readonly data: Fields;
}

/** `tags` has a minimum, so every instance has one. */
const odd = (name: string, members: Fields, valid?: true): Odd => ({
  name,
  ...(valid ? { valid } : {}),
  data: { 'odds:odds': { tags: ['x'], ...members } },
});

/** Instances of odds.yang. */
export const ODDS: readonly Odd[] = [
  odd('an identity', { kind: 'odds:kettle' }, true),
  odd('an identity at two removes', { kind: 'steam-kettle' }, true),
  odd('the base itself', { kind: 'vessel' }),
  odd('an identity of another base', { kind: 'pump' }),
  odd('the lower part of a range', { small: '0.0' }, true),
  odd('a gap in a range', { small: '1.0' }),
  odd('a 64-bit integer as text', { big: '9223372036854775807' }, true),
  odd('a 64-bit integer one too large', { big: '9223372036854775808' }),
  odd('a 64-bit integer as a number', { big: 5 }),
  odd('bits in another order', { flags: 'auto on' }, true),
  odd('a bit twice', { flags: 'on on' }),
  odd('binary', { blob: 'AQIDBA==' }, true),
  odd('binary that is too long', { blob: 'AQIDBAU=' }),
  odd('binary that is no base64', { blob: 'AQ*=' }),
  odd('empty', { mark: [null] }, true),
  odd('empty given as null', { mark: null }),
  odd('the first member of a union', { mixed: 7 }, true),
  odd('the second member of a union', { mixed: 'many' }, true),
  odd('the third member of a union', { mixed: '9.50' }, true),
  odd('no member of a union', { mixed: 'few' }),
  odd('letters of any script, counted as characters', { name: 'Ωж한' }, true),
  odd('a character beyond 16 bits is one', { name: '𝒳𝒴𝒵' }, true),
  odd('a length in a gap', { name: 'abcd' }),
  odd('no letters', { name: 'a1' }),
  odd('a pattern that must not match', { 'not-this': 'xmlish' }),
  odd('too many entries of a leaf-list', { tags: ['a', 'b', 'c', 'd'] }),
  odd('a leaf-list entry twice', { tags: ['a', 'a'] }),
  { name: 'too few entries of a leaf-list', data: { 'odds:odds': { small: '2.0' } } },
  odd('one case', { from: 1, to: 2 }, true),
  odd('two cases', { from: 1, cold: [null] }),
  odd('a must in a case', { from: 2, to: 1 }),
  odd('a when that holds', { kind: 'kettle', extra: 'x' }, true),
  odd('a when that does not hold', { extra: 'x' }),
  odd(
    'unique values',
    {
      pair: [
        { id: 1, a: 'x', b: { c: 'y' } },
        { id: 2, a: 'x' },
      ],
    },
    true,
  ),
  odd('values that are not unique', {
    pair: [
      { id: 1, a: 'x', b: { c: 'y' } },
      { id: 2, a: 'x', b: { c: 'y' } },
    ],
  }),
  odd('too many entries of a list', { pair: [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }] }),
  odd(
    'a leafref with a predicate',
    {
      pair: [
        { id: 1, next: 2, other: 'two' },
        { id: 2, a: 'two' },
      ],
    },
    true,
  ),
  odd('a leafref whose predicate leads elsewhere', {
    pair: [
      { id: 1, a: 'one', next: 2, other: 'one' },
      { id: 2, a: 'two' },
    ],
  }),
  odd('an instance-identifier', { at: "/odds:odds/tags[.='x']" }, true),
  odd('an instance-identifier to nothing', { at: "/odds:odds/tags[.='y']" }),
  odd('an instance-identifier that needs nothing', { far: "/odds:odds/tags[.='y']" }, true),
  odd('a presence container without what it needs', { needs: {} }),
  odd('anydata', { any: { 'anything:goes': [1, { at: 'all' }] } }, true),
];
