import type { Author } from '../../core/resource.ts';
import type { Value } from '../../core/value.ts';
import { clean } from './clean.ts';
import { contrast } from './contrast.ts';
import { place } from './difference.ts';
import { names } from './names.ts';
import { finish, type Style } from './style.ts';
import { duration, moment } from './time.ts';
import { inline } from './value.ts';
import { columns, pad } from './width.ts';
import { wrap } from './wrap.ts';

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

/** Reads like a diary, newest first as given. Times are UTC. Paths are shown where more than one leaf is told of. */
export function renderHistory(entries: readonly HistoryEntry[], style: Style): string {
  if (entries.length === 0) return 'Nothing is recorded of it.\n';
  const { width, paint } = style;
  const paths = new Set(entries.flatMap((entry) => ('path' in entry ? [entry.path] : [])));
  const events = entries.map((entry) => what(entry, paths.size > 1));
  const whats = Math.min(WIDEST, Math.max(...events.map(columns)));
  const lines = entries.flatMap((entry, i) => {
    const at = `${moment(entry.at)}  `;
    const event = events[i] ?? '';
    const why = because(entry);
    const whole = `${at}${pad(event, whats)}  ${why}`;
    if (columns(whole) <= width) return [`${paint('dim', at)}${pad(event, whats)}  ${paint(ours(entry) ? 'dim' : 'warn', why)}`];
    const indent = ' '.repeat(at.length);
    const [first = '', ...rest] = wrap(event, { width, first: at, rest: indent });
    return [
      paint('dim', at) + first.slice(at.length),
      ...rest,
      ...wrap(why, { width, first: indent }).map((line) => paint(ours(entry) ? 'dim' : 'warn', line)),
    ];
  });
  return finish(`${lines.join('\n')}\n${paint('dim', 'Times are UTC.')}\n`);
}

const ours = ({ author }: HistoryEntry): boolean => author === undefined;

function what(entry: HistoryEntry, withPath: boolean): string {
  if ('what' in entry) return clean(entry.what);
  const path = withPath ? `${place(entry.path)}  ` : '';
  if (entry.sensitive) return `${path}(secret, changed)`;
  const none = names([]);
  const units = entry.units === undefined ? '' : ` ${clean(entry.units)}`;
  return `${path}${contrast({ before: inline(entry.before, none), after: inline(entry.after, none), width: WIDEST - units.length })}${units}`;
}

function because({ author, commit, run, heldMs }: HistoryEntry): string {
  if (author !== undefined) {
    const who = [author.via, author.who].filter((part) => part !== undefined).map(clean);
    return [`${[...who].join(', ')} (not ours)`.trimStart(), ...(heldMs === undefined ? [] : [`held ${duration(heldMs)}`])].join('  ');
  }
  return [
    commit === undefined ? '' : `commit ${clean(commit.id.slice(0, 7))} "${clean(commit.subject)}"`,
    run === undefined ? '' : `run ${clean(run)}`,
  ]
    .filter((part) => part !== '')
    .join('  ');
}
