export { refuseOtherProject } from './other-project.ts';
export type { Abandoned, Checkpoint, End, Intent, Lease, LeaseHolder, RecordChange, Store, TargetState } from './store.ts';
export { ignoreInGit, openFolderStore, type FolderStoreOptions, type TakerOptions } from './folder-store.ts';
export { systemClock, type Clock, type LeaseTimes } from './lease.ts';
export type { ProcessIdentity } from './process-identity.ts';
export { recordsAt } from './records-at.ts';
