import { hostname } from 'node:os';
import type { Git } from './git.ts';

/** Who commits state: the user as git knows them, and where git knows nobody (a fresh machine, a CI job) the program itself. */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** Asked once a repository: who commits does not change while we run. */
const known = new WeakMap<Git, Promise<Identity>>();

export function identityOf(git: Git): Promise<Identity> {
  const found = known.get(git) ?? ask(git);
  known.set(git, found);
  return found;
}

async function ask(git: Git): Promise<Identity> {
  const { code, out } = await git.ask(['-c', 'user.useConfigOnly=true', 'var', 'GIT_COMMITTER_IDENT']);
  const found = code === 0 ? /^(.*) <(.*)> \d+ [+-]\d{4}$/.exec(out.toString('utf8').trim()) : null;
  const [, name, email] = found ?? [];
  return name && email ? { name, email } : { name: 'setpoint', email: `setpoint@${hostname()}` };
}

/** The same as environment of a git that commits, with the time of our own clock. */
export function identityEnv({ name, email }: Identity, nowMs: number): Readonly<Record<string, string>> {
  const date = `${Math.floor(nowMs / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}
