import { readdir, readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { errnoOf } from '../../../../disk/index.ts';

/** The variable by which whatever a command started is known again, wherever it moved: a group can be left, an environment is inherited. */
export const COOKIE = 'SETPOINT_SANDBOX_RUN';

/** A process that begins new ones faster than they are found is given up after so many rounds. */
const ROUNDS = 100;

/** The groups that live, for the last moment of this process: whoever started commands must not leave them behind. */
const living = new Set<number>();
const killLiving = (): void => {
  for (const group of living) signalGroup(group, 'SIGKILL');
};

export function watchGroup(group: number): void {
  if (living.size === 0) process.on('exit', killLiving);
  living.add(group);
}

/** Sends a signal to a process group; a group that is gone is no error. */
export function signalGroup(group: number, signal: 'SIGINT' | 'SIGKILL'): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // EPERM: macOS says so of a group of which only zombies are left.
    if (errnoOf(error) !== 'ESRCH' && errnoOf(error) !== 'EPERM') throw error;
  }
}

/**
 * Kills a group, and (where /proc tells of them) the processes that left it but still carry its cookie. Resolves when none of
 * them is left.
 */
export async function killTree(group: number, cookie: string): Promise<void> {
  signalGroup(group, 'SIGKILL');
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = await carriers(cookie);
    if (found.length === 0) break;
    for (const pid of found) kill(pid);
    await setImmediate();
  }
  living.delete(group);
  if (living.size === 0) process.off('exit', killLiving);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

/** The ids of the processes that carry a cookie. One that is dead or another user's shows no environment. */
async function carriers(cookie: string): Promise<readonly number[]> {
  const ids = (await readdir('/proc').catch(without)).filter((name) => /^\d+$/.test(name)).map(Number);
  const entry = `${COOKIE}=${cookie}`;
  const carry = await Promise.all(
    ids.map(
      async (pid) => pid !== process.pid && (await readFile(`/proc/${pid}/environ`, 'utf8').catch(withoutText)).split('\0').includes(entry),
    ),
  );
  return ids.filter((_, i) => carry[i]);
}

/** No /proc on this system, a process that ended meanwhile, or one that is none of ours. */
const NOT_THERE = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR']);
function without(error: unknown): string[] {
  if (NOT_THERE.has(errnoOf(error) ?? '')) return [];
  throw error;
}
const withoutText = (error: unknown): string => without(error).join('');
