import type { Diagnostic, Position } from '../../core/diagnostic.ts';
import type { ResourceId } from '../../core/id.ts';
import type { Action, Change, Evidence } from '../../core/plan.ts';
import type { Pointer } from '../../core/pointer.ts';
import type { Motion } from '../../core/resource.ts';
import { clean, cleanLines } from './clean.ts';
import { place, renderDifferences, type Drawing } from './difference.ts';
import type { Names } from './names.ts';
import type { Role, Style } from './style.ts';
import { moment } from './time.ts';
import { inline } from './value.ts';
import { columns, shortenMiddle } from './width.ts';
import { wrap } from './wrap.ts';

/** Which of the two comes first; `beside`: nothing deletes the old one. */
export type ReplacementOrder = 'new-first' | 'old-first' | 'beside';

/** What is known about the plan around a change. */
export interface Surroundings {
  readonly style: Style;
  readonly names: Names;
  readonly now: string;
  /** Column where `file:line` begins, the same for all changes that leave room for it. */
  readonly column: number;
  readonly locate?: ((id: ResourceId, pointer: Pointer) => Position | undefined) | undefined;
  readonly evidence?: Evidence | undefined;
  /** The order of a replacement, as the plan's steps have it. */
  readonly order?: ReplacementOrder | undefined;
  /** Diagnostics of the whole plan that stand above: of those, no change repeats why it matters and what to do. */
  readonly told?: readonly Diagnostic[] | undefined;
}

const SIGNS: Readonly<Record<Action, readonly [string, Role]>> = {
  create: ['+', 'good'],
  adopt: ['<', 'note'],
  update: ['~', 'warn'],
  replace: ['±', 'bad'],
  advance: ['»', 'note'],
  delete: ['-', 'bad'],
  forget: ['/', 'warn'],
  move: ['>', 'note'],
  none: ['·', 'dim'],
};

function sign({ action, reason, blocked }: Change): readonly [string, Role] {
  if (blocked !== undefined) return ['!', 'bad'];
  if (reason === 'unobserved') return ['?', 'warn'];
  if (reason === 'deferred') return ['…', 'note'];
  return action === 'none' && reason === 'in-motion' ? SIGNS.advance : SIGNS[action];
}

/** One change: what and where it is written down, what it means, every leaf that differs, what else it does. */
export function renderChange(change: Change, around: Surroundings): readonly string[] {
  const { style, names } = around;
  const { width, paint } = style;
  const say = (text: string, role?: Role): readonly string[] =>
    wrap(text, { width, first: '    ' }).map((line) => (role === undefined ? line : paint(role, line)));
  const drawing: Drawing = {
    style,
    names,
    action: change.action,
    now: around.now,
    ...(change.origin === undefined ? {} : { file: change.origin.file }),
    ...(change.author === undefined ? {} : { author: change.author }),
    locate: (path) => around.locate?.(change.id, path),
    ...(change.reason === 'unfinished' ? { unfinished: true } : {}),
  };
  const first = meaning(change, around);
  return [
    ...header(change, around),
    ...(first === undefined ? [] : say(first)),
    ...renderDifferences(change.differences, drawing),
    ...remarks(change, true).flatMap((text) => say(text, 'warn')),
    ...failing(change).flatMap((message) => say(`failed: ${clean(message)}`, 'dim')),
    ...(change.action === 'replace' ? say(replacing(change, around.order)) : []),
    ...change.effects.flatMap((effect) => say(`effect: ${clean(effect)}`, 'warn')),
    ...(change.motion === undefined ? [] : say(moving(change, change.motion, around))),
    ...leftAlone(change, { ...drawing, action: 'update' }),
    ...remarks(change, false).flatMap((text) => say(text, 'warn')),
    ...((change.unverifiable ?? []).length === 0
      ? []
      : say(`cannot be read back, compared with the record alone: ${placesOf(change)}`, 'dim')),
    ...trouble('blocked', change.blocked, change, around),
    ...trouble(change.reason === 'unobserved' ? 'not judged' : 'fault', change.fault, change, around),
  ];
}

/** What is mended is a reason, and comes before what is done for it; the rest is told beside it. */
const remarks = ({ remarks: all = [] }: Change, isMended: boolean): readonly string[] =>
  all
    .filter(({ mend }) => (mend !== undefined) === isMended)
    .map(({ class: kind, at, message }) => `${kind}: ${at === undefined ? '' : `${place(at)}: `}${clean(message)}`);

/** What is wrong with the live object, unless a remark says it already. */
const failing = ({ failing: message, remarks = [] }: Change): readonly string[] =>
  message === undefined || remarks.some((remark) => remark.message.includes(message)) ? [] : [message];

export const placesOf = ({ unverifiable = [] }: Change): string => unverifiable.map(place).join(', ');

/** Sign and id; at the right, or else below, where it is written down. */
function header(change: Change, { style: { width, paint }, names, column }: Surroundings): readonly string[] {
  const [mark, role] = sign(change);
  const id = names.full(change.id);
  const start = `${paint(role, mark)} ${paint('strong', id)}`;
  if (change.origin === undefined) return [start];
  const origin = originText(change.origin);
  const used = columns(mark) + 1 + columns(id);
  const at = Math.min(Math.max(column, used + 2), Math.max(used + 2, width - columns(origin)));
  if (at + columns(origin) > width) return [start, paint('dim', `    ${origin}`)];
  return [start + ' '.repeat(at - used) + paint('dim', origin)];
}

export const originText = ({ file, line }: { readonly file: string; readonly line: number }): string => `${clean(file)}:${line}`;

/** The sentence that sign and differences alone do not say. */
function meaning({ action, reason, from, motion, differences }: Change, { names, evidence }: Surroundings): string | undefined {
  switch (action) {
    case 'create':
      return reason === 'vanished' ? 'vanished: we made it and it is no longer there; it is made again' : undefined;
    case 'adopt':
      return 'adopted: it exists already and is not recorded here; it is taken over, not made';
    case 'move':
      return `renamed${from === undefined ? '' : `, was ${names.full(from)}`}: only the record changes, nothing live does`;
    case 'delete':
      return `deleted: ${removal(reason, evidence)}`;
    case 'forget':
      if (reason === 'cannot-be-deleted') return 'forgotten: the system cannot delete it, so it stays there as it is, unmanaged';
      if (reason === 'gone-already') return 'forgotten: it is gone from the live system already; only its record is removed';
      if (reason === 'gone-with-parent') return 'forgotten: it goes with what it belongs to; only its record is removed';
      return `forgotten: ${removal(reason, evidence)}; it stays there as it is, unmanaged`;
    case 'advance':
      return motion === undefined ? 'in motion: the next step of a change that an earlier plan began' : undefined;
    case 'none':
      if (reason !== 'in-motion' || motion !== undefined) return undefined;
      // What runs once and was edited meanwhile: nothing else is in motion without a goal.
      return differences.length > 0
        ? 'in motion as it was: what is edited is another run, which waits for its end'
        : 'in motion: nothing to do now';
    case 'update':
      return reason === 'unfinished' ? 'begun: an earlier apply made it and did not get through all of it; this does the rest' : undefined;
    case 'replace':
      return undefined;
  }
}

function removal(reason: Change['reason'], evidence: Evidence | undefined): string {
  if (reason === 'gone-with-parent') return 'what it belongs to goes, and it goes with it';
  if (evidence === undefined) return 'it is no longer in the manifests';
  if (evidence.source === 'destroy') return 'everything that is recorded goes'; // what `setpoint destroy` has instead of manifests
  const commit = evidence.commit === undefined ? '' : ` (commit ${clean(evidence.commit.slice(0, 7))})`;
  return `it is no longer in ${clean(evidence.source)}${commit}`;
}

function replacing({ differences, reason, remarks: all = [] }: Change, order: Surroundings['order']): string {
  if (reason === 'gone-with-parent') return 'replaced: it goes with what it belongs to, and is made again when that is there';
  const forcing = differences.filter((d) => d.forcesReplace);
  const what = forcing.length === 0 || forcing.length === differences.length ? '' : `${forcing.map((d) => place(d.path)).join(', ')} `;
  const why =
    forcing.length > 0
      ? `${what}cannot change in place`
      : all.some(({ mend }) => mend !== undefined)
        ? 'made anew for that'
        : 'replaced, because what it stands on is';
  if (order === 'new-first') return `${why}: the new one starts first, the old one goes when the new one is ready`;
  if (order === 'beside') return `${why}: another one is made, and the old one is not deleted`;
  return order === 'old-first' ? `${why}: the old one is deleted first, then the new one is made` : `${why}: it is deleted and made again`;
}

/** A change that takes longer than this run: where it goes, when it moves next, when it has to be there. */
function moving({ action }: Change, { goal, since, next, deadline }: Motion, { names, now }: Surroundings): string {
  const aims = Object.entries(goal).map(([name, value]) => `${clean(name)} ${shortenMiddle(inline(value, names), 40)}`);
  const running = action === 'advance' || action === 'none';
  const start = running ? `in motion since ${moment(since, now)}` : 'takes longer than this run: in motion';
  const step = next === undefined ? '' : `next step ${moment(next, now)}, `;
  return `${start} to ${aims.join(', ') || 'its goal'}: ${action === 'none' ? 'nothing to do now, ' : ''}${step}there by ${moment(deadline, now)} UTC`;
}

function leftAlone({ ignored = [] }: Change, drawing: Drawing): readonly string[] {
  if (ignored.length === 0) return [];
  const title = wrap('left alone, because its manifest says drift: warn', { width: drawing.style.width, first: '    ' });
  return [...title, ...renderDifferences(ignored, drawing)];
}

/** A diagnostic inside a change: what, why it matters and what to do. What the header has said already is left out. */
function trouble(
  title: string,
  diagnostic: Diagnostic | undefined,
  { id, origin }: Change,
  { style, names, told = [] }: Surroundings,
): readonly string[] {
  if (diagnostic === undefined) return [];
  const { width, paint } = style;
  const say = (text: string): readonly string[] => wrap(text, { width, first: '    ' });
  const { at, detail, hint } = diagnostic;
  const said = at === undefined || (at.file === origin?.file && at.line === origin.line);
  const summary = clean(diagnostic.summary);
  const subject = [names.full(id), clean(id)].find((name) => summary.startsWith(`${name} `));
  const short = subject === undefined ? summary : summary.slice(subject.length + 1);
  const first = say(`${title}: ${short}${said ? '' : ` (${originText(at)})`}`).map((line) => paint('bad', line));
  if (told.some((one) => one.code === diagnostic.code && one.summary === diagnostic.summary)) return first;
  return [
    ...first,
    ...(detail === undefined ? [] : cleanLines(detail).flatMap(say)),
    ...(hint === undefined ? [] : cleanLines(style.hint(hint)).flatMap(say)),
  ];
}
