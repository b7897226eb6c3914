import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { errnoOf } from '../../../../disk/index.ts';

/** The real path of what a client named, with every link followed; undefined where it is outside of the allowed folders. */
export type Confine = (path: string) => Promise<string | undefined>;

/** What a client is told whose path is refused. */
export const OUTSIDE = 'outside of the folders that this sandbox may touch: start it with allowFolders';

/**
 * Keeps paths within folders. A sandbox is a server on somebody's machine, and its clients name files. The path need not be
 * there: then the nearest folder above it that is decides.
 */
export const confine =
  (folders: readonly string[]): Confine =>
  async (path) => {
    if (!isAbsolute(path) || path.includes('\0')) return undefined;
    const real = await realOrPlanned(resolve(path));
    if (real === undefined) return undefined;
    for (const folder of folders) {
      const root = await realOrPlanned(resolve(folder));
      if (root === undefined) continue;
      if (real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)) return real;
    }
    return undefined;
  };

/** Undefined where nobody can tell: what cannot be looked at is not let in. */
async function realOrPlanned(path: string): Promise<string | undefined> {
  const missing: string[] = [];
  for (let above = path; ; above = dirname(above)) {
    try {
      return join(await realpath(above), ...missing);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      if (errnoOf(error) !== 'ENOENT' || dirname(above) === above) return undefined;
      missing.unshift(basename(above));
    }
  }
}

/** A name that stays in its folder. */
export const isPlainName = (name: string): boolean => name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
