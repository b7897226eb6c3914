import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { fromHere, type Said } from './command-line.ts';
import type { Globals, Terminal } from './frame.ts';
import { clean, jsonLine, renderDiagnostics, style, wrap } from './render/index.ts';
import type { Sources, Style } from './render/index.ts';

/** How and where something is printed. */
export interface Printing {
  readonly globals: Pick<Globals, 'format' | 'color'> & Said;
  readonly terminal: Terminal;
  /** The folder that file names in diagnostics are relative to. Default: where the command was started. */
  readonly dir?: () => string;
}

/** At most so wide: prose in longer lines is hard to read. */
const WIDEST = 100;

/** Colours only on a terminal, and not where somebody said that they are not wanted (no-color.org). */
export function styleOf({ globals, terminal }: Printing): Style {
  const color = globals.color && terminal.isTerminal && !terminal.env.NO_COLOR && terminal.env.TERM !== 'dumb';
  const width = terminal.isTerminal ? Math.min(WIDEST, terminal.columns) : 80;
  return style({ color, width, hint: (text) => fromHere(text, globals) });
}

/**
 * Prints for a program, if one reads: json is one document, ndjson a line each of these. Returns whether it did. Everything that programs
 * read comes from here, but for plans, events and records, which are what they are in files, too.
 */
export function printJson(
  { globals, terminal }: Pick<Printing, 'globals' | 'terminal'>,
  document: object,
  lines: readonly object[] = [document],
): boolean {
  const isJson = globals.format === 'json';
  if (!isJson && globals.format !== 'ndjson') return false;
  for (const one of isJson ? [document] : lines) terminal.out(jsonLine(one));
  return true;
}

/** Diagnostics go to standard error as text, or to standard output as JSON for programs. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], printing: Printing, note?: string): void {
  const { terminal } = printing;
  if (printJson(printing, { diagnostics })) return;
  terminal.err(
    renderDiagnostics(diagnostics, {
      style: styleOf(printing),
      sources: sourcesIn(printing.dir?.() ?? terminal.cwd),
      ...(note === undefined ? {} : { note }),
    }),
  );
}

/** A sentence for a person, in lines that fit. */
export const sentence = (text: string, printing: Printing): string =>
  `${wrap(clean(text), { width: styleOf(printing).width }).join('\n')}\n`;

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
