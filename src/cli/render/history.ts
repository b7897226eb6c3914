import type { Author } from '../../core/resource.ts';
import type { Value } from '../../core/value.ts';
import { clean } from './clean.ts';
import { contrast } from './contrast.ts';
import { place } from './difference.ts';
import { names } from './names.ts';
import { finish, type Style } from './style.ts';
import { duration, moment } from './time.ts';
import { inline } from './value.ts';
import { columns, pad, shorten, widest } from './width.ts';
import { labelled, wrap } from './wrap.ts';

/** One thing that happened to a resource: a leaf that changed, or a word such as `created`. */
export type HistoryEntry = {
  readonly at: string;
  /** Ours: the commit and the run that did it. */
  readonly commit?: { readonly id: string; readonly subject: string };
  readonly run?: string;
  /** Somebody else's: who, and how long it lasted until it was put back, in milliseconds. */
  readonly author?: Author;
  readonly heldMs?: number;
} & (
  | { readonly what: string }
  | { readonly path: string; readonly before?: Value; readonly after?: Value; readonly units?: string; readonly sensitive?: true }
);

const WIDEST = 36;
const SHORTEST_SUBJECT = 16;

/** Reads like a diary, newest first as given. Times are UTC. Paths are shown where more than one leaf is told of. */
export function renderHistory(entries: readonly HistoryEntry[], style: Style): string {
  if (entries.length === 0) return 'Nothing is recorded of it.\n';
  return finish(`${linesOf(entries, style).join('\n')}\n${footer(style)}`);
}

/** The diaries of several resources, by what each is called. */
export function renderHistories(diaries: ReadonlyMap<string, readonly HistoryEntry[]>, style: Style): string {
  if (diaries.size === 0) return 'Nothing is recorded.\n';
  const parts = [...diaries].map(([name, entries]) => `${style.paint('strong', clean(name))}\n${linesOf(entries, style).join('\n')}\n`);
  return finish(`${parts.join('\n')}\n${footer(style)}`);
}

const footer = ({ paint }: Style): string => `${paint('dim', 'Times are UTC.')}\n`;

function linesOf(entries: readonly HistoryEntry[], style: Style): readonly string[] {
  const { width, paint } = style;
  const paths = new Set(entries.flatMap((entry) => ('path' in entry ? [entry.path] : [])));
  const events = entries.map((entry) => what(entry, paths.size > 1));
  const whats = Math.min(WIDEST, widest(events));
  return entries.flatMap((entry, i) => {
    const at = `${moment(entry.at)}  `;
    const event = events[i] ?? '';
    const role = entry.author === undefined ? 'dim' : 'warn';
    const beside = at + pad(event, whats);
    const why = because(entry, width - columns(beside) - 2);
    if (why !== undefined) return [`${paint('dim', at)}${pad(event, whats)}  ${paint(role, why)}`];
    const indent = ' '.repeat(at.length);
    return [
      ...(columns(at + event) <= width ? [paint('dim', at) + event] : labelled(at, event, { style })),
      ...wrap(because(entry, Infinity) ?? '', { width, first: indent }).map((line) => paint(role, line)),
    ];
  });
}

function what(entry: HistoryEntry, withPath: boolean): string {
  if ('what' in entry) return clean(entry.what);
  const path = withPath ? `${place(entry.path)}  ` : '';
  if (entry.sensitive) return `${path}(secret, changed)`;
  const none = names([]);
  const units = entry.units === undefined ? '' : ` ${clean(entry.units)}`;
  return `${path}${contrast({ before: inline(entry.before, none), after: inline(entry.after, none), width: WIDEST - units.length })}${units}`;
}

/** Who did it and why, in so many columns: a commit's subject is cut for it, but not to a stump. Undefined where there is no room. */
function because({ author, commit, run, heldMs }: HistoryEntry, room: number): string | undefined {
  const fits = (text: string): string | undefined => (columns(text) <= room ? text : undefined);
  if (author !== undefined) {
    const who = [author.via, author.who].flatMap((part) => (part === undefined ? [] : [clean(part)])).join(', ') || 'somebody';
    return fits(`${who} (not ours)${heldMs === undefined ? '' : `, held ${duration(heldMs)}`}`);
  }
  const by = run === undefined ? '' : `run ${clean(run)}`;
  if (commit === undefined) return fits(by);
  const subject = clean(commit.subject);
  const start = `commit ${clean(commit.id.slice(0, 7))} "`;
  const end = by === '' ? '"' : `", ${by}`;
  const left = room - columns(start + end);
  return left < Math.min(columns(subject), SHORTEST_SUBJECT)
    ? undefined
    : start + (left === Infinity ? subject : shorten(subject, left)) + end;
}
