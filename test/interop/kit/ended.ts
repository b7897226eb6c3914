import { spawn } from 'node:child_process';
import type { Ended } from '../../kit/binary.ts';
import { owed } from './debts.ts';

export interface EndedOptions {
  readonly cwd?: string;
  /** All of it: nothing of this process's own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers to what it asks. */
  readonly input?: string;
  /** Then it is killed. Default: 60. */
  readonly seconds?: number;
  /** Kills it (SIGKILL) when it is aborted. */
  readonly kill?: AbortSignal;
}

/** Runs a program to its end, beside whatever else runs; it does not outlive this one. */
export function ended(
  program: string,
  words: readonly string[],
  { cwd, env, input = '', seconds = 60, kill }: EndedOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { ...(cwd === undefined ? {} : { cwd }), env, stdio: ['pipe', 'pipe', 'pipe'] });
    const settle = owed(() => void child.kill('SIGKILL'));
    kill?.addEventListener('abort', () => void child.kill('SIGKILL'));
    const late = setTimeout(() => void child.kill('SIGKILL'), seconds * 1000);
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.stdin.on('error', () => undefined); // it may ask nothing
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(late);
      void settle();
      resolve({ code, signal, out, err });
    });
  });
}
