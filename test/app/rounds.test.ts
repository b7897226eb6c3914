import { applyRounds } from '../../src/app/apply-rounds.ts';
import type { Engine } from '../../src/app/engine.ts';
import { survey } from '../../src/app/survey.ts';
import { Fault } from '../../src/core/diagnostic.ts';
import type { Resource } from '../../src/core/resource.ts';
import { plan as planOf } from '../../src/planner/index.ts';
import type { Outcome } from '../../src/reconcile/apply.ts';
import { assert, group } from '../kit/group.ts';
import type { ScriptedKind } from '../kit/scripted-provider.ts';
import type { Lab, PlanMore } from '../reconcile/lab.ts';
import { openLab, TARGET } from '../reconcile/lab.ts';
import { after, box, crate } from '../reconcile/resources.ts';

/** A system whose crates can be seen only by those who have a box there: a fresh colony has no member who may read. */
const closed = (
  isOpen: (lab: Lab) => boolean = (lab) => [...lab.system().things.values()].some(({ kind }) => kind === 'scripted/Box'),
): Lab => {
  const lab: Lab = openLab({
    kinds: (kind): ScriptedKind =>
      kind.kind !== 'scripted/Crate'
        ? kind
        : {
            ...kind,
            async *observe(read, ask, call) {
              if (isOpen(lab)) yield* kind.observe(read, ask, call);
              else {
                const fault = { code: 'HTTP_403', severity: 'error' as const, summary: 'nobody here may read yet' };
                yield ask.known.map(({ id }) => ({ seen: 'unknown' as const, id, fault, deferred: true as const }));
              }
            },
          },
  });
  return lab;
};

/** Plans and applies in rounds, as the engine does. */
async function rounds(lab: Lab, resources: readonly Resource[], more: PlanMore = {}): Promise<Outcome> {
  const { plan, survey: first, context } = await lab.plan(resources, more);
  const engine = {
    environment: first.desired.environment,
    run: context.run,
    survey: (desired) => survey(desired, context),
    plan: async (surveyed, { only = [], adopt } = {}) =>
      planOf(surveyed.world, {
        environment: 'lab',
        sandbox: false,
        only: new Set(only),
        ...(typeof adopt === 'object' ? { adopt: new Set(adopt) } : {}),
      }),
  } satisfies Partial<Engine> as unknown as Engine;
  return applyRounds(plan, {
    engine,
    context,
    grant: plan.digest,
    desired: first.desired,
    survey: first,
    stopping: () => false,
    sandbox: false,
  });
}
const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof Fault)) throw new Error(`no fault: ${String(error)}`);
  return error.code;
};
const [home, inside] = [box('home'), crate('inside', { size: 2 })];
const both = [home, after(inside, home)];

group('what can be read only when a step is done', (test) => {
  test('is planned in a second round, and made there', async () => {
    const lab = closed();
    const { plan } = await lab.plan(both);
    assert.equal([plan.steps.map(({ id }) => id), plan.deferred], [[home.id], [inside.id]]);
    const { done, failed } = await rounds(lab, both);
    assert.equal([done, failed], [2, 0]);
    assert.equal(
      lab.events('round').map(({ number, steps }) => [number, steps]),
      [[2, 1]],
    );
    assert.equal((await lab.plan(both)).plan.steps, []);
    assert.equal([...(await lab.store.load(TARGET)).records.keys()].sort(), [home.id, inside.id].sort());
  });

  test('may be taken over there, where the manifest says so, and is left alone where it does not', async () => {
    const lab = closed();
    const handle = lab.system().byHand.create('scripted/Crate', { key: 'inside', spec: { label: 'inside', size: 9 } });
    await rounds(lab, both);
    assert.is(lab.system().things.get(handle)?.spec.size, 9);
    const other = closed();
    const theirs = other.system().byHand.create('scripted/Crate', { key: 'inside', spec: { label: 'inside', size: 9 } });
    await rounds(other, [home, after(crate('inside', { size: 2 }, { lifecycle: { adopt: true } }), home)]);
    assert.is(other.system().things.get(theirs)?.spec.size, 2);
  });

  test('may be taken over there, where the command says so: all of it, or what it names', async () => {
    for (const [adopt, size] of [
      [true, 2],
      [new Set([inside.id]), 2],
      [new Set([home.id]), 9],
    ] as const) {
      const lab = closed();
      const handle = lab.system().byHand.create('scripted/Crate', { key: 'inside', spec: { label: 'inside', size: 9 } });
      await rounds(lab, both, { adopt });
      assert.is(lab.system().things.get(handle)?.spec.size, size);
    }
  });

  test('asks again when it turns out to need more; the first round is done and recorded', async () => {
    const lab = closed();
    await rounds(lab, both);
    // Somebody made the system anew around our crate: the box is gone, and the crate can be seen only with it.
    lab.system().byHand.remove('box-1');
    const edited = [home, after(crate('inside', { size: 3 }), home)];
    assert.is(await refusal(rounds(lab, edited)), 'ASKS_AGAIN');
    assert.is((await lab.store.load(TARGET)).records.get(home.id)?.handle, 'box-3');
    assert.is(lab.system().things.get('crate-2')?.spec.size, 2);
    const { done } = await rounds(lab, edited);
    assert.is(done, 1);
    assert.is(lab.system().things.get('crate-2')?.spec.size, 3);
  });

  test('is told when it stays unreadable, and nothing more is tried', async () => {
    const lab = closed(() => false);
    assert.is(await refusal(rounds(lab, both)), 'STILL_DEFERRED');
    assert.is(lab.system().things.size, 1);
  });

  test('waits for nothing where the first round failed', async () => {
    const lab = closed();
    lab.system().trouble({ op: 'create', when: 'refuse' });
    const { failed } = await rounds(lab, both);
    assert.is(failed, 1);
    assert.equal(lab.events('round'), []);
    assert.is(lab.system().things.size, 0);
  });

  test('no two calls of a run bear one intent, in whichever round they are made', async () => {
    const intents: string[] = [];
    const lab: Lab = openLab({
      kinds: (kind) => ({
        ...kind,
        async *observe(read, ask, call) {
          if (kind.kind === 'scripted/Box' || lab.system().things.size > 0) yield* kind.observe(read, ask, call);
          else {
            const fault = { code: 'HTTP_403', severity: 'error' as const, summary: 'nobody here may read yet' };
            yield ask.known.map(({ id }) => ({ seen: 'unknown' as const, id, fault, deferred: true as const }));
          }
        },
        make(session, work, call) {
          intents.push(work.intent);
          return kind.make(session, work, call);
        },
      }),
    });
    await rounds(lab, both);
    assert.is(intents.length, 2);
    assert.is(new Set(intents).size, 2, intents.join());
  });
});

group('a plan that was not approved', (test) => {
  const granted = async (
    lab: Lab,
    change: (plan: Awaited<ReturnType<Lab['plan']>>['plan']) => typeof plan,
    grant?: string,
  ): Promise<string> => {
    const { plan, survey: first, context } = await lab.plan([home]);
    const engine = { environment: first.desired.environment, run: context.run } as unknown as Engine;
    const options = { engine, context, desired: first.desired, survey: first, stopping: () => false, sandbox: false };
    const code = await refusal(applyRounds(change(plan), { ...options, grant: grant ?? plan.digest }));
    assert.is(lab.system().counts.mutations, 0);
    return code;
  };
  test('by its digest, its content, its environment or its sandbox', async () => {
    const lab = openLab();
    assert.is(await granted(lab, (plan) => plan, 'another'), 'STALE_PLAN');
    assert.is(await granted(lab, (plan) => ({ ...plan, steps: [] })), 'STALE_PLAN');
    assert.is(await granted(lab, (plan) => ({ ...plan, environment: 'prod' })), 'STALE_PLAN');
    assert.is(await granted(lab, (plan) => ({ ...plan, sandbox: true })), 'STALE_PLAN');
  });
});
