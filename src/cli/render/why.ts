import type { ResourceId } from '../../core/id.ts';
import type { Change, Plan } from '../../core/plan.ts';
import type { Origin, Readiness, Recorded } from '../../core/resource.ts';
import { originText, renderChange } from './change.ts';
import { clean } from './clean.ts';
import { names } from './names.ts';
import { surroundings, type PlanOptions } from './plan.ts';
import { finish } from './style.ts';
import { moment } from './time.ts';
import { pad } from './width.ts';
import { labelled } from './wrap.ts';

/** The whole story of one resource: what is wanted, what we wrote, what is there, and which rule decided. */
export interface Why {
  readonly id: ResourceId;
  readonly desired?: { readonly origin: Origin; readonly commit?: { readonly id: string; readonly subject: string } };
  readonly recorded?: Pick<Recorded, 'handle' | 'by' | 'adopted'>;
  readonly observed:
    | { readonly seen: 'live'; readonly at: string; readonly call?: string; readonly handle: string; readonly readiness: Readiness }
    | { readonly seen: 'absent'; readonly at: string; readonly call?: string }
    | { readonly seen: 'unknown'; readonly reason: string };
  /** A sentence of the decision table. */
  readonly rule: string;
  readonly change?: Change;
}

export interface WhyOptions extends Pick<PlanOptions, 'style' | 'locate'> {
  readonly plan: Plan;
}

/** Four lines, then the change itself as the plan shows it, if there is one. */
export function renderWhy(why: Why, { plan, ...options }: WhyOptions): string {
  const around = surroundings(plan, options);
  const called = names([...plan.changes.map(({ id }) => id), why.id]);
  const rows = [
    ['desired', desired(why)],
    ['recorded', recorded(why, plan.made)],
    ['observed', observed(why, plan.made)],
    ['decided', clean(why.rule)],
  ] as const;
  const lines = rows.flatMap(([name, text]) => labelled(`  ${pad(name, 8)}  `, text, { style: options.style }));
  const change = why.change === undefined ? [] : ['', ...renderChange(withoutFailing(why.change), around(why.change))];
  return finish(`${[options.style.paint('strong', called.full(why.id)), ...lines, ...change].join('\n')}\n`);
}

/** What is wrong with the live object stands behind `observed` already. */
function withoutFailing({ failing: _said, ...change }: Change): Change {
  return change;
}

function desired({ desired: want }: Why): string {
  if (want === undefined) return 'in no manifest';
  const commit = want.commit === undefined ? '' : `, commit ${clean(want.commit.id.slice(0, 7))} "${clean(want.commit.subject)}"`;
  return originText(want.origin) + commit;
}

function recorded({ recorded: record }: Why, now: string): string {
  if (record === undefined) return 'nothing: no apply of ours wrote it';
  const { by, handle, adopted } = record;
  const commit = by.commit === undefined ? '' : `, commit ${clean(by.commit.slice(0, 7))}`;
  return `run ${clean(by.run)}, ${moment(by.at, now)} UTC${commit}, as ${clean(handle)}${adopted ? ', taken over, not made by us' : ''}`;
}

function observed({ observed: seen }: Why, now: string): string {
  if (seen.seen === 'unknown') return `not known: ${clean(seen.reason)}`;
  const how = `${moment(seen.at, now)} UTC${seen.call === undefined ? '' : ` by ${clean(seen.call)}`}`;
  if (seen.seen === 'absent') return `${how}: it is not there`;
  const { readiness } = seen;
  return `${how}: ${clean(seen.handle)}, ${readiness.state === 'ready' ? 'ready' : `${readiness.state}: ${clean(readiness.message)}`}`;
}
