import { join } from 'node:path';
import { makeFolder, readIfThere, writeDurably } from '../disk/index.ts';
import { fileRegister } from './file-register.ts';
import { folderMedium } from './folder-medium.ts';
import { LEASE_TIMES, systemClock, type Clock, type LeaseTimes, type Taker } from './lease.ts';
import { openStore } from './open-store.ts';
import { thisProcess, type ProcessIdentity } from './process-identity.ts';
import type { Store } from './store.ts';

/** Who writes, and by which clock. */
export interface TakerOptions {
  /** `user@host pid`: what others are told who wait for the lease. */
  readonly holder: string;
  readonly clock?: Clock;
  readonly times?: Partial<LeaseTimes>;
  /** Name of the project whose state it is; none for a folder that is no project. */
  readonly owner?: string | undefined;
  /** Null: leases are only ever taken over from it by expiry. Default: this process. */
  readonly process?: ProcessIdentity | null;
}

export interface FolderStoreOptions extends TakerOptions {
  /** Folder of one environment's state. */
  readonly root: string;
}

export const takerOf = ({ holder, clock, times, process }: TakerOptions): Taker => ({
  holder,
  clock: clock ?? systemClock,
  times: { ...LEASE_TIMES, ...times },
  process: process === undefined ? thisProcess() : (process ?? undefined),
});

/**
 * State in a plain folder, local or shared:
 *
 *     <root>/<target>/<group>.<Kind>.jsonl       checkpoints: to be kept, diffed, backed up
 *     <root>/.local/journal/<target>/*.log       what the checkpoints do not hold yet
 *     <root>/.local/lease/<target>/<epoch>.json  who may write
 *     <root>/.local/history.jsonl                older checkpoints, bounded
 *
 * `.local` ignores itself in git.
 */
export function openFolderStore(options: FolderStoreOptions): Store {
  const local = join(options.root, '.local');
  const store = openStore({
    medium: folderMedium({ root: options.root, history: join(local, 'history.jsonl') }),
    journals: join(local, 'journal'),
    register: (target) => fileRegister(join(local, 'lease', target)),
    taker: takerOf(options),
    project: options.owner,
  });
  return {
    ...store,
    async lease(wanted) {
      await ignoreInGit(local);
      return store.lease(wanted);
    },
  };
}

/** Makes a folder that git does not see, wherever it is. */
export async function ignoreInGit(folder: string): Promise<void> {
  const file = join(folder, '.gitignore');
  if ((await readIfThere(file)) !== undefined) return;
  await makeFolder(folder);
  await writeDurably(file, '*\n');
}
