import { gitFailed, type Git } from './git.ts';

/** A file in a commit: its path from the top, and the object that holds its content. */
export interface TreeFile {
  readonly path: string;
  readonly object: string;
}

/** All plain files of a commit below a folder ('' for all of it); links and submodules are left out. */
export async function listTree(git: Git, commit: string, folder: string): Promise<readonly TreeFile[]> {
  return (await entriesOf(git, commit, folder)).filter(({ mode }) => mode.startsWith('100'));
}

/** The links and submodules of a commit below a folder: places whose content the commit does not hold. */
export async function listLinks(git: Git, commit: string, folder: string): Promise<readonly string[]> {
  return (await entriesOf(git, commit, folder)).filter(({ mode }) => !mode.startsWith('100')).map(({ path }) => path);
}

async function entriesOf(git: Git, commit: string, folder: string): Promise<readonly (TreeFile & { readonly mode: string })[]> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', commit, ...(folder === '' ? [] : ['--', `${folder}/`])];
  const answer = await git.ask(args);
  if (answer.code !== 0) throw gitFailed(args, answer);
  const entries: (TreeFile & { readonly mode: string })[] = [];
  for (const entry of answer.out.toString('utf8').split('\0')) {
    const found = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(entry);
    if (found) entries.push({ mode: found[1] as string, object: found[2] as string, path: found[3] as string });
  }
  return entries;
}

/** The contents of objects (or `<commit>:<path>`) in one call, in the same order; undefined for what there is not. */
export async function readObjects(git: Git, names: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
  if (names.length === 0) return [];
  const args = ['cat-file', '--batch'];
  const answer = await git.ask(args, { input: `${names.join('\n')}\n` });
  if (answer.code !== 0) throw gitFailed(args, answer);
  const { out } = answer;
  let at = 0;
  return names.map(() => {
    // `<object> blob <size>` and the content, or `<name> missing`; each ends with a line end.
    const end = out.indexOf(0x0a, at);
    const header = out.toString('utf8', at, end);
    at = end + 1;
    const size = / blob (\d+)$/.exec(header)?.[1];
    if (size === undefined) return undefined;
    const content = out.subarray(at, at + Number(size));
    at += Number(size) + 1;
    return content;
  });
}

/** The commit that a name stands for, or undefined where there is none. */
export async function commitOf(git: Git, name: string): Promise<string | undefined> {
  const { code, out } = await git.ask(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  return code === 0 ? out.toString('utf8').trim() : undefined;
}

/** What several references stand for, in the same order, in one call. */
export async function refsOf(git: Git, refs: readonly string[]): Promise<readonly (string | undefined)[]> {
  const found = new Map<string, string>();
  for (const line of (await git.text(['for-each-ref', '--format=%(objectname) %(refname)', '--', ...refs])).split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) found.set(line.slice(space + 1), line.slice(0, space));
  }
  return refs.map((ref) => found.get(ref));
}

/** True where every commit of `older` is one of `newer`. */
export async function isAncestor(git: Git, older: string, newer: string): Promise<boolean> {
  return (await git.ask(['merge-base', '--is-ancestor', older, newer])).code === 0;
}

/** Moves a reference if it still is what was seen (undefined: not there); false where it is not. */
export async function moveRef(
  git: Git,
  ref: string,
  { from, to }: { readonly from: string | undefined; readonly to: string },
): Promise<boolean> {
  const args = ['update-ref', ref, to, from ?? '0'.repeat(to.length)];
  const answer = await git.ask(args);
  if (answer.code === 0) return true;
  if ((await commitOf(git, ref)) !== from) return false;
  throw gitFailed(args, answer);
}
