import { dirname } from 'node:path';
import { createExclusively, makeFolder, readIfThere } from '../../../disk/index.ts';
import { idOf, newKey } from '../client/keys.ts';

/**
 * The private key in a file; where there is none, it is made with a new one, for its owner alone to read. Whoever registers with it has it
 * on disk by then, so that a process which is killed in between finds its own executor again. Throws Fault COLONIES_KEY for a file with
 * something else in it, and those of the disk.
 */
export async function keptKey(path: string, make: () => string = newKey): Promise<string> {
  const kept = await readIfThere(path);
  if (kept === undefined) {
    await makeFolder(dirname(path), { mode: 0o700 });
    // Of two that do this at once both go on with what was stored first.
    await createExclusively(path, `${make()}\n`, { mode: 0o600 });
  }
  const key = (kept ?? (await readIfThere(path)) ?? '').trim();
  idOf(key);
  return key;
}
