import { spawn, spawnSync } from 'node:child_process';
import { mortal } from './children.ts';

/** A program that goes on until it is told to end. */
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

export interface BackgroundOptions {
  readonly cwd: string;
  /** All of it: nothing of this process's own. */
  readonly env: NodeJS.ProcessEnv;
  /** In a terminal of 80 columns, where it asks, draws and colours. */
  readonly terminal?: boolean;
}

/** Whether there is a program that gives another one a terminal: `script` of util-linux. */
export const hasTerminal = (): boolean => spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

/** Starts a program beside the test, which outlives it in no case. */
export function inBackground(line: readonly string[], { cwd, env, terminal = false }: BackgroundOptions): Background {
  const inTerminal = ['script', '-qec', line.map((word) => `'${word}'`).join(' '), '/dev/null'];
  const [program = '', ...rest] = terminal ? inTerminal : line;
  const child = mortal(spawn(program, rest, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] }));
  child.stdin.on('error', () => undefined); // it may end before it has read everything
  let text = '';
  const waiting = new Set<() => void>();
  const hear = (part: string): void => {
    text += part;
    for (const look of waiting) look();
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
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
