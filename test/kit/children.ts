import type { ChildProcess } from 'node:child_process';

/** Programs that tests have started and that have not ended, each with what ends it. */
const running = new Map<ChildProcess, () => void>();
const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

process.on('exit', () => running.forEach((end) => end()));

/**
 * A program that a test starts: it ends with the test at the latest, however that ends, and with the process of the tests if that is
 * told to end. `family`: it was started `detached` and leads its own group of processes, which ends with it.
 */
export function mortal<T extends ChildProcess>(child: T, { family = false }: { readonly family?: boolean } = {}): T {
  // A signal alone would end this process without telling anybody.
  if (running.size === 0) for (const signal of Object.keys(CODES) as (keyof typeof CODES)[]) process.on(signal, told);
  running.set(child, () => (family && child.pid !== undefined ? killFamily(child.pid) : void child.kill('SIGKILL')));
  const forget = (): void => {
    running.delete(child);
    if (running.size === 0) for (const signal of Object.keys(CODES)) process.off(signal, told);
  };
  child.once('close', forget).once('error', forget);
  return child;
}

/** Gives what ends all that is started from now on, and waits until it has ended. */
export function mortals(): () => Promise<void> {
  const before = new Set(running.keys());
  return async () => {
    const left = [...running].filter(([child]) => !before.has(child));
    await Promise.all(
      left.map(([child, end]) => {
        const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
        end();
        return ended;
      }),
    );
  };
}

/** Where somebody else listens as well, it is theirs to end this process. */
function told(signal: keyof typeof CODES): void {
  running.forEach((end) => end());
  if (process.listenerCount(signal) === 1) process.exit(CODES[signal]);
}

function killFamily(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
