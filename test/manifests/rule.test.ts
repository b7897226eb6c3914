import type { Fields } from '../../src/core/value.ts';
import { ruleOf } from '../../src/manifests/rule.ts';
import { assert, group } from '../kit/group.ts';
import { BOX } from './demo.ts';

group('the rule of a schema', (test) => {
  test('says of every field what its schema says', () => {
    const { fields } = ruleOf(BOX);
    assert.equal(fields?.mode, { default: 'auto' });
    assert.equal(fields?.password, { sensitive: true });
    assert.equal(fields?.config, { lexical: true });
    assert.equal(fields?.size, {});
    assert.equal(fields?.parent, { ref: { kind: 'demo/Box', by: 'handle', wait: 'exists', onReplace: 'rewrite', onRemove: 'cascades' } });
    assert.is(fields?.lids?.list, 'set');
    assert.equal(fields?.parts?.list, { key: ['name'] });
    assert.equal(fields?.parts?.items?.fields?.weight, { default: 1 });
  });

  test('reads all words of the vocabulary', () => {
    const schema: Fields = {
      type: 'object',
      additionalProperties: { 'x-blind': true, 'x-units': '°C' },
      properties: {
        a: { 'x-immutable': true, 'x-unset': { value: 0 } },
        b: { 'x-whole': true, 'x-unset': 'never' },
        c: { 'x-yang': { module: '/m' } },
      },
    };
    assert.equal(ruleOf(schema), {
      rest: { blind: true, units: '°C' },
      fields: { a: { immutable: true, unset: { value: 0 } }, b: { whole: true, unset: 'never' }, c: { lexical: true } },
    });
  });

  test('of a schema that contains itself contains itself', () => {
    const tree = ruleOf(BOX).fields?.tree;
    assert.is(tree?.fields?.below?.items?.fields?.below?.items?.fields, tree?.fields?.below?.items?.fields);
    assert.ok(tree?.fields?.below?.items?.fields?.name !== undefined);
  });

  test('has the fields of all forms, and the default of none', () => {
    const fill = ruleOf(BOX).fields?.fill;
    assert.equal(Object.keys(fill?.fields ?? {}), ['water', 'hot', 'sand', 'coarse']);
    const schema: Fields = {
      allOf: [{ properties: { a: { default: 1 } } }],
      oneOf: [{ properties: { b: { default: 2, items: { default: 3 } } } }, { properties: { b: { 'x-blind': true } } }],
      if: { properties: { c: { const: 1 } } },
      then: { properties: { d: { 'x-sensitive': true } } },
    };
    assert.equal(ruleOf(schema), { fields: { a: { default: 1 }, b: { items: {}, blind: true }, d: { sensitive: true } } });
  });

  test('what stands beside a $ref wins over what it refers to', () => {
    const schema: Fields = { properties: { a: { $ref: '#/$defs/x', default: 2 } }, $defs: { x: { default: 1, 'x-blind': true } } };
    assert.equal(ruleOf(schema).fields?.a, { default: 2, blind: true });
  });

  test('forms that contradict each other are a mistake of the schema', () => {
    const schema: Fields = { oneOf: [{ properties: { a: { 'x-key': ['x'] } } }, { properties: { a: { 'x-key': ['y'] } } }] };
    assert.throws(() => ruleOf(schema), /two things about "list" of \/a/);
    assert.throws(() => ruleOf({ properties: { a: { $ref: 'other.json' } } }), /not one of its \$defs/);
  });
});
