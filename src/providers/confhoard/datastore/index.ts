export { canonicalValue, openCandidate, type Candidate } from './candidate.ts';
export { type Entry } from './commit-log.ts';
export { compareText } from './compare.ts';
export {
  openDatastore,
  type Committed,
  type CommitOptions,
  type Datastore,
  type DatastoreOptions,
  type Judgement,
  type Reading,
} from './datastore.ts';
export { createDraft, keyText, type Draft } from './draft.ts';
export { isBare, type Edit } from './edit.ts';
export { sentences } from './faults.ts';
export { layout, parseObject, type Layout, type Stored } from './files.ts';
export { type Lock, type LockRecord } from './lock.ts';
export { type Registration } from './owners.ts';
export { childPath, entryPath, keysOf, memberNamed, nodeOf, parsePath, ROOT, upTo, type DataPath } from './path.ts';
export { changesBetween, hasEntries, leavesAt, type Leaf, type LeafChange } from './walk.ts';
