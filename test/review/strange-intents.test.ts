import { openRecords } from '../../src/app/records.ts';
import type { Engine } from '../../src/app/engine.ts';
import { assert, group } from '../kit/group.ts';
import type { Workshop } from './workshop.ts';
import { manifest, target, workshop } from './workshop.ts';

const shopOf = (): Workshop => {
  const shop = workshop();
  shop.write('manifests/targets.yaml', target('bench'));
  shop.write('manifests/boxes.yaml', manifest('Box', 'a', { label: 'a' }));
  return shop;
};
const within = async <T>(shop: Workshop, body: (engine: Engine) => Promise<T>): Promise<T> => {
  const engine = await shop.open();
  try {
    return await body(engine);
  } finally {
    await engine.close();
  }
};
/** A release with more kinds than this one began to make something, and is gone. */
const leave = (shop: Workshop, kind: string): Promise<void> =>
  within(shop, async ({ store }) => {
    const id = `bench/${kind}/x`;
    const at = '2026-11-22T02:31:00.000Z';
    const by = { run: 'r0', at };
    const lease = await store.lease({ target: 'bench', run: 'r0' });
    const outcome = { id, shape: `${kind}.v1`, handle: '', applied: { label: 'x' }, needs: [], lifecycle: {}, by };
    await store.begin('bench', [{ intent: `r0.${kind}`, id, verb: 'create', outcome, run: 'r0', at }]);
    await lease.release();
  });

group('an open call', (test) => {
  for (const kind of ['scripted/Gone', 'elsewhere/Thing']) {
    test(`of a kind that nobody here has (${kind}) is told by its name in the journal, and the rest goes on`, async () => {
      const shop = shopOf();
      await leave(shop, kind);
      const plan = await shop.plan();
      assert.equal(
        plan.steps.map(({ verb, id }) => [verb, id]),
        [['create', 'bench/scripted/Box/a']],
      );
      const [problem, ...more] = plan.problems;
      assert.equal([problem?.code, problem?.severity, more], ['INTENT_OPEN', 'warning', []]);
      assert.match(problem?.summary ?? '', `r0.${kind} (create of ${kind}/x)`);
      assert.match(problem?.hint ?? '', `setpoint state forget bench/${kind}/x`);
      const outcome = await shop.run();
      assert.equal([outcome.done, outcome.failed, outcome.unknown], [1, 0, 0]);
      // It is still there for the release that has the kind, and does not make every run look for it.
      assert.equal(await within(shop, async ({ store }) => (await store.load('bench')).open.map(({ intent }) => intent)), [`r0.${kind}`]);
      const unsettled = await within(shop, async (engine) => (await engine.survey(await engine.desired())).unsettled);
      assert.equal(unsettled, []);
    });
  }

  test('of such a kind can be forgotten by who has looked at the object', async () => {
    const shop = shopOf();
    await leave(shop, 'scripted/Gone');
    await within(shop, async (engine) => {
      const records = await openRecords(engine);
      const [id = ''] = records.open();
      assert.is(id, 'bench/scripted/Gone/x');
      await records.write('bench', [{ id, outcome: 'done', recorded: null }], 'forgot it');
      assert.equal((await engine.store.load('bench')).open, []);
    });
    assert.equal((await shop.plan()).problems, []);
  });

  test('of a kind that neither a record nor a manifest has any more is looked for all the same', async () => {
    const shop = shopOf();
    await leave(shop, 'scripted/Crate');
    shop.write('manifests/boxes.yaml', null);
    shop.system('memory:bench').byHand.create('scripted/Crate', { key: 'x', spec: { label: 'x' } });
    const plan = await shop.plan();
    assert.equal([plan.problems, plan.steps.map(({ verb, id }) => [verb, id])], [[], [['delete', 'bench/scripted/Crate/x']]]);
  });
});
