import type { Fields } from '../../../../src/core/value.ts';
import { schemaProblem } from '../../../../src/providers/colonies/rules/blueprint-schema.ts';
import { assert, group } from '../../../kit/group.ts';

const SCHEMA: Fields = {
  type: 'object',
  required: ['image'],
  properties: {
    image: { type: 'string' },
    replicas: { type: 'number' },
    count: { type: 'integer', minimum: 5 },
    on: { type: 'boolean' },
    mode: { type: 'string', enum: ['fast', 'slow'] },
    level: { enum: [1, 2.5, 1e-7] },
    ports: { type: 'array', items: { type: 'number' } },
    limits: {
      type: 'object',
      required: ['cpu'],
      properties: { cpu: { type: 'string' }, deep: { type: 'object', properties: { x: { type: 'number' } } } },
    },
  },
};

group('blueprint schemas: what the server holds against a spec', (test) => {
  const rows: readonly [what: string, spec: Fields, problem: string | undefined][] = [
    ['a required field is missing', { replicas: 1 }, "required field 'image' is missing"],
    ['a number for a text', { image: 5 }, "field 'image' must be a string, got float64"],
    ['null for a text', { image: null }, "field 'image' must be a string, got <nil>"],
    ['a text for a number', { image: 'x', replicas: '3' }, "field 'replicas' must be a number, got string"],
    ['a map for a boolean', { image: 'x', on: {} }, "field 'on' must be a boolean, got map[string]interface {}"],
    ['a list for a map', { image: 'x', limits: [] }, "field 'limits' must be an object, got []interface {}"],
    ['a boolean for a list', { image: 'x', ports: true }, "field 'ports' must be an array, got bool"],
    ['an item of the wrong type', { image: 'x', ports: [1, 'a'] }, "field 'ports[1]' must be a number, got string"],
    ['a word that is none of the choices', { image: 'x', mode: 'warp' }, "field 'mode' must be one of [fast slow], got warp"],
    ['a number that is none of the choices', { image: 'x', level: 3 }, "field 'level' must be one of [1 2.5 1e-07], got 3"],
    ['a nested field', { image: 'x', limits: { deep: { x: 'y' } } }, "field 'limits.deep.x' must be a number, got string"],
    ['a nested required field is not asked for', { image: 'x', limits: {} }, undefined],
    ['integer and minimum are not enforced', { image: 'x', count: 1.5 }, undefined],
    ['further fields are welcome', { image: 'x', more: [{}] }, undefined],
    [
      'everything as it should be',
      { image: 'x', replicas: 1, on: false, mode: 'slow', level: 2.5, ports: [80], limits: { cpu: '1' } },
      undefined,
    ],
  ];
  for (const [what, spec, problem] of rows) test(what, () => assert.is(schemaProblem(spec, SCHEMA), problem));

  test('an empty schema takes anything', () => assert.is(schemaProblem({ a: 1 }, {}), undefined));
});
