import { openRecords } from '../../src/app/records.ts';
import type { Plan } from '../../src/core/plan.ts';
import { assert, group } from '../kit/group.ts';
import { codeOf, manifest, target, workshop } from './workshop.ts';

const world = (...more: readonly string[]) => {
  const shop = workshop();
  shop.write('manifests/targets.yaml', target('bench'));
  shop.write('manifests/boxes.yaml', [manifest('Box', 'a', { label: 'a' }, { target: 'bench' }), ...more].join('---\n'));
  return shop;
};

group('the system that was meant', (test) => {
  test('another system behind the same address is refused once something was applied there', async () => {
    const shop = world();
    await shop.run();
    shop.write('manifests/targets.yaml', target('bench', 'memory:other'));
    assert.is(await codeOf(shop.plan()), 'INSTANCE_CHANGED');
  });

  test('a saved plan is not applied to another system than it was made for', async () => {
    const shop = world();
    const plan = await shop.plan();
    shop.write('manifests/targets.yaml', target('bench', 'memory:other'));
    assert.is(await codeOf(shop.run(plan)), 'INSTANCE_CHANGED');
    assert.is(shop.system('memory:other').counts.mutations, 0);
  });

  test('a saved plan for a target that is gone is refused in words', async () => {
    const shop = world();
    const plan = await shop.plan();
    shop.write('manifests/targets.yaml', target('elsewhere'));
    shop.write('manifests/boxes.yaml', null);
    assert.is(await codeOf(shop.run(plan)), 'STALE_PLAN');
  });

  test('a saved plan for another environment is refused, also where only its label was changed', async () => {
    const shop = world();
    const plan = await shop.plan();
    assert.is(await codeOf(shop.run({ ...plan, environment: 'staging' })), 'STALE_PLAN');
    shop.write(
      'setpoint.yaml',
      'apiVersion: setpoint/v1\nkind: Project\nmetadata: { name: bench }\nspec: { manifests: manifests, state: { folder: state }, environment: default, environments: { default: {}, staging: {} } }\n',
    );
    const edited: Plan = { ...plan, environment: 'staging' };
    assert.is(await codeOf(shop.run(edited, { environment: 'staging' })), 'STALE_PLAN');
  });

  test(
    'an open call on a target that is gone does not keep the others from being applied',
    async () => {
      const shop = world();
      shop.write('manifests/targets.yaml', `${target('bench')}---\n${target('other')}`);
      shop.write('manifests/more.yaml', manifest('Box', 'b', { label: 'b' }, { target: 'other' }));
      shop.system('memory:other').trouble({ op: 'create', when: 'before' });
      shop.system('memory:other').trouble({ op: 'read', when: 'before', nth: 3, times: 4 });
      const first = await shop.run();
      assert.equal([first.done, first.unknown], [1, 1]);
      shop.write('manifests/targets.yaml', target('bench'));
      shop.write('manifests/more.yaml', manifest('Box', 'c', { label: 'c' }, { target: 'bench' }));
      const second = await shop.run();
      assert.equal([second.done, second.failed], [1, 0]);
    },
    { seconds: 60 },
  );

  test('-t writes to no other target, not even to its state', async () => {
    const shop = world();
    shop.write('manifests/targets.yaml', `${target('bench')}---\n${target('other')}`);
    const plan = await shop.plan({ targets: ['other'] });
    assert.equal(plan.steps, []);
    assert.equal(Object.keys(plan.targets), []);
  });
});

group('a system that was rebuilt', (test) => {
  test('is taken on by rebind, however much of what was recorded is gone', async () => {
    const shop = workshop();
    shop.write('manifests/targets.yaml', target('bench'));
    const names = Array.from({ length: 12 }, (_, i) => `b${i}`);
    const boxes = names.map((name) => manifest('Box', name, { label: name }));
    shop.write('manifests/boxes.yaml', [...boxes, manifest('Job', 'brew', { command: 'brew' })].join('---\n'));
    await shop.run();
    const system = shop.system('memory:bench');
    for (const [handle, { key }] of system.things) if (key !== 'b0') system.byHand.remove(handle);
    const halted = await shop.plan();
    assert.equal([halted.steps.length, halted.problems.map(({ code }) => code)], [0, ['HALF_GONE']]);
    const engine = await shop.open();
    const { forgotten } = await (await openRecords(engine)).rebind('bench');
    await engine.close();
    assert.is(forgotten, 11);
    const outcome = await shop.run();
    assert.equal([outcome.done, outcome.failed], [11, 0]);
    assert.is([...system.things.values()].filter(({ kind }) => kind === 'scripted/Job').length, 0, 'what has run is not run again');
  });
});
