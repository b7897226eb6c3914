import { count } from '../../core/count.ts';
import type { Diagnostic, Position } from '../../core/diagnostic.ts';
import { shortId } from '../../core/id.ts';
import { clean, cleanLines } from './clean.ts';
import { place } from './difference.ts';
import { finish, type Style } from './style.ts';
import { columns, graphemes } from './width.ts';
import { wrap } from './wrap.ts';

/** The text of a file that diagnostics point into: gives the line before the caret's, where there is one. */
export type Sources = (file: string) => string | undefined;

export interface DiagnosticsOptions {
  readonly style: Style;
  readonly sources?: Sources;
  /** Ends the count: `nothing was read from or written to any target`. */
  readonly consequence?: string;
}

/** All diagnostics in their order, each with the line it is about, and a count at the end. Empty for none. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: DiagnosticsOptions): string {
  if (diagnostics.length === 0) return '';
  const drawn = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, options).join('\n'));
  return finish(`${drawn.join('\n\n')}\n\n${closing(diagnostics, options).join('\n')}\n`);
}

function closing(diagnostics: readonly Diagnostic[], { style: { width }, consequence }: DiagnosticsOptions): readonly string[] {
  const errors = diagnostics.filter((d) => d.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const files = new Set(diagnostics.flatMap(({ at }) => (at === undefined ? [] : [at.file]))).size;
  const tally = [...(errors > 0 ? [count(errors, 'error')] : []), ...(warnings > 0 ? [count(warnings, 'warning')] : [])].join(' and ');
  return wrap(`${tally}${files > 0 ? ` in ${count(files, 'file')}` : ''}${consequence === undefined ? '' : `; ${consequence}`}.`, {
    width,
  });
}

/** One diagnostic in lines: what, where, the source with a caret, why it matters, what to do. */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  { style, sources }: Pick<DiagnosticsOptions, 'style' | 'sources'>,
): readonly string[] {
  const { code, severity, summary, detail, hint, at } = diagnostic;
  const { width, paint } = style;
  const say = (text: string): readonly string[] => cleanLines(text).flatMap((line) => wrap(line, { width, first: '  ' }));
  const [first = '', ...rest] = wrap(clean(summary), { width, first: `${severity} ${clean(code)}  `, rest: '  ' });
  const about = first.slice(severity.length);
  return [
    paint(severity === 'error' ? 'bad' : 'warn', severity) + paint('strong', about),
    ...rest.map((line) => paint('strong', line)),
    ...where(diagnostic, width).map((line) => paint('dim', line)),
    ...(at === undefined ? [] : excerpt({ at, diagnostic, style, ...(sources === undefined ? {} : { sources }) })),
    ...(detail === undefined ? [] : say(detail)),
    ...(hint === undefined ? [] : say(style.hint(hint))),
  ];
}

/** `manifests/zone.yaml:13:19   confhoard/Config/fermentation  config.fermentation.lowpoint`; below each other where too wide. */
function where({ at, resource, pointer }: Diagnostic, width: number): readonly string[] {
  const position = at === undefined ? '' : `${clean(at.file)}:${at.line}:${at.col}`;
  const about = [resource === undefined ? '' : clean(shortId(resource)), pointer === undefined || pointer === '' ? '' : place(pointer)]
    .filter(Boolean)
    .join('  ');
  if (position === '') return about === '' ? [] : wrap(about, { width, first: '  ' });
  if (about === '') return [`  ${position}`];
  const whole = `  ${position}   ${about}`;
  return columns(whole) <= width ? [whole] : [`  ${position}`, ...wrap(about, { width, first: '  ' })];
}

/** One thing as it is drawn: a character of the source may take no column, two, or (a control character) four. */
interface Cell {
  readonly text: string;
  readonly wide: number;
}

const TAB = '  ';
/** More of a line than fits on any screen need not be looked at: a minified file is one line of megabytes. */
const MOST = 4_000;

/** The source line with its number and, under the offending part, carets; the line before it where the file is at hand. */
function excerpt({
  at,
  diagnostic,
  style,
  sources,
}: {
  readonly at: Position;
  readonly diagnostic: Diagnostic;
  readonly style: Style;
  readonly sources?: Sources;
}): readonly string[] {
  const file = sources?.(at.file)?.split(/\r?\n/);
  const source = diagnostic.source ?? file?.[at.line - 1];
  if (source === undefined) return [];
  const { width, paint } = style;
  const digits = String(at.line).length;
  const gutter = (line: string): string => `   ${line.padStart(digits)} | `;
  const room = Math.max(10, width - gutter('').length);
  const left = Math.max(0, at.col - 1);
  const before = cells(source.slice(Math.max(0, left - MOST), left));
  const marked = cells(source.slice(left, Math.min(left + MOST, left + Math.max(1, at.length ?? 1))));
  const end = left + Math.max(1, at.length ?? 1);
  const after = cells(source.slice(end, end + MOST));
  const view = windowed({ before, marked, after, room });
  const above = view.cut ? undefined : file?.[at.line - 2];
  const lines = above === undefined || above.trim() === '' ? [] : [paint('dim', gutter(String(at.line - 1))) + cut(cells(above), room)];
  const indent = ' '.repeat(view.indent);
  const carets = '^'.repeat(view.carets);
  const label = diagnostic.label === undefined ? '' : clean(diagnostic.label);
  const beside = label !== '' && view.indent + view.carets + 2 + columns(label) <= room;
  return [
    ...lines,
    paint('dim', gutter(String(at.line))) + view.text,
    `${paint('dim', gutter(''))}${indent}${paint('bad', carets + (beside ? `  ${label}` : ''))}`,
    ...(label === '' || beside ? [] : wrap(label, { width, first: gutter('') }).map((line) => paint('bad', line))),
  ];
}

/** A cell's text is drawn whole or not at all: `\x1b` is never cut in two. */
const cells = (text: string): readonly Cell[] =>
  graphemes(text).map((grapheme) => {
    const drawn = grapheme === '\t' ? TAB : clean(grapheme);
    return { text: drawn, wide: columns(drawn) };
  });

const wideOf = (list: readonly Cell[]): number => list.reduce((sum, { wide }) => sum + wide, 0);
const textOf = (list: readonly Cell[]): string => list.map(({ text }) => text).join('');

/** As many cells as fit into `room`, from the start or from the end. */
function take(list: readonly Cell[], room: number, from: 'start' | 'end'): readonly Cell[] {
  let sum = 0;
  let n = 0;
  for (; n < list.length; n += 1) {
    sum += (from === 'start' ? list[n] : list[list.length - 1 - n])?.wide ?? 0;
    if (sum > room) break;
  }
  return from === 'start' ? list.slice(0, n) : list.slice(list.length - n);
}

function cut(list: readonly Cell[], room: number): string {
  const kept = take(list, room, 'start');
  return kept.length === list.length ? textOf(kept) : `${textOf(take(list, room - 1, 'start'))}…`;
}

interface Window {
  readonly before: readonly Cell[];
  readonly marked: readonly Cell[];
  readonly after: readonly Cell[];
  readonly room: number;
}

/** The part of a line around the caret that fits: what the caret marks first, then what leads to it, then what follows. */
function windowed({ before, marked, after, room }: Window): { text: string; indent: number; carets: number; cut: boolean } {
  if (wideOf(before) + wideOf(marked) + wideOf(after) <= room) {
    return { text: textOf([...before, ...marked, ...after]), indent: wideOf(before), carets: Math.max(1, wideOf(marked)), cut: false };
  }
  const half = Math.floor(room / 2);
  const middle = take(marked, half, 'start');
  const spare = room - wideOf(middle) - 2;
  const follows = marked.length > middle.length ? [] : take(after, Math.max(Math.floor(spare / 3), spare - wideOf(before)), 'start');
  const leads = take(before, spare - wideOf(follows), 'end');
  const start = leads.length < before.length ? '…' : '';
  const end = middle.length < marked.length || follows.length < after.length ? '…' : '';
  return {
    text: start + textOf([...leads, ...middle, ...follows]) + end,
    indent: start.length + wideOf(leads),
    carets: Math.max(1, wideOf(middle)),
    cut: start !== '',
  };
}
