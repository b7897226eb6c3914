import { inflateRawSync } from 'node:zlib';

/** What keeps a file from being read out of an archive, in words: no ZIP file, cut off, too large. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

// APPNOTE.TXT of PKWARE, 4.3.7, 4.3.12, 4.3.16: signatures, and where in each record is what.
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;

/**
 * One file out of a ZIP archive, at once; undefined where it is not in it. No more than `most` bytes are unzipped, whatever the archive
 * says of itself. Throws ZipError.
 */
export function zipEntry(archive: Uint8Array, name: string, most: number): Uint8Array | undefined {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  try {
    const found = find(bytes, name);
    return found && unzipped(bytes, found, most);
  } catch (error) {
    if (error instanceof RangeError) throw new ZipError('it is cut off, or its directory leads out of it', { cause: error });
    throw error;
  }
}

interface Entry {
  readonly method: number;
  readonly size: number;
  readonly local: number;
}

/** Through the central directory, which alone says what is in an archive: bytes before it may be anything. */
function find(bytes: Buffer, name: string): Entry | undefined {
  const end = endOf(bytes);
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new ZipError('its directory is damaged');
    const length = bytes.readUInt16LE(at + 28);
    const isIt = bytes.toString('utf8', at + 46, at + 46 + length) === name;
    if (isIt) return { method: bytes.readUInt16LE(at + 10), size: bytes.readUInt32LE(at + 20), local: bytes.readUInt32LE(at + 42) };
    at += 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return undefined;
}

/** The last record of the archive, in front of a comment of any length. */
function endOf(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - END_SIZE - LONGEST_COMMENT);
  for (let at = bytes.length - END_SIZE; at >= first; at -= 1) if (bytes.readUInt32LE(at) === END) return at;
  throw new ZipError('it is no ZIP file');
}

function unzipped(bytes: Buffer, { method, size, local }: Entry, most: number): Uint8Array {
  if (bytes.readUInt32LE(local) !== LOCAL) throw new ZipError('its directory is damaged');
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  if (start + size > bytes.length) throw new ZipError('it is cut off');
  const packed = bytes.subarray(start, start + size);
  if (method === STORED) {
    if (size > most) throw tooLarge(most);
    return packed;
  }
  if (method !== DEFLATED) throw new ZipError(`it is packed by method ${method}, which JARs do not have`);
  try {
    return inflateRawSync(packed, { maxOutputLength: most });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(most);
    throw new ZipError('it cannot be unzipped', { cause: error });
  }
}

const tooLarge = (most: number): ZipError => new ZipError(`it is larger than ${most / 1024 / 1024} MiB`);
