import type { Value } from '../../src/core/value.ts';

export const PROBE = '28-0417c4aa05ff';
export const zone = (leaves: Record<string, Value>): Value => ({ 'brewhouse:brewhouse': { temperature: { fermentation: leaves } } });
export const offsets = (...list: readonly Record<string, Value>[]): Value => ({
  'brewhouse:brewhouse': { temperature: { hardware: { probe: [{ id: PROBE, offsets: list }] } } },
});
const offset = (low: string, high: string): Record<string, Value> => ({ low, high, offset: '1.0' });
const item = (list: string, entry: Record<string, Value>): Value => ({
  'brewery-definitions:definitions': { ingredients: { [list]: [entry] } },
});

/** What is right and what is wrong, each with why: for our engine here, and for yanglint in the interop stage. */
export const VERDICTS: readonly (readonly [verdict: 'valid' | string, why: string, data: Value])[] = [
  ['valid', 'defaults only', {}],
  ['YANG_MUST', 'setpoint alone leaves the default highpoint behind', zone({ setpoint: '20.0' })],
  ['valid', 'all three move together', zone({ lowpoint: '19.7', setpoint: '20.0', highpoint: '20.3' })],
  ['YANG_MUST', 'a band below 0.3', zone({ lowpoint: '16.9', setpoint: '17.0', highpoint: '17.1' })],
  ['valid', 'a band of exactly 0.3, which floats do not hold', zone({ lowpoint: '16.1', setpoint: '16.3', highpoint: '16.4' })],
  ['YANG_LEAFREF', 'a probe that no hardware has', zone({ probe: { id: PROBE } })],
  ['valid', 'adjacent offset ranges', offsets(offset('50.0', '60.0'), offset('60.0', '75.0'))],
  ['YANG_MUST', 'overlapping offset ranges', offsets(offset('50.0', '61.0'), offset('60.0', '75.0'))],
  ['YANG_MUST', 'an offset range that ends before it begins', offsets(offset('60.0', '50.0'))],
  ['YANG_MANDATORY', 'an offset range without an offset', offsets({ low: '50.0', high: '60.0' })],
  ['YANG_RANGE', 'an offset above 10', offsets({ low: '50.0', high: '60.0', offset: '10.001' })],
  ['YANG_TYPE', 'a decimal as JSON number', zone({ setpoint: 17.0 })],
  ['YANG_TYPE', 'four fraction digits', zone({ setpoint: '17.0001' })],
  ['YANG_RANGE', 'too warm for yeast', zone({ lowpoint: '35.0', setpoint: '35.5', highpoint: '36.0' })],
  [
    'YANG_PATTERN',
    'a probe id that is not hexadecimal',
    { 'brewhouse:brewhouse': { temperature: { hardware: { probe: [{ id: '28-000hlt' }] } } } },
  ],
  ['YANG_TYPE', 'a mode that does not exist', { 'brewhouse:brewhouse': { power: { heating: { mode: 'ABC' } } } }],
  ['valid', 'mash without any target', { 'brewhouse:brewhouse': { temperature: { mash: {} } } }],
  ['YANG_MUST', 'mash upside down', { 'brewhouse:brewhouse': { temperature: { mash: { setpoint: '66.0', lowpoint: '67.0' } } } }],
  ['valid', 'extract and hwe agree', item('fermentables', { name: 'Maris Otter', extract: '82.2', hwe: '315.648' })],
  ['YANG_MUST', 'extract and hwe disagree', item('fermentables', { name: 'Pilsner Malt', extract: '82.32', hwe: '316.0' })],
  ['valid', 'hwe alone', item('fermentables', { name: 'Honey', adjunct: true, hwe: '291.84' })],
  [
    'YANG_LEAFREF',
    'a recipe with a hop that the catalogue lacks',
    {
      'brewery-recipes:recipes': [
        { name: 'Citra', version: 'v1', ingredients: { hops: [{ name: 'Citra', addat: 'dry hop', qty: '50.0' }] } },
      ],
    },
  ],
  [
    'YANG_DUPLICATE',
    'one hop twice at one time',
    {
      ...(item('hops', { name: 'Citra' }) as Record<string, Value>),
      'brewery-recipes:recipes': [
        {
          name: 'Citra',
          version: 'v1',
          ingredients: {
            hops: [
              { name: 'Citra', addat: 'dry hop', qty: '50.0' },
              { name: 'Citra', addat: 'dry hop', qty: '20.0' },
            ],
          },
        },
      ],
    },
  ],
  [
    'YANG_LEAFREF',
    'a brew of a version that the recipe does not have',
    {
      'brewery-recipes:recipes': [
        { name: 'Citra', version: 'v1' },
        { name: 'Green', version: 'v2' },
      ],
      'brewery-brewlog:brewlog': { entry: [{ id: '2026-11-22', recipe: { name: 'Citra', version: 'v2' }, 'brew-date': '2026-11-22' }] },
    },
  ],
  [
    'YANG_MUST',
    'two Things with overlapping paths',
    {
      'things:things': {
        registration: [
          { app: 'TemperatureProvider', module: 'brewhouse', path: '/brewhouse:brewhouse/temperature' },
          { app: 'MashProvider', module: 'brewhouse', path: '/brewhouse:brewhouse/temperature/mash' },
        ],
      },
    },
  ],
  [
    'valid',
    'two Things side by side',
    {
      'things:things': {
        registration: [
          { app: 'TemperatureProvider', module: 'brewhouse', path: '/brewhouse:brewhouse/temperature' },
          { app: 'TemperatureLogger', module: 'brewhouse', path: '/brewhouse:brewhouse/temperature-log' },
        ],
      },
    },
  ],
  [
    'YANG_MUST',
    'a kettle that boils more than it holds',
    { 'brewery-equipment:equipment': { vessel: [{ process: 'p', name: 'k', role: 'boiler', volume: '70.0', 'boil-volume': '71.0' }] } },
  ],
  [
    'YANG_CHOICE',
    'a simulated probe with a value and a fault',
    { 'brewery-sim:simulation': { probe: [{ id: PROBE, value: '18.0', fault: 'crc' }] } },
  ],
];
