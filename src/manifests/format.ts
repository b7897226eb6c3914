import { Fault } from '../core/diagnostic.ts';
import { equal } from '../core/value.ts';
import { splitDocuments, type Chunk } from './documents.ts';
import { layOut } from './layout.ts';
import type { Page } from './page.ts';
import { readPages } from './read.ts';

/**
 * YAML text in the project's one form: two spaces a level (lists too), apiVersion, kind, metadata and spec first and in this
 * order, `---` alone between documents, at most one empty line in a row, `\n` line ends and one at the end. Comments stay with
 * what they stand at; quotes, numbers and what stands between brackets stay as they were written.
 *
 * Values and source texts are the same before and after, and formatting twice changes nothing. A document with a form we do not
 * lay out (directives, explicit keys, a scalar alone) is left as it is. Throws a Fault where the text cannot be read.
 */
export function format(text: string): string {
  const { pages, diagnostics } = readPages({ file: '', text });
  const [first] = diagnostics;
  if (first !== undefined) throw new Fault(first);
  if (/\r(?!\n)/.test(text)) return text; // a CR alone is content, and next to a new line end it would no longer be
  const unified = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const chunks = splitDocuments(unified);
  if (chunks.length === 0) return unified.trim() === '' ? '' : `${unified.trimEnd()}\n`;
  const behind = unified.slice(chunks.at(-1)?.end).trim();
  // directives need the `...` before them, so such a stream is left alone
  if (chunks.some((chunk) => !chunk.clean) || /^%/m.test(behind)) return withEnd(unified);
  const documents = chunks.map((chunk, index) => document(unified, chunk, pages[index]));
  return withEnd(documents.join('') + behind);
}

const withEnd = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

function document(text: string, chunk: Chunk, before: Page | undefined): string {
  const body = text.slice(chunk.start, chunk.contentEnd);
  const isFirst = before?.index === 0;
  const laidOut = layOut({ text: body, content: chunk.content - chunk.start, isMarked: chunk.marked, isFirst });
  if (laidOut !== undefined && isSame(before, withEnd(laidOut))) return withEnd(laidOut);
  return withEnd(isFirst || chunk.marked ? body : `---\n${body}`);
}

/** Whether text still says what a page says, alone or behind another document. */
function isSame(before: Page | undefined, text: string): boolean {
  const { pages, diagnostics } = readPages({ file: '', text });
  const [after] = pages;
  if (before === undefined || diagnostics.length > 0 || pages.length !== 1 || after === undefined) return false;
  if (!equal(before.value, after.value) || before.lexical.size !== after.lexical.size) return false;
  return [...before.lexical].every(([at, source]) => after.lexical.get(at) === source);
}
