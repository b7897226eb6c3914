import type { KindFacts } from '../core/facts.ts';
import type { ResourceId } from '../core/id.ts';
import type { Action, Change, Plan, Step } from '../core/plan.ts';
import { dotted } from '../core/pointer.ts';
import type { Recorded } from '../core/resource.ts';

/** What would take a plan back, last step first, and what nothing can take back. */
export interface Inverse {
  readonly undo: readonly { readonly id: ResourceId; readonly action: Action; readonly text: string }[];
  readonly cannot: readonly { readonly id: ResourceId; readonly why: string }[];
}

/**
 * The way back from a plan, to be shown before it is applied. `recorded` is what was recorded before it; `facts`, where given,
 * tell what cannot be deleted or has run. Undoing brings back what we had written, not what others had changed since.
 */
export function inverse(
  plan: Plan,
  recorded: ReadonlyMap<ResourceId, Recorded>,
  facts: (id: ResourceId) => KindFacts | undefined = () => undefined,
): Inverse {
  const undo: Inverse['undo'][number][] = [];
  const cannot: Inverse['cannot'][number][] = [];
  for (const step of [...plan.steps].reverse()) {
    const back = backFrom(step, facts(step.id), recorded.get(step.id));
    if (back === undefined) continue;
    if ('why' in back) cannot.push({ id: step.id, why: back.why });
    else undo.push({ id: step.id, ...back });
  }
  for (const change of plan.changes) for (const why of lostBy(change)) cannot.push({ id: change.id, why });
  return { undo, cannot };
}

type Back = { readonly action: Action; readonly text: string } | { readonly why: string } | undefined;

function backFrom(step: Step, facts: KindFacts | undefined, before: Recorded | undefined): Back {
  switch (step.verb) {
    case 'create':
      if (facts?.nature === 'run') return { why: 'what has run' };
      if (facts?.removable === false) return { why: 'what this system cannot delete' };
      return { action: 'delete', text: 'delete it again' };
    case 'update': {
      const ours = step.differences.filter((d) => d.cause === 'edited' && d.sensitive !== true);
      if (before === undefined || ours.length === 0) return undefined;
      return { action: 'update', text: `set ${ours.map((d) => dotted(d.path)).join(', ')} back` };
    }
    case 'adopt':
      return { action: 'forget', text: step.differences.length === 0 ? 'let go of it' : 'let go of it, as it is then' };
    case 'delete':
      if (facts?.creatable === false) return { why: 'what this system cannot make' };
      return { action: 'create', text: `make ${step.old === true ? 'the old one' : 'it'} again as it was recorded, under another handle` };
    case 'forget':
      return { action: 'adopt', text: 'take it over again, if it is still there' };
    case 'move':
      return { action: 'move', text: `call it ${step.from} again` };
    case 'record':
      return undefined;
  }
}

/** What the record does not hold, as the end of a sentence that begins "all but": values of others, secrets, what happened outside. */
function lostBy({ action, differences, risk }: Change): readonly string[] {
  if (action === 'none' || action === 'move' || action === 'forget') return [];
  const lost: string[] = [];
  const written = action === 'create' ? [] : differences;
  if (written.some((d) => d.before !== undefined && (d.cause === 'drifted' || d.was !== undefined || action === 'adopt'))) {
    lost.push('the live values that were not ours');
  }
  if (written.some((d) => d.sensitive === true)) lost.push('the secrets that are replaced');
  if (action === 'delete' || action === 'replace') lost.push('what the live objects hold beyond their manifests');
  if (risk === 'physical') lost.push('what happens in the real world meanwhile');
  return lost;
}
