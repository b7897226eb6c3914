import { join } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import { listSegments } from '../state/journal.ts';
import type { Clock } from '../state/lease.ts';
import { safeTarget } from '../state/layout.ts';
import type { Medium } from '../state/medium.ts';
import type { Git } from './git.ts';
import { identityOf } from './identity.ts';
import { importCommit } from './import-commit.ts';
import type { Remote } from './remote.ts';
import { RUN_TRAILER, stateHistory } from './state-history.ts';
import { commitOf, isAncestor, listTree, moveRef, readObjects, refsOf } from './tree.ts';

export interface StateBranch {
  readonly git: Git;
  /** `refs/heads/setpoint/state` */
  readonly ref: string;
  /** Folder of this environment in the branch. */
  readonly folder: string;
  readonly remote: Remote | undefined;
  /** Root of all journals of the repository, one folder for each folder of the branch. */
  readonly journals: string;
  readonly clock: Clock;
}

/** What was fetched less than so long ago will do for reading. */
const FRESH_MS = 2000;

/**
 * Checkpoints as commits on a branch of their own. The branch is the truth: nothing is checked out, so there is no index, no work tree
 * and no lock to be left behind by a crash, and the user's checkout is never touched. With a remote, the remote's branch is the
 * truth and ours follows it; ours is ahead only while a push has not gone through, and then the journals still hold what it says.
 */
export function stateBranch({ git, ref, folder, remote, journals, clock }: StateBranch): Medium & { fetched(now: boolean): Promise<void> } {
  let fetchedAt = -Infinity;
  /** A commit's files never change, so its listing is read once. */
  let listed: { readonly tip: string; readonly targets: ReadonlyMap<string, ReadonlyMap<string, string>> } | undefined;

  const listing = async (): Promise<{ tip: string | undefined; targets: ReadonlyMap<string, ReadonlyMap<string, string>> }> => {
    const tip = await commitOf(git, ref);
    if (tip === undefined) return { tip, targets: new Map() };
    if (listed?.tip === tip) return listed;
    const targets = new Map<string, Map<string, string>>();
    for (const { path, object } of await listTree(git, tip, folder)) {
      const inner = path.slice(folder.length + 1);
      const slash = inner.indexOf('/');
      if (slash < 0) continue;
      const target = inner.slice(0, slash);
      const files = targets.get(target) ?? new Map<string, string>();
      targets.set(target, files.set(inner.slice(slash + 1), object));
    }
    listed = { tip, targets };
    return listed;
  };
  const versionOf = (files: ReadonlyMap<string, string> | undefined): string => [...(files ?? [])].map((one) => one.join(' ')).join('\n');

  /** Brings our branch to where the remote's is, unless ours has something that nobody else has. */
  const follow = async (from: Remote): Promise<void> => {
    const [ours, theirs] = await refsOf(git, [ref, from.tracking(ref)]);
    if (theirs === undefined || theirs === ours) return;
    if (ours !== undefined && !(await isAncestor(git, ours, theirs))) {
      if (await isAncestor(git, theirs, ours)) return; // not pushed yet: goes out with the next checkpoint
      await onlyJournaled(git, { ours, theirs, journals, remote: from.name, ref });
    }
    // False where another process of this machine was first: it follows the same remote.
    await moveRef(git, ref, { from: ours, to: theirs });
  };

  const fetched = async (now: boolean): Promise<void> => {
    if (!remote || (!now && clock.now() - fetchedAt < FRESH_MS)) return;
    await remote.fetch([`${ref}*`, 'refs/setpoint/lease/*']);
    fetchedAt = clock.now();
  };

  const push = async (to: Remote): Promise<'written' | 'moved'> => {
    const [ours, theirs] = await refsOf(git, [ref, to.tracking(ref)]);
    if (ours === undefined || ours === theirs) return 'written';
    // The push is a compare-and-swap and asks no further: that nothing of theirs is lost is for us to see.
    if (theirs !== undefined && !(await isAncestor(git, theirs, ours))) return 'moved';
    return (await to.push(ref, { seen: theirs, to: ours })) ? 'written' : 'moved';
  };

  return {
    fetched,
    async refresh(now) {
      if (!remote) return;
      await fetched(now);
      await follow(remote);
    },
    async targets() {
      return [...(await listing()).targets.keys()].sort();
    },
    async snapshot(target) {
      const files = (await listing()).targets.get(safeTarget(target));
      return {
        version: versionOf(files),
        paths: [...(files?.keys() ?? [])].sort(),
        async texts(paths) {
          const there = paths.filter((path) => files?.has(path));
          const contents = await readObjects(
            git,
            there.map((path) => files?.get(path) as string),
          );
          return new Map(there.flatMap((path, i) => (contents[i] ? [[path, contents[i].toString('utf8')]] : [])));
        },
      };
    },
    async write({ run, at, message, targets, fence }) {
      await fence();
      const { tip, targets: now } = await listing();
      if (targets.some(({ target, version }) => versionOf(now.get(target)) !== version)) return 'moved';
      const files = new Map(
        targets.flatMap(({ target, files: inner }) => [...inner].map(([path, text]) => [`${folder}/${target}/${path}`, text] as const)),
      );
      if (files.size > 0) {
        const made = await importCommit(git, {
          ref,
          parent: tip,
          identity: await identityOf(git),
          atMs: Date.parse(at),
          message: `${message.trim()}\n\n${RUN_TRAILER}: ${run}\n`,
          files,
        });
        if (!made) return 'moved';
      }
      return remote ? await push(remote) : 'written';
    },
    async *history() {
      if ((await commitOf(git, ref)) !== undefined) yield* stateHistory(git, ref, folder);
    },
    label: (target, path) => `${ref.replace(/^refs\/heads\//, '')}:${folder}/${target}/${path}`,
    close: () => Promise.resolve(),
  };
}

/**
 * Both branches have commits that the other has not. Ours may go if the journals still hold everything it says: then it is written again
 * on top of theirs. Throws STATE_DIVERGED otherwise.
 */
async function onlyJournaled(
  git: Git,
  {
    ours,
    theirs,
    journals,
    remote,
    ref,
  }: { readonly ours: string; readonly theirs: string; readonly journals: string; readonly remote: string; readonly ref: string },
): Promise<void> {
  const base = await git.ask(['merge-base', ours, theirs]);
  const paths =
    base.code === 0
      ? (await git.text(['diff', '--name-only', '--no-renames', '-z', base.out.toString('utf8').trim(), ours]))
          .split('\0')
          .filter((path) => path !== '')
      : (await listTree(git, ours, '')).map((file) => file.path);
  const journaled = new Map<string, boolean>();
  for (const path of paths) {
    let found = false;
    for (let at = path.lastIndexOf('/'); at > 0 && !found; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (!journaled.has(folder)) journaled.set(folder, (await listSegments(join(journals, folder))).length > 0);
      found = journaled.get(folder) ?? false;
    }
    if (!found) throw diverged({ path, remote, ref });
  }
}

const diverged = ({ path, remote, ref }: { readonly path: string; readonly remote: string; readonly ref: string }): Fault =>
  new Fault(
    {
      code: 'STATE_DIVERGED',
      summary: `the state here and on ${remote} have gone different ways (${path})`,
      detail:
        `${ref} has commits that ${remote} does not have, and the other way round: state was written here while there was no remote, or by hand. ` +
        'Neither is thrown away, so nothing was written.',
      hint: `Compare them (git log --graph ${ref} ${remote}), bring the records that are still true onto the remote's branch, and move ${ref} there.`,
    },
    { sent: 'no' },
  );
