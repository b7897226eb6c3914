import { join } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import { takerOf, type TakerOptions } from '../state/folder-store.ts';
import { fileRegister } from '../state/file-register.ts';
import { openStore } from '../state/open-store.ts';
import type { Store } from '../state/store.ts';
import { openRemote } from './remote.ts';
import { remoteRegister } from './remote-register.ts';
import type { Repository } from './repository.ts';
import { stateBranch } from './state-branch.ts';

export interface GitStoreOptions extends TakerOptions {
  readonly repository: Repository;
  /** Folder of the project in the repository, from its top; '' where it is the top. */
  readonly project: string;
  readonly environment: string;
  /** Default: `refs/heads/setpoint/state`. */
  readonly ref?: string;
  /** Through which state and leases are shared; without one they are this repository's alone. */
  readonly remote?: string | undefined;
}

export const STATE_REF = 'refs/heads/setpoint/state';

/**
 * State in git, on a branch of its own that nobody checks out, merges or reverts:
 *
 *     <ref>:<project>/<environment>/<target>/<group>.<Kind>.jsonl   checkpoints, one commit each
 *     .git/setpoint/journal/<project>/<environment>/<target>/       what the checkpoints do not hold yet
 *     .git/setpoint/lease/<project>/<environment>/<target>/         who may write, without a remote
 *     refs/setpoint/lease/<project>/<environment>/<target>          the same with a remote, plan included
 *
 * Journals and leases lie in the git folder: all work trees of the repository share it, and `git clean` does not reach it.
 */
export function openGitStore(options: GitStoreOptions): Store {
  const { repository, project, environment } = options;
  const ref = checkedRef(options.ref ?? STATE_REF);
  const taker = takerOf(options);
  const { git, shared } = repository;
  const folder = project === '' ? environment : `${project}/${environment}`;
  const own = join(shared, 'setpoint');
  const remote = options.remote === undefined ? undefined : openRemote(git, options.remote);
  const branch = stateBranch({ git, ref, folder, remote, journals: join(own, 'journal'), clock: taker.clock });
  return openStore({
    medium: branch,
    journals: join(own, 'journal', folder),
    register: (target) =>
      remote
        ? remoteRegister({ git, remote, ref: leaseRef(folder, target), clock: taker.clock, fetched: branch.fetched })
        : fileRegister(join(own, 'lease', folder, target)),
    taker,
    project: options.owner,
  });
}

/** Names may hold what a reference may not (`..`, a final `.lock`, blanks in a folder's name). */
const leaseRef = (folder: string, target: string): string =>
  `refs/setpoint/lease/${`${folder}/${target}`
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/[~*'()!]|\.(?=\.|$|lock$)|^\./g, hex))
    .join('/')}`;
const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

function checkedRef(ref: string): string {
  if (/^refs\/[A-Za-z0-9._/-]+$/.test(ref) && !/\.\.|\/\/|\/\.|\.$|\/$|\.lock(\/|$)/.test(ref)) return ref;
  throw new Fault({
    code: 'NAME_INVALID',
    summary: `${JSON.stringify(ref)} is no name of a git reference`,
    detail: 'State is kept on a reference of its own, such as refs/heads/setpoint/state.',
    hint: 'Change state.ref in setpoint.yaml.',
  });
}
