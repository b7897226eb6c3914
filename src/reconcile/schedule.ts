import type { ResourceId } from '../core/id.ts';
import type { Step } from '../core/plan.ts';
import type { Unit } from './units.ts';
import { unitsOf } from './units.ts';

/** How a step ended. `unknown`: the call left and nobody knows what it did; its intent stays open. */
export type StepEnd = 'done' | 'failed' | 'unknown' | 'skipped';

/** Why a step was not begun: what it waited for failed or did not get ready, or nothing more was to begin. */
export type Because = { readonly id: ResourceId; readonly end: 'failed' | 'unready' } | 'interrupted';

export interface ScheduleOptions {
  readonly steps: readonly Step[];
  /** How many units of one target may run at once. */
  readonly parallel: (target: string) => number;
  /** Runs one unit; gives each step's end, in order. May reject only for a bug. */
  readonly execute: (unit: Unit) => Promise<readonly StepEnd[]>;
  /** Called with units of one target that are about to start, before any of them does. */
  readonly prepare: (units: readonly Unit[]) => Promise<void>;
  /** Resolves with undefined when the steps are ready, else with the first that failed or took too long. */
  readonly settled: (steps: readonly Step[]) => Promise<Step | undefined>;
  readonly skip: (step: Step, because: Because) => void;
  /** True after the first interrupt: nothing new begins. */
  readonly stopping: () => boolean;
}

/**
 * Walks the graph: whatever waits for nothing runs, within each target's limit; what waited for a failed step is skipped and
 * said so; independent branches go on. Resolves with every step's end.
 */
export async function schedule(options: ScheduleOptions): Promise<ReadonlyMap<number, StepEnd>> {
  const units = unitsOf(options.steps);
  const ends = new Map<number, StepEnd>();
  /** Per target, in order; `head` is the next one: taking from the front of a long array would cost its length each time. */
  const ready = new Map<string, { readonly queue: Unit[]; head: number }>();
  const busy = new Map<string, number>();
  const offer = (unit: Unit): void => {
    const line = ready.get(unit.target);
    if (line) line.queue.push(unit);
    else ready.set(unit.target, { queue: [unit], head: 0 });
  };
  for (const unit of units) if (unit.waitsFor === 0) offer(unit);

  const skipped = new Set<Unit>();
  /** Iterative: a chain of a hundred thousand steps may hang on one failure. */
  const skip = (stack: Unit[], because: Because): void => {
    for (let unit = stack.pop(); unit !== undefined; unit = stack.pop()) {
      if (skipped.has(unit)) continue;
      skipped.add(unit);
      for (const step of unit.steps) {
        ends.set(step.n, 'skipped');
        options.skip(step, because);
      }
      for (const next of unit.before.keys()) stack.push(next);
      for (const next of unit.beforeReady.keys()) stack.push(next);
    }
  };

  await new Promise<void>((resolve, reject) => {
    let running = 0;
    let settling = 0;
    /** A bug stops the run like an interrupt: what is under way ends and is recorded, and only then is it told. */
    let bug: { readonly error: unknown } | undefined;
    const fail = (error: unknown): void => void (bug ??= { error });
    const stopping = (): boolean => bug !== undefined || options.stopping();
    const pumping = new Set<string>();
    const again = new Set<string>();
    const release = (unit: Unit): void => {
      unit.waitsFor -= 1;
      if (unit.waitsFor === 0 && !skipped.has(unit)) offer(unit);
    };
    const finish = (unit: Unit, results: readonly StepEnd[]): void => {
      unit.steps.forEach((step, i) => ends.set(step.n, results[i] ?? 'unknown'));
      const byNumber = new Map(unit.steps.map((step) => [step.n, step]));
      /** Of a call that did some of its steps, who waits for these goes on. */
      const missing = (numbers: readonly number[]): Step | undefined => byNumber.get(numbers.find((n) => ends.get(n) !== 'done') ?? -1);
      for (const [next, numbers] of unit.before) {
        const failed = missing(numbers);
        if (failed) skip([next], { id: failed.id, end: 'failed' });
        else release(next);
      }
      for (const [next, numbers] of unit.beforeReady) {
        const failed = missing(numbers);
        if (failed) {
          skip([next], { id: failed.id, end: 'failed' });
          continue;
        }
        settling += 1;
        const waitedFor = [...new Set(numbers)].map((n) => byNumber.get(n) as Step);
        options
          .settled(waitedFor)
          .then((unready) => {
            if (!unready) release(next);
            else if (!stopping()) skip([next], { id: unready.id, end: 'unready' });
          })
          .catch(fail)
          .then(() => {
            settling -= 1;
            pumpAll();
          }, reject);
      }
    };
    const start = (unit: Unit): void => {
      running += 1;
      busy.set(unit.target, (busy.get(unit.target) ?? 0) + 1);
      options
        .execute(unit)
        .then((results) => finish(unit, results))
        .catch(fail)
        .then(() => {
          running -= 1;
          busy.set(unit.target, (busy.get(unit.target) ?? 1) - 1);
          pumpAll();
        }, reject);
    };
    const take = (target: string): Unit[] => {
      const line = ready.get(target);
      if (!line) return [];
      const batch: Unit[] = [];
      let free = options.parallel(target) - (busy.get(target) ?? 0);
      for (; free > 0 && line.head < line.queue.length; free -= 1, line.head += 1) batch.push(line.queue[line.head] as Unit);
      return batch;
    };
    /** Each target by itself: one that is slow to be looked at keeps no other one waiting. */
    const pump = async (target: string): Promise<void> => {
      if (pumping.has(target)) {
        again.add(target);
        return;
      }
      pumping.add(target);
      try {
        do {
          again.delete(target);
          if (stopping()) break;
          const batch = take(target);
          if (batch.length === 0) break;
          await options.prepare(batch);
          // Looking takes its time, and an interrupt may have come meanwhile.
          if (stopping()) break;
          for (const unit of batch) start(unit);
        } while (again.has(target));
      } catch (error) {
        fail(error);
      }
      pumping.delete(target);
    };
    const pumpAll = (): void => {
      Promise.all([...ready.keys()].map(pump))
        .then(() => {
          if (running > 0 || pumping.size > 0 || (settling > 0 && !stopping())) return;
          if (bug) reject(bug.error as Error);
          else resolve();
        })
        .catch(reject);
    };
    pumpAll();
  });

  for (const step of options.steps) {
    if (ends.has(step.n)) continue;
    ends.set(step.n, 'skipped');
    options.skip(step, 'interrupted');
  }
  return ends;
}
