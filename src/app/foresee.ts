import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { Plan, Step } from '../core/plan.ts';
import { canonical } from '../core/value.ts';
import type { Desired } from '../manifests/desired.ts';
import type { Finding, Work } from '../providers/contract.ts';
import type { Links } from '../reconcile/links.ts';
import { withReferences } from '../reconcile/marks.ts';
import type { Kinds, Run } from '../reconcile/opened.ts';
import { callOf } from '../reconcile/opened.ts';
import { timely } from '../reconcile/timely.ts';
import type { Survey } from './survey.ts';

/**
 * Asks the systems that can tell what they would say to a plan's batches, before anybody approves it: a rule that only the
 * whole datastore can judge fails here, at its line in the manifest, and not in the middle of an apply. A batch that was split
 * in two is asked about with what the first part will have done.
 */
export async function foresee(
  plan: Plan,
  { survey, kinds, links, run }: { readonly survey: Survey; readonly kinds: Kinds; readonly links: Links; readonly run: Run },
): Promise<readonly Diagnostic[]> {
  const batches = new Map<string, Step[]>();
  for (const step of plan.steps) {
    if (step.batch === undefined || kinds.of(step.id)?.kind.batch?.foresee === undefined) continue;
    const place = `${idParts(step.id).target}\n${step.kind}\n${step.batch}`;
    const batch = batches.get(place);
    if (batch) batch.push(step);
    else batches.set(place, [step]);
  }
  const found = new Map<string, Diagnostic>();
  const earlier = new Map<string, readonly Step[]>();
  for (const [place, own] of batches) {
    const [first] = own as [Step];
    const whole = place.replace(/\n#\d+\//, '\n');
    const steps = [...(earlier.get(whole) ?? []), ...own];
    earlier.set(whole, steps);
    const link = await links.get(idParts(first.id).target);
    const batch = kinds.of(first.id)?.kind.batch;
    if ('fault' in link || !batch?.foresee) continue;
    try {
      const { session, limits, limiter } = link;
      const work = steps.flatMap((step) => workOf(step, survey));
      const ask = batch.foresee.bind(batch);
      const findings = await limiter.run(
        () => timely(run, limits.timeoutMs, (signal) => ask(session.read, work, callOf(run, signal))),
        run.signal,
      );
      for (const finding of findings) found.set(canonical(finding), placed({ resource: first.id, ...finding }, survey.desired));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      found.set(canonical(error.diagnostic), { ...error.diagnostic, severity: 'warning' });
    }
  }
  return [...found.values()];
}

function workOf(step: Step, { world, look }: Survey): readonly Work<object>[] {
  if (step.verb !== 'create' && step.verb !== 'update' && step.verb !== 'adopt' && step.verb !== 'delete') return [];
  const recorded = step.verb === 'delete' ? step.recorded : world.recorded.get(step.id);
  const live = world.observed.get(step.id);
  return [
    {
      id: step.id,
      verb: step.verb === 'adopt' ? 'update' : step.verb,
      intent: '',
      want: withReferences(step.verb === 'delete' ? step.recorded.applied : step.want, look.handles.lookup),
      differences: step.verb === 'update' || step.verb === 'adopt' ? step.differences : [],
      ...(recorded ? { recorded } : {}),
      ...(live?.seen === 'live' ? { live } : {}),
    },
  ];
}

/** A finding at its place in the manifest, where the resource is one of ours. */
export function placed({ part, ...finding }: Finding, desired: Desired): Diagnostic {
  const { resource, pointer } = finding;
  const located = resource === undefined ? undefined : desired.locate(resource as ResourceId, pointer, part);
  if (!located) return { ...finding, severity: finding.severity ?? 'error' };
  const { source, ...at } = located;
  return { ...finding, severity: finding.severity ?? 'error', at, source };
}
