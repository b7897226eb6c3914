import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import JSZip from 'jszip';
import type { Jar } from './calls.ts';
import { badJar } from './faults.ts';

/** A JAR that was read, ready to be uploaded. The newest Python client says `md5` and means `sha256`. */
export interface ReadJar extends Jar {
  readonly sha256: string;
}

const MANIFEST = 'META-INF/MANIFEST.MF';
/** Honest ones have a few kilobytes; a bomb has gigabytes. */
const MOST = 4 * 1024 * 1024;

/**
 * Name, version and digests of a plugin: `get_jar_info`, as the server itself reads it (continuation lines are unfolded, directives
 * such as `;singleton:=true` are no part of the name). No more than the manifest is unzipped, and no more than 4 MiB of it. Throws
 * CRESCO_JAR.
 */
export async function readJar(bytes: Uint8Array): Promise<ReadJar> {
  const headers = mainSection(await manifest(bytes));
  const pluginName = headers.get('bundle-symbolicname')?.split(';')[0]?.trim();
  const version = headers.get('bundle-version');
  if (pluginName === undefined || pluginName === '') throw badJar('Its manifest has no Bundle-SymbolicName');
  if (version === undefined || version === '') throw badJar('Its manifest has no Bundle-Version');
  const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
  return { pluginName, version, md5: digest('md5'), sha256: digest('sha256'), bytes };
}

/** The same from a file. Throws CRESCO_JAR for one that cannot be read as well. */
export async function readJarFile(path: string): Promise<ReadJar> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw badJar(`${path} cannot be read`, cause);
  }
  return readJar(bytes);
}

async function manifest(bytes: Uint8Array): Promise<Buffer> {
  let entry: JSZip.JSZipObject | null;
  try {
    entry = (await JSZip.loadAsync(bytes)).file(MANIFEST);
  } catch (cause) {
    throw badJar('It is no ZIP file', cause);
  }
  if (entry === null) throw badJar(`It has no ${MANIFEST}`);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Piece by piece (jszip gives a stream of the old kind): what the archive says of the size of an entry may be a lie.
    for await (const chunk of new Readable().wrap(entry.nodeStream()) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MOST) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw badJar(`Its ${MANIFEST} cannot be unzipped`, cause);
  }
  if (size > MOST) throw badJar(`Its ${MANIFEST} is larger than ${MOST / 1024 / 1024} MiB`);
  return Buffer.concat(chunks);
}

/** Headers up to the first empty line, names in lower case (JAR File Specification, "Notes on Manifest and Signature Files"). */
function mainSection(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  // A line holds 72 bytes; a longer header goes on behind a line end and a space, in the middle of a character if need be.
  const unfolded = Buffer.from(bytes.toString('latin1').replaceAll(/(\r\n|\r|\n) /g, ''), 'latin1').toString('utf8');
  for (const line of unfolded.split(/\r\n|\r|\n/)) {
    if (line === '') break;
    const at = line.indexOf(':');
    if (at > 0) headers.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
  return headers;
}
