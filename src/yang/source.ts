import type { Diagnostic, Position } from '../core/diagnostic.ts';

/** A module's text with its line table, which is made when the first position is asked for. */
export interface Source {
  readonly file: string;
  readonly text: string;
  lines?: readonly number[];
}

/** A place in a source, as cheap as it can be: most are never shown. */
export interface Place {
  readonly source: Source;
  readonly offset: number;
  readonly length: number;
}

/** Line and column (from 1) of an offset: binary search in the table of line starts. */
export function positionOf(place: Place): Position {
  const lines = (place.source.lines ??= lineStarts(place.source.text));
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= place.offset) low = middle;
    else high = middle - 1;
  }
  const col = place.offset - (lines[low] ?? 0) + 1;
  return { file: place.source.file, line: low + 1, col, ...(place.length > 0 ? { length: place.length } : {}) };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Collects what is wrong with the modules. */
export interface Report {
  readonly diagnostics: readonly Diagnostic[];
  readonly failed: boolean;
  error(place: Place, code: string, summary: string, more?: Pick<Diagnostic, 'hint' | 'detail' | 'label'>): void;
  warn(place: Place, code: string, summary: string, more?: Pick<Diagnostic, 'hint' | 'detail' | 'label'>): void;
}

export function createReport(): Report {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  let failed = false;
  const add = (severity: Diagnostic['severity'], place: Place, fields: Omit<Diagnostic, 'severity' | 'at' | 'source'>): void => {
    const at = positionOf(place);
    // A grouping is built once for every `uses`; its faults are told once.
    const key = `${at.file}:${at.line}:${at.col}:${fields.code}:${fields.summary}`;
    if (seen.has(key)) return;
    seen.add(key);
    const start = place.source.lines?.[at.line - 1] ?? 0;
    const end = place.source.text.indexOf('\n', start);
    const source = place.source.text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
    diagnostics.push({ severity, ...fields, at, source });
  };
  return {
    diagnostics,
    get failed(): boolean {
      return failed;
    },
    error(place, code, summary, more = {}) {
      failed = true;
      add('error', place, { code, summary, ...more });
    },
    warn(place, code, summary, more = {}) {
      add('warning', place, { code, summary, ...more });
    },
  };
}
