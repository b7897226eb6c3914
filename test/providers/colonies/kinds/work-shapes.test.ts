import fc from 'fast-check';
import type { Fields } from '../../../../src/core/value.ts';
import type { Finding, Kind, ProjectFiles, Shape } from '../../../../src/providers/contract.ts';
import { blueprint } from '../../../../src/providers/colonies/kinds/blueprint.ts';
import { blueprintDefinition } from '../../../../src/providers/colonies/kinds/blueprint-definition.ts';
import { cron } from '../../../../src/providers/colonies/kinds/cron.ts';
import { generator } from '../../../../src/providers/colonies/kinds/generator.ts';
import { workflow } from '../../../../src/providers/colonies/kinds/workflow.ts';
import type { Colony } from '../../../../src/providers/colonies/index.ts';
import type { BlueprintDefinitionSpec, CronSpec, FuncSpec } from '../../../../src/providers/colonies/types.ts';
import { schemaCompiler } from '../../../../src/manifests/validator.ts';
import { checkable } from '../../../../src/manifests/vocabulary.ts';
import { assert, group } from '../../../kit/group.ts';
import { funcSpecs } from './func-specs.ts';

const NOTHING: ProjectFiles = { read: () => undefined, bytes: () => undefined, list: () => [] };

function shapeOf<Spec extends object>(kind: Kind<Colony, Spec>): Shape<Spec> {
  const shape = kind.open?.(NOTHING, { colony: 'dev' });
  if (shape === undefined) throw new Error(`${kind.kind} has a shape`);
  return shape;
}
const told = (findings: readonly Finding[]): readonly (readonly [string, string | undefined])[] =>
  findings.map(({ code, pointer }) => [code, pointer]);

const node = (nodename: string, conditions: Partial<FuncSpec['conditions']> = {}, more: Partial<FuncSpec> = {}): FuncSpec => ({
  nodename,
  funcname: 'f',
  ...more,
  conditions: { executortype: 'cook', ...conditions },
});
const findings = (...functionspecs: FuncSpec[]): readonly Finding[] => shapeOf(workflow).check({ functionspecs });

group('functions of a workflow', (test) => {
  test('dependencies that nobody has, with the nearest name, and cycles, written out', () => {
    const [unknown] = findings(node('boil'), node('chop', { dependencies: ['boli'] }));
    assert.equal(told([unknown as Finding]), [['WORKFLOW_DEPENDENCY', '/functionspecs/1/conditions/dependencies/0']]);
    assert.is(unknown?.hint, 'Did you mean boil?');
    const [cycle, ...more] = findings(node('a', { dependencies: ['b'] }), node('b', { dependencies: ['a'] }));
    assert.equal(
      [cycle?.summary, cycle?.pointer, more.length],
      ['functions wait for each other: a -> b -> a', '/functionspecs/0/conditions/dependencies', 0],
    );
  });

  test('a function that waits for itself', () => {
    assert.is(findings(node('a', { dependencies: ['a'] }))[0]?.summary, 'a waits for itself');
  });

  test('names that are missing or double', () => {
    assert.equal(told(findings(node(''), node('a'), node('a'))), [
      ['WORKFLOW_NODE', '/functionspecs/0/nodename'],
      ['WORKFLOW_NODE', '/functionspecs/2/nodename'],
    ]);
  });

  test('amounts that the server reads as nothing, or by chance', () => {
    const amounts = findings(
      node('a', { cpu: '4' }),
      node('b', { mem: '10GB', storage: '5' }),
      node('c', { mem: '1000M', gpu: { mem: '2TB' } }),
      node('d', { cpu: '250m', mem: '1TiB', storage: '10240KiB', gpu: { mem: '' } }),
    );
    assert.equal(told(amounts), [
      ['FUNCSPEC_AMOUNT', '/functionspecs/0/conditions/cpu'],
      ['FUNCSPEC_AMOUNT', '/functionspecs/1/conditions/mem'],
      ['FUNCSPEC_AMOUNT', '/functionspecs/1/conditions/storage'],
      ['FUNCSPEC_AMOUNT', '/functionspecs/2/conditions/mem'],
      ['FUNCSPEC_AMOUNT', '/functionspecs/2/conditions/gpu/mem'],
    ]);
    assert.equal([amounts[0]?.hint, amounts[3]?.hint?.endsWith('953Mi of it.')], ['Write 4000m.', true]);
    const [little] = findings(node('a', { mem: '512Ki' }));
    assert.equal([little?.severity, little?.summary], ['warning', '512Ki is less than 1Mi']);
  });

  test('no time to run; words that are our own; another colony; two words for one thing; colons', () => {
    const wrong = node(
      'a',
      {
        colonyname: 'prod',
        executorids: ['x'],
        executornames: ['y', 'b:c'],
        locationname: 'd:e',
        'processes-per-node': 1,
        processespernode: 2,
      },
      { maxexectime: 0, env: { SETPOINT_ID: 'mine', HOME: '/' } },
    );
    assert.equal(told(findings(wrong)), [
      ['FUNCSPEC_TIME', '/functionspecs/0/maxexectime'],
      ['FUNCSPEC_FIELD', '/functionspecs/0/env/SETPOINT_ID'],
      ['FUNCSPEC_FIELD', '/functionspecs/0/conditions/executorids'],
      ['FUNCSPEC_FIELD', '/functionspecs/0/conditions/processes-per-node'],
      ['FUNCSPEC_FIELD', '/functionspecs/0/conditions/colonyname'],
      ['COLONIES_NAME', '/functionspecs/0/conditions/executornames/1'],
      ['COLONIES_NAME', '/functionspecs/0/conditions/locationname'],
    ]);
  });

  test('old words mean what new ones do', () => {
    const { normalize } = shapeOf(workflow);
    const old = node('a', { executorids: ['x'], 'processes-per-node': 2 });
    assert.equal(
      normalize({ functionspecs: [old] }),
      normalize({ functionspecs: [node('a', { executornames: ['x'], processespernode: 2 })] }),
    );
  });

  test('whatever spelling has no findings, its normal form is normal', () => {
    const shapes = [
      (functionspecs: FuncSpec[]) => [shapeOf(cron), { interval: 60, functionspecs }] as const,
      (functionspecs: FuncSpec[]) => [shapeOf(generator), { trigger: 1, functionspecs }] as const,
    ];
    fc.assert(
      fc.property(funcSpecs, (specs) => {
        for (const one of shapes) {
          const [shape, spec] = one(specs) as unknown as readonly [Shape<object>, object];
          assert.equal(shape.check(spec), []);
          const once = shape.normalize(spec);
          assert.equal(shape.normalize(once), once);
        }
      }),
    );
  });

  test('the schema keeps priorities, triggers and times within what the server takes', async () => {
    const compile = await schemaCompiler();
    const says = (kind: Kind<Colony, object>, spec: Fields): readonly string[] =>
      compile(checkable(kind.schema()).schema)(spec).map(({ summary }) => summary);
    const specs = [node('a') as unknown as Fields];
    assert.equal(says(generator, { trigger: 0, functionspecs: specs }), ['trigger must be at least 1']);
    assert.equal(says(cron, { interval: 0, functionspecs: specs }), ['interval must be at least 1']);
    const high = [{ ...node('a', {}, { priority: 50_001 }) } as unknown as Fields];
    assert.equal(says(workflow, { functionspecs: high }), ['functionspecs[0].priority must be at most 50000']);
    assert.equal(says(workflow, { functionspecs: specs }), []);
  });
});

group('when a cron runs', (test) => {
  const check = (times: Omit<CronSpec, 'functionspecs'>): readonly Finding[] =>
    shapeOf(cron).check({ ...times, functionspecs: [node('a')] });

  test('an expression or an interval, one of them', () => {
    assert.equal(check({ cronexpression: '0 0 3 * * *' }), []);
    assert.equal(check({ cronexpression: '@every 90m' }), []);
    assert.equal(check({ interval: 60 }), []);
    assert.equal(told(check({})), [['CRON_SCHEDULE', '']]);
    assert.equal(told(check({ interval: 60, cronexpression: '@daily' })), [['CRON_SCHEDULE', '/interval']]);
  });

  test('five fields are told what six they would be', () => {
    const [five] = check({ cronexpression: '*/5 3 * * *' });
    assert.equal(
      [five?.summary, five?.hint],
      ['"*/5 3 * * *" has five fields where six are needed', 'Write 0 */5 3 * * * for what crontab means by it.'],
    );
    const [zoned] = check({ cronexpression: 'TZ=Europe/Stockholm 0 3 * * 1' });
    assert.match(zoned?.hint ?? '', 'Write TZ=Europe/Stockholm 0 0 3 * * 1 for');
  });

  test('what is no expression is told in the words of the server, and what never comes', () => {
    const [wrong] = check({ cronexpression: '0 61 * * * *' });
    assert.match(wrong?.detail ?? '', 'above maximum (59)');
    assert.match(check({ cronexpression: '0 0 0 30 2 *' })[0]?.summary ?? '', 'never comes');
  });

  test('names of the crons that the server makes', () => {
    const spec: CronSpec = { interval: 60, functionspecs: [node('a')] };
    const all = ['nightly', 'reconcile-Oven'].map((name) => ({ id: `plant/colonies/Cron/${name}`, spec }));
    assert.equal(told(shapeOf(cron).together?.(all) ?? []), [['COLONIES_NAME', undefined]]);
    const named = [{ id: 'plant/colonies/Cron/x', spec: { ...spec, name: 'reconcile-Oven' } }];
    assert.equal(told(shapeOf(cron).together?.(named) ?? []), [['COLONIES_NAME', '/name']]);
    assert.equal(told(check({ interval: 60, name: 'a:b' })), [['COLONIES_NAME', '/name']]);
  });
});

group('blueprints and their definitions', (test) => {
  const handler = { executorType: 'keeper', functionName: 'reconcile' };

  test('words of a schema that the server does not enforce are warned of, and not kept', () => {
    const schema = {
      type: 'object',
      additionalProperties: false,
      required: ['watts'],
      properties: {
        watts: { type: 'integer', minimum: 0, default: 60 },
        rack: { type: 'object', required: ['at'], properties: { at: { type: 'number', format: 'int32' } } },
        tags: { type: 'array', items: { type: 'string', pattern: '^x' } },
      },
    };
    const spec = { kind: 'Lamp', schema, handler } as unknown as BlueprintDefinitionSpec;
    const { check, normalize } = shapeOf(blueprintDefinition);
    assert.equal(
      check(spec).map(({ severity, pointer }) => [severity, pointer]),
      [
        '/schema/additionalProperties',
        '/schema/properties/watts/type',
        '/schema/properties/watts/minimum',
        '/schema/properties/watts/default',
        '/schema/properties/rack/required',
        '/schema/properties/rack/properties/at/format',
        '/schema/properties/tags/items/pattern',
      ].map((pointer) => ['warning', pointer]),
    );
    assert.equal(normalize(spec).schema, {
      type: 'object',
      required: ['watts'],
      properties: {
        watts: { type: 'integer', default: 60 },
        rack: { type: 'object', properties: { at: { type: 'number' } } },
        tags: { type: 'array', items: { type: 'string' } },
      },
    } as unknown);
  });

  test('one definition for a kind, and one word for it', () => {
    const { check, together } = shapeOf(blueprintDefinition);
    const all = ['a', 'b', 'c'].map((name) => ({
      id: `plant/colonies/BlueprintDefinition/${name}`,
      spec: { kind: name === 'c' ? 'Lamp' : 'Oven', handler },
    }));
    assert.equal(
      together?.(all).map(({ code, resource, pointer }) => [code, resource, pointer]),
      [['BLUEPRINT_KIND', 'plant/colonies/BlueprintDefinition/b', '/kind']],
    );
    assert.equal(told(check({ kind: 'Oven', names: { kind: 'Stove' }, handler })), [['BLUEPRINT_KIND', '/names/kind']]);
  });

  test('a spec is held against its schema, as the server does it, everywhere at once', () => {
    const schema = {
      required: ['celsius', 'program'],
      properties: { celsius: { type: 'number' }, rack: { type: 'object', properties: { at: { enum: [1, 2] } } } },
    };
    const { check, normalize } = shapeOf(blueprint);
    const spec = { celsius: 'hot', rack: { at: 3 }, later: { 'setpoint:unknown': 'x' } };
    assert.equal(told(check({ definition: 'ovens', spec, schema })), [
      ['BLUEPRINT_SPEC', '/spec'],
      ['BLUEPRINT_SPEC', '/spec/celsius'],
      ['BLUEPRINT_SPEC', '/spec/rack/at'],
    ]);
    assert.is(normalize({ definition: 'ovens', spec, schema }).schema, undefined, 'it is nothing that is written');
    assert.equal(check({ definition: 'ovens', spec: { celsius: { 'setpoint:ref': 'a/b/C/d', by: 'handle' }, program: 1 }, schema }), []);
  });

  test('colons in locations, and annotations that are our own', () => {
    const spec = { definition: 'ovens', spec: {}, locationname: 'a:b', annotations: { 'setpoint/id': 'x', note: 'y' } };
    assert.equal(told(shapeOf(blueprint).check(spec)), [
      ['COLONIES_NAME', '/locationname'],
      ['BLUEPRINT_MARK', '/annotations/setpoint~1id'],
    ]);
  });
});
