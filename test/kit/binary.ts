import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mortal } from './children.ts';
import { MEMORY } from './memory.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'dist/cli/main.js');

/** How a command of the real binary ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface BinaryOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** For node itself: `--import file`. */
  readonly node?: readonly string[];
  /** Another program, which does as the binary does and more. */
  readonly program?: string;
}

/** Runs the built binary as a user would, in an environment that has nothing of the test's own. */
export function setpoint(words: readonly string[], { cwd, env = {}, input, node = [], program = bin }: BinaryOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = mortal(
      spawn(process.execPath, [...node, program, ...words], {
        cwd,
        env: { PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C', ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    );
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.stdin.on('error', () => undefined); // it may end before it has read everything
    child.stdin.end(input ?? '');
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
}

/** Lines are wrapped at 80 columns, so a folder's path is as long wherever it is. */
const NAME = 'setpoint-test-'.slice(0, Math.max('setpoint-t'.length, '/tmp/setpoint-test-'.length - MEMORY.length - 1));

/** A folder that is gone when the body has ended. */
export async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(MEMORY, NAME));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes files below a folder, by path. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export const copyExample = (name: string, folder: string): void =>
  cpSync(join(root, 'examples/manifests', name), folder, { recursive: true });

/**
 * What differs from run to run is replaced by words, so that what a person reads can be a golden: times, durations, run ids,
 * digests, ids that a server chose, the temporary folder.
 */
export const steady = (text: string, folder?: string): string =>
  (folder === undefined ? text : text.replaceAll(folder, '<folder>'))
    .replaceAll(/\b\d{8}-\d{6}-[0-9a-f]{4}\b/g, '<run>')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/(?<=\bid (?:resource-)?)[0-9a-f]{1,8}[0-9a-f-]*…/g, '<uuid>') // as much of one as a line had room for
    .replaceAll(/\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?Z?)?/g, '<time>')
    .replaceAll(/\b\d{2}:\d{2}:\d{2}\b/g, '<clock>')
    .replaceAll(/\b\d{2}:\d{2}(?= UTC)/g, '<hh:mm>')
    .replaceAll(/\b\d+(\.\d+)? (ms|s)\b(?=[ ,).]|$)/gm, '<n> s')
    .replaceAll(/plans\/[0-9a-f]{6}/g, 'plans/<digest>')
    .replaceAll(/\b(commit|manifests) [0-9a-f]{7,40}\b/g, '$1 <commit>')
    .replaceAll(/\/[\w/.-]*\/setpoint-t(?:est-)?\w{6}/g, '<folder>');
