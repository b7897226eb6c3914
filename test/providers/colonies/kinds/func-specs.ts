import fc from 'fast-check';
import type { FuncSpec } from '../../../../src/providers/colonies/types.ts';

const some = <T>(model: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] });
const word = fc.constantFrom('a', 'b', 'cook-1', '', '*');
const words = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 2 });
const count = fc.integer({ min: 0, max: 3 });
const limit = fc.constantFrom(-1, 0, 60);
const memory = fc.constantFrom('', '0Mi', '2Gi', '2048Mi', '10240KiB', '1TiB');
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

/** The functions of a workflow in any spelling that a manifest may have: what says nothing said or left out, old words and new. */
export const funcSpecs: fc.Arbitrary<FuncSpec[]> = fc
  .array(
    fc
      .tuple(
        some({
          args: fc.array(json, { maxLength: 3 }),
          kwargs: fc.dictionary(word, json, { maxKeys: 2 }),
          priority: fc.integer({ min: -50_000, max: 50_000 }),
          maxwaittime: limit,
          maxexectime: fc.constantFrom(-1, 60),
          maxretries: fc.integer({ min: -1, max: 3 }),
          label: word,
          env: fc.dictionary(word, fc.string(), { maxKeys: 2 }),
          channels: words,
          fs: fc.constantFrom({}, { mount: '' }, { mount: '/cfs', dirs: [] }, { dirs: [{ label: '/x', keepfiles: false }] }),
        }),
        some({
          colonyname: fc.constant('dev'),
          executornames: words,
          locationname: fc.constantFrom('hall', 'cellar'),
          nodes: count,
          cpu: fc.constantFrom('', '0m', '1000m', '0500m'),
          mem: memory,
          storage: memory,
          processes: count,
          processespernode: count,
          gpu: fc.constantFrom({}, { count: 0 }, { count: 1, mem: '80Gi', nodecount: 2 }),
          walltime: count,
        }),
      )
      .map(([rest, conditions]) => ({ ...rest, funcname: 'f', conditions: { ...conditions, executortype: 'cook' } })),
    { minLength: 1, maxLength: 3 },
  )
  .map((specs) => specs.map((spec, i) => ({ ...spec, nodename: `n-${i}` })) as FuncSpec[]);
