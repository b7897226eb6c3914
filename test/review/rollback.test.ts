import type { Engine } from '../../src/app/engine.ts';
import { rollbackBefore } from '../../src/app/rollback.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { Recorded } from '../../src/core/resource.ts';
import type { Checkpoint, RecordChange } from '../../src/state/store.ts';
import { assert, group } from '../kit/group.ts';
import type { Workshop } from './workshop.ts';
import { manifest, target, workshop } from './workshop.ts';

async function rollback(shop: Workshop, changed: (engine: Engine) => Engine = (engine) => engine): Promise<Plan> {
  const engine = await shop.open({ prune: true });
  try {
    const { desired } = await rollbackBefore(changed(engine), undefined);
    return await engine.plan(await engine.survey(desired));
  } finally {
    await engine.close();
  }
}

const shopOf = (...manifests: readonly string[]): Workshop => {
  const shop = workshop({ env: { SETPOINT_STATE_KEY: 'a key of the review' } });
  shop.write('manifests/targets.yaml', target('bench'));
  shop.write('manifests/all.yaml', manifests.join('---\n'));
  return shop;
};
const steps = ({ steps: all }: Plan): readonly string[] => all.map(({ verb, id }) => `${verb} ${id.split('/').at(-1)}`);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

group('rollback', (test) => {
  test('begins no run again, and forgets none that the manifests still ask for', async () => {
    const shop = shopOf(manifest('Job', 'brew', { command: 'one' }), manifest('Box', 'a', { label: 'a' }));
    await shop.run();
    assert.equal(steps(await rollback(shop)), ['delete a']);
    const { handle } = [...shop.system('memory:bench').things.values()].find(({ kind }) => kind === 'scripted/Job') ?? { handle: '' };
    assert.ok(handle);
    shop.system('memory:bench').breakDown(handle, 'it failed');
    shop.write('manifests/all.yaml', [manifest('Job', 'brew', { command: 'two' }), manifest('Box', 'a', { label: 'b' })].join('---\n'));
    const second = await shop.run();
    assert.is(second.done, 2);
    assert.equal(steps(await rollback(shop)), ['update a']);
  });

  test('leaves a change that is under way under way', async () => {
    const shop = shopOf(manifest('Ramp', 'mash', { degrees: 20 }));
    await shop.run();
    await sleep(1100);
    shop.write('manifests/all.yaml', manifest('Ramp', 'mash', { degrees: 30 }));
    await shop.run();
    shop.write('manifests/all.yaml', [manifest('Ramp', 'mash', { degrees: 30 }), manifest('Box', 'a', { label: 'a' })].join('---\n'));
    await shop.run();
    const plan = await rollback(shop);
    const ramp = plan.steps.filter(({ kind }) => kind === 'scripted/Ramp');
    assert.ok(
      ramp.every((step) => 'motion' in step && step.motion !== undefined),
      JSON.stringify(ramp),
    );
    assert.ok(steps(plan).includes('delete a'));
  });

  test('does not write for ever what it cannot bring back: the earlier value of a secret', async () => {
    const shop = workshop({ env: { SETPOINT_STATE_KEY: 'a key of the review', TOKEN: 'the first token' } });
    shop.write('manifests/targets.yaml', target('bench'));
    shop.write('manifests/all.yaml', manifest('Box', 'a', { label: 'a', token: { env: 'TOKEN' } }));
    await shop.run();
    const surroundings = {
      env: { SETPOINT_STATE_KEY: 'a key of the review', TOKEN: 'another token' },
      cwd: shop.dir,
      holder: 'review@here 1',
    };
    assert.is((await shop.run(undefined, { surroundings })).done, 1);
    const engine = await shop.open({ prune: true, surroundings });
    const { desired } = await rollbackBefore(engine, undefined);
    const plan = await engine.plan(await engine.survey(desired));
    await engine.close();
    assert.equal(plan.steps, []);
  });

  test('of a run whose checkpoints lie among those of another goes back to before its first', async () => {
    const shop = shopOf(manifest('Box', 'a', { label: 'a' }));
    await shop.run();
    const engine = await shop.open();
    let only: Checkpoint | undefined;
    for await (const checkpoint of engine.store.history()) only = checkpoint;
    await engine.close();
    const [change] = (only as Checkpoint).changes as [RecordChange];
    const record = (size: number) => ({ ...(change.after as Recorded), applied: { label: 'a', size } });
    const point = (id: string, run: string, before: number, after: number): Checkpoint => ({
      ...(only as Checkpoint),
      id,
      run,
      changes: [{ id: change.id, before: record(before), after: record(after) }],
    });
    const plan = rollback(shop, ({ ...rest }) => ({
      ...rest,
      store: {
        ...rest.store,
        async *history() {
          yield* [point('e4', 'A', 4, 1), { ...point('d3', 'B', 1, 1), changes: [] }, point('c2', 'A', 3, 4), point('b1', 'Z', 2, 3)];
        },
      },
    }));
    const [step] = (await plan).steps;
    assert.is(step && 'want' in step ? step.want.size : undefined, 3);
  });
});
