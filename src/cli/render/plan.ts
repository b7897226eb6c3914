import { count } from '../../core/count.ts';
import type { Diagnostic, Position } from '../../core/diagnostic.ts';
import type { ResourceId } from '../../core/id.ts';
import { refusals, type Change, type Plan } from '../../core/plan.ts';
import type { Pointer } from '../../core/pointer.ts';
import { originText, placesOf, renderChange, type ReplacementOrder, type Surroundings } from './change.ts';
import { clean, cleanLines } from './clean.ts';
import { renderDiagnostic, type Sources } from './diagnostic.ts';
import { classOf, headline, targetOf, waiting, type HeadlineOptions } from './headline.ts';
import { names, type Names } from './names.ts';
import { finish, type Style } from './style.ts';
import { columns, widest } from './width.ts';
import { wrap } from './wrap.ts';

/** How all of a plan can be taken back: a command, and what it cannot bring back, in words: `the hours at 21 °C`. */
export interface Undo {
  readonly command?: string;
  readonly cannot: readonly string[];
}

/** `elapsedMs`: how long it took to make. `pages`: how many answers were read for it. */
export interface PlanOptions extends HeadlineOptions {
  /** What applies exactly this: `setpoint apply .setpoint/plans/4f3a9c`. */
  readonly apply?: string;
  /** It wants the same standard input again. */
  readonly needsInput?: boolean;
  /** Where in the manifests a place of a resource's spec is written. Asked only for what is printed. */
  readonly locate?: (id: ResourceId, pointer: Pointer) => Position | undefined;
  readonly sources?: Sources;
  readonly undo?: Undo;
}

/** What a person reads before deciding: the answer, then each change with its cause, then how to undo and how to apply it. */
export function renderPlan(plan: Plan, options: PlanOptions): string {
  const { style, sources } = options;
  const around = surroundings(plan, options);
  const collapsed = new Set(unreachable(plan).flatMap(({ changes }) => changes));
  const shown = plan.changes.filter((change) => !collapsed.has(change) && !['deferred', 'quiet'].includes(classOf(change)));
  const problems = (severity: Diagnostic['severity']): readonly (readonly string[])[] =>
    plan.problems
      .filter((p) => p.severity === severity)
      .map((p) => renderDiagnostic(p, { style, ...(sources === undefined ? {} : { sources }) }));
  const paragraphs: (readonly string[])[] = [
    ...targetLines(plan, style, shown.length > 0 || plan.inStep > 0),
    headline(plan, options),
    ...problems('error'),
    ...shown.map((change) => renderChange(change, { ...around(change), told: plan.problems })),
    deferredLines(plan, style),
    quietLines(plan, style),
    ...problems('warning'),
    closing(plan, options),
  ];
  return finish(
    `${paragraphs
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`,
  );
}

/** Names for everything that a plan may mention. */
export function planNames(plan: Plan): Names {
  return names([...plan.changes.flatMap(({ id, from }) => (from === undefined ? [id] : [id, from])), ...plan.deferred]);
}

/** What each change needs to know of the whole: names, the column of file:line, evidence, the order of a replacement. */
export function surroundings(plan: Plan, options: Pick<PlanOptions, 'style' | 'locate'>): (change: Change) => Surroundings {
  const called = planNames(plan);
  const { width } = options.style;
  const origins = plan.changes.flatMap(({ origin }) => (origin === undefined ? [] : [originText(origin)]));
  // An outlier goes to the right edge by itself and does not pull the others to the left.
  const column = width - widest(origins, Math.floor(width * 0.4));
  const evidence = new Map(plan.evidence.map((item) => [item.id, item]));
  const orders = replacementOrders(plan);
  return (change) => ({
    style: options.style,
    names: called,
    now: plan.made,
    column,
    locate: options.locate,
    evidence: evidence.get(change.id),
    order: orders.get(change.id),
  });
}

/** Whether the new one or the old one comes first, from the order of the plan's own steps. */
function replacementOrders({ steps }: Plan): ReadonlyMap<ResourceId, ReplacementOrder> {
  const made = new Map<ResourceId, number>();
  for (const step of steps) if (step.verb === 'create') made.set(step.id, step.n);
  const orders = new Map<ResourceId, ReplacementOrder>([...made.keys()].map((id) => [id, 'beside']));
  for (const step of steps) {
    const create = made.get(step.id);
    if (step.verb === 'delete' && create !== undefined) orders.set(step.id, create < step.n ? 'new-first' : 'old-first');
  }
  return orders;
}

interface Unreachable {
  readonly name: string;
  readonly fault: Diagnostic;
  readonly changes: readonly Change[];
}

/** Targets that cannot be read, with those of their resources that are not judged for this very reason. */
export function unreachable(plan: Plan): readonly Unreachable[] {
  const down = Object.entries(plan.targets).flatMap(([name, { fault }]) => (fault === undefined ? [] : [{ name, fault }]));
  if (down.length === 0) return [];
  const byTarget = new Map<string, Change[]>();
  for (const change of plan.changes) {
    if (classOf(change) !== 'unjudged') continue;
    const list = byTarget.get(targetOf(change.id)) ?? [];
    list.push(change);
    byTarget.set(targetOf(change.id), list);
  }
  return down.map(({ name, fault }) => ({
    name,
    fault,
    changes: (byTarget.get(name) ?? []).filter((change) => change.fault === undefined || change.fault.code === fault.code),
  }));
}

function targetLines(plan: Plan, { width, paint, hint: asked }: Style, rest: boolean): readonly (readonly string[])[] {
  const down = unreachable(plan);
  return down.map(({ name, fault, changes }, index) => {
    const summary = clean(fault.summary);
    const what = summary.startsWith(clean(name)) ? summary : `${clean(name)} cannot be read (${summary})`;
    const several = changes.length === 1 ? 'its one resource is not judged' : `its ${changes.length} resources are not judged`;
    const meaning = changes.length === 0 ? 'nothing here depends on it now' : several;
    const more = rest && index === down.length - 1 ? ' The rest:' : '';
    const hint = fault.hint === undefined ? '' : ` ${cleanLines(asked(fault.hint)).join(' ')}`;
    return wrap(`? ${what}: ${meaning}.${hint}${more}`, { width, rest: '  ' }).map((line) => paint('warn', line));
  });
}

function deferredLines(plan: Plan, { width, paint }: Style): readonly string[] {
  const ids = waiting(plan);
  if (ids.length === 0) return [];
  const called = planNames(plan);
  const text = `${count(ids.length, 'waits', 'wait')} for round 2: they can be read only after this plan has run. Round 2 may create, adopt or leave alone; for anything else it asks again.`;
  return [
    ...wrap(ids.length === 1 ? text.replace('they can', 'it can') : text, { width, first: '… ', rest: '  ' }).map((line) =>
      paint('note', line),
    ),
    ...wrap(ids.map((id) => called.full(id)).join(', '), { width, first: '    ' }),
  ];
}

/** Resources that are in step as far as anybody can tell: one paragraph for all of them. */
function quietLines(plan: Plan, { width, paint }: Style): readonly string[] {
  const blind = plan.changes.filter((change) => classOf(change) === 'quiet' && (change.unverifiable ?? []).length > 0);
  if (blind.length === 0) return [];
  const called = planNames(plan);
  const title = `${count(blind.length, 'resource has', 'resources have')} places that cannot be read back; they are compared with the record alone:`;
  return [
    ...wrap(title, { width, first: '· ', rest: '  ' }),
    ...blind.flatMap((change) => wrap(`${called.full(change.id)}  ${placesOf(change)}`, { width, first: '    ', rest: '      ' })),
  ].map((line) => paint('dim', line));
}

function closing(plan: Plan, { style: { width }, undo, apply, needsInput }: PlanOptions): readonly string[] {
  if (plan.steps.length === 0) return [];
  if (refusals(plan).length > 0) return wrap(REFUSED, { width });
  return [
    ...(undo === undefined ? [] : wrap(undoText(undo), { width, rest: '      ' })),
    ...(apply === undefined ? [] : applyLines(clean(apply), { width, needsInput: needsInput ?? false })),
  ];
}

/** What stands in the place of undo and apply where an apply would be refused. */
export const REFUSED = 'Nothing of this can be applied before the errors above are corrected.';

/** The command is never broken: it is there to be pasted. */
function applyLines(command: string, { width, needsInput }: { readonly width: number; readonly needsInput: boolean }): readonly string[] {
  const label = applyLabel(needsInput);
  const whole = `${label} ${command}`;
  return columns(whole) <= width ? [whole] : [...wrap(label, { width, rest: '  ' }), `  ${command}`];
}

export const applyLabel = (needsInput = false): string => `Apply exactly this${needsInput ? ', with the same standard input' : ''}:`;

/** `Undo: setpoint rollback, all but the hours at 21 °C.` */
export function undoText({ command, cannot }: Undo): string {
  const lost = cannot.map(clean).join(' and ');
  if (command === undefined) return lost === '' ? 'Undo: there is no way back.' : `Undo: there is no way back for ${lost}.`;
  return lost === '' ? `Undo: ${clean(command)}` : `Undo: ${clean(command)}, all but ${lost}.`;
}
