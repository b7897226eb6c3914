const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;

/** Where one document of a YAML stream stands in its text. */
export interface Chunk {
  /** Comments and directives before the document belong to it. */
  readonly start: number;
  /** The offset of the next document's `---`, or the one behind this document's `...` line. */
  readonly end: number;
  /** Line of `start`, from 1. */
  readonly line: number;
  /** The offset behind `---`, or where a document without one begins. */
  readonly content: number;
  readonly contentLine: number;
  readonly contentEnd: number;
  /** `content` is on the line of a `---`. */
  readonly marked: boolean;
  /** Nothing but comments stands before the content and behind its end. */
  readonly clean: boolean;
}

/**
 * Cuts a YAML stream into its documents. YAML 1.2 makes this exact without reading what is in them: a line that begins with
 * `---` or `...` and a blank is a marker everywhere, even inside a scalar (9.1.2, c-forbidden). So each document is read, and
 * found broken, by itself.
 */
export function splitDocuments(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  let startLine = 1;
  let content = -1; // -1: between documents
  let contentLine = 1;
  let marked = false;
  let clean = true;
  let line = 0;
  const close = (end: number, contentEnd: number): void => {
    chunks.push({ start, end, line: startLine, content, contentLine, contentEnd, marked, clean });
  };
  for (let at = 0; at < text.length;) {
    line += 1;
    const newline = text.indexOf('\n', at);
    const next = newline === -1 ? text.length : newline + 1;
    const marker = markerAt(text, at);
    if (marker === '---') {
      if (content !== -1) {
        close(at, at);
        start = at;
        startLine = line;
        clean = true;
      }
      content = at + 3;
      contentLine = line;
      marked = true;
    } else if (marker === '...') {
      if (content === -1) {
        content = at; // the end of nothing is an empty document, as `yaml` counts
        contentLine = line;
        marked = false;
      }
      if (!isBlank(text, at + 3, next)) clean = false;
      close(next, at);
      content = -1;
      clean = true;
      start = next;
      startLine = line + 1;
    } else if (content === -1) {
      if (text.charCodeAt(at) === 37)
        clean = false; // %: a directive
      else if (!isBlank(text, at, next)) {
        content = at;
        contentLine = line;
        marked = false;
      }
    }
    at = next;
  }
  if (content !== -1) close(text.length, text.length);
  return chunks;
}

function markerAt(text: string, at: number): '---' | '...' | undefined {
  const first = text.charCodeAt(at);
  if (first !== 45 && first !== 46) return undefined;
  if (text.charCodeAt(at + 1) !== first || text.charCodeAt(at + 2) !== first) return undefined;
  const behind = text.charCodeAt(at + 3);
  if (behind === LF || behind === SPACE || behind === CR || behind === TAB || Number.isNaN(behind)) return first === 45 ? '---' : '...';
  return undefined;
}

/** Whether a line, or the rest of one, has nothing but white space and a comment. */
function isBlank(text: string, from: number, to: number): boolean {
  let at = from;
  while (at < to && (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB)) at += 1;
  if (at >= to) return true;
  const code = text.charCodeAt(at);
  return code === LF || code === 35 || (code === CR && text.charCodeAt(at + 1) === LF);
}
