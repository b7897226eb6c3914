import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface RunGitOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Milliseconds; without it, as long as it takes. */
  readonly limitMs?: number;
}

/** How a process ended. `slow`: its time was over, and it was ended. */
export type GitEnd = { readonly code: number } | { readonly signal: NodeJS.Signals } | { readonly missing: Error } | 'slow';

/** A git process under way. */
export interface GitRun {
  readonly out: Readable;
  readonly err: Readable;
  /** Never rejects. */
  readonly end: Promise<GitEnd>;
  kill(): void;
}

/** Starts git. Node's own spawn takes a third of the time of what is built on it, and a plan asks git a dozen times. */
export function runGit({ args, cwd, env, input, limitMs }: RunGitOptions): GitRun {
  const child = spawn('git', args, { cwd, env, windowsHide: true });
  // It may end before it has read everything, and its code says why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const end = new Promise<GitEnd>((resolve) => {
    const giveUp = (): void => {
      resolve('slow');
      child.kill();
      // A program that git started may hold the other ends for as long as it likes.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = limitMs === undefined ? undefined : setTimeout(giveUp, limitMs);
    child.on('error', (missing) => resolve({ missing }));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(signal === null ? { code: code ?? 0 } : { signal });
    });
  });
  return { out: child.stdout, err: child.stderr, end, kill: () => void child.kill() };
}

/** All that comes, also of a stream that is cut off: how the process ended tells what that means. */
export function bytesOf(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  return new Promise((resolve) => {
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', () => undefined);
    stream.on('close', () => resolve(Buffer.concat(parts)));
  });
}

const LINE_END = 0x0a;

/** The lines of a stream as they come, without their ends. A line end is `\n` alone: any other may stand in what git prints. */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  for await (const part of stream) {
    let from = 0;
    for (let at = part.indexOf(LINE_END); at >= 0; at = part.indexOf(LINE_END, from)) {
      begun.push(part.subarray(from, at));
      yield Buffer.concat(begun).toString('utf8');
      begun = [];
      from = at + 1;
    }
    if (from < part.length) begun.push(part.subarray(from));
  }
  if (begun.length > 0) yield Buffer.concat(begun).toString('utf8');
}
