import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../kit/binary.ts';
import { owed } from './debts.ts';

/** What became of a piece of Python: the value of its last expression as JSON, or what it raised, and what it printed. */
export interface Said {
  readonly value?: unknown;
  readonly raised?: string;
  readonly said?: string;
  readonly printed: string;
}

/** A Python process that keeps its names from one piece of code to the next. */
export interface Python {
  /** Runs one to its end. A piece that takes too long ends the process: clients of the oldest sort wait for ever. */
  run(code: string, seconds?: number): Promise<Said>;
  /** The same, where it has to come to an end: gives the value. Throws what was raised and said. */
  value(code: string, seconds?: number): Promise<unknown>;
  close(): Promise<void>;
}

const USUAL_SECONDS = 30;
const SHOWN_ERRORS = 1500;

export function openPython(python: string): Python {
  const child = spawn(python, ['-u', join(root, 'test/interop/kit/bridge.py')], { stdio: ['pipe', 'pipe', 'pipe'] });
  const undo = owed(() => void child.kill('SIGKILL'));
  const waiting = new Map<number, { readonly resolve: (said: Said) => void; readonly reject: (error: Error) => void }>();
  let errors = '';
  let count = 0;
  let over: string | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-SHOWN_ERRORS)));
  child.stdin.on('error', () => undefined); // its end is told below
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, ...said } = JSON.parse(line) as Said & { readonly id: number };
    waiting.get(id)?.resolve(said);
    waiting.delete(id);
  });
  const ended = new Promise<void>((resolve) => {
    const end = (why: string): void => {
      over ??= why;
      for (const { reject } of waiting.values()) reject(new Error(`${over}\n${errors}`));
      waiting.clear();
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(`Python has ended (${signal ?? code ?? ''})`));
  });
  const run: Python['run'] = (code, seconds = USUAL_SECONDS) =>
    new Promise((resolve, reject) => {
      if (over !== undefined) return void reject(new Error(over));
      const id = (count += 1);
      errors = '';
      const timer = setTimeout(() => {
        over = `Python was ended: it was still running this after ${seconds} s:\n${code}`;
        child.kill('SIGKILL');
      }, seconds * 1000);
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          settle(value);
        };
      };
      waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      child.stdin.write(`${JSON.stringify({ id, code })}\n`);
    });
  return {
    run,
    async value(code, seconds) {
      const { value, raised, said, printed } = await run(code, seconds);
      if (raised === undefined) return value;
      throw new Error(`${raised}: ${said ?? ''}\n${code}\n${printed}${errors}`);
    },
    async close() {
      child.stdin.end();
      const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(hard);
      await undo();
    },
  };
}

/** A value as Python writes it: what JSON says of texts and numbers is Python as well. */
export const py = (value: string | number): string => JSON.stringify(value);
