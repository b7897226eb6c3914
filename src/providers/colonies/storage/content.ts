import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { diskFault } from '../../../disk/disk-fault.ts';
import { stopIfAborted } from '../../transport/interrupted.ts';

/** SHA-256 of what is added to it, as hexadecimal digits. */
export function digester(): { add(piece: Uint8Array): void; sha256(): string } {
  const hash = createHash('sha256');
  return { add: (piece) => void hash.update(piece), sha256: () => hash.digest('hex') };
}

/** The bytes of a file, piece by piece. Throws NOT_READABLE or DISK_FAILED. */
export async function* reading(path: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: PIECE_BYTES });
  } catch (error) {
    throw diskFault(error, path, 'read');
  }
}

const PIECE_BYTES = 256 * 1024;

/** Reads a file once for its size and checksum. Throws NOT_READABLE, DISK_FAILED and INTERRUPTED. */
export async function measured(path: string, signal: AbortSignal): Promise<{ readonly size: number; readonly sha256: string }> {
  const content = digester();
  let size = 0;
  for await (const piece of reading(path)) {
    stopIfAborted(signal, 'no');
    content.add(piece);
    size += piece.length;
  }
  return { size, sha256: content.sha256() };
}
