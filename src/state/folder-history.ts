import { rename, stat } from 'node:fs/promises';
import type { ResourceId } from '../core/id.ts';
import { digest } from '../core/digest.ts';
import { canonical } from '../core/value.ts';
import { diskFault, errnoOf, openLog, readLog } from '../disk/index.ts';
import { parsed } from './record-file.ts';
import type { Checkpoint, RecordChange } from './store.ts';

/** Above this size the file becomes `<file>.1` and a new one begins: between one and two times as much history is kept. */
export const HISTORY_BYTES = 8 * 1024 * 1024;

/**
 * The past of a folder store: one line a checkpoint with the records before and after. It is what git is for a store in git, only
 * bounded; losing it loses no state.
 */
export function folderHistory(file: string): {
  append(checkpoint: Omit<Checkpoint, 'id'>): Promise<void>;
  read(): AsyncIterable<Checkpoint>;
} {
  return {
    async append(checkpoint) {
      if (checkpoint.changes.length === 0) return;
      if ((await sizeOf(file)) > HISTORY_BYTES) {
        await rename(file, `${file}.1`).catch((error: unknown) => Promise.reject(diskFault(error, file, 'write') as Error));
      }
      const log = openLog(file);
      try {
        await log.append([canonical(checkpoint)]);
      } finally {
        await log.close();
      }
    },
    async *read() {
      const lines = [...(await readLog(`${file}.1`)).lines, ...(await readLog(file)).lines];
      yield* withoutRepeats(lines).reverse();
    },
  };
}

/**
 * A checkpoint that a crash cut short is written again, and then tells once more some of the same changes: those that lead to what was
 * already said are left out. Lines that cannot be read are left out too; the history decides nothing.
 */
function withoutRepeats(lines: readonly string[]): Checkpoint[] {
  const known = new Map<ResourceId, string>();
  const checkpoints: Checkpoint[] = [];
  for (const line of lines) {
    const told = parsed(line);
    if (!Array.isArray(told?.['changes'])) continue;
    const checkpoint = told as unknown as Omit<Checkpoint, 'id'>;
    const changes = checkpoint.changes.filter((change: RecordChange) => {
      const after = canonical(change.after ?? null);
      if (known.get(change.id) === after) return false;
      known.set(change.id, after);
      return true;
    });
    if (changes.length > 0) checkpoints.push({ ...checkpoint, changes, id: digest(checkpoint).slice(0, 12) });
  }
  return checkpoints;
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw diskFault(error, file, 'read');
  }
}
