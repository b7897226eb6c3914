import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../kit/binary.ts';

/** A line of one of the page's tables: the same thing said by both clients. */
export interface Row {
  readonly type: 'row';
  /** Of the page, from 1. */
  readonly line: number;
  readonly python: string;
  /** `since` and `until`: releases of the Python client, both included. */
  readonly since?: string;
  readonly until?: string;
  readonly ours: string;
  readonly gives: string;
  readonly elsewhere: string;
}

/** An example, written for both, and what both print. */
export interface Example {
  readonly type: 'example';
  readonly line: number;
  readonly name: string;
  readonly python: string;
  readonly ours: string;
  readonly prints: string;
}

/** A table of words, which nothing runs. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

export interface Page {
  /** Of the file, below the project. */
  readonly path: string;
  /** What both begin with. */
  readonly opening: { readonly python: string; readonly ours: string };
  /** From top to bottom: later ones build on earlier ones. */
  readonly steps: readonly (Row | Example)[];
  readonly tables: readonly Table[];
  /** Blocks of YAML, by path. */
  readonly manifests: Readonly<Record<string, string>>;
  readonly text: string;
}

const CELL = /^`(.+)`(?: \((until )?(\d[\d.]*)\))?$/;
const cellsOf = (line: string): readonly string[] =>
  line
    .slice(1, -1)
    .split(' | ')
    .map((cell) => cell.trim());

/**
 * Reads a page that shows a Python client beside ours: tables with a column `gives`, examples as blocks of Python, TypeScript and what
 * both print. Throws for what is no pair: a cell that is empty, a block without its counterpart.
 */
export function readPage(path: string, text = readFileSync(join(root, path), 'utf8')): Page {
  const lines = text.split('\n');
  const steps: (Row | Example)[] = [];
  const tables: { readonly head: readonly string[]; readonly rows: Table['rows'][number][] }[] = [];
  let isRun = false;
  const manifests: Record<string, string> = {};
  let opening: Page['opening'] | undefined;
  let heading = '';
  let blocks: { python?: string; ts?: string } = {};
  for (let n = 0; n < lines.length; n += 1) {
    const line = lines[n] ?? '';
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    if (lines[n + 1]?.startsWith('| ---')) {
      const head = cellsOf(line);
      isRun = head[2] === 'gives';
      if (!isRun) tables.push({ head, rows: [] });
    } else if (line.startsWith('|') && !line.startsWith('| ---')) {
      if (isRun) steps.push(rowOf(path, line, n + 1));
      else tables.at(-1)?.rows.push({ line: n + 1, cells: cellsOf(line) });
    }
    const info = /^```(.*)$/.exec(line)?.[1];
    if (info === undefined) continue;
    const end = lines.indexOf('```', n + 1);
    const body = lines.slice(n + 1, end).join('\n');
    const { python, ts } = blocks;
    const [language, file] = info.split(' ');
    if (language === 'python') blocks = { python: body };
    else if (language === 'ts' && opening === undefined) {
      opening = { python: paired(path, python, n), ours: body };
      blocks = {};
    } else if (language === 'ts') blocks = { ...blocks, ts: body };
    else if (language === 'text') {
      steps.push({ type: 'example', line: n + 1, name: heading, python: paired(path, python, n), ours: paired(path, ts, n), prints: body });
      blocks = {};
    } else if (language === 'yaml' && file !== undefined) manifests[file] = body;
    else throw new Error(`${path}:${n + 1}: nothing runs this block`);
    n = end;
  }
  if (opening === undefined || Object.keys(blocks).length > 0) throw new Error(`${path}: the last example does not say what it prints`);
  return { path, opening, steps, tables, manifests, text };
}

function rowOf(path: string, text: string, line: number): Row {
  const cells = cellsOf(text);
  const [theirs = '', ours = '', gives = '', elsewhere = ''] = cells;
  const [, python, until, release] = CELL.exec(theirs) ?? [];
  if (cells.length !== 4 || python === undefined || elsewhere === '') throw new Error(`${path}:${line}: a cell is empty, or no code`);
  return {
    type: 'row',
    line,
    python,
    ...(release === undefined ? {} : until === undefined ? { since: release } : { until: release }),
    ours: codeIn(path, ours, line),
    gives: codeIn(path, gives, line),
    elsewhere,
  };
}

function codeIn(path: string, cell: string, line: number): string {
  const code = /^`(.+)`$/.exec(cell)?.[1];
  if (code === undefined) throw new Error(`${path}:${line}: a cell is empty, or no code`);
  return code;
}

function paired(path: string, block: string | undefined, n: number): string {
  if (block === undefined) throw new Error(`${path}:${n + 1}: a block has no counterpart`);
  return block;
}
