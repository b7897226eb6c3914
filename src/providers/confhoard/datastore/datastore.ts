import type { Problem, Schema } from '../../../yang/index.ts';
import { isMark } from '../../../core/mark.ts';
import type { Fields } from '../../../core/value.ts';
import { equal } from '../../../core/value.ts';
import type { Commit, Snapshot } from './commit-file.ts';
import { history } from './commit-file.ts';
import type { Entry } from './commit-log.ts';
import { lastWriters } from './commit-log.ts';
import { createDraft } from './draft.ts';
import type { Edit } from './edit.ts';
import { applyEdits, refuseConflicts } from './edit.ts';
import { alreadyRegistered, badApp, invalid, moved, unsaved } from './faults.ts';
import type { Layout, Stored } from './files.ts';
import type { Lock } from './lock.ts';
import type { Registration } from './owners.ts';
import { APP_NAME, joined, ownersOf } from './owners.ts';
import { ROOT, parsePath } from './path.ts';
import type { LeafChange } from './walk.ts';
import { changesBetween } from './walk.ts';
import type { Writer } from './writer.ts';

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
  /** Once it is aborted nothing is committed any more. */
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
  /** Made with the folder: another datastore at the same place has another one. Undefined where it has not been made yet. */
  instance(): Promise<string | undefined>;
  /** Makes it where it is not there yet; so does whatever writes. Until then it reads as one that is empty. */
  found(): Promise<void>;
  /** Throws Fault CONFIG_DAMAGED, naming the file that cannot be read. */
  read(store: Stored): Promise<Reading>;
  /** Several stores as one commit left them: between two calls of `read` somebody may make another. */
  readTogether<S extends Stored>(stores: readonly S[]): Promise<Readonly<Record<S, Reading>>>;
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

export interface Parts {
  readonly files: Layout;
  readonly schema: Schema;
  readonly writer: Writer;
  readonly folder: string;
  readonly instance: Datastore['instance'];
  readonly found: Datastore['found'];
  /** What readers see. */
  readonly snapshot: () => Promise<Snapshot>;
}

export function createDatastore({ files, schema, writer, snapshot: seen, folder, instance, found }: Parts): Datastore {
  const judged = (tree: Fields) => schema.validate(tree, { content: 'config' });

  const commit: Datastore['commit'] = (edits, { user, via, comment, signal, ...options }) =>
    writer.turn({ owner: `${user} via ${via}`, ...(signal ? { signal } : {}) }, async ({ snapshot, write }) => {
      if (options.generation !== undefined && options.generation !== snapshot.generation)
        throw moved(options.generation, snapshot.generation);
      const running = treeOf(snapshot, 'running');
      const draft = createDraft(running);
      refuseConflicts(draft, edits);
      applyEdits(draft, edits);
      const tree = draft.finish();
      const after = judged(tree);
      if (after.problems.length > 0) throw options.refusal?.({ problems: after.problems, tree }) ?? invalid(after.problems);
      const trees: Partial<Record<Stored, Fields>> = { running: after.value as Fields };
      if (options.persist !== false) {
        const persist = treeOf(snapshot, 'persist');
        // A trial of somebody else stays a trial: only these edits are persisted, and what they give there has to be valid as well.
        const saved = equal(running, persist) ? after : judged(edited(persist, edits));
        if (saved.problems.length > 0) throw unsaved(saved.problems);
        trees.persist = saved.value as Fields;
      }
      const writes = writesOf(schema, snapshot, trees);
      if (Object.keys(writes).length === 0) return { generation: snapshot.generation, changes: [] };
      const changes = changesBetween(ROOT, schema.roots, judged(running).value as Fields, after.value as Fields);
      return { generation: await write({ writes }, { user, via, changes, ...(comment === undefined ? {} : { comment }) }), changes };
    });

  const save: Datastore['save'] = (store, { user, via, comment = `saved to ${store}` }) =>
    writer.turn({ owner: `${user} via ${via}` }, async ({ snapshot, write }) => {
      const running = judged(treeOf(snapshot, 'running'));
      if (running.problems.length > 0) throw invalid(running.problems);
      const writes = writesOf(schema, snapshot, { [store]: running.value as Fields });
      if (Object.keys(writes).length === 0) return { generation: snapshot.generation, changes: [] };
      return { generation: await write({ writes }, { user, via, comment, changes: [] }), changes: [] };
    });

  const register: Datastore['register'] = (registration) =>
    writer.turn({ owner: registration.app }, async ({ snapshot, write }) => {
      if (!APP_NAME.test(registration.app)) throw badApp(registration.app);
      const given = { ...registration, path: parsePath(schema, registration.path).text };
      const known = snapshot.registrations.find((one) => one.app === given.app);
      if (known && equal({ ...known }, { ...given })) return;
      if (known) throw alreadyRegistered(known, given);
      // Its data moves to a file of its own in the commit that registers it.
      const trees = { running: treeOf(snapshot, 'running'), persist: treeOf(snapshot, 'persist'), startup: treeOf(snapshot, 'startup') };
      const writes = writesOf(schema, { ...snapshot, registrations: [...snapshot.registrations, given] }, trees);
      await write({ writes, registered: [given] }, { user: given.app, via: 'register', comment: `registered ${given.path}`, changes: [] });
    });

  const readingOf = (snapshot: Snapshot, store: Stored): Reading => {
    const { value, problems } = schema.validate(treeOf(snapshot, store), { content: store === 'operational' ? 'all' : 'config' });
    return { generation: snapshot.generation, tree: value as Fields, problems };
  };

  return {
    folder,
    schema,
    instance,
    found,
    read: async (store) => readingOf(await seen(), store),
    async readTogether<S extends Stored>(stores: readonly S[]) {
      const snapshot = await seen();
      return Object.fromEntries(stores.map((store) => [store, readingOf(snapshot, store)])) as Record<S, Reading>;
    },
    async foresee(edits) {
      const tree = edited(treeOf(await seen(), 'running'), edits);
      // What an earlier step of the plan makes known is not known yet.
      return { problems: schema.validate(tree, { content: 'config', unknown: isMark }).problems, tree };
    },
    commit,
    save,
    register,
    registrations: async () => (await seen()).registrations,
    log: () => history(files),
    lastWriters: (leaves) => lastWriters(history(files), leaves),
    hold: writer.hold,
  };
}

/** A store as one tree, as its files say it. */
export const treeOf = (snapshot: Snapshot, store: Stored): Fields =>
  joined(new Map([...snapshot.documents[store]].map(([owner, document]) => [owner, document.data])));

function edited(tree: Fields, edits: readonly Edit[]): Fields {
  const draft = createDraft(tree);
  applyEdits(draft, edits);
  return draft.finish();
}

/** Whole trees to write, as the documents of their owners; documents that stay as they are are left out. */
export function writesOf(schema: Schema, snapshot: Snapshot, trees: Partial<Record<Stored, Fields>>): Commit['writes'] {
  const owners = ownersOf(schema, snapshot.registrations);
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
}
