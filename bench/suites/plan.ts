import { openEngineModule, renderModule, savedPlanModule, undoModule } from '../built.ts';
import { peak, timed } from '../stopwatch.ts';
import type { Suite } from '../suite.ts';
import { factoryEngine, recordAll } from '../worlds/engine.ts';
import { readManifests, writeFactory } from '../worlds/factory.ts';

/** All that `setpoint plan` does, hop by hop, on a target inside the process. */
export const planSuite: Suite = {
  name: 'plan',
  title: 'plan, by hop',
  note: 'Hops are processor time of all threads. A fresh plan and its 1 % print, digest and save every step.',
  growth: ['cpu ms', 'wall ms'],
  jobs: (sizes) => sizes.flatMap((size) => ['in step', '1 % changed', 'fresh'].map((name) => ({ name, size }))),
  async prepare({ name, size }, folder) {
    writeFactory(folder, size);
    // As cold as in the plan that is measured afterwards, where reading is the first thing as well.
    const read = await timed(() => readManifests(folder));
    if (name !== 'fresh') {
      const engine = await factoryEngine({ folder, full: true });
      await recordAll(engine);
      await engine.close();
    }
    if (name === '1 % changed') writeFactory(folder, size, '1 % edited');
    return { read: read.spent.cpu };
  },
  async measure({ name }, folder, { read = 0 }) {
    const modules = await Promise.all([openEngineModule(), renderModule(), savedPlanModule(), undoModule()]);
    const [, { renderPlan, style }, { keepPlan }, { undoOf }] = modules;
    const whole = await timed(async () => {
      const engine = await factoryEngine({ folder, full: name !== 'fresh' });
      const desired = await timed(() => engine.desired());
      const state = await timed(() => engine.context(desired.result));
      const survey = await timed(() => engine.survey(desired.result));
      const plan = await timed(() => engine.plan(survey.result));
      const render = await timed(async () => {
        const digestPath = plan.result.steps.length === 0 ? undefined : await keepPlan(plan.result, folder);
        return renderPlan(plan.result, {
          style: style({ color: false, width: 80 }),
          elapsedMs: 0,
          pages: survey.result.look.pages,
          undo: undoOf(plan.result, survey.result),
          locate: (id, pointer) => desired.result.locate(id, pointer),
          ...(digestPath === undefined ? {} : { digestPath }),
        });
      });
      await engine.close();
      return { desired, state, survey, plan, render };
    });
    const { desired, state, survey, plan, render } = whole.result;
    expectSteps(name, plan.result.steps.length, plan.result.total);
    return {
      'read ms': read,
      'check ms': Math.max(0, desired.spent.cpu - read),
      'state ms': state.spent.cpu,
      'observe ms': survey.spent.cpu,
      'plan ms': plan.spent.cpu,
      'render ms': render.spent.cpu,
      'cpu ms': whole.spent.cpu,
      'wall ms': whole.spent.wall,
      'peak MiB': peak(),
    };
  },
};

/** A measurement of the wrong thing is worse than none. */
function expectSteps(name: string, steps: number, total: number): void {
  const wanted = name === 'fresh' ? total : name === 'in step' ? 0 : Math.ceil((total - 1) / 100);
  if (steps !== wanted) throw new Error(`a plan "${name}" of ${total} resources has ${steps} steps instead of ${wanted}`);
}
