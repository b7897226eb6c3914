import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { BinaryOptions } from '../kit/binary.ts';
import { root, steady } from '../kit/binary.ts';
import { assert } from '../kit/group.ts';
import { command } from '../kit/program.ts';

export interface SessionOptions extends Omit<BinaryOptions, 'cwd'> {
  /** Default: 0. */
  readonly exit?: number;
}

/** A person at a terminal without colours: each command, what it said, and how it ended, as a text that can be a golden. */
export interface Session {
  readonly folder: string;
  /** Runs a command, holds it to its exit code and to 80 columns, and writes it down. Resolves with what it said. */
  run(line: string, options?: SessionOptions): Promise<string>;
  /** What was written down so far, steady. */
  text(): string;
}

export function session(folder: string): Session {
  const said: string[] = [];
  return {
    folder,
    async run(line, { exit = 0, ...options } = {}) {
      const { code, out, err } = await command(wordsOf(line), { cwd: folder, ...options });
      const text = out + err;
      assert.is(code, exit, `setpoint ${line}\n${text}`);
      const known = text.replaceAll(folder, '<folder>');
      if (!/--format|--json/.test(line))
        for (const one of known.split('\n')) assert.ok([...one].length <= 80 || PASTED.test(one), `too wide: ${one}`);
      said.push(`$ setpoint ${line}\n${text}${code === 0 ? '' : `(exit ${code})\n`}`);
      return text;
    },
    text: () => plain(said.join('\n'), folder),
  };
}

/** A command to be pasted stands on a line of its own that is never broken. */
const PASTED = /^ {2}setpoint apply /;

/** Words between blanks; quotes keep some together. */
const wordsOf = (line: string): readonly string[] => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

/** Steady, and ports and process ids as well. */
export const plain = (text: string, folder: string): string =>
  steady(text, folder)
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replaceAll(/\(process \d+\)/g, '(process <pid>)')
    .replaceAll(/\bv\d+\.\d+\.\d+\b/g, '<version>');

/** A command that goes on until it is told to end. */
export interface Background {
  readonly pid: number;
  readonly said: () => string;
  /** Waits until a text was said, as often as named. */
  until(text: string | RegExp, times?: number): Promise<void>;
  /** Keys that a person presses: `yes\n`, `\u0003` for Ctrl-C. */
  type(keys: string): void;
  /** Resolves with its exit code when it has ended by itself. */
  readonly ended: Promise<number | null>;
  /** Ends it with a signal; resolves with its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** A test that fails leaves its command behind: whatever still runs ends with the tests. */
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Whether there is a program that gives another one a terminal: `script` of util-linux. */
export const hasTerminal = (): boolean => spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

/** `terminal`: in a terminal of 80 columns, where it asks, draws and colours. */
export function background(
  words: readonly string[],
  { cwd, env = {}, terminal = false }: BinaryOptions & { readonly terminal?: boolean },
): Background {
  const line = [process.execPath, join(root, 'dist/cli/main.js'), ...words];
  const inTerminal = ['script', '-qec', line.map((word) => `'${word}'`).join(' '), '/dev/null'];
  const [program = '', ...rest] = terminal ? inTerminal : line;
  const child = spawn(program, rest, {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C', TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  child.stdin.on('error', () => undefined); // it may end before it has read everything
  let text = '';
  const waiting = new Set<() => void>();
  const hear = (part: string): void => {
    text += part;
    for (const look of waiting) look();
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve)).finally(() => running.delete(child));
  return {
    pid: child.pid as number,
    said: () => text,
    async until(wanted, times = 1) {
      const found = (): boolean => {
        const pattern = typeof wanted === 'string' ? wanted.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&') : wanted.source;
        return [...text.matchAll(new RegExp(pattern, 'g'))].length >= times;
      };
      await new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (!found()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        void ended.then((code) => reject(new Error(`ended with ${code} before it said ${String(wanted)}:\n${text}`)));
        look();
      });
    },
    type: (keys) => void child.stdin.write(keys),
    ended,
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}
