import type { Pointer } from '../core/pointer.ts';

/** Something wrong at a place of a document, before anybody looked up where in the file that is. */
export interface Issue {
  readonly code: string;
  readonly severity?: 'error' | 'warning';
  /** From the document's root. Where the document has nothing there, the nearest thing above it is meant. */
  readonly at: Pointer;
  /** What of it the caret underlines. */
  readonly part: 'key' | 'value';
  readonly summary: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly label?: string;
  /** The field that is missing, or the one that an unknown field was probably meant to be. */
  readonly meant?: string;
}
