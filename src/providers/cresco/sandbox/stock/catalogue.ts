import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errnoOf } from '../../../../disk/index.ts';

/** A file as filerepo plugins tell each other of it; the names are those of the wire. `lastModified`: milliseconds since 1970. */
export interface RepoFile {
  readonly fileName: string;
  readonly MD5: string;
  readonly filePath: string;
  readonly lastModified: string;
  readonly filesize: string;
}

/** What was in a folder when it was last looked through. */
export interface Catalogue {
  readonly files: ReadonlyMap<string, RepoFile>;
  /** Looks again: the files that are new or whose time of change differs. Those that vanished are forgotten, and told to nobody. */
  scan(): Promise<readonly RepoFile[]>;
}

/** Only real files: a link may lead anywhere. A file is read again only when its time of change says so. */
export function openCatalogue(folder: string, { recursive }: { readonly recursive: boolean }): Catalogue {
  let files: ReadonlyMap<string, RepoFile> = new Map();
  return {
    get files() {
      return files;
    },
    async scan() {
      const found = new Map<string, RepoFile>();
      const changed: RepoFile[] = [];
      for (const path of await pathsIn(folder, recursive)) {
        const known = files.get(path);
        const file = await look(path, known);
        if (file === undefined) continue;
        found.set(path, file);
        if (file !== known) changed.push(file);
      }
      files = found;
      return changed;
    },
  };
}

/** Sorted; empty where there is no folder. */
async function pathsIn(folder: string, recursive: boolean): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive, withFileTypes: true });
    return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The same object as `known` where nothing changed; undefined where the file vanished meanwhile. */
async function look(path: string, known: RepoFile | undefined): Promise<RepoFile | undefined> {
  try {
    const { mtimeMs, size } = await stat(path);
    const lastModified = `${Math.floor(mtimeMs)}`;
    if (known?.lastModified === lastModified) return known;
    return { fileName: basename(path), MD5: await md5Of(path), filePath: path, lastModified, filesize: `${size}` };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
