import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRecords } from '../../src/app/records.ts';
import { readPlan, savePlan } from '../../src/app/saved-plan.ts';
import type { Recorded } from '../../src/core/resource.ts';
import type { End } from '../../src/state/store.ts';
import { assert, group } from '../kit/group.ts';
import { codeOf, manifest, target, workshop } from './workshop.ts';

const ID = 'bench/scripted/Box/a';
const shopOf = () => {
  const shop = workshop();
  shop.write('manifests/t.yaml', target('bench'));
  shop.write('manifests/a.yaml', manifest('Box', 'a', { label: 'a', size: 1 }));
  return shop;
};

group('what a person writes into the state', (test) => {
  test('is refused where the record is not the one that they saw any more', async () => {
    const shop = shopOf();
    await shop.run();
    const engine = await shop.open();
    const records = await openRecords(engine);
    const seen = records.all().get(ID);
    shop.write('manifests/a.yaml', manifest('Box', 'a', { label: 'a', size: 2 }));
    await shop.run();
    const moved = { ...(seen as NonNullable<typeof seen>), id: 'bench/scripted/Box/b' };
    const code = await codeOf(
      records.write(
        'bench',
        [
          { id: ID, outcome: 'done', recorded: null },
          { id: moved.id, outcome: 'done', recorded: moved },
        ],
        'moved',
      ),
    );
    assert.is(code, 'STATE_CONFLICT');
    assert.is((await engine.store.load('bench')).records.get(ID)?.applied.size, 2);
    await engine.close();
  });

  test('forgets with a resource the call that nobody knows the end of, and moves none such', async () => {
    const shop = shopOf();
    await shop.run();
    shop.write('manifests/a.yaml', manifest('Box', 'a', { label: 'a', size: 2 }));
    const plan = await shop.plan();
    shop.system('memory:bench').trouble({ op: 'patch', when: 'after' });
    shop.system('memory:bench').trouble({ op: 'read', when: 'before', nth: 3, times: 4 });
    const outcome = await shop.run(plan);
    assert.is(outcome.unknown, 1, JSON.stringify(outcome));
    const engine = await shop.open();
    const records = await openRecords(engine);
    const record = records.all().get(ID) as Recorded;
    const other = 'bench/scripted/Box/b';
    const move: readonly End[] = [
      { id: ID, outcome: 'done', recorded: null },
      { id: other, outcome: 'done', recorded: { ...record, id: other } },
    ];
    assert.is(await codeOf(records.write('bench', move, 'moved')), 'INTENT_OPEN');
    await records.write('bench', [{ id: ID, outcome: 'done', recorded: null }], 'forgot');
    const { records: left, open } = await engine.store.load('bench');
    assert.equal([left.size, open], [0, []]);
    await engine.close();
  });
});

group('a saved plan', (test) => {
  test('that is no plan is refused in words, whatever stands in it', async () => {
    const shop = shopOf();
    const plan = await shop.plan();
    const file = join(shop.dir, 'plan.json');
    for (const broken of [{ format: 1 }, [], null, 'x', { ...plan, steps: {} }, { ...plan, steps: [null] }, { ...plan, targets: null }]) {
      writeFileSync(file, JSON.stringify(broken));
      const code = await codeOf(Promise.resolve().then(() => readPlan(file)));
      assert.is(code, 'PLAN_UNREADABLE', JSON.stringify(broken).slice(0, 80));
    }
    await savePlan(plan, file);
    assert.equal(readPlan(file), plan);
  });
});
