import type { Fields } from '../../../../src/core/value.ts';
import { colonies } from '../../../../src/providers/colonies/index.ts';
import { blueprint } from '../../../../src/providers/colonies/kinds/blueprint.ts';
import { blueprintDefinition } from '../../../../src/providers/colonies/kinds/blueprint-definition.ts';
import type { BlueprintDefinitionSpec, BlueprintSpec } from '../../../../src/providers/colonies/types.ts';
import { kindLaws } from '../../../kit/laws.ts';
import { canOf, COLONY, engine, openBench, type ColonyBench } from './bench.ts';
import { standing } from './work.ts';

const options = { colony: COLONY };

const definitionSamples: readonly [BlueprintDefinitionSpec, BlueprintDefinitionSpec, ...BlueprintDefinitionSpec[]] = [
  { kind: 'Oven', handler: { executorType: 'keeper', functionName: 'reconcile' } },
  {
    name: 'lamps.example.com',
    kind: 'Lamp',
    group: 'example.com',
    version: 'v2',
    scope: 'Cluster',
    names: { kind: 'Lamp', listKind: 'Lamps', shortNames: ['l'] },
    schema: {
      type: 'object',
      required: ['watts'],
      properties: {
        watts: { type: 'number', description: 'Power.' },
        colours: { type: 'array', items: { type: 'string', enum: ['red', 'blue'] } },
      },
    },
    handler: { executorType: 'keeper', functionName: 'reconcile', reconcileInterval: 30 },
  },
  { kind: 'Shelf', schema: { properties: {} }, handler: { executorType: 'carpenter', functionName: 'build' } },
];

kindLaws({
  name: 'colonies/BlueprintDefinition',
  provider: colonies,
  kind: blueprintDefinition,
  open: openBench,
  options,
  samples: definitionSamples,
  nth: (n) => ({ kind: `Kind${n}`, handler: { executorType: 'keeper', functionName: 'reconcile' } }),
  can: canOf('addblueprintdefinitionmsg', {
    async makeByHand({ hand }, name, spec) {
      const { kind, handler } = spec as unknown as BlueprintDefinitionSpec;
      const definition = { metadata: { name, colonyname: COLONY }, spec: { names: { kind }, handler } };
      return (await hand('addblueprintdefinitionmsg', { blueprintdefinition: definition })).blueprintdefinitionid;
    },
  }),
  engine,
});

/** The definition of each bench. */
const ovens = new WeakMap<ColonyBench, string>();

const blueprintSamples: readonly [BlueprintSpec, BlueprintSpec, ...BlueprintSpec[]] = [
  { definition: 'Oven', spec: { celsius: 180, rack: { at: 2, of: 4 } }, labels: { room: 'kitchen' }, annotations: { note: 'hot' } },
  { definition: 'Oven', spec: { celsius: 60, rack: { at: 1, of: 4 }, programs: ['bake'] }, labels: { room: 'cellar', owner: 'alice' } },
  { definition: 'Oven', spec: { celsius: 60, off: null }, annotations: {} },
  { name: 'renamed', definition: 'Oven', spec: {}, locationname: 'cellar' },
];

kindLaws({
  name: 'colonies/Blueprint',
  provider: colonies,
  kind: blueprint,
  async open(): Promise<ColonyBench> {
    const bench = await openBench();
    ovens.set(bench, await standing(bench, 'Oven'));
    return bench;
  },
  options,
  place: (spec, bench) => Promise.resolve({ ...spec, definition: ovens.get(bench) ?? '' }),
  samples: blueprintSamples,
  nth: (n) => ({ definition: 'Oven', spec: { celsius: n } }),
  elsewhere: { at: '/spec/serial', value: 'A-7' },
  can: canOf('addblueprintmsg', {
    async makeByHand({ hand, keys }, name, spec) {
      const toAdd = { kind: 'Oven', metadata: { name, colonyname: COLONY }, spec: spec['spec'] as Fields };
      return (await hand('addblueprintmsg', { blueprint: toAdd }, keys.member)).blueprintid;
    },
    async changeByHand({ control, hand, keys }, handle, at, value) {
      const all = await hand('getblueprintsmsg', { namespace: COLONY, kind: '', locationname: '' }, keys.member);
      const name = all.find(({ blueprintid }) => blueprintid === handle)?.metadata.name ?? '';
      await control('change', { kind: 'blueprint', name, path: at, value: JSON.stringify(value) });
    },
  }),
  engine,
});
