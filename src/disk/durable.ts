import { constants } from 'node:fs';
import { link, mkdir, open, readFile, readdir, realpath, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { diskFault, errnoOf } from './disk-fault.ts';
import { removeLeftovers } from './leftovers.ts';

/**
 * Files that survive a power cut. A file is either the old one or the new one, never a part of it: the content goes to a
 * temporary file in the same folder, is synced, renamed over the old one, and the folder is synced, because a rename is only
 * on disk when its folder is (fsync(2), notes).
 */

/** Temporary files begin with a dot and end so; readers of a folder never see them, `sweep` and in time `removeLeftovers` remove what a crash left behind. */
const TEMPORARY = /^\..*\.tmp$/;
let count = 0;
const temporaryBeside = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.${(count += 1)}.tmp`);

/** A large text may come in parts. */
export type Content = string | Uint8Array | Iterable<string>;

export interface WriteOptions {
  /** Permission bits of the new file. Default: those of the file that is replaced, or what the umask leaves of 0o666. */
  readonly mode?: number;
}

/**
 * Replaces a file (or makes it, with the folders above it) as a whole; on disk when it resolves. When it fails, the old file
 * is untouched and nothing is left behind. A symbolic link stays one: the file it points to is replaced.
 * Throws DISK_FULL, NOT_WRITABLE or DISK_FAILED.
 */
export async function writeDurably(path: string, content: Content, options: WriteOptions = {}): Promise<void> {
  try {
    const real = await realpath(path).catch((error: unknown) => (errnoOf(error) === 'ENOENT' ? path : Promise.reject(error as Error)));
    const mode = options.mode ?? (await modeOf(real));
    const temporary = await fillTemporary(real, content, mode);
    await rename(temporary, real).catch((error: unknown) => abandon(temporary, error));
    await syncFolder(dirname(real));
  } catch (error) {
    throw diskFault(error, path, 'write');
  }
}

/**
 * Makes a file with its whole content in one instant, on disk when it resolves; false where there is one already. Of many
 * that try at once, exactly one gets true. Throws as `writeDurably` does.
 */
export async function createExclusively(path: string, text: string | Uint8Array, options: WriteOptions = {}): Promise<boolean> {
  try {
    const temporary = await fillTemporary(path, text, options.mode);
    // link(2) fails where the name is taken, and unlike O_EXCL never shows a name without its content.
    const made = await link(temporary, path).then(
      () => true,
      (error: unknown) => (errnoOf(error) === 'EEXIST' ? false : abandon(temporary, error)),
    );
    await unlink(temporary);
    if (made) await syncFolder(dirname(path));
    return made;
  } catch (error) {
    throw diskFault(error, path, 'write');
  }
}

/** Removes a file, durably; quiet where there is none. */
export async function removeDurably(path: string): Promise<void> {
  try {
    await unlink(path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw diskFault(error, path, 'write');
  }
}

/** Makes a folder and those above it, each one on disk in its parent when it resolves. `mode` is that of the ones it makes. */
export async function makeFolder(path: string, { mode }: WriteOptions = {}): Promise<void> {
  try {
    const first = await mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode }) });
    if (first === undefined) return;
    for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  } catch (error) {
    throw diskFault(error, path, 'write');
  }
}

/** The text of a file, or undefined where there is none. Throws NOT_READABLE or DISK_FAILED. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw diskFault(error, path, 'read');
  }
}

/** Names of what is in a folder, sorted, temporary files left out; empty where there is no folder. A folder's name ends in `/`. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .filter((name) => !TEMPORARY.test(name))
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw diskFault(error, folder, 'read');
  }
}

/** Removes the temporary files that a crash left in a folder. Only for its one writer: another one's would go as well. */
export async function sweep(folder: string): Promise<void> {
  try {
    const names = await readdir(folder);
    for (const name of names) if (TEMPORARY.test(name)) await unlink(join(folder, name));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw diskFault(error, folder, 'write');
  }
}

/** Makes what was created, renamed or removed in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals its own metadata.
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes every byte at the given place: a single write may take only a part. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

const modeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    (found) => found.mode & 0o7777,
    (error: unknown) => (errnoOf(error) === 'ENOENT' ? undefined : Promise.reject(error as Error)),
  );

/** A new synced file beside `path` with the content in it; where the folder is missing, it is made first. */
async function fillTemporary(path: string, content: Content, mode: number | undefined): Promise<string> {
  const temporary = temporaryBeside(path);
  const create = (): Promise<FileHandle> => open(temporary, 'wx', mode ?? 0o666);
  const handle = await create().catch(async (error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await makeFolder(dirname(path));
    return create();
  });
  try {
    // The mode of `open` is cut by the umask; that of a replaced file is kept to the letter.
    if (mode !== undefined) await handle.chmod(mode);
    let position = 0;
    for (const part of typeof content === 'string' || content instanceof Uint8Array ? [content] : content) {
      const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
      await writeFully(handle, bytes, position);
      position += bytes.length;
    }
    await handle.sync();
    await removeLeftovers(dirname(path), (await handle.stat()).mtimeMs);
  } catch (error) {
    await handle.close();
    return await abandon(temporary, error);
  }
  await handle.close();
  return temporary;
}

/** Removes the temporary file of a write that failed and fails with the reason of the failure, whatever the removal says. */
async function abandon(temporary: string, error: unknown): Promise<never> {
  await unlink(temporary).catch(() => undefined);
  throw error;
}
