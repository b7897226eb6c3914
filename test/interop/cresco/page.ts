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

export interface Page {
  /** What both begin with. */
  readonly opening: { readonly python: string; readonly ours: string };
  /** From top to bottom: later ones build on earlier ones. */
  readonly steps: readonly (Row | Example)[];
  /** Blocks of YAML, by path. */
  readonly manifests: Readonly<Record<string, string>>;
  readonly text: string;
}

export const PAGE = 'docs/from-pycrescolib.md';
const FIRST_HEAD = '| pycrescolib |';
const CELL = /^`(.+)`(?: \((until )?(\d[\d.]*)\))?$/;

/** Reads docs/from-pycrescolib.md. Throws for what is no pair: a cell that is empty, a block without its counterpart. */
export function readPage(text = readFileSync(join(root, PAGE), 'utf8')): Page {
  const lines = text.split('\n');
  const steps: (Row | Example)[] = [];
  const manifests: Record<string, string> = {};
  let opening: Page['opening'] | undefined;
  let heading = '';
  let blocks: { python?: string; ts?: string } = {};
  for (let n = 0; n < lines.length; n += 1) {
    const line = lines[n] ?? '';
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    if (line.startsWith('|') && !line.startsWith(FIRST_HEAD) && !line.startsWith('| ---')) steps.push(rowOf(line, n + 1));
    const info = /^```(.*)$/.exec(line)?.[1];
    if (info === undefined) continue;
    const end = lines.indexOf('```', n + 1);
    const body = lines.slice(n + 1, end).join('\n');
    const { python, ts } = blocks;
    const [language, path] = info.split(' ');
    if (language === 'python') blocks = { python: body };
    else if (language === 'ts' && opening === undefined) {
      opening = { python: paired(python, n), ours: body };
      blocks = {};
    } else if (language === 'ts') blocks = { ...blocks, ts: body };
    else if (language === 'text') {
      steps.push({ type: 'example', line: n + 1, name: heading, python: paired(python, n), ours: paired(ts, n), prints: body });
      blocks = {};
    } else if (language === 'yaml' && path !== undefined) manifests[path] = body;
    else throw new Error(`${PAGE}:${n + 1}: nothing runs this block`);
    n = end;
  }
  if (opening === undefined || Object.keys(blocks).length > 0) throw new Error(`${PAGE}: the last example does not say what it prints`);
  return { opening, steps, manifests, text };
}

function rowOf(text: string, line: number): Row {
  const cells = text.slice(1, -1).split(' | ');
  const [theirs = '', ours = '', gives = '', elsewhere = ''] = cells.map((cell) => cell.trim());
  const [, python, until, release] = CELL.exec(theirs) ?? [];
  if (cells.length !== 4 || python === undefined || elsewhere === '') throw new Error(`${PAGE}:${line}: a cell is empty, or no code`);
  return {
    type: 'row',
    line,
    python,
    ...(release === undefined ? {} : until === undefined ? { since: release } : { until: release }),
    ours: codeIn(ours, line),
    gives: codeIn(gives, line),
    elsewhere,
  };
}

function codeIn(cell: string, line: number): string {
  const code = /^`(.+)`$/.exec(cell)?.[1];
  if (code === undefined) throw new Error(`${PAGE}:${line}: a cell is empty, or no code`);
  return code;
}

function paired(block: string | undefined, n: number): string {
  if (block === undefined) throw new Error(`${PAGE}:${n + 1}: a block has no counterpart`);
  return block;
}

/** Whether a release of the Python client has what a row says. */
export function isIn({ since, until }: Row, release: string): boolean {
  const order = (text: string): number => {
    const [major = 0, minor = 0] = text.split('.').map(Number);
    return major * 1000 + minor;
  };
  const own = order(release);
  return (since === undefined || own >= order(since)) && (until === undefined || own <= order(until));
}
