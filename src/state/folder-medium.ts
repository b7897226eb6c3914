import { rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFault, errnoOf, listFiles, readIfThere, removeDurably, sweep, writeDurably } from '../disk/index.ts';
import { folderHistory } from './folder-history.ts';
import { safeTarget } from './layout.ts';
import type { Medium } from './medium.ts';

/**
 * Checkpoints as plain files: `<root>/<target>/<file>`, each replaced as a whole. A crash between two of them is no harm, because
 * the journal that they were made from is removed after the last. `history` is the file that remembers older checkpoints.
 */
export function folderMedium({ root, history }: { readonly root: string; readonly history: string }): Medium {
  const past = folderHistory(history);
  const folderOf = (target: string): string => join(root, safeTarget(target));
  return {
    refresh: () => Promise.resolve(),
    async targets() {
      // Names that begin with a dot are no targets: our own folders, and those of other programs.
      return (await listFiles(root)).filter((name) => name.endsWith('/') && !name.startsWith('.')).map((name) => name.slice(0, -1));
    },
    async snapshot(target) {
      const folder = folderOf(target);
      const paths: string[] = [];
      for (const name of await listFiles(folder)) {
        if (!name.endsWith('/')) paths.push(name);
        else if (!name.startsWith('.'))
          for (const inner of await listFiles(join(folder, name))) if (!inner.endsWith('/')) paths.push(name + inner);
      }
      paths.sort();
      const marks = await inBatches(paths, async (path) => `${path} ${await markOf(join(folder, path))}`);
      return {
        version: marks.join('\n'),
        paths,
        async texts(wanted) {
          const texts = new Map<string, string>();
          await inBatches(wanted, async (path) => {
            const text = await readIfThere(join(folder, path));
            if (text !== undefined) texts.set(path, text);
          });
          return texts;
        },
      };
    },
    async write({ run, at, message, targets, fence }) {
      await fence();
      // First, so that a crash cannot lose it: what is written twice after a crash says nothing new the second time.
      await past.append({ run, at, message, changes: targets.flatMap(({ changes }) => changes) });
      for (const { target, files } of targets) {
        const folder = folderOf(target);
        const folders = new Set([
          folder,
          ...[...files.keys()].filter((path) => path.includes('/')).map((path) => join(folder, path, '..')),
        ]);
        for (const one of folders) await sweep(one);
        // What is new before what is old goes: a kind that moves from one file to many is at every moment in one of them.
        await inBatches([...files], async ([path, text]) => (text === null ? undefined : writeDurably(join(folder, path), text)));
        for (const [path, text] of files) if (text === null) await removeDurably(join(folder, path));
        for (const one of [...folders].reverse()) await removeEmpty(one);
      }
      return 'written';
    },
    history: () => past.read(),
    label: (target, path) => join(folderOf(target), path),
    close: () => Promise.resolve(),
  };
}

/** A target without state has no folder. */
async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) throw diskFault(error, folder, 'write');
  }
}

/** Tells one content of a file from another without reading it: a file is only ever replaced by a new one. */
async function markOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'gone';
    throw diskFault(error, file, 'read');
  }
}

/** So many files are open at once at most. */
const BATCH = 64;
async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += BATCH) results.push(...(await Promise.all(items.slice(i, i + BATCH).map(work))));
  return results;
}
