import type { Event } from '../core/event.ts';
import type { ResourceId } from '../core/id.ts';
import type { Printing } from './print.ts';
import { styleOf } from './print.ts';
import { createBlock, eventLines, ndjson } from './render/index.ts';

/** Shows a run as it happens: a block on a terminal, a line an event elsewhere, or JSON for programs. */
export interface Progress {
  readonly emit: (event: Event) => void;
  /** Names the resources of the plan that is about to run. */
  begin(ids: Iterable<ResourceId>): void;
  /** A sentence for the person in between, where it spoils nothing of what is drawn. */
  say(text: string): void;
  /** Gives the terminal back as it was. Twice is once. */
  end(): void;
  /** What was told so far, where nothing is shown until the end: `--format json`. */
  readonly events: readonly Event[];
}

const TICK_MS = 250;

export function progress(printing: Printing): Progress {
  const { format } = printing.globals;
  if (format === 'ndjson') return { ...silent(printing), emit: (event) => printing.terminal.out(ndjson(event)) };
  if (format === 'json') return silent(printing);
  return canDraw(printing) ? drawn(printing) : listed(printing);
}

function silent({ terminal }: Printing): Progress {
  const events: Event[] = [];
  return {
    emit: (event) => void (isShown(event) && events.push(event)),
    begin: () => undefined,
    say: (text) => terminal.err(`${text}\n`),
    end: () => undefined,
    events,
  };
}

function listed(printing: Printing): Progress {
  const look = styleOf(printing);
  let lines = eventLines({ style: look });
  return {
    ...silent(printing),
    emit: (event) => isShown(event) && printing.terminal.out(lines(event)),
    begin: (ids) => (lines = eventLines({ style: look, ids })),
  };
}

function drawn(printing: Printing): Progress {
  const { terminal } = printing;
  let block: ReturnType<typeof createBlock> | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    ...silent(printing),
    emit: (event) => isShown(event) && block?.event(event),
    begin(ids) {
      block = blockOf(printing, ids);
      timer = setInterval(() => block?.tick(), TICK_MS);
      timer.unref();
    },
    say(text) {
      if (block) block.say(text);
      else terminal.err(`${text}\n`);
    },
    end() {
      clearInterval(timer);
      block?.end();
    },
  };
}

/** Before this, nobody wonders what the program does. */
const PATIENCE_MS = 400;

/** Tells on a terminal that systems are being looked at, where that takes long; says nothing elsewhere, and leaves nothing behind. */
export function looking(printing: Printing): Pick<Progress, 'emit' | 'end'> {
  if (!canDraw(printing) || printing.globals.format === 'json' || printing.globals.format === 'ndjson') return NOTHING;
  const early: Event[] = [];
  let block: ReturnType<typeof createBlock> | undefined;
  const timer = setInterval(() => {
    if (block) block.tick();
    else {
      block = blockOf(printing, []);
      for (const event of early) block.event(event);
    }
  }, PATIENCE_MS);
  timer.unref();
  return {
    emit(event) {
      if (isShown(event)) return;
      if (block) block.event(event);
      else early.push(event);
    },
    end() {
      clearInterval(timer);
      block?.end();
    },
  };
}

function blockOf(printing: Printing, ids: Iterable<ResourceId>): ReturnType<typeof createBlock> {
  const { terminal } = printing;
  return createBlock({
    write: (text) => terminal.out(text),
    columns: () => terminal.columns,
    rows: () => terminal.rows,
    now: () => performance.now(),
    style: styleOf(printing),
    ids,
  });
}

const NOTHING: Pick<Progress, 'emit' | 'end'> = { emit: () => undefined, end: () => undefined };

/** A dumb terminal cannot take back what it shows. */
const canDraw = ({ terminal }: Printing): boolean => terminal.isTerminal && terminal.env.TERM !== 'dumb';

/** Reading is quiet: only what is done, waits or fails is told. */
const isShown = (event: Event): boolean => event.type !== 'reading' && event.type !== 'read';
