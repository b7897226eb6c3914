import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Value } from '../../src/core/value.ts';
import { compile, type Schema } from '../../src/yang/index.ts';
import { assert, group } from '../kit/group.ts';
import { breweryModules, codesOf, problemsOf } from './schema-of.ts';

const compiled = compile({ modules: breweryModules });
const brewery = compiled.schema as Schema;

const PROBE = '28-0417c4aa05ff';
const zone = (leaves: Record<string, Value>): Value => ({ 'brewhouse:brewhouse': { temperature: { fermentation: leaves } } });
const offsets = (...list: readonly Record<string, Value>[]): Value => ({
  'brewhouse:brewhouse': { temperature: { hardware: { probe: [{ id: PROBE, offsets: list }] } } },
});
const offset = (low: string, high: string): Record<string, Value> => ({ low, high, offset: '1.0' });
const item = (list: string, entry: Record<string, Value>): Value => ({
  'brewery-definitions:definitions': { ingredients: { [list]: [entry] } },
});

/** What is right and what is wrong, each with why; the same list is given to yanglint where that is installed. */
const VECTORS: readonly (readonly [verdict: 'valid' | string, why: string, data: Value])[] = [
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

group('brewery modules', (test) => {
  test('compile without a word, and every node is described', () => {
    assert.equal(compiled.diagnostics, []);
    const bare: string[] = [];
    const visit = (node: NonNullable<ReturnType<Schema['find']>>): void => {
      if (node.description === undefined && node.kind !== 'case') bare.push(node.path);
      for (const child of node.children.values()) visit(child);
    };
    for (const top of brewery.roots.values()) visit(top);
    assert.equal(bare, []);
  });

  test('every must has a message of its own, and every typedef with a pattern', () => {
    for (const { file, text } of breweryModules) {
      for (const found of text.matchAll(/^ *(must|pattern) [^;{]*([;{])/gm)) assert.is(found[2], '{', `${file}: ${found[0]}`);
    }
  });

  for (const [verdict, why, data] of VECTORS) {
    test(`${verdict}: ${why}`, () => {
      const codes = [...new Set(problemsOf(brewery, data).map((one) => one.code))];
      if (verdict === 'valid') assert.equal(codes, []);
      else assert.ok(codes.includes(verdict as never), `${verdict} is not among ${codes.join()}`);
    });
  }

  test('a must in a manifest points at the leaf, says what it was compared with and which rule it was', () => {
    const problems = problemsOf(
      brewery,
      { setpoint: 18.5, lowpoint: 19.0 },
      { content: 'partial', mode: 'yaml', at: '/brewhouse/temperature/fermentation' },
    );
    assert.is(problems.length, 1);
    const line = (breweryModules.find((one) => one.file === 'yang/brewhouse.yang')?.text ?? '')
      .split('\n')
      .findIndex((one) => one.includes('must "lowpoint < setpoint"'));
    assert.equal(problems[0], {
      code: 'YANG_MUST',
      message: 'lowpoint must be below setpoint',
      path: '/brewhouse:brewhouse/temperature/fermentation',
      pointer: '/lowpoint',
      rule: { file: 'yang/brewhouse.yang', line: line + 1, text: 'must "lowpoint < setpoint"' },
      label: 'setpoint is 18.5',
    });
  });

  test('messages a person can act on', () => {
    const message = (data: Value): string =>
      problemsOf(brewery, data)
        .map((one) => `${one.path}: ${one.message}`)
        .join('\n');
    assert.is(
      message({ 'brewhouse:brewhouse': { temperature: { hardware: { probe: [{ id: '28-X' }] } } } }),
      '/brewhouse:brewhouse/temperature/hardware/probe[1]/id: Invalid DS18B20 probe id',
    );
    assert.is(
      message({ 'brewhouse:brewhouse': { power: { heating: { mode: 'ABC' } } } }),
      '/brewhouse:brewhouse/power/heating/mode: "ABC" is not one of HLT, KETTLE',
    );
    assert.is(
      message(offsets({ low: '50.0', high: '60.0' })),
      `/brewhouse:brewhouse/temperature/hardware/probe[id='${PROBE}']/offsets[low='50.0'][high='60.0']/offset: offset is missing`,
    );
    assert.is(
      message(zone({ probe: { id: PROBE } })),
      '/brewhouse:brewhouse/temperature/fermentation/probe/id: id names something that is not in /brewhouse:brewhouse/temperature/hardware/probe/id',
    );
  });

  test('defaults exist for the fermentation zone and never on results', () => {
    const all = brewery.withDefaults({}) as Record<string, Record<string, Record<string, Value>>>;
    assert.equal(all['brewhouse:brewhouse'], {
      temperature: { fermentation: { setpoint: '17.0', highpoint: '17.3', lowpoint: '16.7' } },
    } as never);
    assert.is(JSON.stringify(all).includes('results'), false);
  });

  test('what completion and documentation need is in the schema', () => {
    const setpoint = brewery.find('/brewhouse/temperature/fermentation/setpoint');
    assert.is(setpoint?.path, '/brewhouse:brewhouse/temperature/fermentation/setpoint');
    assert.is(setpoint?.type?.allowed, 'decimal64 with 3 fraction digits, 5.0..35.0');
    assert.is(setpoint?.type?.name, 'bt:fermentation-temperature');
    assert.is(setpoint?.units, '°C');
    assert.is(setpoint?.default, '17.0');
    assert.is(brewery.find(`/brewhouse:brewhouse/temperature/hardware/probe[id='${PROBE}']/offsets=50.0,60.0/offset`)?.mandatory, true);
    assert.equal(brewery.find('/recipes')?.keys, ['name', 'version']);
    assert.is(brewery.find('/brewhouse/temperature/fermentation/results')?.config, false);
    assert.is(brewery.find('/brewhouse/nowhere'), undefined);
  });
});

const installed = spawnSync('yanglint', ['--version']).status === 0;

group('brewery modules before another judge', (test) => {
  if (!installed) {
    test.skip('yanglint agrees with every verdict', 'yanglint is not installed: apt-get install libyang2-tools');
    return;
  }
  test('yanglint agrees with every verdict', () => {
    const yang = fileURLToPath(new URL('../../yang', import.meta.url));
    const modules = breweryModules.map((one) => join(yang, one.file.replace('yang/', '')));
    const folder = mkdtempSync(join(tmpdir(), 'setpoint-yang-'));
    try {
      for (const [verdict, why, data] of VECTORS) {
        const file = join(folder, 'data.json');
        writeFileSync(file, JSON.stringify(data));
        const { status } = spawnSync('yanglint', ['-p', yang, '-t', 'config', ...modules, file]);
        assert.is(status === 0, verdict === 'valid', why);
      }
      execFileSync('yanglint', ['-p', yang, ...modules]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

group('brewery canonical data', (test) => {
  test('YAML scalars become canonical JSON that validates as it is', () => {
    const { value, problems } = brewery.validate(
      { brewhouse: { temperature: { hardware: { probe: [{ offsets: [{ offset: 1, high: '60.00', low: 50 }], id: PROBE }] } } } },
      { content: 'config', mode: 'yaml' },
    );
    assert.equal(problems, []);
    assert.is(
      JSON.stringify(value),
      `{"brewhouse:brewhouse":{"temperature":{"hardware":{"probe":[{"id":"${PROBE}","offsets":[{"low":"50.0","high":"60.0","offset":"1.0"}]}]}}}}`,
    );
    assert.is(brewery.validate(value, { content: 'config' }).value, value);
    assert.equal(codesOf(brewery, value), []);
  });
});
