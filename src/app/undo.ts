import type { Plan } from '../core/plan.ts';
import { inverse } from '../planner/index.ts';
import type { Survey } from './survey.ts';

/** Whether a plan can be taken back once it is applied, at least in part, and what nothing can bring back. */
export function undoOf(plan: Plan, { world }: Survey): { readonly canUndo: boolean; readonly cannot: readonly string[] } {
  const { undo, cannot } = inverse(plan, world.recorded, world.facts);
  return { canUndo: undo.length > 0, cannot: [...new Set(cannot.map(({ why }) => why))] };
}
