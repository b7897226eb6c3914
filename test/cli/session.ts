import { join } from 'node:path';
import { type Background, inBackground } from '../kit/background.ts';
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

/** A command beside the test; `terminal`: in a terminal of 80 columns, where it asks, draws and colours. */
export const background = (
  words: readonly string[],
  { cwd, env = {}, terminal = false }: BinaryOptions & { readonly terminal?: boolean },
): Background =>
  inBackground([process.execPath, join(root, 'dist/cli/main.js'), ...words], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C', TERM: 'xterm', ...env },
    terminal,
  });
