import type { KindFacts } from '../core/facts.ts';
import type { Motion, Recorded, Remark } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import type { Live } from './decision.ts';
import { sameWant } from './same.ts';

const A_DAY = 86_400_000;

/** Where a running motion stands: what live is to be now, and whether that is a step further. */
export interface Course {
  readonly want: Fields;
  readonly motion: Motion;
  readonly further: boolean;
}

/**
 * The course of a running motion; undefined where there is none, where the manifest's goal has become another (that ends it) or
 * where it has arrived. Until then live is measured against the waypoint that was last written, not against the goal.
 */
export function course(facts: KindFacts, recorded: Recorded, live: Live, goal: Fields, now: string): Course | undefined {
  const { motion } = recorded;
  if (motion === undefined || !sameWant(goal, motion.goal)) return undefined;
  const next = facts.advance?.(recorded, live, now) ?? 'hold';
  if (next === 'done') return undefined;
  return next === 'hold' ? { want: recorded.applied, motion, further: false } : { want: next, motion, further: true };
}

/**
 * The course that a change opens, where the kind says that one write is not enough: the first waypoint, or nothing yet. The plan's
 * own digest stands in for `plan` once it is known.
 */
export function opening(facts: KindFacts, recorded: Recorded, live: Live, goal: Fields, now: string): Course | undefined {
  if (facts.advance === undefined) return undefined;
  const deadline = new Date(Date.parse(now) + (facts.arrivesWithinMs ?? A_DAY)).toISOString();
  const motion: Motion = { goal, plan: '', since: now, deadline };
  const next = facts.advance({ ...recorded, motion }, live, now);
  if (next === 'done' || (next !== 'hold' && sameWant(next, goal))) return undefined;
  return next === 'hold' ? { want: recorded.applied, motion, further: false } : { want: next, motion, further: true };
}

/** Said about a motion that should have arrived by now. */
export const overdue = (motion: Motion, now: string): readonly Remark[] =>
  Date.parse(now) > Date.parse(motion.deadline) ? [{ class: 'ineffective', message: `should have arrived by ${motion.deadline}` }] : [];
