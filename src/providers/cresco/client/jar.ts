import { readFile } from 'node:fs/promises';
import type { Jar } from './calls.ts';
import { badJar } from './faults.ts';
import { jarOf } from './jar-of.ts';

/** A JAR that was read, ready to be uploaded. The newest Python client says `md5` and means `sha256`. */
export interface ReadJar extends Jar {
  readonly sha256: string;
}

/** `get_jar_info`. Throws CRESCO_JAR. */
export const readJar = (bytes: Uint8Array): ReadJar => ({ ...jarOf(bytes), bytes });

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
