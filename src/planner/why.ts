import type { ResourceId } from '../core/id.ts';
import type { Change, Step } from '../core/plan.ts';
import type { Need, Observed, Origin, Recorded } from '../core/resource.ts';
import { changeOf } from './changes.ts';
import type { Rule } from './decision.ts';
import { RULES } from './decision.ts';
import { judge } from './plan.ts';
import { stepsOf } from './steps.ts';
import type { PlanOptions, World } from './world.ts';

/** The story of one resource: what is wanted, what we wrote, what is there, and which rule decided. */
export interface Why {
  readonly id: ResourceId;
  readonly rule: Rule;
  /** The rule in a sentence. */
  readonly because: string;
  readonly desired?: { readonly origin: Origin; readonly needs: readonly Need[] };
  readonly recorded?: Pick<Recorded, 'handle' | 'by' | 'needs'>;
  readonly observed?: Observed;
  /** Absent where it is in step. */
  readonly change?: Change;
  readonly steps: readonly Step[];
}

/** Undefined for an id that is neither wanted nor recorded, or not selected. Decides the whole world: a rule may hang on a far need. */
export function why(world: World, options: PlanOptions, id: ResourceId): Why | undefined {
  const { context, decisions, acts } = judge(world, options);
  const resource = context.desired.get(id);
  const decision = decisions.get(id);
  if (resource === undefined && decision === undefined) return undefined;
  const recorded = decision?.recorded ?? world.recorded.get(id);
  const observed = decision?.live ?? world.observed.get(id);
  const rule =
    decision?.rule ?? (resource?.lifecycle.manage === 'observe' ? 'observe-only' : recorded?.run === undefined ? 'in-step' : 'run-done');
  return {
    id,
    rule,
    because: RULES[rule],
    ...(resource === undefined ? {} : { desired: { origin: resource.origin, needs: resource.needs } }),
    ...(recorded === undefined ? {} : { recorded: { handle: recorded.handle, by: recorded.by, needs: recorded.needs } }),
    ...(observed === undefined ? {} : { observed }),
    ...(decision === undefined ? {} : { change: changeOf(context, decision) }),
    steps: stepsOf(context, acts).filter((step) => step.id === id),
  };
}
