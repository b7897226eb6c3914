import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Fields, Value } from '../../src/core/value.ts';
import { isFields } from '../../src/core/value.ts';
import { schemaBundle } from '../../src/manifests/bundle.ts';
import { VOCABULARY } from '../../src/manifests/vocabulary.ts';
import { assert, group } from '../kit/group.ts';
import { DEMO_KINDS, OTHER_KINDS } from './demo.ts';

const bundle = schemaBundle([...DEMO_KINDS, ...OTHER_KINDS]);

function validator(schema: Fields): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true });
  for (const [keyword, metaSchema] of Object.entries(VOCABULARY)) ajv.addKeyword({ keyword, metaSchema });
  return ajv.compile(schema);
}

group('the schema bundle', (test) => {
  const fits = validator(bundle);
  const box = (spec: unknown, more: object = {}): unknown => ({
    apiVersion: 'demo/v1',
    kind: 'Box',
    metadata: { name: 'a' },
    spec,
    ...more,
  });

  test('leads each document to the schema of its kind', () => {
    assert.ok(fits(box({ size: 3, tree: { name: 'a', below: [{ name: 'b' }] } }, { lifecycle: { protect: true } })));
    assert.not.ok(fits(box({ size: 'big' })));
    assert.not.ok(fits(box({ size: 3, tree: { name: 'a', below: [{ nam: 'b' }] } })));
    assert.not.ok(fits(box({ size: 3, colour: 'red' })));
    assert.not.ok(fits({ apiVersion: 'demo/v1', kind: 'Boxx', metadata: { name: 'a' } }));
    assert.ok(fits({ apiVersion: 'other/v1', kind: 'Thing', metadata: { name: 'a' } }));
  });

  test('knows Target and Project', () => {
    assert.ok(fits({ apiVersion: 'setpoint/v1', kind: 'Target', metadata: { name: 'a' }, spec: { provider: 'demo', address: 'x' } }));
    assert.not.ok(fits({ apiVersion: 'setpoint/v1', kind: 'Target', metadata: { name: 'a', target: 'b' }, spec: { provider: 'demo' } }));
    assert.ok(fits({ apiVersion: 'setpoint/v1', kind: 'Project', metadata: { name: 'a' }, spec: { state: { folder: 'x' } } }));
    assert.not.ok(fits({ apiVersion: 'setpoint/v1', kind: 'Project', metadata: { name: 'a' }, spec: { state: 'gti' } }));
  });

  test('wants a source where a secret belongs', () => {
    assert.ok(fits(box({ size: 3, password: { env: 'PW' } })));
    assert.not.ok(fits(box({ size: 3, password: 'hunter2' })));
  });

  test('refers to nothing outside of itself, so that one file is enough', () => {
    const text = JSON.stringify(bundle);
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g))
      assert.ok(Object.hasOwn(bundle.$defs as Fields, name), name);
    assert.is(text.match(/"\$ref":"(?!#\/\$defs\/)/), null);
    assert.is(JSON.stringify(schemaBundle([...OTHER_KINDS, ...DEMO_KINDS].reverse())), text, 'the same kinds, the same bytes');
  });
});

group('the schemas that manifests are judged by', (test) => {
  const folder = fileURLToPath(new URL('../../schemas/', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.json') && (!file.startsWith('own') || /(manifest|project|secret)\.json$/.test(file)),
  );

  /** Places of a schema that an editor would show without a word. */
  function* undescribed(schema: Value | undefined, at: string, root: Fields): Generator<string> {
    if (!isFields(schema)) return;
    for (const [name, inner] of Object.entries((schema.properties ?? {}) as Fields)) {
      const target =
        isFields(inner) && typeof inner.$ref === 'string' ? ((root.$defs as Fields)[inner.$ref.slice('#/$defs/'.length)] as Fields) : inner;
      const isDescribed = isFields(inner) && (inner.description ?? (target as Fields).description) !== undefined;
      if (!isDescribed) yield `${at}/${name}`;
      yield* undescribed(inner, `${at}/${name}`, root);
    }
    for (const name of ['items', 'additionalProperties']) yield* undescribed(schema[name], `${at}/${name}`, root);
    for (const word of ['oneOf', 'anyOf', 'allOf'])
      for (const form of (schema[word] ?? []) as readonly Value[]) yield* undescribed(form, `${at}/${word}`, root);
    for (const [name, inner] of Object.entries((schema.$defs ?? {}) as Fields)) yield* undescribed(inner, `${at}/$defs/${name}`, root);
  }

  test('compile strictly', () => {
    assert.ok(files.length >= 4);
    for (const file of files) assert.type(validator(JSON.parse(readFileSync(folder + file, 'utf8')) as Fields), 'function', file);
    assert.throws(() => validator({ type: 'object', properties: { a: { type: 'string', 'x-ref': { kind: 'Box' } } } }), /x-ref/);
    assert.throws(() => validator({ type: 'object', properties: 3 }), /schema is invalid/);
  });

  test('describe every field that a person may write', () => {
    for (const file of files) {
      const schema = JSON.parse(readFileSync(folder + file, 'utf8')) as Fields;
      assert.equal([...undescribed(schema, '', schema)], [], file);
    }
  });
});
