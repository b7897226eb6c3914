import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskFault, errnoOf } from './disk-fault.ts';
import { makeFolder, readIfThere, syncFolder, writeFully } from './durable.ts';

/** An append-only file of lines with one writer. */
export interface Log {
  /**
   * On disk when it resolves. Appends made while an fsync is under way wait for it and then share the next one, so a hundred
   * at once cost two. When it fails nothing of it stays in the file, and later appends go on behind the last good line.
   * A line may not contain a line end. Throws DISK_FULL, NOT_WRITABLE or DISK_FAILED.
   */
  append(lines: readonly string[]): Promise<void>;
  /** Waits for the appends under way. */
  close(): Promise<void>;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Opens a log at its first append, made with its folder if it is not there; a torn last line is cut off before anything is added. */
export function openLog(path: string): Log {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let handle: FileHandle | undefined;
  /** Length of the file up to its last good line. */
  let good = 0;
  /** Bytes of a failed append may still stand behind `good`. */
  let unclean = false;
  let closed = false;

  const write = async (bytes: Buffer): Promise<void> => {
    if (handle === undefined) ({ handle, good } = await openAtEnd(path));
    if (unclean) await handle.truncate(good);
    unclean = true;
    try {
      await writeFully(handle, bytes, good);
      await handle.datasync();
    } catch (error) {
      // If this fails too, the next append tries again before it writes.
      unclean = await handle.truncate(good).then(
        () => false,
        () => true,
      );
      throw error;
    }
    good += bytes.length;
    unclean = false;
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      // Callers of the same turn of the event loop come along.
      await new Promise(setImmediate);
      const batch = waiting;
      waiting = [];
      try {
        await write(batch.length === 1 && batch[0] ? batch[0].bytes : Buffer.concat(batch.map((one) => one.bytes)));
        for (const one of batch) one.resolve();
      } catch (error) {
        const fault = diskFault(error, path, 'write');
        for (const one of batch) one.reject(fault);
      }
    }
    running = undefined;
  };

  return {
    append(lines) {
      if (closed) return Promise.reject(new TypeError(`append to a closed log: ${path}`));
      if (lines.some((line) => line.includes('\n'))) return Promise.reject(new TypeError(`a line of ${path} contains a line end`));
      if (lines.length === 0) return Promise.resolve();
      const bytes = Buffer.from(`${lines.join('\n')}\n`, 'utf8');
      return new Promise<void>((resolve, reject) => {
        waiting.push({ bytes, resolve, reject });
        running ??= drain();
      });
    },
    async close() {
      closed = true;
      await running;
      await handle?.close();
      handle = undefined;
    },
  };
}

/** All whole lines of a log; `torn` where a last line without its line end, cut short by a crash, was left out. Empty where there is no file. */
export async function readLog(path: string): Promise<{ readonly lines: readonly string[]; readonly torn: boolean }> {
  const text = (await readIfThere(path)) ?? '';
  const end = text.lastIndexOf('\n');
  return { lines: end < 0 ? [] : text.slice(0, end).split('\n'), torn: end + 1 < text.length };
}

async function openAtEnd(path: string): Promise<{ handle: FileHandle; good: number }> {
  const flags = constants.O_RDWR | constants.O_CREAT;
  const handle = await open(path, flags, 0o666).catch(async (error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await makeFolder(dirname(path));
    return open(path, flags, 0o666);
  });
  try {
    await syncFolder(dirname(path));
    const { size } = await handle.stat();
    const good = await lastLineEnd(handle, size);
    if (good < size) {
      await handle.truncate(good);
      await handle.sync();
    }
    return { handle, good };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Offset behind the last line end, looked for from the end in steps: a log may be long, its last line is not. */
async function lastLineEnd(handle: FileHandle, size: number): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - chunk.length);
    const { bytesRead } = await handle.read(chunk, 0, end - start, start);
    const at = chunk.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}
