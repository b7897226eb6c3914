import type { Problem, Schema } from '../../../yang/index.ts';
import type { Fields } from '../../../core/value.ts';
import { equal } from '../../../core/value.ts';
import { createExclusively, makeFolder, readIfThere } from '../../../disk/index.ts';
import type { Commit, Snapshot } from './commit-file.ts';
import { catchUp, isBehind, makeCommit, readSnapshot } from './commit-file.ts';
import type { Entry } from './commit-log.ts';
import { lastWriters, newestFirst } from './commit-log.ts';
import { createDraft } from './draft.ts';
import type { Edit } from './edit.ts';
import { applyEdits, refuseConflicts } from './edit.ts';
import { alreadyRegistered, badApp, invalid, moved, superseded, unsaved } from './faults.ts';
import type { Layout, Stored } from './files.ts';
import { damaged, layout, parseObject, writeDocument } from './files.ts';
import type { Lock } from './lock.ts';
import { takeLock } from './lock.ts';
import type { Registration } from './owners.ts';
import { APP_NAME, joined, ownersOf } from './owners.ts';
import { ROOT, parsePath } from './path.ts';
import type { LeafChange } from './walk.ts';
import { changesBetween } from './walk.ts';

export interface DatastoreOptions {
  readonly folder: string;
  readonly schema: Schema;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Names this session in locks and in the commit log. */
  readonly sessionId: string;
}

/** All of one store, at one generation. */
export interface Reading {
  readonly generation: number;
  /** Canonical RFC 7951. */
  readonly tree: Fields;
  /** What the schema says against it: only a hand in the files can bring that about. */
  readonly problems: readonly Problem[];
}

/** What the schema says against a tree; pointers of problems lead into it. */
export interface Judgement {
  readonly problems: readonly Problem[];
  readonly tree: Fields;
}

export interface CommitOptions {
  readonly user: string;
  readonly via: string;
  readonly comment?: string;
  /** False: a trial that is not persisted, and gone after a reboot. */
  readonly persist?: boolean;
  /** Commit only on top of this generation. Without it, only the edited leaves must be what the edits expect. */
  readonly generation?: number;
  readonly signal?: AbortSignal;
  /** Makes the failure out of what the schema says; default Fault CONFIG_INVALID. */
  readonly refusal?: (judgement: Judgement) => Error;
}

export interface Committed {
  readonly generation: number;
  /** Empty: everything was so already, and no commit was made. */
  readonly changes: readonly LeafChange[];
}

/**
 * A YANG-modelled configuration datastore in a folder that many processes may use at once. Nothing is accepted that the schema
 * does not allow as a whole; a commit is atomic over all owners; of two commits at the same time none is lost.
 */
export interface Datastore {
  readonly folder: string;
  readonly schema: Schema;
  /** Made with the folder: another datastore at the same place has another one. */
  readonly instance: string;
  /** Throws Fault CONFIG_DAMAGED, naming the file that cannot be read. */
  read(store: Stored): Promise<Reading>;
  /** What the schema would say to running with these edits. Changes nothing. */
  foresee(edits: readonly Edit[]): Promise<Judgement>;
  /**
   * Running with these edits, validated as a whole and written to running and persist.
   * Throws CONFIG_CONFLICT, CONFIG_INVALID, CONFIG_LOCKED, CONFIG_LOCK_LOST, CONFIG_UNSAVED, CONFIG_DAMAGED or the disk's faults.
   */
  commit(edits: readonly Edit[], options: CommitOptions): Promise<Committed>;
  /** Copies running to another store: what the next first boot, or the next reboot, starts from. */
  save(store: 'startup' | 'persist', options: Pick<CommitOptions, 'user' | 'via' | 'comment'>): Promise<Committed>;
  /** Gives a Thing its subtree, whose data then has a file of its own. Quiet if it has it already. */
  register(registration: Registration): Promise<void>;
  registrations(): Promise<readonly Registration[]>;
  /** Newest first. */
  log(): AsyncIterable<Entry>;
  lastWriters(leaves: Iterable<string>): ReturnType<typeof lastWriters>;
  /** Keeps every writer out until it is released or runs out. */
  hold(options: { readonly owner: string; readonly forMs: number }): Promise<Lock>;
}

const HOLD_MS = 30_000;
const WAIT_MS = 5_000;

/** Opens a datastore, made if it is not there, and finishes what a dead process left half done. */
export async function openDatastore({ folder, schema, now, sessionId }: DatastoreOptions): Promise<Datastore> {
  const files = layout(folder);
  await makeFolder(folder);
  const instance = await instanceOf(files, sessionId);
  const datastore = createDatastore({ files, schema, now, sessionId, folder, instance });
  await datastore.recover();
  return datastore;
}

/** `instance.json`, made once: of many who open a new folder at the same time, one makes it and all read the same. */
async function instanceOf(files: Layout, fresh: string): Promise<string> {
  let text = await readIfThere(files.instance);
  if (text === undefined) {
    await createExclusively(files.instance, `${JSON.stringify({ id: fresh })}\n`);
    text = (await readIfThere(files.instance)) ?? '{}';
  }
  const { id } = parseObject(files.instance, text);
  if (typeof id !== 'string') throw damaged(files.instance, 'it names no instance');
  return id;
}

interface Parts {
  readonly files: Layout;
  readonly schema: Schema;
  readonly now: () => number;
  readonly sessionId: string;
  readonly folder: string;
  readonly instance: string;
}

function createDatastore({ files, schema, now, sessionId, folder, instance }: Parts): Datastore & { recover(): Promise<void> } {
  const dataOf = (snapshot: Snapshot, store: Stored): Fields =>
    joined(new Map([...snapshot.documents[store]].map(([owner, document]) => [owner, document.data])));
  const judged = (tree: Fields, content: 'config' | 'all' = 'config') => schema.validate(tree, { content });

  const hold = async (options: {
    readonly owner: string;
    readonly forMs: number;
    readonly waitMs?: number;
    readonly signal?: AbortSignal;
  }): Promise<Lock> => {
    const { generation } = await readSnapshot(files);
    return takeLock({
      path: files.lock,
      owner: options.owner,
      sessionId,
      generation,
      holdMs: options.forMs,
      waitMs: options.waitMs ?? 0,
      now,
      ...(options.signal ? { signal: options.signal } : {}),
    });
  };

  /** Runs with the lock held, on a datastore whose documents are up to its newest commit. */
  const alone = async <T>(
    options: { readonly owner: string; readonly signal?: AbortSignal },
    body: (snapshot: Snapshot, lock: Lock) => Promise<T>,
  ): Promise<T> => {
    const lock = await hold({ ...options, forMs: HOLD_MS, waitMs: WAIT_MS });
    try {
      const snapshot = await readSnapshot(files);
      if (snapshot.head) await catchUp(files, snapshot.head);
      if (snapshot.rebuilt) {
        for (const [owner, document] of snapshot.documents.persist) await writeDocument(files, { store: 'running', owner }, document);
      }
      return await body(snapshot, lock);
    } finally {
      await lock.release();
    }
  };

  /** Whole trees to write, as the documents of their owners; documents that stay as they are are left out. */
  const writesOf = (
    snapshot: Snapshot,
    trees: Partial<Record<Stored, Fields>>,
    registrations: readonly Registration[],
  ): Commit['writes'] => {
    const owners = ownersOf(schema, registrations);
    const writes: Partial<Record<Stored, Record<string, Fields | null>>> = {};
    for (const store of Object.keys(trees) as Stored[]) {
      const before = snapshot.documents[store];
      const after = owners.split(trees[store] ?? {});
      const changed: Record<string, Fields | null> = {};
      for (const [owner, data] of after) if (!equal(before.get(owner)?.data, data)) changed[owner] = data;
      // An owner without data keeps an empty document: a store without any would be taken for one that a reboot emptied.
      for (const [owner, document] of before) if (!after.has(owner) && Object.keys(document.data).length > 0) changed[owner] = {};
      if (Object.keys(changed).length > 0) writes[store] = changed;
    }
    return writes;
  };

  const write = async (
    { snapshot, lock }: { readonly snapshot: Snapshot; readonly lock: Lock },
    commit: { readonly writes: Commit['writes']; readonly changes: readonly LeafChange[]; readonly registered?: readonly Registration[] },
    { user, via, comment }: CommitOptions,
  ): Promise<Committed> => {
    const { writes, changes, registered } = commit;
    if (Object.keys(writes).length === 0 && !registered) return { generation: snapshot.generation, changes: [] };
    const generation = snapshot.generation + 1;
    const entry: Entry = {
      generation,
      at: new Date(now()).toISOString(),
      session: sessionId,
      user,
      via,
      ...(comment === undefined ? {} : { comment }),
      changes,
    };
    await lock.check();
    const made: Commit = { entry, writes, ...(registered ? { registered } : {}) };
    if (!(await makeCommit(files, made))) throw superseded();
    await catchUp(files, made);
    return { generation, changes };
  };

  const edited = (tree: Fields, edits: readonly Edit[], strict: boolean): Fields => {
    const draft = createDraft(tree);
    if (strict) refuseConflicts(draft, edits);
    applyEdits(draft, edits);
    return draft.finish();
  };

  const commit = (edits: readonly Edit[], options: CommitOptions): Promise<Committed> =>
    alone(
      { owner: `${options.user} via ${options.via}`, ...(options.signal ? { signal: options.signal } : {}) },
      async (snapshot, lock) => {
        if (options.generation !== undefined && options.generation !== snapshot.generation)
          throw moved(options.generation, snapshot.generation);
        const running = dataOf(snapshot, 'running');
        const tree = edited(running, edits, true);
        const after = judged(tree);
        if (after.problems.length > 0) throw options.refusal?.({ problems: after.problems, tree }) ?? invalid(after.problems);
        const trees: Partial<Record<Stored, Fields>> = { running: after.value as Fields };
        if (options.persist !== false) {
          const persist = dataOf(snapshot, 'persist');
          // A trial of somebody else stays a trial: only these edits are persisted, and what they give there has to be valid as well.
          const saved = equal(running, persist) ? after : judged(edited(persist, edits, false));
          if (saved.problems.length > 0) throw unsaved(saved.problems);
          trees.persist = saved.value as Fields;
        }
        const changes = changesBetween(ROOT, schema.roots, judged(running).value as Fields, after.value as Fields);
        return write({ snapshot, lock }, { writes: writesOf(snapshot, trees, snapshot.registrations), changes }, options);
      },
    );

  /** The first boot: what was shipped, under what somebody may have persisted before. Nothing where there is neither. */
  const boot = (): Promise<unknown> =>
    alone({ owner: 'startup' }, async (snapshot, lock) => {
      if (snapshot.head || snapshot.documents.startup.size === 0) return;
      const shipped = judged(dataOf(snapshot, 'startup'));
      const persist = judged(dataOf(snapshot, 'persist'));
      const problems = [...shipped.problems, ...persist.problems];
      if (problems.length > 0) throw invalid(problems);
      const draft = createDraft(shipped.value as Fields);
      for (const [name, value] of Object.entries(persist.value as Fields)) draft.merge(parsePath(schema, `/${name}`), value);
      const tree = judged(draft.finish());
      if (tree.problems.length > 0) throw invalid(tree.problems);
      const value = tree.value as Fields;
      const changes = changesBetween(ROOT, schema.roots, {}, value);
      await write(
        { snapshot, lock },
        { writes: writesOf(snapshot, { running: value, persist: value }, snapshot.registrations), changes },
        { user: 'startup', via: 'boot', comment: 'first boot' },
      );
    });

  return {
    folder,
    schema,
    instance,
    async recover() {
      const { head, rebuilt, documents } = await readSnapshot(files);
      if (!head && documents.startup.size > 0) await boot();
      // Taking the lock does the rest; a datastore that is up to date is opened without writing.
      else if (rebuilt || (head && (await isBehind(files, head)))) await alone({ owner: 'recovery' }, () => Promise.resolve());
    },
    async read(store) {
      const snapshot = await readSnapshot(files);
      const { value, problems } = judged(dataOf(snapshot, store), store === 'operational' ? 'all' : 'config');
      return { generation: snapshot.generation, tree: value as Fields, problems };
    },
    async foresee(edits) {
      const tree = edited(dataOf(await readSnapshot(files), 'running'), edits, false);
      return { problems: judged(tree).problems, tree };
    },
    commit,
    save: (store, options) =>
      alone({ owner: `${options.user} via ${options.via}` }, async (snapshot, lock) => {
        const running = judged(dataOf(snapshot, 'running'));
        if (running.problems.length > 0) throw invalid(running.problems);
        const writes = writesOf(snapshot, { [store]: running.value as Fields }, snapshot.registrations);
        return write({ snapshot, lock }, { writes, changes: [] }, { comment: `saved to ${store}`, ...options });
      }),
    register: (registration) =>
      alone({ owner: registration.app }, async (snapshot, lock) => {
        if (!APP_NAME.test(registration.app)) throw badApp(registration.app);
        const given = { ...registration, path: parsePath(schema, registration.path).text };
        const known = snapshot.registrations.find((one) => one.app === given.app);
        if (known && equal({ ...known }, { ...given })) return;
        if (known) throw alreadyRegistered(known, given);
        const registrations = [...snapshot.registrations, given];
        const trees = { running: dataOf(snapshot, 'running'), persist: dataOf(snapshot, 'persist'), startup: dataOf(snapshot, 'startup') };
        await write(
          { snapshot, lock },
          { writes: writesOf(snapshot, trees, registrations), changes: [], registered: [given] },
          { user: given.app, via: 'register', comment: `registered ${given.path}` },
        );
      }),
    registrations: async () => (await readSnapshot(files)).registrations,
    log: () => newestFirst(files.log),
    lastWriters: (leaves) => lastWriters(files.log, leaves),
    hold,
  };
}
