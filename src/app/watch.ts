import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import { loadProject } from '../manifests/project.ts';
import { findRepository } from './store.ts';
import type { Surroundings } from './surroundings.ts';

/** The manifests of one round: a folder that holds them as a commit has them, or the project itself outside of git. */
export interface Revision {
  readonly directory: string;
  readonly home: string;
  readonly commit?: string;
  /** False: links or submodules lie among the files, and what is behind them is missing here, not removed. */
  readonly complete: boolean;
  /** What a person reads: `9d2e1 warmer for diacetyl rest`. */
  readonly title: string;
  close(): void;
}

export interface WatchOptions {
  readonly directory: string;
  /** The branch to follow; default: the one that is checked out. */
  readonly ref?: string;
  readonly surroundings: Surroundings;
}

/**
 * What the followed branch says now. In git only what is committed counts: it is written to a folder of its own, so that nobody's
 * half-saved file is ever applied. With a remote, the branch is fetched first. Throws Fault BRANCH_MISSING.
 */
export async function currentRevision({ directory, ref, surroundings }: WatchOptions): Promise<Revision> {
  const { dir: home } = await loadProject(directory);
  const found = await findRepository(home, surroundings);
  const inside = await found?.inside(home);
  if (!found || inside === undefined)
    return { directory: home, home, complete: true, title: 'the files as they are', close: () => undefined };
  const branch = ref ?? (await found.branch());
  const remote = await found.remote();
  const commit = remote && branch ? await found.fetch(remote, branch) : await found.headOf(branch ?? 'HEAD');
  if (commit === undefined) {
    throw new Fault({
      code: 'BRANCH_MISSING',
      summary: `there is no commit on ${branch ?? 'HEAD'} yet`,
      detail: 'watch applies what is committed, and nothing is.',
      hint: 'Commit the manifests, or name another branch with --ref.',
    });
  }
  const files = await found.readTreeAt(commit, inside);
  const folder = mkdtempSync(join(tmpdir(), `setpoint-${commit.slice(0, 7)}-`));
  for (const [path, content] of files) {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
  }
  const about = await found.commit(commit);
  return {
    directory: folder,
    home,
    commit,
    complete: (await found.linksAt(commit, inside)).length === 0,
    title: `${commit.slice(0, 7)} ${about?.subject ?? ''}`.trim(),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
