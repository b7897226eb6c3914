import type { Step } from '../core/plan.ts';
import { idParts } from '../core/id.ts';
import { calls } from './work.ts';

/** What runs as one call: a step, or all steps of one batch. */
export interface Unit {
  readonly steps: readonly Step[];
  readonly target: string;
  /** Units that wait for some of its steps to be done, by the numbers of those. */
  readonly before: Map<Unit, number[]>;
  /** Units that wait for some of its steps to be ready. */
  readonly beforeReady: Map<Unit, number[]>;
  waitsFor: number;
}

/** Groups a plan's steps into units and draws the edges between them. Linear in steps and edges. */
export function unitsOf(steps: readonly Step[]): readonly Unit[] {
  const units: Unit[] = [];
  const batches = new Map<string, { readonly unit: Unit; readonly steps: Step[] }>();
  const unitOf = new Map<number, Unit>();
  for (const step of steps) {
    const { target } = idParts(step.id);
    const name = step.batch === undefined || !calls(step) ? undefined : `${target}\n${step.kind}\n${step.batch}`;
    const batch = name === undefined ? undefined : batches.get(name);
    if (batch) {
      batch.steps.push(step);
      unitOf.set(step.n, batch.unit);
      continue;
    }
    const own: Step[] = [step];
    const unit: Unit = { steps: own, target, before: new Map(), beforeReady: new Map(), waitsFor: 0 };
    units.push(unit);
    unitOf.set(step.n, unit);
    if (name !== undefined) batches.set(name, { unit, steps: own });
  }
  for (const step of steps) {
    const unit = unitOf.get(step.n) as Unit;
    const ready = new Set(step.ready);
    for (const n of step.after) {
      const earlier = unitOf.get(n);
      if (!earlier || earlier === unit) continue;
      const waiting = ready.has(n) ? earlier.beforeReady : earlier.before;
      const numbers = waiting.get(unit);
      if (numbers) numbers.push(n);
      else {
        waiting.set(unit, [n]);
        unit.waitsFor += 1;
      }
    }
  }
  return units;
}
