import type { Report, Source } from './source.ts';

/** `word` is an unquoted string, `text` a quoted one (already unquoted, indentation and escapes resolved). */
export interface Token {
  readonly kind: 'word' | 'text' | '{' | '}' | ';' | '+' | 'end';
  readonly text: string;
  readonly offset: number;
  readonly end: number;
}

export interface Lexer {
  next(): Token;
  /** A fault was reported, and what `next` answers now is the end only because of it. */
  readonly stopped: boolean;
  /** Offsets of `\x` sequences that YANG 1.1 forbids and YANG 1.0 takes literally: judged when the version is known. */
  readonly oddEscapes: readonly number[];
  /** Offsets of quotes inside unquoted strings: forbidden in YANG 1.1, part of the string in 1.0. */
  readonly oddQuotes: readonly number[];
}

const BLANK = /[ \t\r\n]+/y;
const WORD = /[^ \t\r\n;{}]+/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

/** Reads tokens by RFC 7950 section 6.1. Faults go to the report; the lexer then answers `end`. */
export function createLexer(source: Source, report: Report): Lexer {
  const { text } = source;
  const oddEscapes: number[] = [];
  const oddQuotes: number[] = [];
  // A byte order mark is no character of the module.
  let stopped = false;
  let last: Token['kind'] | undefined;
  let at = text.startsWith('\uFEFF') ? 1 : 0;

  const stop = (offset: number, summary: string): Token => {
    report.error({ source, offset, length: 1 }, 'YANG_SYNTAX', summary);
    at = text.length;
    stopped = true;
    return { kind: 'end', text: '', offset: at, end: at };
  };

  const skip = (): Token | undefined => {
    for (;;) {
      BLANK.lastIndex = at;
      if (BLANK.test(text)) at = BLANK.lastIndex;
      if (text.startsWith('//', at)) {
        const end = text.indexOf('\n', at);
        at = end < 0 ? text.length : end + 1;
      } else if (text.startsWith('/*', at)) {
        const end = text.indexOf('*/', at + 2);
        if (end < 0) return stop(at, 'this comment is never closed');
        at = end + 2;
      } else return undefined;
    }
  };

  const quoted = (quote: string): Token => {
    const offset = at;
    let end = at + 1;
    for (; end < text.length && text[end] !== quote; end += 1) if (quote === '"' && text[end] === '\\') end += 1;
    if (end >= text.length) return stop(offset, 'this string is never closed');
    at = end + 1;
    const raw = text.slice(offset + 1, end);
    if (quote === "'") return { kind: 'text', text: raw, offset, end: at };
    const column = columnOf(text, offset);
    for (const found of raw.matchAll(/\\([^nt"\\])/gs)) {
      // An escaped backslash hides the one behind it: `\\x` is a backslash and an x.
      if (!escapedAt(raw, found.index)) oddEscapes.push(offset + 1 + found.index);
    }
    const value = (raw.includes('\n') ? unindent(raw, column) : raw).replace(/\\([nt"\\])/g, (_, c: string) => ESCAPES[c] ?? c);
    return { kind: 'text', text: value, offset, end: at };
  };

  const read = (): Token => {
    const fault = skip();
    if (fault) return fault;
    const offset = at;
    const char = text[at];
    if (char === undefined) return { kind: 'end', text: '', offset, end: offset };
    if (char === '{' || char === '}' || char === ';') {
      at += 1;
      return { kind: char, text: char, offset, end: at };
    }
    if (char === '"' || char === "'") return quoted(char);
    // Behind a quoted string a plus joins, wherever the next one begins; elsewhere it is a character like any other.
    if (char === '+' && last === 'text') {
      at += 1;
      return { kind: '+', text: char, offset, end: at };
    }
    WORD.lastIndex = at;
    let word = WORD.exec(text)?.[0] ?? '';
    const comment = /\/[/*]/.exec(word);
    if (comment) word = word.slice(0, comment.index);
    const closing = word.indexOf('*/');
    if (closing >= 0) return stop(offset + closing, 'this ends a comment that never began');
    at += word.length;
    const quote = /["']/.exec(word);
    if (quote) oddQuotes.push(offset + quote.index);
    return { kind: 'word', text: word, offset, end: at };
  };

  const next = (): Token => {
    const token = read();
    last = token.kind;
    return token;
  };

  return {
    next,
    get stopped(): boolean {
      return stopped;
    },
    oddEscapes,
    oddQuotes,
  };
}

function escapedAt(raw: string, index: number): boolean {
  let count = 0;
  while (raw[index - 1 - count] === '\\') count += 1;
  return count % 2 === 1;
}

/** The column of the character behind the opening quote, a tab counting as eight: what later lines are aligned to. */
function columnOf(text: string, offset: number): number {
  let column = 1;
  for (let i = text.lastIndexOf('\n', offset) + 1; i < offset; i += 1) column += text[i] === '\t' ? 8 : 1;
  return column;
}

/**
 * RFC 7950 section 6.1.3: blanks before a line break go, and every later line loses its indentation up to the column of the text
 * behind the opening quote; a tab that reaches over that column leaves its remaining blanks. Escapes are resolved after this.
 */
function unindent(raw: string, column: number): string {
  const lines = raw.split(/\r?\n/);
  const last = lines.length - 1;
  return lines
    .map((line, index) => {
      const kept = index === last ? line : line.replace(/[ \t]+$/, '');
      if (index === 0) return kept;
      let width = 0;
      let start = 0;
      for (; start < kept.length && width < column; start += 1) {
        if (kept[start] === ' ') width += 1;
        else if (kept[start] === '\t') width += 8;
        else break;
      }
      return ' '.repeat(Math.max(0, width - column)) + kept.slice(start);
    })
    .join('\n');
}
