import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Event } from '../core/event.ts';
import type { ResourceId } from '../core/id.ts';
import type { Globals, Terminal } from './frame.ts';
import { createBlock, diagnosticsJson, eventLines, ndjson, renderDiagnostics, style } from './render/index.ts';
import type { Sources, Style } from './render/index.ts';

interface Printing {
  readonly globals: Globals;
  readonly terminal: Terminal;
}

/** At most so wide: prose in longer lines is hard to read. */
const WIDEST = 100;

/** Colours only on a terminal, and not where somebody said that they are not wanted (no-color.org). */
export function styleOf({ globals, terminal }: Printing): Style {
  const color = globals.color && terminal.isTerminal && !terminal.env.NO_COLOR && terminal.env.TERM !== 'dumb';
  return style({ color, width: terminal.isTerminal ? Math.min(WIDEST, terminal.columns) : 80 });
}

/** Diagnostics go to standard error as text, or to standard output as JSON for programs. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], printing: Printing, note?: string): void {
  const { globals, terminal } = printing;
  if (globals.format === 'json' || globals.format === 'ndjson') terminal.out(diagnosticsJson(diagnostics));
  else
    terminal.err(
      renderDiagnostics(diagnostics, {
        style: styleOf(printing),
        sources: sourcesIn(terminal.cwd),
        ...(note === undefined ? {} : { note }),
      }),
    );
}

/** Text of the files that diagnostics name, for the lines around a place. */
export const sourcesIn =
  (dir: string): Sources =>
  (file) => {
    try {
      return readFileSync(resolve(dir, file), 'utf8');
    } catch {
      return undefined; // the text is a courtesy: the place is named anyway
    }
  };

/** Shows a run as it happens: a block on a terminal, a line an event elsewhere, or JSON for programs. */
export interface Progress {
  readonly emit: (event: Event) => void;
  /** Names the resources of the plan that is about to run. */
  begin(ids: Iterable<ResourceId>): void;
  end(): void;
}

const TICK_MS = 250;

export function progress(printing: Printing): Progress {
  const { globals, terminal } = printing;
  if (globals.format === 'ndjson') return { emit: (event) => terminal.out(ndjson(event)), begin: () => undefined, end: () => undefined };
  if (globals.format === 'json') return { emit: () => undefined, begin: () => undefined, end: () => undefined };
  const look = styleOf(printing);
  if (!terminal.isTerminal) {
    let lines = eventLines({ style: look });
    return {
      emit: (event) => shown(event) && terminal.out(lines(event)),
      begin: (ids) => (lines = eventLines({ style: look, ids })),
      end: () => undefined,
    };
  }
  let block: ReturnType<typeof createBlock> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const open = (ids: Iterable<ResourceId>): void => {
    block = createBlock({
      write: terminal.out,
      columns: () => terminal.columns,
      rows: () => terminal.rows,
      now: () => performance.now(),
      style: look,
      ids,
    });
    timer = setInterval(() => block?.tick(), TICK_MS);
    timer.unref();
  };
  return {
    emit: (event) => shown(event) && block?.event(event),
    begin: open,
    end() {
      clearInterval(timer);
      block?.end();
    },
  };
}

/** Reading is quiet: only what is done, waits or fails is told. */
const shown = (event: Event): boolean => event.type !== 'reading' && event.type !== 'read';
