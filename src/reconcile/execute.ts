import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import type { Plan, Step } from '../core/plan.ts';
import type { Observed, Recorded } from '../core/resource.ts';
import type { AnyKind, Call, Done, Work } from '../providers/contract.ts';
import type { End, Intent, Lease, Store } from '../state/store.ts';
import { again } from './again.ts';
import { withFingerprints } from './fingerprints.ts';
import type { Handles } from './handles.ts';
import type { Links } from './links.ts';
import type { Resolved } from './intents.ts';
import type { Kinds, LiveLink, Run, Secrets } from './opened.ts';
import { callOf } from './opened.ts';
import type { StepEnd } from './schedule.ts';
import { subjectOf } from './subject.ts';
import { timely } from './timely.ts';
import type { Unit } from './units.ts';
import type { Calling } from './work.ts';
import { calls, intentOf, recordOf, withoutReplaced, workOf, writes } from './work.ts';

export interface ExecuteOptions {
  readonly plan: Plan;
  readonly kinds: Kinds;
  readonly links: Links;
  readonly secrets: Secrets;
  readonly store: Store;
  readonly run: Run;
  readonly handles: Handles;
  readonly recorded: Map<ResourceId, Recorded>;
  readonly lease: (target: string) => Lease;
  /** What the look that justifies the step saw. */
  readonly observed: (step: Step) => Observed | undefined;
  /** Looks at a recorded resource, so that references to its status can be written. */
  readonly learn: (id: ResourceId) => Promise<void>;
  /** Finds out by looking what became of a call whose reply was lost. */
  readonly lookAgain: (intents: readonly Intent[]) => Promise<readonly Pick<Resolved, 'end' | 'found' | 'half'>[]>;
}

/** Runs one unit: *begin* on disk before the call leaves, *end* after its reply. Rejects only for a bug. */
export async function execute(unit: Unit, options: ExecuteOptions): Promise<readonly StepEnd[]> {
  const { run } = options;
  const started = run.now();
  for (const step of unit.steps) run.emit({ type: 'begin', id: step.id, verb: step.verb, n: step.n, ...old(step) });
  const tell = (step: Step, result: Result): StepEnd => {
    const ms = run.now() - started;
    const common = { id: step.id, verb: step.verb, n: step.n, ms };
    if (result.end === 'done') {
      run.emit({ type: 'done', ...common, ...(result.handle === undefined ? {} : { handle: result.handle }), ...old(step) });
      if ('motion' in step && step.motion) {
        run.emit({
          type: 'motion',
          id: step.id,
          message: 'on its way',
          ...(step.motion.next === undefined ? {} : { next: step.motion.next }),
        });
      }
    } else {
      run.emit({ type: 'fail', ...common, fault: result.fault, ...(result.end === 'unknown' ? { unknown: true } : {}) });
    }
    return result.end;
  };
  const calling = unit.steps.filter(calls);
  const results = calling.length > 0 ? await call(unit.target, calling, options) : await write(unit, options);
  return unit.steps.map((step, i) => tell(step, results[i] as Result));
}

type Result = { readonly end: 'done'; readonly handle?: string } | { readonly end: 'failed' | 'unknown'; readonly fault: Diagnostic };

const old = (step: Step): { old: true } | object => (step.verb === 'delete' && step.old ? { old: true } : {});

/** Steps that change nothing but what we remember. */
async function write(unit: Unit, options: ExecuteOptions): Promise<readonly Result[]> {
  const { store, recorded, handles } = options;
  const ends: End[] = [];
  for (const step of unit.steps) {
    if (step.verb === 'forget') ends.push({ id: step.id, outcome: 'done', recorded: null });
    else if (step.verb === 'move') {
      ends.push({ id: step.from, outcome: 'done', recorded: null });
      ends.push({ id: step.id, outcome: 'done', recorded: { ...step.recorded, id: step.id } });
    } else if (writes(step)) {
      ends.push({ id: step.id, outcome: 'done', recorded: recordOf(step, { handle: step.handle }, options) });
    } else throw new Error(`step ${step.n} (${step.verb}) calls the live system and cannot share a unit with one that does not`);
  }
  try {
    await store.end(unit.target, ends);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return unit.steps.map(() => ({ end: 'failed', fault: error.diagnostic }));
  }
  for (const end of ends) keep(end, recorded, handles);
  return unit.steps.map(() => ({ end: 'done' }));
}

async function call(target: string, steps: readonly Calling[], options: ExecuteOptions): Promise<readonly Result[]> {
  const { run, store, kinds, recorded, handles } = options;
  const all = (end: 'failed' | 'unknown', fault: Diagnostic): readonly Result[] => steps.map(() => ({ end, fault }));
  const { kind } = kinds.of((steps[0] as Calling).id) ?? missingKind(target);
  const link = await options.links.get(target);
  if ('fault' in link) return all('failed', link.fault);

  let work: readonly Work<object>[];
  let intents: readonly Intent[] = steps.map((step) => intentOf(step, options));
  const { secrets } = options;
  const known = (record: Recorded): Promise<Recorded> => withFingerprints(record, { secrets, kind, value: (mark) => secrets.value(mark) });
  try {
    work = await Promise.all(steps.map((step, i) => workOf(step, (intents[i] as Intent).intent, options)));
    // What was generated for the work has to be known again by whoever looks for what became of it.
    intents = await Promise.all(
      intents.map(async (intent) => (intent.outcome === undefined ? intent : { ...intent, outcome: await known(intent.outcome) })),
    );
    refuseExpired(run, options.lease(target), target);
    await store.begin(target, intents);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return all('failed', error.diagnostic);
  }

  let replies: readonly (Done | Fault | undefined)[];
  try {
    replies = await again(
      { run, repeatable: false, tell: (retry) => steps.forEach(({ id }) => run.emit({ type: 'retry', id, ...retry })) },
      () =>
        link.limiter.run(async () => {
          // Waiting for a turn or for the next try takes its time: what justifies a call is the lease at the moment it leaves.
          refuseExpired(run, options.lease(target), target);
          return timely(run, link.limits.timeoutMs, (signal) => send(kind, { steps, work, link, call: callOf(run, signal) }));
        }, run.signal),
    );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    replies = steps.map(() => error);
  }

  const results: Result[] = [];
  const ends: End[] = [];
  const lost: { readonly i: number; readonly fault: Diagnostic }[] = [];
  for (const [i, step] of steps.entries()) {
    const reply = replies[i];
    const { intent } = intents[i] as Intent;
    if (reply instanceof Fault) {
      if (reply.sent === 'maybe') lost.push({ i, fault: reply.diagnostic });
      else ends.push({ intent, id: step.id, outcome: 'failed' });
      results.push({ end: 'failed', fault: reply.diagnostic });
    } else if (step.verb === 'delete') {
      // The old one of a pair shares its id with the new one, whose record stays.
      const kept = step.old ? withoutReplaced(recorded.get(step.id), step.handle) : null;
      // Two old ones of one resource may go at once: each takes itself out of what the other has left of the record.
      if (kept) recorded.set(step.id, kept);
      ends.push({ intent, id: step.id, outcome: 'done', ...(kept === undefined ? {} : { recorded: kept }) });
      results.push({ end: 'done' });
    } else if (reply) {
      const { handle, unfinished } = reply;
      const record = recordOf(step, withoutSecrets(reply, secrets), options);
      ends.push({ intent, id: step.id, outcome: unfinished === undefined ? 'done' : 'failed', recorded: await known(record) });
      results.push(unfinished === undefined ? { end: 'done', handle } : { end: 'failed', fault: unfinished });
    } else throw new Error(`${kind.kind} gave no outcome for ${step.id}`);
  }
  if (lost.length > 0) {
    const found = await options.lookAgain(lost.map(({ i }) => intents[i] as Intent));
    for (const [k, { i, fault }] of lost.entries()) {
      const answer = found[k];
      if (answer?.end) ends.push(answer.end);
      if (answer?.found === 'made' && answer.half !== true) {
        results[i] = { end: 'done', ...(answer.end?.recorded ? { handle: answer.end.recorded.handle } : {}) };
      } else results[i] = { end: answer === undefined || answer.found === 'unknown' ? 'unknown' : 'failed', fault };
    }
  }
  try {
    if (ends.length > 0) await store.end(target, ends);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // The call was made and its intent is still open on disk: the next run finds out by looking.
    return all('unknown', error.diagnostic);
  }
  for (const end of ends) keep(end, recorded, handles);
  return results;
}

async function send(
  kind: AnyKind,
  {
    steps,
    work,
    link,
    call,
  }: { readonly steps: readonly Calling[]; readonly work: readonly Work<object>[]; readonly link: LiveLink; readonly call: Call },
): Promise<readonly (Done | Fault | undefined)[]> {
  if (kind.batch && steps[0]?.batch !== undefined) return kind.batch.run(link.session, work, call);
  const one = work[0] as Work<object>;
  if (one.verb === 'delete') {
    await kind.remove(link.session, one, call);
    return [undefined];
  }
  if (one.verb === 'create') return [await kind.make(link.session, one, call)];
  if (kind.update === undefined) throw new Error(`${kind.kind} has no update, and its schema lets ${one.id} change in place`);
  return [await kind.update(link.session, one, call)];
}

/** The result of a run is a peer's words, and state holds no secret. */
const withoutSecrets = (done: Done, secrets: Secrets): Done =>
  done.run?.result === undefined ? done : { ...done, run: { ...done.run, result: secrets.redact(done.run.result) } };

/** What later steps of this run go by. */
function keep(end: End, recorded: Map<ResourceId, Recorded>, handles: Handles): void {
  if (end.recorded === undefined) return;
  const subject = subjectOf(end.id, undefined, end.recorded ?? undefined);
  if (end.recorded === null) {
    recorded.delete(end.id);
    handles.gone(subject);
  } else {
    recorded.set(end.id, end.recorded);
    handles.add(subject, end.recorded.handle);
  }
}

const missingKind = (target: string): never => {
  throw new Error(`no provider has the kind of a step on ${target}`);
};

function refuseExpired(run: Run, lease: Lease, target: string): void {
  if (run.now() < lease.stopAt()) return;
  throw new Fault({
    code: 'LEASE_EXPIRED',
    summary: `the lease on ${target} is about to expire`,
    detail: 'Another run may write to this target from now on, so this one begins nothing more there. What ran before is recorded.',
    hint: 'Plan again and apply what is left.',
  });
}
