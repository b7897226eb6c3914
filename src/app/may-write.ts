import { count } from '../core/count.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { shortId, type ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { Plan } from '../core/plan.ts';
import { member } from '../core/pointer.ts';
import { canonical, type Fields } from '../core/value.ts';
import type { Desired } from '../manifests/desired.ts';
import { targetId } from '../manifests/targets.ts';
import type { Refusal } from '../providers/contract.ts';
import type { Links } from '../reconcile/links.ts';
import type { Kinds, LiveLink } from '../reconcile/opened.ts';
import { calls } from '../reconcile/work.ts';
import { placed } from './foresee.ts';
import type { Survey } from './survey.ts';

export interface MayWriteOptions {
  readonly survey: Survey;
  readonly kinds: Kinds;
  readonly links: Links;
  /** What a target is reached with, secrets as marks. */
  readonly optionsOf: (target: string) => Promise<Fields>;
}

/** A write to come, as far as its kind has to judge it. */
interface Write {
  readonly id: ResourceId;
  readonly verb: 'create' | 'update' | 'delete';
  readonly spec: Fields;
}

/**
 * Asks the kinds of everything that a plan writes, and of what it may write in a later round, whether the target's options let it: a
 * key that is missing fails here, and not when half of the plan is done. One lack is told once, at the first of those that have it.
 */
export async function mayWrite(plan: Plan, { survey, kinds, links, optionsOf }: MayWriteOptions): Promise<readonly Diagnostic[]> {
  const alike = new Map<string, { readonly id: ResourceId; readonly finding: Refusal; others: ResourceId[] }>();
  const options = new Map<string, Fields>();
  for (const { id, verb, spec } of writes(plan, survey)) {
    const { target } = idParts(id);
    const kind = kinds.of(id)?.kind;
    if (kind?.mayWrite === undefined) continue;
    const known = options.get(target) ?? (await optionsOf(target));
    options.set(target, known);
    const link = await links.get(target);
    const finding = kind.mayWrite({ verb, spec, options: known, ...('fault' in link ? {} : { link: reached(link) }) });
    if (finding === undefined) continue;
    const words = canonical([target, finding.code, finding.summary, finding.hint ?? '']);
    const first = alike.get(words);
    if (first === undefined) alike.set(words, { id, finding, others: [] });
    else first.others.push(id);
  }
  return [...alike.values()].map(({ id, finding, others }) => {
    const found = refused(id, finding, survey.desired);
    if (others.length === 0) return found;
    const more = `So it is with ${count(others.length, 'other')}: ${others.slice(0, 5).map(shortId).join(', ')}${others.length > 5 ? ', …' : ''}.`;
    return { ...found, detail: found.detail === '' ? more : `${found.detail} ${more}` };
  });
}

const reached = ({ session, instance }: LiveLink) => ({ read: session.read, ...(instance === undefined ? {} : { instance }) });

/** At the option that is wrong, if a manifest has it; otherwise at what cannot be written for it. */
function refused(id: ResourceId, { option, ...finding }: Refusal, desired: Desired): Diagnostic {
  const located = option === undefined ? undefined : desired.locate(targetId(idParts(id).target), member('/options', option));
  if (located === undefined) return placed({ ...finding, resource: id }, desired);
  const { source, ...at } = located;
  return { ...finding, severity: finding.severity ?? 'error', resource: id, at, source };
}

function* writes(plan: Plan, { world }: Survey): Generator<Write> {
  for (const step of plan.steps) {
    if (!calls(step)) continue;
    if (step.verb === 'delete') yield { id: step.id, verb: 'delete', spec: step.recorded.applied };
    else yield { id: step.id, verb: step.verb === 'adopt' ? 'update' : step.verb, spec: step.want };
  }
  for (const id of plan.deferred) {
    const spec = world.resources.get(id)?.spec;
    if (spec !== undefined) yield { id, verb: 'create', spec };
  }
}
