import type { Checkpoint, RecordChange } from './store.ts';

/** The files of one target as they were at one moment. */
export interface Snapshot {
  /** Differs whenever any of the files does. */
  readonly version: string;
  /** Paths below the target's folder, sorted. */
  readonly paths: readonly string[];
  /** The texts of these files. One that has gone since is left out: the next snapshot then has another version. */
  texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** What a checkpoint changes in one target: the new text of each touched file, null to remove it. */
export interface TargetWrite {
  readonly target: string;
  /** Of the snapshot that the new texts were made from. */
  readonly version: string;
  readonly files: ReadonlyMap<string, string | null>;
  readonly changes: readonly RecordChange[];
}

export interface CheckpointWrite {
  readonly run: string;
  readonly at: string;
  readonly message: string;
  readonly targets: readonly TargetWrite[];
  /** To be awaited just before anything is made visible: throws when a lease is no longer ours. */
  readonly fence: () => Promise<void>;
}

/** Where checkpoints are kept: a folder, or a ref in git. */
export interface Medium {
  /** Brings what others have written within reach; throws where that cannot be done. `now`: not even a second old will do. */
  refresh(now: boolean): Promise<void>;
  targets(): Promise<readonly string[]>;
  snapshot(target: string): Promise<Snapshot>;
  /** All on disk, and out to the remote, when it resolves. `moved`: somebody else was first, nothing was written. */
  write(write: CheckpointWrite): Promise<'written' | 'moved'>;
  /** Newest first. */
  history(): AsyncIterable<Checkpoint>;
  /** How a file is called in messages. */
  label(target: string, path: string): string;
  close(): Promise<void>;
}
