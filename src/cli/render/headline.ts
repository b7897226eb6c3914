import { count } from '../../core/count.ts';
import type { ResourceId } from '../../core/id.ts';
import { isQuiet } from '../../core/plan.ts';
import type { Change, Plan } from '../../core/plan.ts';
import { clean } from './clean.ts';
import type { Style } from './style.ts';
import { duration } from './time.ts';
import { columns } from './width.ts';
import { wrap } from './wrap.ts';

/** In this order: what will happen, worst first where it can be, then what will not, then what needs nothing. */
const CLASSES = [
  'update',
  'replace',
  'delete',
  'create',
  'adopt',
  'forget',
  'move',
  'motion',
  'blocked',
  'unjudged',
  'deferred',
  'remarked',
  'quiet',
] as const;
export type ChangeClass = (typeof CLASSES)[number];

/** `remarked`: nothing to do, something to know. `quiet`: nothing but a place that cannot be read back. */
export function classOf(change: Change): ChangeClass {
  const { action, reason, blocked } = change;
  if (blocked !== undefined) return 'blocked';
  if (reason === 'unobserved') return 'unjudged';
  if (reason === 'deferred') return 'deferred';
  if (action === 'advance' || (action === 'none' && reason === 'in-motion')) return 'motion';
  if (action !== 'none') return action;
  return isQuiet(change) ? 'quiet' : 'remarked';
}

const PHRASES: Readonly<Record<Exclude<ChangeClass, 'quiet'>, readonly [string, string]>> = {
  update: ['is changed', 'are changed'],
  replace: ['is replaced', 'are replaced'],
  delete: ['is deleted', 'are deleted'],
  create: ['is new', 'are new'],
  adopt: ['is adopted', 'are adopted'],
  forget: ['is forgotten', 'are forgotten'],
  move: ['is renamed', 'are renamed'],
  motion: ['is in motion', 'are in motion'],
  blocked: ['is blocked', 'are blocked'],
  unjudged: ['is not judged', 'are not judged'],
  deferred: ['waits for round 2', 'wait for round 2'],
  remarked: ['needs a look', 'need a look'],
};

/** Every id that waits for a second round, named by the plan or by its own change. */
export function waiting(plan: Plan): readonly ResourceId[] {
  const ids = new Set(plan.deferred);
  for (const change of plan.changes) if (classOf(change) === 'deferred') ids.add(change.id);
  return [...ids];
}

/** `2 are changed · 1 is replaced · 41 in step`, or `in step` when nothing is to happen, nothing is in the way and nothing is unknown. */
export function tallies(plan: Plan): readonly string[] {
  const tally = new Map<ChangeClass, number>();
  for (const change of plan.changes) tally.set(classOf(change), (tally.get(classOf(change)) ?? 0) + 1);
  tally.set('deferred', waiting(plan).length);
  const parts: string[] = [];
  for (const name of CLASSES) {
    const n = tally.get(name) ?? 0;
    if (name !== 'quiet' && n > 0) parts.push(count(n, ...PHRASES[name]));
  }
  return parts;
}

/** The rest: `41 in step`, those that cannot be told otherwise among them. */
export function inStep(plan: Plan): readonly string[] {
  const n = plan.inStep + plan.changes.filter(isQuiet).length;
  return n === 0 ? [] : [`${n} in step`];
}

/** Holds the words of one tally together when the line is broken. */
const HARD = '\u00a0';

export interface HeadlineOptions {
  readonly style: Style;
  readonly elapsedMs: number;
  readonly pages: number;
  /** What it means that nothing is to be done, where that is not that all is in step: `Nothing to destroy: nothing is recorded`. */
  readonly nothing?: string;
}

/** The answer: one line, with what it cost at its right. */
export function headline(plan: Plan, { style, elapsedMs, pages, nothing }: HeadlineOptions): readonly string[] {
  const { width, paint } = style;
  const parts = tallies(plan);
  const where = [...(['', 'default'].includes(plan.environment) ? [] : [clean(plan.environment)]), ...(plan.sandbox ? ['sandbox'] : [])];
  const cost = `(${[...where, duration(elapsedMs), ...(parts.length > 0 && pages > 0 ? [`${count(pages, 'page')} read`] : [])].join(', ')})`;
  const targets = Object.keys(plan.targets).length;
  if (parts.length === 0) {
    const errors = plan.problems.some((problem) => problem.severity === 'error');
    const all = `${count(plan.total, 'resource')} on ${count(targets, 'target')}`;
    const good = nothing === undefined || plan.steps.length > 0 ? `In step: ${all}` : nothing;
    const text = errors ? `Nothing is planned, for the errors below: ${all} ${cost}.` : `${good} ${cost}.`;
    // Steps without a change to show write the record alone.
    const behind =
      plan.steps.length === 0 ? '' : ` The record of ${plan.steps.length} is behind: an apply writes it and changes nothing live.`;
    return wrap(text + behind, { width }).map((line) => paint(errors ? 'bad' : 'good', line));
  }
  const answer = [...(plan.steps.length === 0 ? ['nothing to do now'] : []), ...parts, ...inStep(plan)].join(' · ');
  const gap = width - columns(answer) - columns(cost);
  if (gap >= 2) return [paint('strong', answer) + ' '.repeat(Math.min(gap, 8)) + paint('dim', cost)];
  const whole = answer.replaceAll(' ', HARD).replaceAll(`·${HARD}`, '· ');
  return [
    ...wrap(whole, { width }).map((line) => paint('strong', line.replaceAll(HARD, ' '))),
    ...wrap(cost, { width }).map((line) => paint('dim', line)),
  ];
}

/** The target of an id; empty for what is no id. */
export const targetOf = (id: ResourceId): string => id.slice(0, Math.max(0, id.indexOf('/')));
