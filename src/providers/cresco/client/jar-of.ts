import { createHash } from 'node:crypto';
import { badJar } from './faults.ts';
import type { JarName } from './results.ts';
import { zipEntry, ZipError } from './zip-entry.ts';

const MANIFEST = 'META-INF/MANIFEST.MF';
/** Honest ones have a few kilobytes; a bomb has gigabytes. */
const MOST = 4 * 1024 * 1024;

/**
 * Name, version and digests of a plugin's JAR, as the server itself reads them (continuation lines are unfolded, directives such as
 * `;singleton:=true` are no part of the name). Nothing but the manifest is unzipped, and no more than 4 MiB of it. Throws CRESCO_JAR.
 */
export function jarOf(bytes: Uint8Array): JarName & { readonly sha256: string } {
  const headers = mainSection(manifestOf(bytes));
  const pluginName = headers.get('bundle-symbolicname')?.split(';')[0]?.trim();
  const version = headers.get('bundle-version');
  if (pluginName === undefined || pluginName === '') throw badJar('Its manifest has no Bundle-SymbolicName');
  if (version === undefined || version === '') throw badJar('Its manifest has no Bundle-Version');
  const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
  return { pluginName, version, md5: digest('md5'), sha256: digest('sha256') };
}

function manifestOf(bytes: Uint8Array): Buffer {
  let manifest: Uint8Array | undefined;
  try {
    manifest = zipEntry(bytes, MANIFEST, MOST);
  } catch (cause) {
    if (!(cause instanceof ZipError)) throw cause;
    throw badJar(`${MANIFEST} cannot be read out of it: ${cause.message}`, cause);
  }
  if (manifest === undefined) throw badJar(`It has no ${MANIFEST}`);
  return Buffer.from(manifest);
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
