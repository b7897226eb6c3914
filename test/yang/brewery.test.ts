import type { Value } from '../../src/core/value.ts';
import { compile, type Schema } from '../../src/yang/index.ts';
import { assert, group } from '../kit/group.ts';
import { offsets, PROBE, VERDICTS, zone } from './brewery-verdicts.ts';
import { breweryModules, codesOf, problemsOf } from './schema-of.ts';

const compiled = compile({ modules: breweryModules });
const brewery = compiled.schema as Schema;

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

  for (const [verdict, why, data] of VERDICTS) {
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
