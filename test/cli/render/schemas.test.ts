import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { jsonLine, ndjson, planJson } from '../../../src/cli/render/json.ts';
import { assert, group } from '../../kit/group.ts';
import { everyday, large, zoo } from './plans.ts';
import { anyEvent, anyPlan, diagnostic, recorded } from './worlds.ts';

const NAMES = ['diagnostic', 'state', 'plan', 'event', 'answer'];
const ajv = new Ajv2020({ strict: true, allErrors: true });
for (const name of NAMES) {
  ajv.addSchema(JSON.parse(readFileSync(new URL(`../../../schemas/own/${name}.json`, import.meta.url), 'utf8')) as object, `${name}.json`);
}
const validator = (name: string): ValidateFunction => ajv.getSchema(`${name}.json`) as ValidateFunction;

function accepts(name: string, line: string): void {
  const validate = validator(name);
  assert.ok(validate(JSON.parse(line)), `${line}\n${JSON.stringify(validate.errors?.slice(0, 3))}`);
}

/** Every object in a value that the contract knows the members of: those below these names are the user's own. */
const OPEN = new Set(['before', 'after', 'was', 'goal', 'want', 'applied', 'result', 'targets']);
function* closed(value: unknown): Iterable<Record<string, unknown>> {
  if (Array.isArray(value)) for (const item of value) yield* closed(item);
  else if (typeof value === 'object' && value !== null) {
    yield value as Record<string, unknown>;
    for (const [name, inner] of Object.entries(value)) if (!OPEN.has(name)) yield* closed(inner);
  }
}

function refusesMore(name: string, line: string): void {
  const value: unknown = JSON.parse(line);
  for (const object of closed(value)) {
    object['surprise'] = 1;
    assert.not.ok(validator(name)(value), `an unknown member was let in: ${JSON.stringify(object).slice(0, 200)}`);
    delete object['surprise'];
  }
}

group('schemas of the JSON output', (test) => {
  test('the hand-made plans are valid, and nothing may be added to them', () => {
    for (const plan of [everyday, zoo, large]) {
      accepts('plan', planJson(plan));
      refusesMore('plan', planJson(plan));
    }
  });
  test('every plan that the types allow is valid', () => fc.assert(fc.property(anyPlan, (plan) => accepts('plan', planJson(plan)))));
  test('every event is valid, and nothing may be added to it', () =>
    fc.assert(
      fc.property(anyEvent, (event) => {
        accepts('event', ndjson(event));
        refusesMore('event', ndjson(event));
      }),
      { numRuns: 300 },
    ));
  test('every diagnostic is valid, and nothing may be added to it', () =>
    fc.assert(
      fc.property(fc.array(diagnostic, { maxLength: 3 }), (all) => {
        accepts('diagnostic', jsonLine({ diagnostics: all }));
        refusesMore('diagnostic', jsonLine({ diagnostics: all }));
      }),
    ));
  test('every record is a valid line of state, and so is the header', () => {
    fc.assert(
      fc.property(recorded, (record) => {
        accepts('state', JSON.stringify(record));
        refusesMore('state', JSON.stringify(record));
      }),
    );
    accepts('state', '{"format":1,"instance":"i","kind":"cresco/Pipeline","shape":"cresco/Pipeline.v1"}');
    assert.not.ok(validator('state')({ format: 2, kind: 'a/B', shape: 'a/B.v1' }));
  });
  test('every member is described', () => {
    const undescribed: string[] = [];
    const walk = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [name, inner] of Object.entries(value)) {
        if (name !== 'properties') walk(inner, `${at}/${name}`);
        else
          for (const [member, schema] of Object.entries(inner as Record<string, { description?: string }>)) {
            if (!schema.description) undescribed.push(`${at}/${member}`);
            walk(schema, `${at}/${member}`);
          }
      }
    };
    for (const name of NAMES) walk(validator(name).schema, name);
    assert.equal(undescribed, []);
  });
});
