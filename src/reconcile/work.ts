import { Fault } from '../core/diagnostic.ts';
import { digest } from '../core/digest.ts';
import type { ResourceId } from '../core/id.ts';
import type { SecretMark } from '../core/mark.ts';
import type { Difference, Plan, Step } from '../core/plan.ts';
import type { Recorded, Replaced } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import type { Done, Work } from '../providers/contract.ts';
import type { Intent } from '../state/store.ts';
import { runHash } from '../planner/index.ts';
import type { ExecuteOptions } from './execute.ts';
import type { Run, Secrets } from './opened.ts';
import { firstUnknown, hasMarks, secretsOf, withReferences, withSecrets } from './marks.ts';

/** What a record says besides the step's own words. */
export interface RecordOptions extends Pick<ExecuteOptions, 'plan' | 'kinds'> {
  readonly run: Pick<Run, 'id' | 'now' | 'commit'>;
  readonly recorded: ReadonlyMap<ResourceId, Recorded>;
}

/** A step that calls the live system; the others write state alone. */
export type Calling = Extract<Step, { readonly verb: 'create' | 'update' | 'adopt' | 'delete' }>;
/** A step that leaves a record. */
export type Writing = Extract<Step, { readonly verb: 'create' | 'update' | 'adopt' | 'record' }>;

export const calls = (step: Step): step is Calling =>
  step.verb === 'create' || step.verb === 'update' || step.verb === 'delete' || (step.verb === 'adopt' && step.differences.length > 0);

/** Leaves a record without a call: the live object is as it should be. */
export const writes = (step: Step): step is Extract<Writing, { readonly verb: 'adopt' | 'record' }> =>
  step.verb === 'record' || step.verb === 'adopt';

/** What is on disk before the call leaves: enough to find out later, by looking, what became of it. */
export function intentOf(step: Calling, options: RecordOptions): Intent {
  const { run, plan } = options;
  // One run may apply several plans, one a round, and each numbers its steps from 0.
  const intent = `${run.id}.${plan.digest.slice(0, 8)}.${step.n}`;
  const common = {
    intent,
    id: step.id,
    verb: step.verb,
    run: run.id,
    at: new Date(run.now()).toISOString(),
    ...(step.batch === undefined ? {} : { batch: step.batch }),
  };
  if (step.verb === 'delete') return { ...common, handle: step.handle };
  const handle = step.verb === 'create' ? '' : step.handle;
  const outcome = recordOf(step, { handle }, options);
  return { ...common, outcome, ...(step.verb === 'create' ? (step.key === undefined ? {} : { key: step.key }) : { handle }) };
}

/** References and secrets looked up just before the call: what the provider gets is plain. */
export async function workOf(
  step: Calling,
  intent: string,
  { handles, secrets, recorded, observed, learn }: ExecuteOptions,
): Promise<Work<object>> {
  const before = recorded.get(step.id);
  const live = observed(step);
  const spec = step.verb === 'delete' ? step.recorded.applied : step.want;
  const values = new Map<string, string>();
  const differences: readonly Difference[] = step.verb === 'update' || step.verb === 'adopt' ? step.differences : [];
  for (const mark of secretsOf(spec)) {
    const name = digest(mark['setpoint:secret']);
    if (values.has(name)) continue;
    const value = step.verb === 'delete' ? await stillThere(mark, secrets) : await secrets.value(mark);
    if (value !== undefined) values.set(name, value);
  }
  const plain = (value: Fields): Fields =>
    withSecrets(withReferences(value, handles.lookup), (mark) => values.get(digest(mark['setpoint:secret'])) ?? mark);
  let want = plain(spec);
  // What a server chose for something made in this very run (a leaf of its status) is read before it is passed on, once each.
  const asked = new Set<ResourceId>();
  for (let unknown = firstUnknown(want); step.verb !== 'delete' && unknown !== undefined; unknown = firstUnknown(want)) {
    if (asked.has(unknown) || !recorded.has(unknown)) throw notKnown(step.id, unknown);
    asked.add(unknown);
    await learn(unknown);
    want = plain(spec);
  }
  return {
    id: step.id,
    verb: step.verb === 'adopt' ? 'update' : step.verb,
    intent,
    want,
    differences: differences.map((difference) =>
      difference.after === undefined || !hasMarks(difference.after)
        ? difference
        : { ...difference, after: plain({ after: difference.after }).after as Value },
    ),
    // Which object goes is what the step says, also where the recorded one has made way for another one of ours.
    ...(step.verb === 'delete' ? { recorded: { ...step.recorded, handle: step.handle } } : before ? { recorded: before } : {}),
    ...(live?.seen === 'live' ? { live } : {}),
    ...(step.verb === 'update' && step.expect.mends !== undefined ? { mends: true as const } : {}),
  };
}

/** What is to go may have been written with a secret that nobody keeps any more: most kinds can remove it all the same. */
async function stillThere(mark: SecretMark, secrets: Secrets): Promise<string | undefined> {
  try {
    return await secrets.peek(mark);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** The record of a step's outcome: one line of state. */
export function recordOf(step: Writing, done: Done, { run, plan, kinds, recorded }: RecordOptions): Recorded {
  const before = recorded.get(step.id);
  const motion = step.verb === 'update' || step.verb === 'record' ? step.motion : undefined;
  const key = done.key ?? (step.verb === 'create' ? step.key : before?.key);
  const olds = [...(before?.replaced ?? []), ...(step.verb === 'create' ? stillStanding(step, plan, before) : [])];
  const replaced = olds.filter(({ handle }) => handle !== done.handle);
  const isRun = kinds.of(step.id)?.facts.nature === 'run';
  const begun = step.verb === 'record' ? (step.run ?? before?.run) : { outcome: 'begun' as const, ...done.run, hash: runHash(step.want) };
  return {
    id: step.id,
    shape: step.shape,
    handle: done.handle,
    ...(key === undefined ? {} : { key }),
    applied: step.want,
    needs: step.needs,
    lifecycle: step.lifecycle,
    ...(step.verb === 'adopt' || (before?.adopted && step.verb !== 'create') ? { adopted: true as const } : {}),
    ...(replaced.length === 0 ? {} : { replaced }),
    ...(done.revision === undefined ? {} : { revision: done.revision }),
    ...(done.unfinished === undefined ? {} : { unfinished: true as const }),
    ...(isRun && begun ? { run: begun } : {}),
    ...(before?.was ? { was: before.was } : {}),
    // The plan that opens a motion cannot name itself: its digest covers this step.
    ...(motion ? { motion: { ...motion, plan: motion.plan === '' ? plan.digest : motion.plan } } : {}),
    by: { run: run.id, at: new Date(run.now()).toISOString(), ...(run.commit === undefined ? {} : { commit: run.commit }) },
  };
}

type Deleting = Extract<Step, { readonly verb: 'delete' }>;
const oldOnes = new WeakMap<Plan, ReadonlyMap<ResourceId, readonly Deleting[]>>();

/** The object that a new one takes the place of, where it goes only after the new one is there: until then the record names both. */
function stillStanding(step: Writing, plan: Plan, before: Recorded | undefined): readonly Replaced[] {
  let olds = oldOnes.get(plan);
  if (!olds) {
    const lists = new Map<ResourceId, Deleting[]>();
    for (const one of plan.steps) if (one.verb === 'delete' && one.old) lists.set(one.id, [...(lists.get(one.id) ?? []), one]);
    oldOnes.set(plan, (olds = lists));
  }
  const named = new Set(before?.replaced?.map(({ handle }) => handle));
  return (olds.get(step.id) ?? [])
    .filter((old) => old.n > step.n && !named.has(old.handle))
    .map(({ handle, recorded: { applied } }) => ({ handle, applied }));
}

/** The record once an object that it had replaced is gone; undefined where it names none such: then it stays as it is. */
export function withoutReplaced(record: Recorded | undefined, handle: string): Recorded | undefined {
  if (record?.replaced?.some((one) => one.handle === handle) !== true) return undefined;
  const { replaced, ...rest } = record;
  const left = replaced.filter((one) => one.handle !== handle);
  return left.length === 0 ? rest : { ...rest, replaced: left };
}

const notKnown = (id: ResourceId, after: ResourceId): Fault =>
  new Fault(
    {
      code: 'REF_NOT_KNOWN',
      summary: `a value of ${after} that this step needs is not known`,
      detail: 'The resource it refers to has no such value yet, so nothing was sent.',
      hint: 'Plan again: when the value has appeared by then, the step goes on.',
      resource: id,
    },
    { sent: 'no' },
  );
