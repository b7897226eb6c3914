import { count } from '../../core/count.ts';
import type { Event } from '../../core/event.ts';
import type { ResourceId } from '../../core/id.ts';
import { clean } from './clean.ts';
import { deed, eventLines } from './lines.ts';
import { names } from './names.ts';
import type { Style } from './style.ts';
import { duration } from './time.ts';
import { columns as widthOf, shorten, widest } from './width.ts';

export interface BlockOptions {
  readonly write: (text: string) => void;
  /** Size of the terminal, asked for each frame: it may be resized. */
  readonly columns: () => number;
  readonly rows: () => number;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  readonly style: Style;
  readonly ids?: Iterable<ResourceId>;
}

/** A part of the terminal that is drawn again and again, below text that stays. */
export interface Block {
  event(event: Event): void;
  /** Draws ages anew; called by whoever owns a timer, a few times a second. */
  tick(): void;
  /** Text that stays, above the block: `Stopping: …`. */
  say(text: string): void;
  /** Takes the block away and gives the cursor back. Twice is once. */
  end(): void;
}

const ESC = '\u001b[';
const HIDE = `${ESC}?25l`;
const SHOW = `${ESC}?25h`;
/** Two frames are at least so far apart: a thousand events a second stay readable and cheap. */
const FRAME_MS = 80;
/** Before so many steps are done, their pace says nothing. */
const PACE = 3;
/** The block leaves some of what was there before on the screen. */
const ROWS_LEFT = 3;

interface Running {
  readonly name: string;
  readonly since: number;
  readonly doing: string;
  readonly about: string;
}

/** Events that tell something a person has to see again later. */
const STAYS: ReadonlySet<Event['type']> = new Set(['fail', 'unready', 'skip', 'note', 'resolved', 'summary']);

/**
 * One write a frame and no timer inside. The block is never taller than the terminal, and a line never wider: what was drawn
 * can always be taken back. After `summary` nothing is drawn any more.
 */
export function createBlock({ write, columns, rows, now, style, ids = [] }: BlockOptions): Block {
  const known = [...ids];
  const called = names(known);
  const line = eventLines({ style, ids: known });
  const running = new Map<string, Running>();
  const tally = { begun: 0, done: 0, failed: 0, total: 0, objects: 0, pages: 0 };
  const started = now();
  let drawn: readonly string[] = [];
  let hidden = false;
  let last = -Infinity;
  let ended = false;

  const frame = (stays: string, lines: readonly string[]): void => {
    const width = Math.max(1, columns());
    // A narrower window has broken the lines of the last frame into more rows.
    const up = drawn.reduce((sum, text) => sum + Math.max(1, Math.ceil(widthOf(text) / width)), 0);
    const back = up === 0 ? '' : `${up > 1 ? `${ESC}${up - 1}A` : ''}\r${ESC}J`;
    const cursor = lines.length > 0 && !hidden ? HIDE : lines.length === 0 && hidden ? SHOW : '';
    hidden = lines.length > 0;
    const text =
      cursor + back + stays + lines.map((plain, i) => (i === lines.length - 1 ? style.paint('strong', plain) : plain)).join('\n');
    drawn = lines;
    if (text !== '') write(text);
  };

  const draw = (stays = ''): void => {
    last = now();
    frame(stays, compose());
  };

  const compose = (): readonly string[] => {
    const width = Math.max(1, columns() - 1);
    const room = Math.max(0, rows() - 1 - ROWS_LEFT);
    const all = [...running.values()];
    const shown = all.length <= room ? all : all.slice(0, Math.max(0, room - 1));
    const at = Math.min(40, widest(shown.map(({ name }) => name)));
    const lines = shown.map(({ name, since, doing, about }) =>
      [`  ${name}${' '.repeat(Math.max(0, at - widthOf(name)))}`, doing, duration(now() - since), about]
        .filter((part) => part !== '')
        .join('  '),
    );
    if (shown.length < all.length && room > 0) lines.push(`  … and ${all.length - shown.length} more`);
    return [...lines, status()].map((text) => shorten(text, width));
  };

  const status = (): string => {
    const { begun, done, failed, total, objects, pages } = tally;
    if (total + begun + failed === 0)
      return `looking: ${count(objects, 'object')}, ${count(pages, 'page')} read · ${duration(now() - started)}`;
    const over = done + failed;
    const left = total - over;
    const pace = over >= PACE && left > 0 ? ` · about ${duration(((now() - applying) / over) * left)} left` : '';
    return `${done}${total > 0 ? ` of ${total}` : ''} done${failed > 0 ? ` · ${failed} failed` : ''} · ${running.size} running${pace}`;
  };

  let applying = started;
  const take = (event: Event): void => {
    switch (event.type) {
      case 'reading':
        running.set(readKey(event), {
          name: clean(event.target),
          since: now(),
          doing: 'look',
          about: [event.kind, event.scope].map(clean).join(' ').trim(),
        });
        break;
      case 'read':
        running.delete(readKey(event));
        tally.objects += event.objects;
        tally.pages += event.pages;
        break;
      case 'round':
        if (tally.total === 0) applying = now();
        tally.total += event.steps;
        break;
      case 'begin':
        tally.begun += 1;
        running.set(event.id, { name: called.full(event.id), since: now(), doing: deed(event), about: '' });
        break;
      case 'wait':
      case 'retry':
        running.set(event.id, {
          ...(running.get(event.id) ?? { name: called.full(event.id), since: now(), doing: 'wait' }),
          about: clean(
            event.type === 'wait' ? event.message : `try ${event.attempt + 1} in ${duration(event.afterMs)}: ${event.fault.summary}`,
          ),
        });
        break;
      case 'done':
      case 'fail':
        running.delete(event.id);
        tally[event.type === 'done' ? 'done' : 'failed'] += 1;
        break;
      case 'ready':
      case 'unready':
        running.delete(event.id);
        break;
      case 'skip':
        tally.total = Math.max(0, tally.total - 1);
        break;
      case 'motion':
      case 'resolved':
      case 'note':
      case 'summary':
        break;
    }
  };

  const end = (): void => {
    if (ended) return;
    ended = true;
    frame('', []);
  };

  return {
    event(event) {
      if (ended) return;
      take(event);
      const stays = STAYS.has(event.type) ? line(event) : '';
      if (event.type !== 'summary' && event.type !== 'motion') {
        if (stays !== '' || now() - last >= FRAME_MS) draw(stays);
        return;
      }
      if (event.type === 'motion')
        line(event); // remembered for the summary
      else {
        ended = true;
        frame(stays, []);
      }
    },
    tick() {
      if (!ended && now() - last >= FRAME_MS) draw();
    },
    say(text) {
      if (ended) write(`${text}\n`);
      else draw(`${text}\n`);
    },
    end,
  };
}

const readKey = ({ target, kind, scope }: { readonly target: string; readonly kind: string; readonly scope: string }): string =>
  `\n${target}\n${kind}\n${scope}`;
