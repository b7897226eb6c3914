export { openGitStore, STATE_REF, type GitStoreOptions } from './git-store.ts';
export { repository, type Commit, type Repository } from './repository.ts';
export type { Env } from './git.ts';
