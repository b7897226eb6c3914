import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import type { Repository } from '../git/index.ts';
import type { Environment, Project } from '../manifests/project.ts';
import { SANDBOX_SUFFIX } from '../manifests/project.ts';
import type { Clock } from '../providers/transport/clock.ts';
import { openFolderStore, systemClock } from '../state/index.ts';
import type { Store } from '../state/store.ts';
import type { Surroundings } from './surroundings.ts';

export interface OpenStoreOptions {
  readonly project: Project;
  /** What state folders are relative to; another than the project's when its manifests come from a commit. */
  readonly home: string;
  readonly environment: Environment;
  readonly sandbox: boolean;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
}

/** The environment's store, as `setpoint.yaml` says; a sandbox's state is apart from the real one's. */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { project, home, environment, sandbox, surroundings, clock } = options;
  const name = sandbox ? environment.name + SANDBOX_SUFFIX : environment.name;
  const { state } = environment;
  const timed = { ...systemClock, now: () => clock.now() };
  const { holder } = surroundings;
  // Without a setpoint.yaml there is no name that anybody chose.
  const owner = project.page === undefined ? undefined : project.name;
  if (state !== 'git') return openFolderStore({ root: join(resolve(home, state.folder), name), holder, owner, clock: timed });
  const found = await findRepository(home, surroundings);
  if (!found) throw noRepository(home);
  const { openGitStore } = await import('../git/index.ts');
  return openGitStore({
    repository: found,
    project: (await found.inside(home)) ?? relative(found.top, home),
    environment: name,
    holder,
    owner,
    clock: timed,
    remote: await found.remote(),
  });
}

/** The git work tree that a folder lies in. git is started only where there is one: most of a short command's time would be its. */
export async function findRepository(folder: string, { env }: Surroundings): Promise<Repository | undefined> {
  for (let dir = folder; !existsSync(join(dir, '.git')); dir = dirname(dir)) if (dirname(dir) === dir) return undefined;
  const { repository } = await import('../git/index.ts');
  return repository(folder, env);
}

/** The commit that the manifests are at; undefined outside of git, and while something about them is not committed. */
export async function commitOf(project: Project, surroundings: Surroundings): Promise<string | undefined> {
  const found = await findRepository(project.dir, surroundings);
  const inside = await found?.inside(project.dir);
  if (!found || inside === undefined || !(await found.isClean(inside))) return undefined;
  return found.head();
}

const noRepository = (home: string): Fault =>
  new Fault({
    code: 'NO_REPOSITORY',
    summary: `${home} is in no git repository`,
    detail: 'setpoint.yaml says `state: git`, which keeps state on a ref of the repository that the project lies in.',
    hint: 'git init, or keep state in a folder: `state: { folder: .setpoint/state }`.',
  });
