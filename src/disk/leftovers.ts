import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { processRuns } from './process-runs.ts';

/** Hidden from readers, and named for the process that writes it: `.NAME.PID.COUNT.tmp`. */
const LEFT = /^\..+\.(\d+)\.\d+\.tmp$/;

/**
 * No write takes so long. The process is not here, but a folder may be shared, and a number says nothing of the processes of another
 * machine or container; one of those that had slept for a day would find its file gone and fail, which harms nothing.
 */
const A_DAY_MS = 86_400_000;

const looked = new Set<string>();

/**
 * Removes what a killed process left half written in a folder, which may be a key: temporary files of processes that do not run here, a day
 * older than `now`. That is a time of the folder's own file system (of a file that was just written there), so that no clock but its own
 * counts. Looks once a folder and process, however many files are written. Never fails: whoever wants to write has another errand, and the
 * next process looks again.
 */
export async function removeLeftovers(folder: string, now: number): Promise<void> {
  if (looked.has(folder)) return;
  looked.add(folder);
  for (const name of await readdir(folder).catch((): readonly string[] => [])) {
    const pid = LEFT.exec(name)?.[1];
    if (pid === undefined || processRuns(Number(pid))) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    // Of two who look at once, one finds it gone.
    if (found?.isFile() === true && now - found.mtimeMs > A_DAY_MS) await unlink(path).catch(() => undefined);
  }
}
