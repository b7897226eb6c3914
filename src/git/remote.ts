import { Fault } from '../core/diagnostic.ts';
import type { Git, GitAnswer } from './git.ts';
import { commitOf } from './tree.ts';

/** A remote of a repository, as far as we talk to it. */
export interface Remote {
  readonly name: string;
  /** Where we keep what we last saw of one of its references. */
  tracking(ref: string): string;
  /** Brings all references that match (`refs/heads/setpoint/state*`) up to date, and those that are gone away. */
  fetch(patterns: readonly string[]): Promise<void>;
  fetchBranch(branch: string): Promise<string>;
  /** Moves a reference there if it still is what was seen (undefined: not there). False where somebody else moved it. */
  push(ref: string, change: { readonly seen: string | undefined; readonly to: string }): Promise<boolean>;
}

const QUIETLY = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
const FETCHES = 10;
const LOCKED = /cannot lock ref|unable to update local ref/i;
/** The remote's words for "this is not what you saw", from our git and from the other side while it locks the reference. */
const MOVED = /stale info|fetch first|non-fast-forward|cannot lock ref|failed to update ref|incorrect old value|reference already exists/i;

export function openRemote(git: Git, name: string): Remote {
  const tracking = (ref: string): string => `refs/setpoint/remotes/${name}/${ref.replace(/^refs\//, '')}`;
  return {
    name,
    tracking,
    async fetch(patterns) {
      const specs = patterns.map((pattern) => `+${pattern}:${tracking(pattern)}`);
      for (let i = 0; ; i += 1) {
        const answer = await git.ask(['fetch', ...QUIETLY, '--prune', '--quiet', name, ...specs]);
        if (answer.code === 0) return;
        // Another process of this clone fetches the same at this moment.
        if (i === FETCHES || !LOCKED.test(answer.err)) throw unreachable(name, answer);
      }
    },
    async fetchBranch(branch) {
      const ref = `refs/heads/${branch}`;
      const answer = await git.ask(['fetch', ...QUIETLY, '--quiet', name, `+${ref}:${tracking(ref)}`]);
      if (answer.code !== 0) throw /couldn't find remote ref/.test(answer.err) ? noBranch(name, branch) : unreachable(name, answer);
      return (await commitOf(git, tracking(ref))) ?? Promise.reject(noBranch(name, branch));
    },
    async push(ref, { seen, to }) {
      const args = ['push', '--porcelain', '--no-verify', `--force-with-lease=${ref}:${seen ?? ''}`, name, `${to}:${ref}`];
      const answer = await git.ask(args);
      // `!` TAB from:to TAB [rejected] (stale info)
      const verdict = /^!\t\S+\t(.*)$/m.exec(answer.out.toString('utf8'))?.[1];
      if (answer.code === 0) {
        await git.text(['update-ref', tracking(ref), to]);
        return true;
      }
      if (verdict === undefined) throw unreachable(name, answer);
      if (MOVED.test(verdict)) return false;
      throw refused(name, { ref, verdict, said: answer.err });
    },
  };
}

const unreachable = (name: string, { err }: GitAnswer): Fault =>
  new Fault(
    {
      code: 'REMOTE_UNREACHABLE',
      summary: `the git remote ${name} did not answer`,
      detail:
        'State and leases are shared through it: without it nobody can tell whether somebody else is writing, so nothing was begun. ' +
        `Git said:\n${err.trim()}`,
      hint: `Try git fetch ${name} in a terminal, then run the same command again.`,
    },
    { sent: 'no', retry: { afterMs: 5000 } },
  );

const refused = (name: string, { ref, verdict, said }: { readonly ref: string; readonly verdict: string; readonly said: string }): Fault =>
  new Fault(
    {
      code: 'REMOTE_REFUSED',
      summary: `the git remote ${name} refused ${ref}: ${verdict}`,
      detail: `State and leases are references that this user must be allowed to push. Git said:\n${said.trim()}`,
      hint: `Allow pushes to refs/heads/setpoint/* and refs/setpoint/* there, or keep state elsewhere (state: in setpoint.yaml).`,
    },
    { sent: 'no' },
  );

const noBranch = (name: string, branch: string): Fault =>
  new Fault({
    code: 'BRANCH_MISSING',
    summary: `the git remote ${name} has no branch ${branch}`,
    detail: 'There is nothing to watch.',
    hint: 'Push the branch, or name another one.',
  });
