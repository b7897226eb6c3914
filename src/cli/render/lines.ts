import { count } from '../../core/count.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Event } from '../../core/event.ts';
import type { ResourceId } from '../../core/id.ts';
import type { Verb } from '../../core/plan.ts';
import { originText } from './change.ts';
import { clean } from './clean.ts';
import { names } from './names.ts';
import { finish, type Role, type Style } from './style.ts';
import { clock, duration, moment } from './time.ts';
import { columns, shorten } from './width.ts';
import { wrap } from './wrap.ts';

export interface LinesOptions {
  readonly style: Style;
  /** The ids of the plan: tells which of them need their target to be told apart. */
  readonly ids?: Iterable<ResourceId>;
}

/** Where the text of a line begins: behind `02:31:07 begin  `. */
const COLUMN = 16;
/** A live id is cut to what is left of the line, but not below this: then it has the next line. The whole of it is in the state. */
const HANDLE = 13;
/** Motions that the last line names; more are only counted. */
const NAMED = 3;

type Of<T extends Event['type']> = Event & { readonly type: T };

/**
 * One line an event, for logs and CI; long ones go on below, indented. Times are UTC. The returned function remembers which
 * resources are in motion, for the last line.
 */
export function eventLines({ style, ids = [] }: LinesOptions): (event: Event) => string {
  const called = names(ids);
  const moving = new Map<ResourceId, Of<'motion'>>();
  return (event) => {
    if (event.type === 'motion') moving.set(event.id, event);
    if (event.type === 'summary') return finish(`${summaryLines(event, [...moving.values()], style).join('\n')}\n`);
    const [word, role, subject, ...rest] = told(event, { id: called.full, style });
    const start = `${clock(event.at)} ${word.padEnd(6)} `;
    const parts = rest.filter((part) => part !== '');
    const whole = [start + subject, ...parts].join('  ');
    const fits = columns(whole) <= style.width;
    const lines = fits ? [whole] : wrap(parts, { width: style.width, first: `${start}${subject}  `, rest: ' '.repeat(COLUMN) });
    return finish(`${lines.map((line, i) => (i === 0 ? paintWord(line, start, style, role) : line)).join('\n')}\n`);
  };
}

function paintWord(line: string, start: string, { paint }: Style, role: Role | undefined): string {
  const at = start.indexOf(' ');
  const word = start.slice(at + 1).trimEnd();
  return paint('dim', start.slice(0, at)) + ' ' + (role === undefined ? word : paint(role, word)) + line.slice(at + 1 + word.length);
}

type Told = readonly [word: string, role: Role | undefined, subject: string, ...rest: string[]];

function told(
  event: Exclude<Event, Of<'summary'>>,
  { id, style }: { readonly id: (id: ResourceId) => string; readonly style: Style },
): Told {
  const { width } = style;
  const said = (diagnostic: Diagnostic): string => sentence(diagnostic, style);
  switch (event.type) {
    case 'reading':
      return ['look', 'dim', clean(event.target), scoped(event)];
    case 'read':
      return ['read', 'dim', clean(event.target), scoped(event), `${count(event.objects, 'object')}, ${count(event.pages, 'page')}`];
    case 'begin':
      return ['begin', undefined, id(event.id), deed(event)];
    case 'wait':
      return ['wait', 'dim', id(event.id), clean(event.message)];
    case 'ready':
      return ['ready', 'good', id(event.id)];
    case 'retry':
      return [
        'retry',
        'warn',
        id(event.id),
        `try ${event.attempt + 1} in ${duration(event.afterMs)}: ${said(event.fault)}`,
        coded(event.fault),
      ];
    case 'done': {
      const told = [id(event.id), deed(event), duration(event.ms)] as const;
      const beside = width - COLUMN - columns(`${told.join('  ')}  id `);
      const room = beside < HANDLE ? width - COLUMN - columns('id ') : beside;
      return ['done', 'good', ...told, event.handle === undefined ? '' : `id ${shorten(clean(event.handle), Math.max(HANDLE, room))}`];
    }
    case 'fail': {
      const lost = event.unknown ? ' It is not known whether this was done: the next run looks before it does anything there.' : '';
      return ['FAIL', 'bad', id(event.id), `${deed(event)}: ${said(event.fault)}${lost}`, coded(event.fault)];
    }
    case 'unready':
      return ['FAIL', 'bad', id(event.id), `not ready: ${said(event.fault)}`, coded(event.fault)];
    case 'skip':
      return ['skip', 'warn', id(event.id), deed(event), clean(event.because)];
    case 'motion':
      return ['motion', 'note', id(event.id), clean(event.message) + nextStep(event)];
    case 'round':
      return ['round', 'note', String(event.number), count(event.steps, 'step')];
    case 'resolved':
      return ['found', event.found === 'unknown' ? 'warn' : 'note', id(event.id), FOUND[event.found]];
    case 'note':
      return ['note', event.diagnostic.severity === 'error' ? 'bad' : 'warn', clean(event.diagnostic.code), said(event.diagnostic)];
  }
}

const FOUND: Readonly<Record<Of<'resolved'>['found'], string>> = {
  made: 'a call of an earlier run had no answer: it was carried out',
  'not-made': 'a call of an earlier run had no answer: it was not carried out',
  unknown: 'a call of an earlier run had no answer, and nobody can tell yet what became of it',
};

const nextStep = ({ next, at }: { readonly next?: string | undefined; readonly at: string }): string =>
  next === undefined ? '' : `, next step ${moment(next, at)}`;

const scoped = ({ kind, scope }: { readonly kind: string; readonly scope: string }): string =>
  clean(kind) + (scope === '' ? '' : ` in ${clean(scope)}`);

export const deed = ({ verb, old }: { readonly verb: Verb; readonly old?: true }): string => (old ? `${verb} old` : verb);

/** What the handbook is searched for. */
const coded = ({ code }: Diagnostic): string => `[${clean(code)}]`;

/** `409 parameters: field "command" must be a string (flows.yaml:27). Fix the manifest.` */
function sentence({ summary, hint, at }: Diagnostic, style: Style): string {
  const what = clean(summary) + (at === undefined ? '' : ` (${originText(at)})`);
  const end = /[.!?:]$/.test(what) ? '' : '.';
  return [what + end, hint === undefined ? '' : clean(style.hint(hint))].filter((part) => part !== '').join(' ');
}

/** `3 done, 1 failed, 1 skipped, 1 in motion (fermentation: on its way, next step 03:31) in 4.2 s` */
function summaryLines(event: Of<'summary'>, moving: readonly Of<'motion'>[], { width, paint }: Style): readonly string[] {
  const { done, failed, skipped, unknown, motion, unready, ms } = event;
  const named = moving.slice(0, NAMED).map(({ id, message, next }) => {
    return `${clean(id.slice(id.lastIndexOf('/') + 1))}: ${clean(message)}${nextStep({ next, at: event.at })}`;
  });
  const more = moving.length > NAMED ? [`${moving.length - NAMED} more`] : [];
  const parts = [
    [done, 'done', ''],
    [failed, 'failed', ''],
    [unready, 'not ready', ''],
    [skipped, 'skipped', ''],
    [unknown, 'unknown', ' (the next run looks before it does anything there)'],
    [motion, 'in motion', named.length === 0 ? '' : ` (${[...named, ...more].join('; ')})`],
  ] as const;
  const text = parts.flatMap(([n, word, rest]) => (n === 0 ? [] : [`${n} ${word}${rest}`])).join(', ');
  const role: Role = failed + unready + unknown > 0 ? 'bad' : skipped > 0 ? 'warn' : 'good';
  return wrap(`${text === '' ? 'Nothing was to be done' : text} in ${duration(ms)}`, { width, rest: '  ' }).map((line) =>
    paint(role, line),
  );
}
