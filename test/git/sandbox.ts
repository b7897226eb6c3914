import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openGitStore, repository, type GitStoreOptions, type Repository } from '../../src/git/index.ts';
import type { Store } from '../../src/state/index.ts';
import { MEMORY } from '../kit/memory.ts';

/** Repositories in a folder of their own, with a HOME where git knows nobody. */
export interface Yard {
  readonly env: Readonly<Record<string, string | undefined>>;
  git(folder: string, ...args: string[]): string;
  fresh(): string;
  /** An empty repository; `bare` to be a remote. */
  init(bare?: boolean): string;
  clone(remote: string): string;
  /** Writes files and commits all that is there. */
  commit(folder: string, files: Readonly<Record<string, string | null>>, message: string): string;
  store(folder: string, options?: Partial<GitStoreOptions>): Promise<Store>;
  repository(folder: string): Promise<Repository>;
  remove(): void;
}

export function yard(): Yard {
  const base = mkdtempSync(join(MEMORY, 'setpoint-git-'));
  const home = join(base, 'home');
  mkdirSync(home);
  let count = 0;
  const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (folder: string, ...args: string[]): string =>
    execFileSync('git', args, {
      cwd: folder,
      env: { ...env, GIT_AUTHOR_NAME: 'ann', GIT_AUTHOR_EMAIL: 'ann@x', GIT_COMMITTER_NAME: 'ann', GIT_COMMITTER_EMAIL: 'ann@x' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trimEnd();
  const fresh = (): string => join(base, String((count += 1)));
  const open = async (folder: string): Promise<Repository> => (await repository(folder, env)) as Repository;
  return {
    env,
    git,
    fresh,
    init(bare = false) {
      const folder = fresh();
      mkdirSync(folder);
      git(folder, 'init', '--quiet', '-b', 'main', ...(bare ? ['--bare'] : []));
      return folder;
    },
    clone(remote) {
      const folder = fresh();
      git(base, 'clone', '--quiet', remote, folder);
      return folder;
    },
    commit(folder, files, message) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        if (text === null) rmSync(join(folder, path));
        else writeFileSync(join(folder, path), text);
      }
      git(folder, 'add', '--all');
      git(folder, 'commit', '--quiet', '-m', message);
      return git(folder, 'rev-parse', 'HEAD');
    },
    store: async (folder, options = {}) =>
      openGitStore({ repository: await open(folder), project: '', environment: 'prod', holder: 'ann@cellar pid 1', ...options }),
    repository: open,
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}
