import { idParts } from '../core/id.ts';
import type { ResourceId } from '../core/id.ts';
import type { Step } from '../core/plan.ts';
import type { Observed } from '../core/resource.ts';
import type { Look } from './observe.ts';
import type { Deleting } from './stale.ts';
import type { Subject } from './subject.ts';
import { subjectOf } from './subject.ts';

/** A sighting older than this does not justify a write. */
const FRESH_MS = 10_000;

export interface SightingsOptions {
  readonly steps: readonly Step[];
  readonly look: (subjects: readonly Subject[]) => Promise<Look>;
  /** The same for what is not the object of its id any more. */
  readonly lookAtOld: (subjects: readonly Subject[]) => Promise<Look>;
  readonly subjectOf: (step: Step) => Subject;
  readonly begun: (step: Step) => boolean;
  /** A call of this run may have changed the object of the step's id. */
  readonly touched: (step: Step) => boolean;
  readonly now: () => number;
}

/** What was seen of the object of each step, and when: a pair of old and new has one id and two objects. */
export interface Sightings {
  of(step: Step): Observed | undefined;
  /** Looks again where one of these was last seen too long ago to justify a write. */
  refresh(steps: readonly Step[]): Promise<void>;
}

/** Deletes what a new object takes, or took, the place of. */
export const isOld = (step: Step): step is Deleting => step.verb === 'delete' && step.old === true;

export function sightingsOf(options: SightingsOptions): Sightings {
  const { steps, look, lookAtOld, begun, touched, now } = options;
  const seen = new Map<number, { readonly observed: Observed; readonly at: number }>();
  const remember = (due: readonly Step[], { observed, at }: Look): void => {
    for (const step of due) {
      const one = observed.get(step.id);
      if (one) seen.set(step.n, { observed: one, at });
    }
  };
  const isStale = (step: Step): boolean => now() - (seen.get(step.n)?.at ?? -Infinity) > FRESH_MS;

  /** In bulk, for everything of a target that is still to run: a few questions every ten seconds, however many steps there are. */
  const lookAhead = async (target: string): Promise<void> => {
    const due = steps.filter((step) => !begun(step) && !touched(step) && idParts(step.id).target === target);
    const subjects = new Map(due.map((step) => [step.id, step]));
    remember(due, await look([...subjects.values()].map(options.subjectOf)));
  };
  /** Under their own handles, now that others answer to their ids; one id may have several, each with a look of its own. */
  const lookBehind = async (all: readonly Deleting[]): Promise<void> => {
    for (let due = all; due.length > 0;) {
      const first = new Map<ResourceId, Deleting>();
      for (const step of due) if (!first.has(step.id)) first.set(step.id, step);
      const now = [...first.values()];
      remember(now, await lookAtOld(now.map((step) => ({ ...subjectOf(step.id, undefined, step.recorded), handle: step.handle }))));
      due = due.filter((step) => first.get(step.id) !== step);
    }
  };

  return {
    of: (step) => seen.get(step.n)?.observed,
    async refresh(wanted) {
      const stale = wanted.filter(isStale);
      const ahead = stale.find((step) => !touched(step));
      if (ahead) await lookAhead(idParts(ahead.id).target);
      const behind = stale.filter((step): step is Deleting => isOld(step) && touched(step));
      if (behind.length > 0) await lookBehind(behind);
    },
  };
}
