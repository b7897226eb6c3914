import { peak, timed } from '../stopwatch.ts';
import type { Suite } from '../suite.ts';
import { factoryEngine } from '../worlds/engine.ts';
import { writeFactory } from '../worlds/factory.ts';

/** A fresh plan applied to a target inside the process: what is left is journal, lease, schedule and checkpoint, all on a real disk. */
export const applySuite: Suite = {
  name: 'apply',
  title: 'apply, with its journal on disk',
  note: 'From the taking of the lease to the end of the checkpoint; 64 steps at once.',
  growth: ['cpu ms', 'wall ms'],
  // A hundred thousand steps show nothing that ten thousand do not, and take a minute.
  jobs: (sizes) => sizes.filter((size) => size <= 10_000).map((size) => ({ name: 'create all', size })),
  async prepare({ size }, folder) {
    writeFactory(folder, size);
    return Promise.resolve({});
  },
  async measure(_job, folder) {
    const engine = await factoryEngine({ folder, full: false });
    const desired = await engine.desired();
    const survey = await engine.survey(desired);
    const plan = await engine.plan(survey);
    const { result, spent } = await timed(() => engine.apply(plan, { grant: plan.digest, desired, survey }));
    await engine.close();
    if (result.done !== plan.total) throw new Error(`${result.done} of ${plan.total} steps were done`);
    return {
      'steps/s': (result.done / spent.wall) * 1000,
      'steps/cpu s': (result.done / spent.cpu) * 1000,
      'cpu ms': spent.cpu,
      'wall ms': spent.wall,
      'peak MiB': peak(),
    };
  },
};
