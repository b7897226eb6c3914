import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mortal } from './children.ts';
import { MEMORY } from './memory.ts';

const preload = fileURLToPath(new URL('crash.mjs', import.meta.url));

/** Processes wait for the disk and for each other most of the time. */
const AT_ONCE = 4;

export interface CrashOptions {
  /** A program that gets a folder, opens a sandbox on it, works as a client, and prints a line for whatever the client was told. */
  readonly furnisher: string;
  /** As crash.mjs knows it: `kill`, `short-write`, `enospc`, … */
  readonly mode: string;
  /** Which operations on files to end it at, counted from 1. */
  readonly at: (n: number, operation: string) => boolean;
  /** The folder, what the client was told until then, and a name for what happened. */
  readonly survives: (folder: string, told: readonly string[], story: string) => Promise<void>;
}

/**
 * Ends a sandbox at one operation on its files after the other, each time on an empty folder, and looks at what it left. Before that,
 * once without trouble. Resolves with how many ends were tried.
 */
export async function crashes({ furnisher, mode, at, survives }: CrashOptions): Promise<number> {
  const points = await inFolder(async (parent) => {
    const folder = join(parent, 'kept');
    const count = join(parent, 'count');
    const told = await furnish(furnisher, folder, { CRASH_MATCH: folder, CRASH_COUNT: count });
    await survives(folder, told, 'undisturbed');
    const operations = (await readFile(count, 'utf8')).trimEnd().split('\n');
    return operations.flatMap((operation, n) => (at(n + 1, operation) ? [n + 1] : []));
  });
  const left = points.values();
  const worker = async (): Promise<void> => {
    for (const point of left) {
      await inFolder(async (parent) => {
        const folder = join(parent, 'kept');
        const told = await furnish(furnisher, folder, { CRASH_MATCH: folder, CRASH_AT: String(point), CRASH_MODE: mode });
        await survives(folder, told, `${mode} at write ${point}`);
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return points.length;
}

/** Runs the furnisher until it ends or is killed: what its client was told. */
async function furnish(furnisher: string, folder: string, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const child = mortal(
    spawn(process.execPath, ['--import', 'tsx', '--import', preload, furnisher, folder], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  await new Promise((resolve) => child.on('close', resolve));
  return out.split('\n').slice(0, -1);
}

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(MEMORY, 'setpoint-crash-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
