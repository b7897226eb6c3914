import { dirname } from 'node:path';
import { makeFolder, writeDurably } from '../disk/index.ts';

/** Writes a file that a person named, and the folders that it stands in. Throws Fault DISK_FULL or NOT_WRITABLE. */
export async function saveText(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  await writeDurably(path, text);
}
