import { count } from '../../core/count.ts';
import type { Position } from '../../core/diagnostic.ts';
import type { Action, Difference } from '../../core/plan.ts';
import { dotted, type Pointer } from '../../core/pointer.ts';
import type { Author } from '../../core/resource.ts';
import { equal, isFields, isList, type Value } from '../../core/value.ts';
import { clean } from './clean.ts';
import { contrast } from './contrast.ts';
import { hunks } from './hunks.ts';
import type { Names } from './names.ts';
import type { Style } from './style.ts';
import { moment } from './time.ts';
import { block, inline } from './value.ts';
import { columns, pad, shorten, shortenMiddle, widest } from './width.ts';
import { wrap } from './wrap.ts';

/** What it takes to draw the differences of one change. */
export interface Drawing {
  readonly style: Style;
  readonly names: Names;
  readonly action: Action;
  /** The plan's own time: an hour of the same day needs no date. */
  readonly now?: string;
  /** The manifest's file: leaves in it are shown by its last name alone. */
  readonly file?: string;
  readonly author?: Author;
  /** Nobody has edited it: it was to be so from the beginning. */
  readonly unfinished?: true;
  readonly locate?: (path: Pointer) => Position | undefined;
}

const INDENT = 4;
const BLANK = ' '.repeat(INDENT);
/** Before what stands below a path. */
const UNDER = ' '.repeat(6);
const GAP = 2;
/** A wider path gets a line of its own rather than pushing all others to the right. */
const WIDEST_PATH = 30;
/** Lines of one multi-line value that are drawn; the rest is counted. */
const MOST_LINES = 60;

interface Row {
  readonly difference: Difference;
  readonly path: string;
  readonly value: string;
  /** The units at the end of the value, which are never cut. */
  readonly units: string;
  readonly cause: string;
  readonly note: string;
}

/** One line a difference where it fits, columns aligned; several where it does not. */
export function renderDifferences(differences: readonly Difference[], drawing: Drawing): readonly string[] {
  const { width } = drawing.style;
  const rows = differences.map((difference) => row(difference, drawing));
  const paths = widest(
    rows.map((r) => r.path),
    WIDEST_PATH,
  );
  const causes = widest(rows.map((r) => r.cause));
  const rightOf = (r: Row): string => (r.note === '' ? r.cause : `${pad(r.cause, causes)}  ${r.note}`);
  const room = (r: Row): number =>
    width - INDENT - Math.max(paths, columns(r.path)) - GAP - (r.cause === '' ? 0 : GAP + columns(rightOf(r)));
  const single = rows.map((r) => !isTall(r, width) && columns(r.value) <= room(r));
  const values = widest(rows.filter((r, i) => single[i] && columns(r.path) <= paths).map((r) => r.value));
  return rows.flatMap((r, i) => {
    const path = pad(r.path, paths);
    if (!single[i]) return spread(r, path, drawing);
    const value = paintValue(
      r.difference.sensitive ? undefined : drawing.action,
      values <= room(r) ? pad(r.value, values) : r.value,
      drawing.style,
    );
    return [`${BLANK}${path}  ${value}  ${drawing.style.paint('dim', rightOf(r))}`];
  });
}

/** Path and value on one line if they fit, else below each other; cause and note under them. */
function spread(r: Row, path: string, drawing: Drawing): readonly string[] {
  const { style, action } = drawing;
  const { width, paint } = style;
  const because = wrap(`${r.cause} ${r.note}`, { width, first: UNDER });
  const dimmed = because.map((line) => paint('dim', line));
  if (isTall(r, width)) {
    const beside = because.length === 1 ? `  ${(because[0] ?? '').trimStart()}` : '';
    const joined = beside !== '' && INDENT + columns(r.path + beside) <= width;
    const title = joined ? [`${BLANK}${r.path}${paint('dim', beside)}`] : [`${BLANK}${r.path}`, ...dimmed];
    return [...title, ...tallLines(r.difference, drawing)];
  }
  const paintedAs = r.difference.sensitive ? undefined : action;
  if (INDENT + columns(path) + GAP + columns(r.value) <= width)
    return [`${BLANK}${path}  ${paintValue(paintedAs, r.value, style)}`, ...dimmed];
  return [`${BLANK}${r.path}`, `${UNDER}${paintValue(paintedAs, narrow(r, width - UNDER.length, drawing), style)}`, ...dimmed];
}

function row(difference: Difference, drawing: Drawing): Row {
  const { path, cause } = difference;
  const plain = drawing.action === 'create' || drawing.action === 'delete';
  const [before, after] = texts(difference, drawing.names);
  const units = difference.units === undefined ? '' : ` ${clean(difference.units)}`;
  const single = drawing.action === 'create' ? after : before;
  return {
    difference,
    path: place(path),
    value: difference.sensitive ? secretly(difference, plain) : (plain ? single : `${before} → ${after}`) + units,
    units,
    cause: plain ? '' : drawing.unfinished === true ? 'to do' : cause,
    note: plain ? '' : cause === 'edited' ? edited(difference, drawing) : drifted(difference, drawing),
  };
}

/** A pointer as people read it. Whatever is no pointer is shown as it is. */
export function place(pointer: Pointer): string {
  try {
    return clean(dotted(pointer)) || '(all of it)';
  } catch {
    return clean(pointer);
  }
}

/** Both sides; as JSON where they would read the same although they are not: `"10" → 10`. */
function texts({ before, after }: Difference, names: Names): readonly [string, string] {
  const a = inline(before, names);
  const b = inline(after, names);
  return a !== b || before === undefined || after === undefined ? [a, b] : [clean(JSON.stringify(before)), clean(JSON.stringify(after))];
}

const secretly = ({ before, after }: Difference, plain: boolean): string =>
  plain ? '(secret)' : after === undefined ? '(secret, removed)' : before === undefined ? '(secret, set)' : '(secret, changed)';

function edited({ path, dropped }: Difference, { locate, file }: Drawing): string {
  if (dropped) return 'no longer in the manifest';
  const at = locate?.(path);
  if (at === undefined) return '';
  const name = at.file === file ? at.file.slice(at.file.lastIndexOf('/') + 1) : at.file;
  return `${clean(name)}:${at.line}`;
}

function drifted({ was, after, sensitive, units }: Difference, { author, names, now }: Drawing): string {
  const parts: string[] = [];
  // What is long and comes back as it was is not said twice.
  if (was !== undefined && !sensitive && !(compound(was) && after !== undefined && equal(was, after)))
    parts.push(`was ${shortenMiddle(inline(was, names), 24)}${units === undefined ? '' : ` ${clean(units)}`}`);
  if (author !== undefined) parts.push(byWhom(author, now));
  return parts.filter((part) => part !== '').join('; ');
}

/** `console, bob, 02:14 UTC` */
export const byWhom = ({ via, who, at }: Author, now?: string): string =>
  [via === undefined ? '' : clean(via), who === undefined ? '' : clean(who), at === undefined ? '' : `${moment(at, now)} UTC`]
    .filter((part) => part !== '')
    .join(', ');

/** The value in fewer columns; the whole of it is in the JSON output. */
function narrow(r: Row, width: number, { action, names }: Drawing): string {
  if (r.difference.sensitive) return r.value;
  const room = width - columns(r.units);
  if (action === 'create' || action === 'delete') return shortenMiddle(r.value.slice(0, r.value.length - r.units.length), room) + r.units;
  const [before, after] = texts(r.difference, names);
  return contrast({ before, after, width: room }) + r.units;
}

const multiline = (value: Value | undefined): boolean => typeof value === 'string' && /\n./s.test(value);
const compound = (value: Value | undefined): boolean => isList(value) || isFields(value);

/** Text of several lines, and lists and maps that do not fit on one. */
function isTall({ difference: { before, after, sensitive }, value }: Row, width: number): boolean {
  if (sensitive) return false;
  return multiline(before) || multiline(after) || ((compound(before) || compound(after)) && columns(value) > width - UNDER.length);
}

/** A tall value, in lines below its path: what differs with a little around it, or all of it where there is but one side. */
function tallLines({ before, after }: Difference, { style: { width, paint }, action, names }: Drawing): readonly string[] {
  const fit = (text: string): string => shorten(text, width - UNDER.length - 2);
  const one = action === 'create' ? after : action === 'delete' ? before : undefined;
  const drawn =
    one !== undefined
      ? block(one, names).map((line) => `${UNDER}${fit(line)}`)
      : hunks(block(before, names), block(after, names)).map((line) => {
          if (line.sign === 'gap') return paint('dim', `${UNDER}… ${count(line.count, 'line')} alike`);
          const text = `${UNDER}${line.sign} ${fit(line.text)}`;
          return line.sign === ' ' ? text : paint(line.sign === '-' ? 'before' : 'after', text);
        });
  const left = drawn.length - MOST_LINES;
  return left > 1 ? [...drawn.slice(0, MOST_LINES), paint('dim', `${UNDER}… ${left} more lines, in --format json`)] : drawn;
}

/** `action` is undefined for words of our own, which have no sides. */
function paintValue(action: Action | undefined, text: string, { paint }: Style): string {
  if (action === undefined || action === 'create') return text;
  if (action === 'delete') return paint('before', text);
  const arrow = text.indexOf(' → ');
  return arrow < 0 ? text : `${paint('before', text.slice(0, arrow))} → ${paint('after', text.slice(arrow + 3))}`;
}
