import type { Plan } from '../../src/core/plan.ts';
import { inverse, plan, planDigest, why } from '../../src/planner/index.ts';
import { cycle, graph, sorted } from '../../src/planner/graph.ts';
import { assert, group } from '../kit/group.ts';
import type { Scene } from './build.ts';
import { ABSENT, OPTIONS, idOf, kind, live, need, reads, record, resource, text, world } from './build.ts';
import { manyInOrder } from './order-many.ts';

const of = (scene: Scene): Plan => plan(world(scene), OPTIONS);

group('a graph', (test) => {
  test('comes out with what is needed first', () => {
    const { order, knots } = sorted(graph(4, [0, 1, 1, 2, 0, 3]));
    assert.equal([[...order], knots], [[2, 1, 3, 0], []]);
  });
  test('names its knots and a shortest way round each', () => {
    const net = graph(6, [0, 1, 1, 2, 2, 0, 1, 0, 3, 4, 4, 3, 5, 5]);
    const { knots } = sorted(net);
    assert.equal(knots, [[0, 1, 2], [3, 4], [5]]);
    assert.equal(
      knots.map((knot) => cycle(net, knot)),
      [[0, 1], [3, 4], [5]],
    );
  });
});

group('steps', (test) => {
  test('come wave by wave, by id within a wave', () => {
    const tree = ['a', 'b', 'c', 'd'].map((name) => resource(name, name === 'b' || name === 'a' ? { needs: [need('d')] } : {}));
    assert.is(
      text(of({ desired: tree, seen: { a: ABSENT, b: ABSENT, c: ABSENT, d: ABSENT } })).split('--\n')[1],
      '0 create c\n1 create d\n2 create a after 1\n3 create b after 1',
    );
  });
  test('are drawn worst first in the changes, whatever their order', () => {
    const hot = resource('z', { kind: 'lab/Heater', spec: { heat: 5 } });
    const made = of({
      desired: [resource('new'), resource('b', { spec: { n: 1 } }), hot, resource('r', { kind: 'lab/Fixed', spec: { m: 1 } })],
      recorded: [
        record(resource('gone')),
        record(resource('b', { spec: { n: 2 } })),
        record(resource('r', { kind: 'lab/Fixed', spec: { m: 2 } })),
      ],
      seen: {
        new: ABSENT,
        gone: live('gone', {}),
        b: live('b', { n: 2 }),
        [hot.id]: ABSENT,
        'lab/lab/Fixed/r': live('r', { m: 2 }),
      },
      kinds: { 'lab/Heater': kind({ physical: () => true }), 'lab/Fixed': kind({ fields: { fields: { m: { immutable: true } } } }) },
    });
    assert.equal(
      made.changes.map((c) => c.risk),
      ['physical', 'irreversible', 'replace', 'update', 'create'],
    );
  });
});

const batch = (names: Readonly<Record<string, string>>): NonNullable<Scene['kinds']> => ({
  'lab/Thing': kind({ batch: ({ id }) => names[id.slice('lab/lab/Thing/'.length)] }),
});
const create = (needs: Readonly<Record<string, readonly string[]>>, keys: Readonly<Record<string, string>>, at = ''): string => {
  const desired = Object.entries(needs).map(([name, others]) => resource(name, { needs: others.map((other) => need(other, {}, at)) }));
  const seen = Object.fromEntries(desired.map((r) => [r.name, ABSENT]));
  return text(of({ desired, seen, kinds: batch(keys) })).split('--\n')[1] ?? '';
};

group('a batch', (test) => {
  test('is one call for all its members, which do not wait for each other', () =>
    assert.is(
      create({ a: [], b: ['a'], c: ['b'] }, { a: 'db', b: 'db', c: 'db' }),
      '0 create a in lab/lab/Thing/db\n1 create b in lab/lab/Thing/db\n2 create c in lab/lab/Thing/db',
    ));
  test('waits for everything else that can run', () =>
    assert.is(
      create({ a: [], x: [], b: ['x'] }, { a: 'db', b: 'db' }),
      '0 create x\n1 create a in lab/lab/Thing/db\n2 create b after 0 in lab/lab/Thing/db',
    ));
  test('is split where something between two members is not of it', () =>
    assert.is(
      create({ a: [], x: ['a'], b: ['x'], c: [] }, { a: 'db', b: 'db', c: 'db' }),
      [
        '0 create a in lab/lab/Thing/db',
        '1 create c in lab/lab/Thing/db',
        '2 create x after 0',
        '3 create b after 2 in #2/lab/lab/Thing/db',
      ].join('\n'),
    ));
  test('is split where two batches would wait for each other', () => {
    const steps = create({ a: [], b: ['a'], c: [], d: ['c'] }, { a: 'p', b: 'q', c: 'q', d: 'p' });
    assert.is(
      steps,
      [
        '0 create a in lab/lab/Thing/p',
        '1 create b after 0 in lab/lab/Thing/q',
        '2 create c in lab/lab/Thing/q',
        '3 create d after 2 in #2/lab/lab/Thing/p',
      ].join('\n'),
    );
  });
  test('that nothing holds up is closed before one that would be split', () =>
    assert.is(
      create({ z: [], a: [], b: ['z'] }, { z: 'z', a: 'p', b: 'p' }),
      '0 create z in lab/lab/Thing/z\n1 create a in lab/lab/Thing/p\n2 create b after 0 in lab/lab/Thing/p',
    ));
  test('is split where a member has a value in it that another one makes known', () => {
    const needs = { a: [], b: ['a'], c: [], d: ['b'], e: ['a'] };
    const keys = { a: 'db', b: 'db', c: 'db', d: 'db', e: 'db' };
    assert.is(
      create(needs, keys, '/uses'),
      [
        '0 create a in lab/lab/Thing/db',
        '1 create c in lab/lab/Thing/db',
        '2 create b after 0 in #2/lab/lab/Thing/db',
        '3 create e after 0 in #2/lab/lab/Thing/db',
        '4 create d after 2 in #3/lab/lab/Thing/db',
      ].join('\n'),
    );
  });
  test('is whole where such a value is known already, or is a name', () => {
    const [a, b] = [resource('a'), resource('b', { needs: [need('a')] })];
    const seen = { a: live('a', { heat: 1 }), b: ABSENT };
    const warm = resource('a', { spec: { heat: 2 } });
    const keys = { a: 'db', b: 'db' };
    const steps = (scene: Scene): string => text(of({ ...scene, kinds: batch(keys) })).split('--\n')[1] ?? '';
    assert.match(steps({ desired: [warm, b], recorded: [record(a, { applied: { heat: 1 } })], seen }), '1 create b in lab/lab/Thing/db');
    const named = resource('b', { needs: [need('a', { by: 'name' })] });
    assert.match(steps({ desired: [a, named], seen: { a: ABSENT, b: ABSENT } }), '1 create b in lab/lab/Thing/db');
  });
  test('has nothing in it that only writes state', () =>
    reads(
      { recorded: [record(resource('a'))], seen: { a: ABSENT }, kinds: batch({ a: 'db' }) },
      `forget a (gone-already)
       --
       0 forget a`,
    ));
});

const A = resource('a', { spec: { heat: 20, light: 1 } });
const scene: Scene = {
  desired: [A],
  recorded: [record(A, { applied: { heat: 18, light: 1 } })],
  seen: { a: live('a', { heat: 18, light: 1 }) },
};

group('an approval', (test) => {
  const base = of(scene);
  test('can be checked', () => assert.is(planDigest(JSON.parse(JSON.stringify(base)) as Plan), base.digest));
  test("outlives time, other targets' faults and what others do", () => {
    const later = { ...scene, part: { now: '2030-01-01T00:00:00.000Z' } };
    const others = { ...scene, seen: { a: live('a', { heat: 18, light: 1, theirs: 5 }, { status: { up: true }, revision: '9' }) } };
    const elsewhere = {
      ...scene,
      desired: [A, resource('b')],
      recorded: [...scene.recorded!, record(resource('b'))],
      seen: { ...scene.seen, b: live('b', {}) },
    };
    for (const one of [later, others, elsewhere]) assert.is(of(one).digest, base.digest);
  });
  test('is void when what is written, where, or by what changes', () => {
    const drifted = { ...scene, seen: { a: live('a', { heat: 19, light: 1 }) } };
    const edited = { ...scene, desired: [{ ...A, spec: { heat: 21, light: 1 } }] };
    const version = { ...scene, part: { targets: { lab: { provider: 'lab', version: '2', instance: 'one' } } } };
    const instance = { ...scene, part: { targets: { lab: { provider: 'lab', version: '1', instance: 'two' } } } };
    const more = { ...scene, desired: [A, resource('b')], seen: { ...scene.seen, b: ABSENT } };
    for (const one of [drifted, edited, version, instance, more]) assert.is.not(of(one).digest, base.digest);
  });
  test('may be of what a later round takes over', () => assert.is.not(planDigest({ ...base, adopt: [A.id] }), base.digest));
});

group('the way back', (test) => {
  test('says what can be undone, last step first, and what cannot', () => {
    const gone = record(resource('gone', { spec: { n: 1 } }));
    const drifted = resource('d', { spec: { heat: 20 } });
    const all: Scene = {
      desired: [A, resource('new', { needs: [need('a')] }), drifted],
      recorded: [...scene.recorded!, gone, record(drifted)],
      seen: { ...scene.seen, gone: live('gone', { n: 1 }), new: ABSENT, d: live('d', { heat: 99 }) },
    };
    const back = inverse(of(all), new Map(all.recorded!.map((r) => [r.id, r])));
    assert.equal(
      back.undo.map(({ id, action, text: how }) => `${action} ${id}: ${how}`),
      [
        `delete ${idOf('new')}: delete it again`,
        `create ${idOf('gone')}: make it again as it was recorded, under another handle`,
        `update ${idOf('a')}: set heat back`,
      ],
    );
    assert.equal(
      back.cannot.map(({ id }) => id),
      [idOf('gone'), idOf('d')],
    );
  });
  test('knows what has run and what no system can delete', () => {
    const made = of({ desired: [A], seen: { a: ABSENT } });
    assert.match(inverse(made, new Map(), () => kind({ nature: 'run' })).cannot[0]?.why ?? '', 'has run');
    assert.match(inverse(made, new Map(), () => kind({ removable: false })).cannot[0]?.why ?? '', 'cannot delete');
  });
});

group('why', (test) => {
  test('tells the story of one resource', () => {
    const told = why(world(scene), OPTIONS, A.id);
    assert.equal([told?.rule, told?.change?.action, told?.steps.length, told?.recorded?.handle], ['update', 'update', 1, 'h-a']);
    assert.match(told?.because ?? '', 'Live differs from the manifest');
  });
  test('also of one that is in step, and of none that nobody knows', () => {
    const calm = world({ ...scene, desired: [{ ...A, spec: { heat: 18, light: 1 } }] });
    assert.equal([why(calm, OPTIONS, A.id)?.rule, why(calm, OPTIONS, A.id)?.change], ['in-step', undefined]);
    assert.is(why(calm, OPTIONS, idOf('nobody')), undefined);
  });
});

/** Deep enough to overflow the stack of whoever recurses; the slow tests do it with a hundred thousand. */
manyInOrder(20_000);
