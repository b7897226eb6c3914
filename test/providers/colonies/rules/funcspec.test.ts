import fc from 'fast-check';
import type { Fields, Value } from '../../../../src/core/value.ts';
import { amountProblem, fullFuncSpec, normalFuncSpec, storedFuncSpec } from '../../../../src/providers/colonies/rules/funcspec.ts';
import { cpuOf, memoryOf } from '../../../../src/providers/colonies/rules/quantities.ts';
import { assert, group } from '../../../kit/group.ts';

const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as Value);
const count = fc.integer({ min: -2, max: 5 });
const memory = fc.constantFrom('', '0Mi', '10Gi', '512Ki', '1000M', '10GB', 'nonsense', '3KiB', '1TiB');
const text = fc.constantFrom('', 'a', '*', 'worker');
const texts = fc.oneof(fc.constant(null), fc.array(text, { maxLength: 2 }));
const yes = fc.boolean();
const some = <T>(model: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] });

/** Specs as anybody may have written them: with and without what says nothing. */
const specs = some({
  nodename: text,
  funcname: text,
  args: fc.oneof(fc.constant(null), fc.array(json, { maxLength: 3 })),
  kwargs: fc.oneof(fc.constant(null), fc.dictionary(fc.string(), json, { maxKeys: 3 })),
  priority: count,
  maxwaittime: count,
  maxexectime: count,
  maxretries: count,
  conditions: some({
    colonyname: text,
    executornames: texts,
    executortype: text,
    locationname: text,
    dependencies: texts,
    nodes: count,
    cpu: fc.constantFrom('', '0m', '0100m', '4', 'xm'),
    processes: count,
    processespernode: count,
    mem: memory,
    storage: memory,
    gpu: some({ name: text, mem: memory, count, nodecount: count }),
    walltime: count,
    'processes-per-node': count,
  }),
  label: text,
  fs: some({
    mount: text,
    snapshots: fc.oneof(fc.constant(null), fc.array(some({ label: text, keepfiles: yes }), { maxLength: 2 })),
    dirs: fc.oneof(
      fc.constant(null),
      fc.array(some({ dir: text, onconflicts: some({ onstart: some({ keeplocal: yes }) }) }), { maxLength: 2 }),
    ),
  }),
  env: fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }),
  channels: texts,
  unheardof: json,
}) as unknown as fc.Arbitrary<Fields>;

group('function specs', (test) => {
  test('are stored as the server was seen to store them', () => {
    const { conditions, fs, ...rest } = storedFuncSpec({
      funcname: 'f',
      args: null,
      conditions: { executornames: ['*'], mem: '1000M', cpu: '4', gpu: { count: 1, mem: '1Gi', nodecount: 3 } },
    });
    assert.equal(rest, {
      nodename: '',
      funcname: 'f',
      args: [],
      kwargs: {},
      priority: 0,
      maxwaittime: 0,
      maxexectime: 0,
      maxretries: 0,
      label: '',
      env: {},
    });
    assert.equal(conditions, {
      colonyname: '',
      executornames: [],
      executortype: '',
      dependencies: [],
      nodes: 0,
      cpu: '0m',
      processes: 0,
      processespernode: 0,
      mem: '953Mi',
      storage: '0Mi',
      gpu: { name: '', mem: '1024Mi', count: 1, nodecount: 0 },
      walltime: 0,
    });
    assert.equal(fs, { mount: '', snapshots: null, dirs: null });
  });

  test('amounts are read as the server reads them, in its words where it cannot', () => {
    assert.equal(memoryOf('2GiB'), { amount: 2n ** 31n });
    assert.equal(memoryOf('10GB'), { problem: 'error converting memory to int: strconv.ParseInt: parsing "10GB": invalid syntax' });
    assert.equal(memoryOf('512'), { problem: 'error converting memory to int: strconv.ParseInt: parsing "": invalid syntax' });
    assert.equal(cpuOf('1500m'), { amount: 1500n });
    assert.equal(cpuOf('4'), { amount: 0n });
    assert.is(amountProblem({ conditions: { cpu: 'xm' } }), 'Error converting CPU to int');
    assert.is(amountProblem({ conditions: { mem: '1Gi' } }), undefined);
  });

  test('the normal form of a spec says nothing that means nothing', () => {
    assert.equal(
      normalFuncSpec({ nodename: 'n', funcname: 'f', maxexectime: -1, maxretries: 0, conditions: { colonyname: 'dev', dependencies: [] } }),
      { nodename: 'n', funcname: 'f' },
    );
    assert.equal(normalFuncSpec({ nodename: 'n', funcname: 'f', kwargs: { n: 0, s: '' }, conditions: { mem: '2Gi' } }), {
      nodename: 'n',
      funcname: 'f',
      kwargs: { n: 0, s: '' },
      conditions: { mem: '2048Mi' },
    });
  });

  test('normal is normal, and survives being written out in full and stored', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const once = normalFuncSpec(spec);
        assert.equal(normalFuncSpec(once), once);
        const sent = fullFuncSpec(once, 'dev');
        assert.equal(normalFuncSpec(sent), once);
        assert.equal(storedFuncSpec(sent), sent, 'what is sent is what is stored');
      }),
    );
  });
});
