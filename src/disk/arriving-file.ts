import { writeSync } from 'node:fs';
import { open, realpath, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskFault } from './disk-fault.ts';
import { makeFolder, syncFolder } from './durable.ts';

/** A file whose content comes piece by piece, and which has its name when all of it is there and right. */
export interface ArrivingFile {
  /** Done with the piece when it returns. */
  write(piece: Uint8Array): void;
  /** Gives it its name, in place of the file that has it now, and resolves when that is on disk. */
  keep(): Promise<void>;
  /** Leaves nothing behind. Quiet after `keep`. */
  abandon(): Promise<void>;
}

let count = 0;

/**
 * Begins a file at `path`, with the folders above it. What is at the path stays until `keep`; a symbolic link there is replaced, and not
 * followed. Throws DISK_FULL, NOT_WRITABLE or DISK_FAILED, as its methods do.
 */
export async function arrivingFile(path: string): Promise<ArrivingFile> {
  const failing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw diskFault(error, path, 'write');
    }
  };
  await makeFolder(dirname(path));
  const folder = await failing(realpath(dirname(path)));
  // A name of its own length: that of the file may be as long as names can be.
  const temporary = join(folder, `.arriving.${process.pid}.${(count += 1)}.tmp`);
  const handle = await failing(open(temporary, 'wx', 0o666));
  let isOver = false;
  const abandon = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    await handle.close();
    await failing(unlink(temporary));
  };
  return {
    write(piece) {
      try {
        // One write may take only a part.
        for (let done = 0; done < piece.length;) done += writeSync(handle.fd, piece, done);
      } catch (error) {
        throw diskFault(error, path, 'write');
      }
    },
    async keep() {
      await failing(handle.sync());
      await failing(rename(temporary, path));
      isOver = true;
      await handle.close();
      await failing(syncFolder(folder));
    },
    abandon,
  };
}
