import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { openGit, type Env, type Git } from './git.ts';
import { openRemote } from './remote.ts';
import { Fault } from '../core/diagnostic.ts';
import { commitOf, listLinks, listTree, readObjects } from './tree.ts';

/** A commit as it is told to people. `at` is ISO 8601. */
export interface Commit {
  readonly commit: string;
  readonly at: string;
  readonly author: string;
  readonly subject: string;
}

/** A git work tree. Paths are relative to `top`, with `/`. */
export interface Repository {
  readonly git: Git;
  /** The folder of the work tree, absolute, links resolved. */
  readonly top: string;
  /** What all work trees of the repository share: `.git`. */
  readonly shared: string;
  /** The commit that is checked out; undefined before the first one. */
  head(): Promise<string | undefined>;
  headOf(ref: string): Promise<string | undefined>;
  commit(name: string): Promise<Commit | undefined>;
  /** Nothing below the path differs from HEAD and nothing there is untracked (and not ignored). */
  isClean(path: string): Promise<boolean>;
  /** The last commit up to `from` (default HEAD) that touched the path. */
  lastTouched(path: string, from?: string): Promise<Commit | undefined>;
  /** The last commit up to `from` that removed the path: the evidence that it was taken out on purpose. */
  lastRemoved(path: string, from?: string): Promise<Commit | undefined>;
  /**
   * The files of a folder as a commit has them, without a checkout; paths are relative to the folder and stay in it. Throws FILE_OUTSIDE for
   * a commit that was made to write elsewhere.
   */
  readTreeAt(commit: string, folder: string): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Links and submodules below a folder of a commit, from the top: `readTreeAt` has nothing of what is behind them. */
  linksAt(commit: string, folder: string): Promise<readonly string[]>;
  /** The remote that the checked-out branch follows, else `origin`, else the only one there is. */
  remote(): Promise<string | undefined>;
  /** The branch that is checked out, without `refs/heads/`. */
  branch(): Promise<string | undefined>;
  /** Fetches a branch and returns its commit; the checkout stays as it is. Throws REMOTE_UNREACHABLE or BRANCH_MISSING. */
  fetch(remote: string, branch: string): Promise<string>;
  /** The path of a file or folder, given absolutely, from `top`; undefined where it lies outside. */
  inside(path: string): Promise<string | undefined>;
}

/** The repository that a folder lies in, or undefined where it lies in none (a bare one counts as none). */
export async function repository(folder: string, env: Env): Promise<Repository | undefined> {
  const found = await openGit({ folder, env }).ask(['rev-parse', '--show-toplevel', '--git-common-dir']);
  if (found.code !== 0) return undefined;
  const [top, common] = found.out.toString('utf8').split('\n') as [string, string];
  const shared = isAbsolute(common) ? common : join(await realpath(folder), common);
  const git = openGit({ folder: top, env });

  const log = async (args: readonly string[]): Promise<Commit | undefined> => {
    const { code, out } = await git.ask(['log', '-1', '--format=%H%x00%cI%x00%an%x00%s', ...args]);
    const [commit, at, author, subject] = out.toString('utf8').trimEnd().split('\0');
    return code === 0 && commit && at
      ? { commit, at: new Date(at).toISOString(), author: author ?? '', subject: subject ?? '' }
      : undefined;
  };

  return {
    git,
    top,
    shared,
    head: () => commitOf(git, 'HEAD'),
    headOf: (ref) => commitOf(git, ref),
    commit: (name) => log(['--end-of-options', name, '--']),
    async isClean(path) {
      return (await git.text(['status', '--porcelain', '-z', '--untracked-files=all', '--', path === '' ? '.' : path])) === '';
    },
    lastTouched: (path, from = 'HEAD') => log(['--end-of-options', from, '--', path]),
    lastRemoved: (path, from = 'HEAD') => log(['--diff-filter=D', '--no-renames', '--end-of-options', from, '--', path]),
    async readTreeAt(commit, folderAt) {
      const files = await listTree(git, commit, folderAt);
      const contents = await readObjects(
        git,
        files.map((file) => file.object),
      );
      const start = folderAt === '' ? 0 : folderAt.length + 1;
      for (const { path } of files) if (path.split('/').some((part) => part === '..' || part === '.')) throw hostile(commit, path);
      return new Map(files.map((file, i) => [file.path.slice(start), contents[i] ?? Buffer.alloc(0)]));
    },
    linksAt: (commit, folderAt) => listLinks(git, commit, folderAt),
    async remote() {
      const remotes = (await git.text(['remote'])).split('\n').filter((name) => name !== '');
      if (remotes.length < 2) return remotes[0];
      const branch = await git.ask(['symbolic-ref', '--quiet', '--short', 'HEAD']);
      const followed = await git.ask(['config', '--get', `branch.${branch.out.toString('utf8').trim()}.remote`]);
      const name = followed.out.toString('utf8').trim();
      if (remotes.includes(name)) return name;
      return remotes.includes('origin') ? 'origin' : undefined;
    },
    async branch() {
      const { code, out } = await git.ask(['symbolic-ref', '--quiet', '--short', 'HEAD']);
      return code === 0 ? out.toString('utf8').trim() : undefined;
    },
    fetch: (remote, branch) => openRemote(git, remote).fetchBranch(branch),
    async inside(path) {
      const real = await realpath(path);
      const inner = relative(top, real);
      if (inner === '') return '';
      return inner === '..' || inner.startsWith(`..${sep}`) || isAbsolute(inner) ? undefined : inner.split(sep).join('/');
    },
  };
}

/** Git itself checks no path when objects are made, only when they are checked out, and here nothing is. */
const hostile = (commit: string, path: string): Fault =>
  new Fault({
    code: 'FILE_OUTSIDE',
    summary: `the commit ${commit.slice(0, 10)} holds a file called ${JSON.stringify(path)}`,
    detail: 'Written out, it would land outside of its folder. No honest tool makes such a commit, so nothing of it is used.',
    hint: 'Find out who pushed it.',
  });
