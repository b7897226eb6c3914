import { count } from '../../core/count.ts';
import { refusals, type Change, type Plan } from '../../core/plan.ts';
import { renderChange } from './change.ts';
import { clean } from './clean.ts';
import { classOf, inStep, tallies, waiting } from './headline.ts';
import type { Names } from './names.ts';
import { applyLabel, REFUSED, surroundings, undoText, unreachable, planNames, type PlanOptions } from './plan.ts';
import { finish, style as plainStyle } from './style.ts';
import { duration } from './time.ts';
import { widest } from './width.ts';

export interface MarkdownOptions extends Pick<PlanOptions, 'elapsedMs' | 'pages' | 'nothing' | 'apply' | 'needsInput' | 'locate' | 'undo'> {
  /** The longest comment that the forge takes, in UTF-8 bytes. GitHub counts 65,536 characters, which are at least as many. */
  readonly limit?: number;
}

const GITHUB = 65_536;
/** For the closing lines and the note on what was left out. */
const RESERVE = 2_000;
const WIDTH = 100;

/**
 * The plan as a comment on a pull request: a short table, then each change folded away. Whatever comes from manifests or live
 * systems stands in a fence longer than any inside it or in a <code> of entities: it can neither mention a person nor end what
 * holds it. Beyond the limit, changes are left out, worst ones first kept, and the comment says how many.
 */
export function renderPlanMarkdown(plan: Plan, options: MarkdownOptions): string {
  const limit = options.limit ?? GITHUB;
  const style = plainStyle({ width: WIDTH });
  const around = surroundings(plan, { style, ...(options.locate === undefined ? {} : { locate: options.locate }) });
  const called = planNames(plan);
  const top = [title(plan, options), ...warnings(plan)].join('\n\n');
  const end = closing(plan, options);
  const hidden = new Set(unreachable(plan).flatMap(({ changes }) => changes));
  const shown = plan.changes.filter((change) => !hidden.has(change) && !['deferred', 'quiet'].includes(classOf(change)));
  let room = limit - RESERVE - bytes(top) - bytes(end);
  const sections: string[] = [];
  let left = 0;
  for (const change of shown) {
    const whole = section(change, called, renderChange(change, around(change)));
    const text = bytes(whole) <= room ? whole : section(change, called, []);
    if (left > 0 || bytes(text) + 2 > room) left += 1;
    else {
      room -= bytes(text) + 2;
      sections.push(text);
    }
  }
  const note =
    left === 0 ? [] : [`**${count(left, 'more change')} left out: this comment is full. \`setpoint plan\` prints all of them.**`];
  const text = finish(`${[top, ...sections, ...note, ...(end === '' ? [] : [end])].join('\n\n')}\n`);
  return bytes(text) <= limit ? text : overfull(plan, options);
}

/** Not even the summary fits: diagnostics or undo texts without end. */
const overfull = (plan: Plan, options: MarkdownOptions): string => `${title(plan, options)}\n\n**The rest is too long for a comment.**\n`;

const bytes = (text: string): number => Buffer.byteLength(text);

/** Numeric entities for all but the plainest characters: nothing is left for Markdown or HTML to understand. */
const entities = (text: string): string => clean(text).replace(/[^A-Za-z0-9 ./:-]/gu, (char) => `&#${char.codePointAt(0)};`);
const code = (text: string): string => `<code>${entities(text)}</code>`;

/** A fence around lines, longer than any run of backticks in them. */
function fence(language: string, lines: readonly string[]): string {
  const longest = widest(lines.flatMap((line) => line.match(/`{3,}/g) ?? []).concat('``'));
  const ticks = '`'.repeat(longest + 1);
  return [`${ticks}${language}`, ...lines, ticks].join('\n');
}

function title(plan: Plan, { elapsedMs, pages, nothing }: MarkdownOptions): string {
  const parts = tallies(plan);
  const where = [...(['', 'default'].includes(plan.environment) ? [] : [code(plan.environment)]), ...(plan.sandbox ? ['sandbox'] : [])];
  const suffix = where.length === 0 ? '' : ` on ${where.join(', ')}`;
  const all = `${count(plan.total, 'resource')} on ${count(Object.keys(plan.targets).length, 'target')}`;
  if (parts.length === 0 && nothing !== undefined && plan.steps.length === 0)
    return `### Setpoint plan${suffix}\n\n${nothing} (${duration(elapsedMs)}).`;
  if (parts.length === 0) return `### Setpoint plan${suffix}: in step\n\n${all}, ${duration(elapsedMs)}.`;
  const heading = plan.steps.length === 0 ? 'nothing to do now' : count(plan.steps.length, 'step');
  return `### Setpoint plan${suffix}: ${heading}\n\n${[...parts, ...inStep(plan)].join(' · ')} (${duration(elapsedMs)}, ${count(pages, 'page')} read)`;
}

function warnings(plan: Plan): readonly string[] {
  const down = unreachable(plan).map(
    ({ name, fault, changes }) =>
      `> ❓ ${code(name)} cannot be read (${code(fault.summary)}): ${count(changes.length, 'resource')} not judged.`,
  );
  const problems = plan.problems.map(
    ({ severity, code: name, summary, hint }) =>
      `> ${severity === 'error' ? '❌' : '⚠️'} ${code(name)} ${code(summary)}${hint === undefined ? '' : ` ${code(hint)}`}`,
  );
  return [...down, ...problems];
}

const WORDS: Readonly<Record<Change['action'], string>> = {
  create: 'is made',
  adopt: 'is adopted',
  update: 'is changed',
  replace: 'is replaced',
  advance: 'moves on',
  delete: 'is deleted',
  forget: 'is forgotten',
  move: 'is renamed',
  none: 'needs a look',
};

/** One change folded away; open by itself where something physical or irreversible happens, or nothing may. */
function section(change: Change, called: Names, lines: readonly string[]): string {
  const name = classOf(change);
  const word =
    name === 'blocked' ? 'is blocked' : name === 'unjudged' ? 'is not judged' : name === 'motion' ? 'is in motion' : WORDS[change.action];
  const risk = ['physical', 'irreversible'].includes(change.risk) ? `, ${change.risk}` : '';
  const open = risk !== '' || name === 'blocked' ? ' open' : '';
  const summary = `<summary>${code(called.full(change.id))} ${word}${risk}</summary>`;
  const body = lines.length === 0 ? 'Too long for this comment.' : fence('diff', marked(lines));
  return `<details${open}>${summary}\n\n${body}\n\n</details>`;
}

/** The signs of multi-line differences move to the first column of the `diff` fence, where they are coloured. */
const marked = (lines: readonly string[]): readonly string[] => lines.map((text) => text.replace(/^ {6}([-+])( |$)/, '$1       '));

function closing(plan: Plan, { undo, apply, needsInput }: MarkdownOptions): string {
  const ids = waiting(plan);
  const called = planNames(plan);
  const offers = [
    ...(undo === undefined ? [] : [code(undoText(undo))]),
    ...(apply === undefined ? [] : [`${applyLabel(needsInput)} ${code(apply)}`]),
  ];
  const lines = [
    ...(ids.length === 0
      ? []
      : [
          `${count(ids.length, 'resource')} for round 2: ${ids
            .slice(0, 20)
            .map((id) => code(called.full(id)))
            .join(', ')}${ids.length > 20 ? ' …' : ''}`,
        ]),
    ...(plan.steps.length === 0 ? [] : refusals(plan).length > 0 ? [REFUSED] : offers),
  ];
  return lines.join('\n\n');
}
