import type { Plan } from '../../src/core/plan.ts';
import { plan } from '../../src/planner/index.ts';
import { assert, group } from '../kit/group.ts';
import type { Scene } from './build.ts';
import { ABSENT, OPTIONS, idOf, live, need, record, resource, world } from './build.ts';

const of = (scene: Scene): Plan => plan(world(scene), OPTIONS);

/** Graphs of `N` resources that are as deep and as wide as a graph can be: each is planned, in order, in a moment. */
export const manyInOrder = (N: number): void =>
  group(`${N.toLocaleString('en')} resources`, (test) => {
    /** A delete digests what it expects to be there, which takes its time. */
    const M = N / 5;
    const names = Array.from({ length: N }, (_, i) => `n${i}`);
    const absent = Object.fromEntries(names.map((name) => [name, ABSENT]));
    test(
      'in one chain are created one after the other',
      () => {
        const chain = names.map((name, i) => resource(name, i + 1 < N ? { needs: [need(`n${i + 1}`)] } : {}));
        const { steps } = of({ desired: chain, seen: absent });
        assert.equal([steps.length, steps[0]?.id, steps[N - 1]?.id, steps[N - 1]?.after], [N, idOf(`n${N - 1}`), idOf('n0'), [N - 2]]);
      },
      { seconds: 90 },
    );
    test(
      'that all need one are created after it, and one that needs all after them',
      () => {
        const wide = names.map((name, i) =>
          resource(name, i === 0 ? {} : i < N - 1 ? { needs: [need('n0')] } : { needs: names.slice(1, -1).map((n) => need(n)) }),
        );
        const { steps } = of({ desired: wide, seen: absent });
        assert.equal([steps[0]?.id, steps[1]?.after, steps[N - 1]?.after.length], [idOf('n0'), [0], N - 2]);
      },
      { seconds: 90 },
    );
    test(
      'or a fifth of them in one chain are deleted the other way round',
      () => {
        const few = names.slice(0, M);
        const chain = few.map((name, i) => record(resource(name, i + 1 < M ? { needs: [need(`n${i + 1}`)] } : {})));
        const { steps } = plan(world({ recorded: chain, seen: Object.fromEntries(few.map((name) => [name, live(name, {})])) }), {
          ...OPTIONS,
          destroy: true,
        });
        assert.equal([steps[0]?.id, steps[M - 1]?.id], [idOf('n0'), idOf(`n${M - 1}`)]);
      },
      { seconds: 90 },
    );
    test(
      'in one cycle are one problem',
      () => {
        const ring = names.map((name, i) => resource(name, { needs: [need(`n${(i + 1) % N}`)] }));
        const made = of({ desired: ring, seen: absent });
        assert.equal([made.steps.length, made.problems.length, made.changes.length], [0, 1, N]);
      },
      { seconds: 90 },
    );
    test(
      'in step leave an empty plan',
      () => {
        const things = names.map((name, i) =>
          resource(name, { spec: { a: i, b: [1, 2], c: { d: 'x', e: 'y' } }, needs: i === 0 ? [] : [need('n0')] }),
        );
        const seen = Object.fromEntries(things.map((r) => [r.name, live(r.name, { ...r.spec, theirs: 1 })]));
        const made = of({ desired: things, recorded: things.map((r) => record(r)), seen });
        assert.equal([made.changes.length, made.steps.length, made.inStep], [0, 0, N]);
      },
      { seconds: 90 },
    );
  });
