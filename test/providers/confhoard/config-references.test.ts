import * as fc from 'fast-check';
import { isMark, refMark, unknownMark } from '../../../src/core/mark.ts';
import type { Fields, Value } from '../../../src/core/value.ts';
import { isFields, isList } from '../../../src/core/value.ts';
import type { Finding, Work } from '../../../src/providers/contract.ts';
import { config } from '../../../src/providers/confhoard/kinds/config.ts';
import { configShape } from '../../../src/providers/confhoard/kinds/config-shape.ts';
import type { Spec } from '../../../src/providers/confhoard/kinds/config-spec.ts';
import { withReferences } from '../../../src/reconcile/marks.ts';
import { assert, group } from '../../kit/group.ts';
import { openBench } from './bench.ts';
import { schema } from './store-bench.ts';
import { faultOf } from '../../kit/fault.ts';

const shape = configShape(schema);
const at = (path: string, config: Fields): Spec => ({ module: path.slice(1).split('/', 1)[0] ?? '', path, config });
const zone = (config: Fields): Spec => at('/brewhouse/temperature/fermentation', config);
const brief = (findings: readonly Finding[]) => findings.map(({ code, pointer, resource }) => [code, pointer, resource]);
const work = (verb: Work<Spec>['verb'], name: string, want: Spec, rest: Partial<Work<Spec>> = {}): Work<Spec> => ({
  id: `brewery/confhoard/Config/${name}`,
  verb,
  intent: `run.${name}`,
  want,
  differences: [],
  ...rest,
});

/** Valid content, with leaves of every sort of type, as a person may write it. */
const SPECS: readonly Spec[] = [
  zone({ lowpoint: 18, setpoint: '18.50', highpoint: 19.25, probe: { id: '28-0001' } }),
  at('/brewhouse/temperature/hardware', {
    probe: [{ id: '28-0001', description: 'chamber', offsets: [{ low: 5, high: '15.0', offset: 0.5 }] }, { id: '28-0002' }],
  }),
  { ...at('/brewhouse/power/heating', { mode: 'HLT' }), replace: true },
  {
    module: 'brewery-equipment',
    path: '/equipment',
    config: { vessel: [{ process: 'ale', name: 'kettle', role: 'boiler', volume: 70, 'boil-volume': '60.0', 'must-sterilise': true }] },
  },
];
const KEYS = new Set(['id', 'low', 'high', 'process', 'name']);

/** The spec with references for some of its leaves, and what they stand for. */
function referring(spec: Spec, refer: () => boolean): { readonly spec: Spec; readonly values: ReadonlyMap<string, Value> } {
  const values = new Map<string, Value>();
  const walk = (value: Value, name: string, inList: boolean): Value => {
    if (isList(value)) return value.map((item) => walk(item, name, true));
    if (isFields(value)) return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, walk(inner, member, inList)]));
    if ((inList && KEYS.has(name)) || !refer()) return value;
    const id = `brewery/confhoard/Config/r${values.size}`;
    values.set(id, value);
    return refMark(id, 'status.it');
  };
  return { spec: { ...spec, config: walk(spec.config ?? {}, '', false) as Fields }, values };
}

group('a reference in a Config', (test) => {
  const referred = fc
    .tuple(fc.constantFrom(...SPECS), fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }))
    .map(([spec, coins]) => ({ whole: spec, ...referring(spec, () => coins.pop() === true) }));

  test('is kept where it stands, whatever the type of the leaf', () => {
    fc.assert(
      fc.property(referred, ({ whole, spec, values }) => {
        assert.equal(shape.check(spec), []);
        const normal = shape.normalize(spec);
        const marks = JSON.stringify(normal).match(/"setpoint:ref"/g) ?? [];
        assert.is(marks.length, values.size, 'none is lost');
        assert.equal(shape.normalize(normal), normal);
        const places = (one: Spec) => shape.claims?.(shape.normalize(one), 'plant/confhoard/Config/one').map(({ path }) => path);
        assert.equal(places(spec), places(whole), 'it owns what it would own with the values');
      }),
      { numRuns: 300 },
    );
  });

  test('means what the value means that it stands for', () => {
    fc.assert(
      fc.property(referred, ({ whole, spec, values }) => {
        const resolved = withReferences(shape.normalize(spec) as unknown as Fields, (id) => values.get(id)) as unknown as Spec;
        assert.equal(shape.normalize(resolved), shape.normalize(whole));
      }),
      { numRuns: 300 },
    );
  });

  test('hides no mistake beside it, and must have a place itself', () => {
    const ref = refMark('brewery/confhoard/Config/other');
    const brief = (spec: Spec) => shape.check(spec).map(({ code, pointer }) => [code, pointer]);
    assert.equal(brief(zone({ notes: ref })), [['YANG_UNKNOWN', '/config/notes']]);
    assert.equal(brief(zone({ setpoint: ref, lowpoint: 19, highpoint: 18, probe: ref })), [
      ['YANG_SHAPE', '/config/probe'],
      ['YANG_MUST', '/config/highpoint'],
    ]);
    assert.equal(brief(zone({ setpoint: ref, lowpoint: 40 })), [['YANG_RANGE', '/config/lowpoint']]);
    assert.equal(brief(at('/brewhouse/temperature/hardware', { probe: [{ id: ref }] })), [['YANG_KEY', '/config/probe/0/id']]);
    assert.equal(brief({ ...zone({}), zone: { target: ref as unknown as string } }), [['CONFIG_ZONE', '/zone/target']]);
    assert.equal(brief({ ...zone({ setpoint: 17 }), module: ref as unknown as string }), [['CONFIG_PATH', '/module']]);
    const two = [zone({ lowpoint: 18.7, setpoint: ref }), zone({ highpoint: 18.8 })].map((spec, i) => ({ id: `c${i}`, spec }));
    assert.equal(
      shape.together?.(two).map(({ code, resource }) => [code, resource]),
      [['YANG_MUST', 'c1']],
      'the band is too narrow, whatever the setpoint',
    );
  });

  test('is judged as far as it is known when a plan is made, and in full when it is written', async () => {
    const bench = await openBench();
    try {
      const foresee = async (want: Spec) =>
        brief((await config.batch?.foresee?.(bench.session.read, [work('create', 'zone', want)], bench.call())) ?? []);
      const unknown = unknownMark('brewery/confhoard/Config/other');
      const id = 'brewery/confhoard/Config/zone';
      assert.equal(await foresee(zone({ setpoint: unknown })), [], 'below 16.7 or above 17.3 it would not do, and nobody knows');
      assert.equal(await foresee(zone({ setpoint: unknown, highpoint: 16.8 })), [['YANG_MUST', '/config/highpoint', id]]);
      assert.equal(await foresee(zone({ setpoint: '20.0' })), [['YANG_MUST', '/config/setpoint', id]]);
      assert.equal(await foresee(zone({ setpoint: 'warm' })), [['YANG_TYPE', '/config/setpoint', id]]);
      const write = (want: Spec) => config.make(bench.session, work('create', 'zone', want), bench.call());
      assert.equal((await faultOf(write(zone({ setpoint: 'warm' })))).code, 'YANG_TYPE', 'and no other leaf is written without it');
      assert.equal((await faultOf(write(zone({ setpoint: unknown })))).code, 'YANG_TYPE', 'a mark is never written');
      assert.equal((await bench.session.read.read('running')).tree, {});
    } finally {
      await bench.close();
    }
  });

  test('is written as its leaf writes it, also by an update of a leaf whose old value was one', async () => {
    const bench = await openBench();
    try {
      await config.make(bench.session, work('create', 'zone', zone({ setpoint: '17.0' })), bench.call());
      const ref = refMark('brewery/confhoard/Config/other');
      // The engine shows the reference on both sides where what it stands for moves under it; what is written is looked up by then.
      const difference = { path: '/config/setpoint', before: ref, after: ' 17.10', cause: 'edited' } as const;
      await config.update?.(
        bench.session,
        work('update', 'zone', zone({ setpoint: '17.10' }), { differences: [difference] }),
        bench.call(),
      );
      const tree = await bench.session.read.read('running');
      assert.match(JSON.stringify(tree.tree), '"setpoint":"17.1"');
      assert.not.ok(JSON.stringify(tree.tree).includes('setpoint:'), 'no mark');
    } finally {
      await bench.close();
    }
  });

  test('a mark is one of the three, and nothing else', () => {
    assert.ok(isMark(refMark('a/b/C/d')) && isMark(unknownMark('a/b/C/d')) && isMark({ 'setpoint:secret': {} }));
    for (const other of [{}, { ref: 'x' }, [], null, 'setpoint:ref', undefined]) assert.not.ok(isMark(other));
  });
});
