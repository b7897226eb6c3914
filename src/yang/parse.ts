import { createLexer, type Token } from './lex.ts';
import type { Place, Report, Source } from './source.ts';

/** One statement: a keyword, an argument and its substatements. Nothing of its meaning has been checked. */
export interface Statement {
  /** As written: `leaf`, or `prefix:name` for the use of an extension. */
  readonly keyword: string;
  readonly argument: string | undefined;
  readonly children: readonly Statement[];
  readonly parent: Statement | undefined;
  readonly source: Source;
  /** Offset of the keyword, and of the argument (of the keyword again where there is none). */
  readonly offset: number;
  readonly argumentOffset: number;
  readonly argumentEnd: number;
}

/** No module nests deeper; what does was written to break readers that recurse. */
const MAX_DEPTH = 200;

const KEYWORD = /^(?:[A-Za-z_][A-Za-z0-9_.-]*:)?[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Reads one file: its single top statement, or undefined after a fault, which is in the report. */
export function parse(source: Source, report: Report): Statement | undefined {
  const lexer = createLexer(source, report);
  const fail = (token: Token, summary: string): undefined => {
    if (!lexer.stopped) report.error({ source, offset: token.offset, length: token.end - token.offset }, 'YANG_SYNTAX', summary);
    return undefined;
  };
  const open: { statement: Statement; children: Statement[] }[] = [];
  let root: Statement | undefined;
  let token = lexer.next();
  for (;;) {
    const top = open.at(-1);
    if (token.kind === '}' && top) {
      open.pop();
      token = lexer.next();
      if (open.length === 0) break;
      continue;
    }
    if (token.kind === 'end' && top) return fail(token, `the file ends inside ${describe(top.statement)}: a } is missing`);
    if (token.kind === 'end') return fail(token, 'the file holds no module');
    if (token.kind !== 'word') return fail(token, `expected a statement here, not ${shown(token)}`);
    if (!KEYWORD.test(token.text)) return fail(token, `${shown(token)} is no statement keyword`);
    const keyword = token;
    token = lexer.next();
    let argument: string | undefined;
    let first = keyword;
    let last = keyword;
    if (token.kind === 'word') {
      argument = token.text;
      first = last = token;
      token = lexer.next();
    } else if (token.kind === 'text') {
      const parts = [token.text];
      first = last = token;
      token = lexer.next();
      while (token.kind === '+') {
        token = lexer.next();
        if (token.kind !== 'text') return fail(token, 'only quoted strings can follow a +');
        parts.push(token.text);
        last = token;
        token = lexer.next();
      }
      argument = parts.join('');
    }
    const children: Statement[] = [];
    const statement: Statement = {
      keyword: keyword.text,
      argument,
      children,
      parent: top?.statement,
      source,
      offset: keyword.offset,
      argumentOffset: first.offset,
      argumentEnd: last.end,
    };
    if (top) top.children.push(statement);
    root ??= statement;
    if (token.kind === '{') {
      if (open.length >= MAX_DEPTH) return fail(token, `statements nest deeper than ${MAX_DEPTH} levels`);
      open.push({ statement, children });
      token = lexer.next();
    } else if (token.kind === ';') {
      token = lexer.next();
      if (open.length === 0) break;
    } else return fail(token, `expected ; or { after ${describe(statement)}, not ${shown(token)}`);
  }
  if (!root) return undefined;
  if (token.kind !== 'end') return fail(token, `nothing may follow the end of ${describe(root)}`);
  if (root.children.some((s) => s.keyword === 'yang-version' && s.argument === '1.1')) {
    for (const offset of lexer.oddEscapes) {
      const pair = source.text.slice(offset, offset + 2);
      report.error({ source, offset, length: 2 }, 'YANG_SYNTAX', `${pair} is no escape of YANG 1.1`, {
        hint: 'write \\\\ for a backslash, or use single quotes',
      });
    }
    for (const offset of lexer.oddQuotes) {
      report.error({ source, offset, length: 1 }, 'YANG_SYNTAX', 'a quote cannot stand inside an unquoted string');
    }
  }
  return root;
}

const shown = (token: Token): string =>
  token.kind === 'end' ? 'the end of the file' : token.kind === 'text' ? 'a quoted string' : JSON.stringify(token.text);

/** `leaf "setpoint"`: how messages name a statement. */
export const describe = (s: Statement): string => (s.argument === undefined ? s.keyword : `${s.keyword} "${clipped(s.argument)}"`);

const clipped = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text).replace(/\s+/g, ' ');

/** Where its keyword stands. */
export const keywordOf = (s: Statement): Place => ({ source: s.source, offset: s.offset, length: s.keyword.length });

/** Where its argument stands, quotes included. */
export const argumentOf = (s: Statement): Place => ({
  source: s.source,
  offset: s.argumentOffset,
  length: firstLine(s.source.text.slice(s.argumentOffset, s.argumentEnd)),
});

const firstLine = (text: string): number => {
  const end = text.indexOf('\n');
  return end < 0 ? text.length : end;
};

/** The first substatement of that keyword. */
export function child(s: Statement, keyword: string): Statement | undefined {
  for (const one of s.children) if (one.keyword === keyword) return one;
  return undefined;
}

/** All substatements of that keyword. */
export const all = (s: Statement, keyword: string): readonly Statement[] => s.children.filter((one) => one.keyword === keyword);

/** The argument of the first substatement of that keyword. */
export const text = (s: Statement, keyword: string): string | undefined => child(s, keyword)?.argument;
