import type { Plan } from '../../src/core/plan.ts';
import type { PlanOptions } from '../../src/planner/index.ts';
import { plan } from '../../src/planner/index.ts';
import { assert, group } from '../kit/group.ts';
import type { Scene } from './build.ts';
import { ABSENT, OPTIONS, kind, live, record, resource, text, world } from './build.ts';

const planned = (scene: Scene, options: Partial<PlanOptions> = {}): Plan => plan(world(scene), { ...OPTIONS, ...options });
const reads = (scene: Scene, expected: string, options: Partial<PlanOptions> = {}): void =>
  assert.is(text(planned(scene, options)), expected.trim().replaceAll(/^ {6}/gm, ''));

const A = resource('a', { spec: { heat: 20 } });
const was = (heat: number): ReturnType<typeof record> => record(A, { applied: { heat } });

group('what is wanted', (test) => {
  test('and is not there is created', () =>
    reads(
      { desired: [A], seen: { a: ABSENT } },
      `
      create a (new)
        heat - -> 20 edited
      --
      0 create a`,
    ));
  test('and is as recorded is in step', () => {
    const made = planned({ desired: [A], recorded: [was(20)], seen: { a: live('a', { heat: 20, others: 1 }) } });
    assert.is(text(made), '');
    assert.equal([made.inStep, made.total], [1, 1]);
  });
  test('and was edited is updated', () =>
    reads(
      { desired: [A], recorded: [was(18)], seen: { a: live('a', { heat: 18 }) } },
      `
      update a (edited)
        heat 18 -> 20 edited
      --
      0 update a`,
    ));
  test('and drifted is healed', () =>
    reads(
      { desired: [A], recorded: [was(20)], seen: { a: live('a', { heat: 25 }) } },
      `
      update a (drifted)
        heat 25 -> 20 drifted
      --
      0 update a`,
    ));
  test('and was edited in one place and drifted in another', () => {
    const both = resource('a', { spec: { heat: 20, light: 1 } });
    reads(
      { desired: [both], recorded: [record(both, { applied: { heat: 18, light: 1 } })], seen: { a: live('a', { heat: 18, light: 9 }) } },
      `
      update a (edited-and-drifted)
        heat 18 -> 20 edited
        light 9 -> 1 drifted
      --
      0 update a`,
    );
  });
  test('and was set by hand to what the manifest now says is only recorded', () =>
    reads(
      { desired: [A], recorded: [was(18)], seen: { a: live('a', { heat: 20 }) } },
      `
      none a (in-step)
      --
      0 record a`,
    ));
  test('and vanished is created again', () =>
    reads(
      { desired: [A], recorded: [was(20)], seen: { a: ABSENT } },
      `
      create a (vanished)
        heat - -> 20 edited
      --
      0 create a`,
    ));
  test('but cannot be created is blocked', () =>
    reads(
      { desired: [A], seen: { a: ABSENT }, kinds: { 'lab/Thing': kind({ creatable: false }) } },
      'none a (new) blocked NOT_CREATABLE\n  heat - -> 20 edited'.split('\n')[0]!,
    ));
});
