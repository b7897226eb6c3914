import { createExclusively, listFiles, readIfThere, removeDurably, writeDurably } from '../../../disk/index.ts';
import type { Fields } from '../../../core/value.ts';
import type { Entry } from './commit-log.ts';
import { appendEntry, lastLogged, newestFirst } from './commit-log.ts';
import type { Document, Layout, Stored } from './files.ts';
import { parseObject, readDocument, readDocuments, writeDocument } from './files.ts';
import type { Registration } from './owners.ts';

/**
 * `commits/<generation>.json`: all that a commit writes, in one file that is made exclusively. Making it *is* the commit:
 * of two that were computed from one generation, one exists and the other does not. Bringing the documents and the log up to it
 * is catching up, which anybody may do, twice or half, until the next commit. Readers lay the newest one over the documents that
 * are behind it, and so never see a part of it.
 */
export interface Commit {
  readonly entry: Entry;
  /** New content by store and owner; `null` removes the document. */
  readonly writes: Partial<Readonly<Record<Stored, Readonly<Record<string, Fields | null>>>>>;
  readonly registered?: readonly Registration[];
}

/** Generation of the newest commit; 0 before the first. */
export async function headGeneration(files: Layout): Promise<number> {
  let newest = 0;
  for (const name of await listFiles(files.commits)) {
    const generation = /^(\d+)\.json$/.exec(name)?.[1];
    if (generation !== undefined) newest = Math.max(newest, Number(generation));
  }
  return newest;
}

export async function readHead(files: Layout): Promise<Commit | undefined> {
  for (;;) {
    const generation = await headGeneration(files);
    if (generation === 0) return undefined;
    const path = files.commit(generation);
    const text = await readIfThere(path);
    // Gone since it was listed: there is a newer one.
    if (text !== undefined) return parseObject(path, text) as unknown as Commit;
  }
}

/** False where somebody else's commit has this generation or a later one: then nothing was committed. */
export async function makeCommit(files: Layout, commit: Commit): Promise<boolean> {
  const { generation } = commit.entry;
  const path = files.commit(generation);
  if (!(await createExclusively(path, `${JSON.stringify(commit)}\n`))) return false;
  if ((await headGeneration(files)) === generation) return true;
  // A writer that slept for longer than its lock lasts: the others have gone on, and theirs are the commits that count.
  await removeDurably(path);
  return false;
}

/** Brings documents, registrations and log up to a commit, and forgets the commits before it. May be repeated at any point. */
export async function catchUp(files: Layout, { entry, writes, registered }: Commit): Promise<void> {
  const { generation } = entry;
  for (const store of Object.keys(writes) as Stored[]) {
    for (const [owner, data] of Object.entries(writes[store] ?? {})) {
      if (data === null) await removeDurably(files.document(store, owner));
      else if (((await readDocument(files, store, owner))?.generation ?? -1) < generation) {
        await writeDocument(files, { store, owner }, { generation, data });
      }
    }
  }
  for (const one of registered ?? []) await writeDurably(files.registration(one.app), `${JSON.stringify(one, undefined, 2)}\n`);
  if ((await lastLogged(files.log)) < generation) await appendEntry(files.log, entry);
  for (const name of await listFiles(files.commits))
    if (Number.parseInt(name, 10) < generation) await removeDurably(`${files.commits}/${name}`);
}

/** All commits, newest first: one that its maker did not live to log is told of as well. */
export async function* history(files: Layout): AsyncGenerator<Entry> {
  let head = (await readHead(files))?.entry;
  for await (const entry of newestFirst(files.log)) {
    if (head && head.generation > entry.generation) yield head;
    head = undefined;
    yield entry;
  }
  if (head) yield head;
}

/** True while documents or log are not up to a commit yet; the log is written last, so it tells for all. */
export const isBehind = async (files: Layout, { entry }: Commit): Promise<boolean> => (await lastLogged(files.log)) < entry.generation;

/** The documents of some stores as one commit left them. */
export interface Snapshot {
  readonly generation: number;
  readonly head: Commit | undefined;
  readonly documents: Readonly<Record<Stored, ReadonlyMap<string, Document>>>;
  readonly registrations: readonly Registration[];
  /** On a Pi `running` lives in memory and is gone after a reboot: then what was persisted is what is running. */
  readonly rebuilt: boolean;
}

/** All documents at one generation: read again if a commit was made meanwhile. */
export async function readSnapshot(files: Layout): Promise<Snapshot> {
  for (;;) {
    const head = await readHead(files);
    const [running, persist, startup, operational, registrations] = await Promise.all([
      readDocuments(files, 'running'),
      readDocuments(files, 'persist'),
      readDocuments(files, 'startup'),
      readDocuments(files, 'operational'),
      readRegistrations(files),
    ]);
    const newest = head?.entry.generation ?? 0;
    if ((await headGeneration(files)) !== newest) continue;
    // Were the folder of commits lost, what comes next would still have to count as newer than the documents.
    const generation = Math.max(newest, ...[running, persist, startup].flatMap((docs) => [...docs.values()].map((one) => one.generation)));
    const saved = overlaid(persist, head, 'persist');
    const rebuilt = running.size === 0 && saved.size > 0;
    return {
      generation,
      head,
      documents: {
        running: rebuilt ? saved : overlaid(running, head, 'running'),
        persist: saved,
        startup: overlaid(startup, head, 'startup'),
        operational,
      },
      registrations: [...new Map([...registrations, ...(head?.registered ?? [])].map((one) => [one.app, one])).values()],
      rebuilt,
    };
  }
}

function overlaid(documents: ReadonlyMap<string, Document>, head: Commit | undefined, store: Stored): ReadonlyMap<string, Document> {
  const writes = head?.writes[store];
  if (!head || !writes) return documents;
  const { generation } = head.entry;
  const out = new Map(documents);
  for (const [owner, data] of Object.entries(writes)) {
    // A document that is up to the commit is what counts: a hand may have changed it since.
    if ((documents.get(owner)?.generation ?? -1) >= generation) continue;
    if (data === null) out.delete(owner);
    else out.set(owner, { generation, data });
  }
  return out;
}

async function readRegistrations(files: Layout): Promise<readonly Registration[]> {
  const names = (await listFiles(files.registered)).filter((name) => name.endsWith('.json'));
  return Promise.all(
    names.map(async (name) => {
      const path = `${files.registered}/${name}`;
      return parseObject(path, (await readIfThere(path)) ?? '{}') as unknown as Registration;
    }),
  );
}
