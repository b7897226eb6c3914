import type { KindFacts } from '../../src/core/facts.ts';
import { secretMark } from '../../src/core/mark.ts';
import type { Motion, Recorded } from '../../src/core/resource.ts';
import type { Fields } from '../../src/core/value.ts';
import { plan, runHash } from '../../src/planner/index.ts';
import { assert, group } from '../kit/group.ts';
import type { Scene } from './build.ts';
import { ABSENT, NOW, OPTIONS, UNKNOWN, kind, live, reads, record, resource, world } from './build.ts';

const kinds = { 'lab/Thing': kind({ nature: 'run' }) };
const job = resource('job', { spec: { boil: 60 } });
const ran = (outcome: 'begun' | 'done' | 'failed' | 'unknown', spec: Fields = job.spec): Recorded =>
  record(job, { applied: spec, run: { hash: runHash(spec), outcome } });

group('what runs once', (test) => {
  test('is started', () =>
    reads(
      { desired: [job], seen: { job: ABSENT }, kinds },
      `create job (new)
         boil - -> 60 edited
       --
       0 create job`,
    ));
  test('and ended well is in step, there or gone or out of sight', () => {
    for (const seen of [ABSENT, UNKNOWN, live('job', {})])
      reads({ desired: [job], recorded: [ran('done')], seen: { job: seen }, kinds }, '');
  });
  test('and ended with something else is run again', () =>
    reads(
      { desired: [job], recorded: [ran('done', { boil: 30 })], seen: { job: ABSENT }, kinds },
      `create job (edited)
         boil 30 -> 60 edited
       --
       0 create job`,
    ));
  test('and was begun is recorded as ended when the system says how it ended', () => {
    for (const [state, outcome] of [
      ['ready', 'done'],
      ['failed', 'failed'],
    ] as const) {
      const seen = { ...live('job', job.spec), readiness: { state, message: 'over' } };
      const [step, ...more] = plan(world({ desired: [job], recorded: [ran('begun')], seen: { job: seen }, kinds }), OPTIONS).steps;
      assert.equal([step?.verb, more.length], ['record', 0]);
      assert.equal((step as { run?: unknown }).run, { hash: runHash(job.spec), outcome });
    }
  });
  test('and was edited while it is under way: the edit is shown, and waits for the end', () => {
    const under = { ...live('job', {}), readiness: { state: 'progressing' as const, message: 'it is running' } };
    reads({ desired: [job], recorded: [ran('begun')], seen: { job: under }, kinds }, 'none job (in-motion)');
    reads(
      { desired: [job], recorded: [ran('begun', { boil: 30 })], seen: { job: under }, kinds },
      `none job (in-motion)
         boil 30 -> 60 edited`,
    );
  });
  test('and what it says that came of it is recorded with its end', () => {
    const seen = { ...live('job', job.spec), status: { result: ['hot'] } };
    const [step] = plan(world({ desired: [job], recorded: [ran('begun')], seen: { job: seen }, kinds }), OPTIONS).steps;
    assert.equal((step as { run?: unknown }).run, { hash: runHash(job.spec), outcome: 'done', result: ['hot'] });
  });
  test('and failed waits for another spec.retry', () => {
    const made = plan(world({ desired: [job], recorded: [ran('failed')], seen: { job: ABSENT }, kinds }), OPTIONS);
    assert.equal([made.steps.length, made.changes[0]?.action, made.changes[0]?.remarks?.length], [0, 'none', 1]);
    const again = { ...job, spec: { ...job.spec, retry: 1 } };
    assert.is(plan(world({ desired: [again], recorded: [ran('failed')], seen: { job: ABSENT }, kinds }), OPTIONS).steps[0]?.verb, 'create');
  });
  test('and nobody knows how it ended is never started again, not even with something else', () => {
    for (const recorded of [ran('begun'), ran('unknown'), ran('begun', { boil: 30 }), record(job)]) {
      reads({ desired: [job], recorded: [recorded], seen: { job: ABSENT }, kinds }, 'none job (unobserved) blocked RUN_UNKNOWN');
    }
  });
  test('and is running is left to run', () =>
    reads(
      {
        desired: [job],
        recorded: [ran('begun')],
        seen: { job: live('job', {}, { readiness: { state: 'progressing', message: 'half' } }) },
        kinds,
      },
      'none job (in-motion)',
    ));
  test('is the same run after a secret was rotated or the state key was lost', () => {
    const of = (fingerprint?: string): Fields => ({ key: secretMark({ env: 'K' }, fingerprint) });
    assert.is(runHash(of('a')), runHash(of()));
    reads({ desired: [{ ...job, spec: of('b') }], recorded: [ran('done', of('a'))], seen: { job: ABSENT }, kinds }, '');
  });
});

const zone = resource('zone', { spec: { heat: 20 } });
const motion: Motion = { goal: { heat: 20 }, plan: 'p', since: NOW, deadline: '2026-11-22T09:00:00.000Z' };
const moving = record(zone, { applied: { heat: 17 }, motion });
const going = (next: Fields | 'hold' | 'done', heat: number, scene: Partial<Scene> = {}): Scene => ({
  desired: [zone],
  recorded: [moving],
  seen: { zone: live('zone', { heat }) },
  kinds: { 'lab/Thing': kind({ advance: () => next }) },
  ...scene,
});

group('a motion', (test) => {
  test('that holds plans nothing and says so', () => reads(going('hold', 17), 'none zone (in-motion)'));
  test('of a kind that says nothing about it holds', () =>
    reads(going('hold', 17, { kinds: { 'lab/Thing': kind() } }), 'none zone (in-motion)'));
  test('takes its next step under the plan that opened it', () => {
    reads(
      going({ heat: 18 }, 17),
      `advance zone (in-motion)
         heat 17 -> 18 edited
       --
       0 update zone`,
    );
    const [step] = plan(world(going({ heat: 18 }, 17)), OPTIONS).steps;
    assert.ok(step?.verb === 'update');
    assert.equal([step.want, step.motion], [{ heat: 18 }, motion]);
  });
  test('that was pushed off its waypoint is brought back to the waypoint, not to the goal', () =>
    reads(
      going('hold', 25),
      `update zone (drifted)
         heat 25 -> 17 drifted
       --
       0 update zone`,
    ));
  test('that has arrived is recorded', () => {
    const scene = going('done', 20, { recorded: [record(zone, { motion })] });
    reads(
      scene,
      `none zone (in-step)
       --
       0 record zone`,
    );
    assert.not.ok('motion' in plan(world(scene), OPTIONS).steps[0]!);
  });
  test('ends where the manifest has another goal that one write reaches', () =>
    reads(
      going('done', 17, { desired: [{ ...zone, spec: { heat: 15 } }] }),
      `update zone (edited)
         heat 17 -> 15 edited
       --
       0 update zone`,
    ));
  test('is opened by a change whose first waypoint is not its goal', () => {
    const scene = going({ heat: 16 }, 17, { desired: [{ ...zone, spec: { heat: 12 } }] });
    const [step] = plan(world(scene), OPTIONS).steps;
    assert.is(step?.verb, 'update');
    const { want, motion } = step as typeof step & { want: Fields; motion?: Motion };
    assert.equal(want, { heat: 16 });
    assert.equal(motion?.goal, { heat: 12 });
    assert.is(motion?.since, NOW);
    assert.is(plan(world({ ...scene, part: { now: '2026-11-22T09:00:00.000Z' } }), OPTIONS).digest, plan(world(scene), OPTIONS).digest);
  });
  test('is opened and waits where its kind holds it back', () => {
    const [step] = plan(world(going('hold', 17, { desired: [{ ...zone, spec: { heat: 12 } }] })), OPTIONS).steps;
    assert.is(step?.verb, 'record');
    assert.equal((step as { motion?: Motion }).motion?.goal, { heat: 12 });
  });
  test('that is late says so', () => {
    const late = world({ ...going('hold', 17), part: { now: '2026-11-23T00:00:00.000Z' } });
    assert.match(plan(late, OPTIONS).changes[0]?.remarks?.[0]?.message ?? '', 'should have arrived');
  });
  test('is asked with the record, the sighting and the time it is given', () => {
    const asked: unknown[] = [];
    const advance: KindFacts['advance'] = (...args) => {
      asked.push(...args);
      return 'hold';
    };
    const scene = going('hold', 17, { kinds: { 'lab/Thing': kind({ advance }) } });
    plan(world(scene), OPTIONS);
    assert.equal(asked, [moving, scene.seen?.['zone'], NOW]);
  });
});
