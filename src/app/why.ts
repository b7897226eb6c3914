import { Fault } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import type { Change } from '../core/plan.ts';
import type { Origin, Readiness, Recorded } from '../core/resource.ts';
import { why } from '../planner/index.ts';
import type { PlanOptions } from '../planner/index.ts';
import { selectOne } from './select.ts';
import type { Survey } from './survey.ts';

/** The whole story of one resource: desired, recorded, observed, and which rule decided. */
export interface Story {
  readonly id: ResourceId;
  readonly desired?: { readonly origin: Origin };
  readonly recorded?: Pick<Recorded, 'handle' | 'by' | 'adopted'>;
  readonly observed:
    | { readonly seen: 'live'; readonly at: string; readonly handle: string; readonly readiness: Readiness }
    | { readonly seen: 'absent'; readonly at: string }
    | { readonly seen: 'unknown'; readonly reason: string };
  /** A sentence of the decision table. */
  readonly rule: string;
  readonly change?: Change;
}

/** Throws Fault NOTHING_SELECTED or SELECTED_SEVERAL. */
export function storyOf(selector: string, { world, look }: Survey, options: PlanOptions): Story {
  const id = selectOne(selector, [...new Set([...world.resources.keys(), ...world.recorded.keys()])]);
  const told = why(world, options, id);
  if (!told)
    throw new Fault({
      code: 'NOTHING_SELECTED',
      summary: `${id} is not among what is planned here`,
      detail: 'It is left out by --only or -t, so no rule decided about it.',
      hint: 'Ask without them.',
    });
  const at = new Date(look.at).toISOString();
  const { observed } = told;
  return {
    id,
    rule: told.because,
    observed:
      observed?.seen === 'live'
        ? { seen: 'live', at, handle: observed.handle, readiness: observed.readiness }
        : observed?.seen === 'absent'
          ? { seen: 'absent', at }
          : { seen: 'unknown', reason: observed?.fault.summary ?? 'nobody was asked about it' },
    ...(told.desired ? { desired: { origin: told.desired.origin } } : {}),
    ...(told.recorded ? { recorded: told.recorded } : {}),
    ...(told.change ? { change: told.change } : {}),
  };
}
