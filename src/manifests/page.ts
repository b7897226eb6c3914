import type { Diagnostic, Position } from '../core/diagnostic.ts';
import { MARK } from '../core/mark.ts';
import type { Pointer } from '../core/pointer.ts';
import type { Value } from '../core/value.ts';

/**
 * One YAML document of a file, as plain JSON and with what JSON cannot say.
 *
 * `value` never loses a digit. A number is there as a number only if it is a safe integer, or a decimal whose digits a float
 * prints back (`1.50` is 1.5: the zero is in `lexical`). Any other number (`9223372036854775807`, thirty decimals, `1e400`,
 * `.inf`, `.nan`) is there as its source text, a string, and `lexical` has it too: that is how a reader of the page tells it
 * from a quoted string. Keys are always text: the source text of a plain key (`1.50: x` has the key `1.50`), `` for an empty one.
 */
export interface Page {
  readonly file: string;
  /** Number of the document in its file, from 0; documents that could not be read and empty ones count. */
  readonly index: number;
  /** The line of the file, from 1, on which the content begins; for an empty document the line it would begin on. */
  readonly line: number;
  /** Frozen by convention; parts that an alias names twice may be one object. */
  readonly value: Value;
  /**
   * Source text of plain scalars that resolve to something that prints otherwise: `1.50`, `0x1F`, `True`, `~`, and the empty
   * text for a value that is not there. Nearly always empty.
   */
  readonly lexical: ReadonlyMap<Pointer, string>;
  /** The text of this document alone: comments before it, its `---`, up to the next marker. */
  readonly text: string;
  /** The line of the file, from 1, on which `text` begins. */
  readonly textLine: number;
}

/** What a reader refuses, so that no input can exhaust the machine. */
export interface Limits {
  /** Bytes of UTF-8 text in one file. */
  readonly fileBytes: number;
  /** UTF-16 code units of one document. */
  readonly documentLength: number;
  /** Documents in one file. */
  readonly documents: number;
  /** Collections inside each other. */
  readonly depth: number;
  /** Nodes of one document that exist only because an alias repeats them. */
  readonly aliasNodes: number;
}

export const LIMITS: Limits = {
  fileBytes: 64 * 1024 * 1024,
  documentLength: 16 * 1024 * 1024,
  documents: 250_000,
  depth: 100,
  aliasNodes: 10_000,
};

/** A stretch of a file: its text and the line of the file, from 1, on which it begins. */
export interface Origin {
  readonly file: string;
  readonly text: string;
  readonly textLine: number;
}

/** Where a place of an origin is in the file, and the line it is on: the `at` and `source` of a Diagnostic. */
export interface Place {
  readonly at: Position;
  readonly source: string;
}

/** Finds places in a text by their offset: the line starts are searched once, each place costs a binary search. */
export function placer(origin: Origin): (offset: number, length?: number) => Place {
  const { text, file, textLine } = origin;
  let starts: number[] | undefined;
  return (offset, length = 1) => {
    if (starts === undefined) {
      starts = [0];
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] ?? 0;
    let end = (starts[low + 1] ?? text.length + 1) - 1;
    if (text.charCodeAt(end - 1) === 13 && end > start) end -= 1;
    return {
      at: { file, line: textLine + low, col: offset - start + 1, length: Math.max(1, Math.min(length, end - offset)) },
      source: text.slice(start, end),
    };
  };
}

/** What became of one document. */
export type Outcome =
  | { readonly value: Value; readonly lexical: ReadonlyMap<Pointer, string>; readonly content: number }
  | { readonly diagnostics: readonly Diagnostic[] };

/** No lexical entry at all: shared by nearly all pages. */
export const NOTHING_LEXICAL: ReadonlyMap<Pointer, string> = new Map();

/** Keys that no manifest may have: the one that changes an object's prototype, and the prefix of our own markers inside values. */
export const isForbiddenKey = (key: string): boolean => key === '__proto__' || key.startsWith(MARK);
