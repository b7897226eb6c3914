import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { diskFault, errnoOf } from '../../../disk/disk-fault.ts';
import { unsafeName } from './faults.ts';

// Control characters, what separates folders on any system, and what Windows reads otherwise.
const UNFIT = process.platform === 'win32' ? /[\p{Cc}/\\<>:"|?*]|[. ]$/u : /[\p{Cc}/\\]/u;

/** Whether it can be the name of one file or folder, and of nothing else. */
export const isName = (text: string): boolean => text !== '' && text !== '.' && text !== '..' && !UNFIT.test(text);

/** The `colonies` command keeps a note of its own there in every folder that it has synced. */
export const OWN_NOTE = '.cfs';

/**
 * Where a file of the server's goes below a folder: `below` is `` or `/sub/folder`. Throws Fault COLONIES_FILE_PATH for what would lead
 * out of the folder, be it by its name or by a symbolic link in between.
 */
export async function placeOf(folder: string, { below, name }: { readonly below: string; readonly name: string }): Promise<string> {
  const parts = below === '' ? [] : below.slice(1).split('/');
  const full = resolve(folder);
  if ((below !== '' && !below.startsWith('/')) || ![...parts, name].every(isName)) throw unsafeName(`${below.slice(1)}/${name}`, full);
  const path = join(full, ...parts, name);
  const [root, parent] = [await nearestReal(full), await nearestReal(dirname(path))];
  if (parent !== root && !parent.startsWith(root.endsWith(sep) ? root : root + sep)) throw unsafeName(`${below.slice(1)}/${name}`, full);
  return path;
}

/** The real path of a folder, or of the first above it that there is. */
async function nearestReal(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    try {
      return await realpath(at);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || dirname(at) === at) throw diskFault(error, at, 'read');
    }
  }
}

/** What stands at a path: a file, a folder, something else, or nothing. Links are something else. */
export async function kindAt(path: string): Promise<'file' | 'folder' | 'other' | 'nothing'> {
  try {
    const found = await lstat(path);
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'nothing';
    throw diskFault(error, path, 'read');
  }
}
