/** A place in a text file that a person wrote; lines and columns count from 1, columns in UTF-16 code units as editors do. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  /** How many characters the caret underlines. */
  readonly length?: number;
}

/**
 * What a user is told, as a value: made once where it is known, drawn once in `cli/render`.
 * `summary` is one line that makes sense alone; `detail` says what happened, why it matters and what to do, in full sentences.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly at?: Position;
  /** The line of text that `at` points to, without its line end. */
  readonly source?: string;
  /** Printed behind the caret: `setpoint is 18.5 (line 12)`. */
  readonly label?: string;
  /** The resource it is about, and the place inside it (a core/pointer Pointer below the manifest's root). */
  readonly resource?: string;
  readonly pointer?: string;
}

/** When the same call may be tried again: never, or after so many milliseconds (the caller adds backoff and jitter). */
export type Retry = false | { readonly afterMs: number };

/**
 * An expected failure: it carries a Diagnostic and says whether trying again can help. Anything else that is thrown is a bug
 * of ours and ends with exit code 70.
 *
 * `sent` tells whether the request may have reached the other side: 'no' means that nothing can have happened there.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly diagnostic: Diagnostic;
  readonly retry: Retry;
  readonly sent: 'no' | 'maybe' | 'answered';

  constructor(
    diagnostic: Omit<Diagnostic, 'severity'> & { readonly severity?: Diagnostic['severity'] },
    options: { readonly retry?: Retry; readonly sent?: Fault['sent']; readonly cause?: unknown } = {},
  ) {
    super(`${diagnostic.code}: ${diagnostic.summary}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.diagnostic = { severity: 'error', ...diagnostic };
    this.retry = options.retry ?? false;
    this.sent = options.sent ?? 'answered';
  }

  get code(): string {
    return this.diagnostic.code;
  }
}

/** Several diagnostics at once: everything that is wrong with the manifests, not the first thing. */
export class Faults extends Error {
  override readonly name = 'Faults';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => `${d.code}: ${d.summary}`).join('; '));
    this.diagnostics = diagnostics;
  }
}

/** The nearest of `known` to `word`, if it is near enough to have been meant: at most a third of its letters are off. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Optimal string alignment distance (insert, delete, replace, swap of neighbours), cut off at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const cost = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least >= limit) return limit;
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? limit;
}
