import type { Plan } from '../core/plan.ts';
import { inverse } from '../planner/index.ts';
import type { Survey } from './survey.ts';

/** How a plan can be taken back once it is applied, and what nothing can bring back. */
export function undoOf(plan: Plan, { world }: Survey): { readonly command?: string; readonly cannot: readonly string[] } {
  const { undo, cannot } = inverse(plan, world.recorded, world.facts);
  return { ...(undo.length > 0 ? { command: 'setpoint rollback' } : {}), cannot: [...new Set(cannot.map(({ why }) => why))] };
}
