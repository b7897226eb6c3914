import { isUtf8 } from 'node:buffer';
import type { Diagnostic } from '../core/diagnostic.ts';
import { splitDocuments, type Chunk } from './documents.ts';
import { readFull } from './full-yaml.ts';
import { LIMITS, type Limits, type Outcome, type Page } from './page.ts';
import { plainReader } from './plain-yaml.ts';
import { firstInvalidByte } from './utf8.ts';

export interface Source {
  /** As it is to stand in messages: relative to the project, or `-` for standard input. */
  readonly file: string;
  readonly text: string | Uint8Array;
}

export interface Reading {
  readonly pages: readonly Page[];
  /** Everything that is wrong with the documents that gave no page, in the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Hop 1: text → values with their source text. Each document is read by itself: a broken one gives diagnostics and no page,
 * the others of the file are read all the same. A file without a document gives no page.
 *
 * Documents of the plain subset never load `yaml`; see `plainReader`.
 */
export function readPages(source: Source, limits: Limits = LIMITS): Reading {
  const decoded = decode(source, limits);
  if (typeof decoded !== 'string') return { pages: [], diagnostics: [decoded] };
  const { file } = source;
  const chunks = splitDocuments(decoded);
  if (chunks.length > limits.documents) return { pages: [], diagnostics: [tooMany(file, chunks, limits)] };
  const readPlain = plainReader(decoded, limits.depth);
  const pages: Page[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, chunk] of chunks.entries()) {
    const text = decoded.slice(chunk.start, chunk.end);
    const origin = { file, text, textLine: chunk.line };
    if (text.length > limits.documentLength) {
      diagnostics.push(tooLong(file, chunk, limits));
      continue;
    }
    const plain = chunk.clean ? readPlain({ from: chunk.content, to: chunk.contentEnd, marked: chunk.marked }) : undefined;
    if (plain !== undefined) {
      const line = chunk.contentLine + lineEnds(decoded, chunk.content, plain.content);
      pages.push({ file, index, line, value: plain.value, lexical: plain.lexical, text, textLine: chunk.line });
    } else {
      const outcome: Outcome = readFull(origin, limits);
      if ('diagnostics' in outcome) diagnostics.push(...outcome.diagnostics);
      else {
        const line = chunk.line + lineEnds(text, 0, outcome.content);
        pages.push({ file, index, line, value: outcome.value, lexical: outcome.lexical, text, textLine: chunk.line });
      }
    }
  }
  return { pages, diagnostics };
}

/** The text without its byte order mark, or what is wrong with the bytes. */
function decode({ file, text }: Source, limits: Limits): string | Diagnostic {
  const size = typeof text === 'string' ? Buffer.byteLength(text) : text.length;
  if (size > limits.fileBytes) {
    return {
      code: 'YAML_TOO_LARGE',
      severity: 'error',
      summary: `the file has ${size} bytes; ${limits.fileBytes} are allowed`,
      detail: 'A file of manifests is read into memory as a whole. This one was not read.',
      hint: 'Divide it into several files.',
      at: { file, line: 1, col: 1 },
    };
  }
  if (typeof text !== 'string' && !isUtf8(text)) return notUtf8(file, text);
  const decoded = typeof text === 'string' ? text : Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('utf8');
  return decoded.charCodeAt(0) === 0xfeff ? decoded.slice(1) : decoded;
}

function notUtf8(file: string, bytes: Uint8Array): Diagnostic {
  const offset = firstInvalidByte(bytes);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let line = 1;
  let start = 0;
  for (let at = buffer.indexOf(10); at !== -1 && at < offset; at = buffer.indexOf(10, at + 1)) {
    line += 1;
    start = at + 1;
  }
  const stop = buffer.indexOf(10, offset);
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return {
    code: 'YAML_NOT_UTF8',
    severity: 'error',
    summary: `byte ${offset} of the file is not UTF-8`,
    detail: `The byte 0x${(bytes[offset] ?? 0).toString(16).padStart(2, '0')} cannot stand there in UTF-8 text, so what it means is not known. The file was not read.`,
    hint: utf16 ? 'The file was saved as UTF-16. Save it as UTF-8.' : 'Save the file as UTF-8; it may be in Latin-1 or Windows-1252 now.',
    at: { file, line, col: buffer.toString('utf8', start, offset).length + 1, length: 1 },
    source: buffer.toString('utf8', start, stop === -1 ? buffer.length : stop).replace(/\r$/, ''),
  };
}

function tooMany(file: string, chunks: readonly Chunk[], limits: Limits): Diagnostic {
  return {
    code: 'YAML_TOO_LARGE',
    severity: 'error',
    summary: `the file has ${chunks.length} documents; ${limits.documents} are allowed`,
    detail: 'The file was not read.',
    hint: 'Divide it into several files.',
    at: { file, line: chunks[limits.documents]?.line ?? 1, col: 1 },
  };
}

function tooLong(file: string, chunk: Chunk, limits: Limits): Diagnostic {
  return {
    code: 'YAML_TOO_LARGE',
    severity: 'error',
    summary: `the document has ${chunk.end - chunk.start} characters; ${limits.documentLength} are allowed`,
    detail: 'The document was not read; the others of the file were.',
    hint: 'Describe one thing in one document.',
    at: { file, line: chunk.contentLine, col: 1 },
  };
}

/** How many lines end between two offsets. */
function lineEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
