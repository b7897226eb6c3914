import type { Fields } from '../../../core/value.ts';
import type { Schema } from '../../../yang/index.ts';
import { createExclusively, makeFolder, readIfThere } from '../../../disk/index.ts';
import type { Snapshot } from './commit-file.ts';
import { isBehind, readSnapshot } from './commit-file.ts';
import type { Datastore } from './datastore.ts';
import { createDatastore, treeOf, writesOf } from './datastore.ts';
import { createDraft } from './draft.ts';
import { invalid } from './faults.ts';
import type { Layout } from './files.ts';
import { damaged, layout, parseObject } from './files.ts';
import { ROOT, parsePath } from './path.ts';
import { changesBetween } from './walk.ts';
import type { Writer } from './writer.ts';
import { createWriter } from './writer.ts';

export interface DatastoreOptions {
  readonly folder: string;
  readonly schema: Schema;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Names this session in locks and in the commit log; a new datastore takes it for its own name. */
  readonly sessionId: string;
}

/** Opens a datastore, made if it is not there, and finishes what a dead process left half done. */
export async function openDatastore(options: DatastoreOptions): Promise<Datastore> {
  const files = layout(options.folder);
  const { datastore, writer } = parts(options);
  await datastore.found();
  const { head, rebuilt } = await readSnapshot(files);
  // A turn at writing does the rest; a datastore that is up to date is opened without one.
  if (rebuilt || (head && (await isBehind(files, head)))) await writer.turn({ owner: 'recovery' }, () => Promise.resolve());
  return datastore;
}

/** A datastore as it is, or will be: nothing is written before somebody writes, or asks for it to be made. */
export const viewDatastore = (options: DatastoreOptions): Datastore => parts(options).datastore;

function parts({ folder, schema, now, sessionId }: DatastoreOptions): { readonly datastore: Datastore; readonly writer: Writer } {
  const files = layout(folder);
  const writer = createWriter({ files, now, sessionId });
  let founding: Promise<void> | undefined;
  const found = (): Promise<void> =>
    (founding ??= make({ files, folder, schema, writer, sessionId }).catch((error: unknown) => {
      founding = undefined;
      throw error;
    }));
  const founded: Writer = {
    turn: (options, body) => found().then(() => writer.turn(options, body)),
    hold: (options) => found().then(() => writer.hold(options)),
  };
  const snapshot = async (): Promise<Snapshot> => booted(schema, await readSnapshot(files));
  const datastore = createDatastore({ files, schema, writer: founded, snapshot, folder, instance: () => instanceIn(files), found });
  return { datastore, writer };
}

/** Folder, name and first boot, each where it has not been made yet. */
async function make({
  files,
  folder,
  schema,
  writer,
  sessionId,
}: Pick<DatastoreOptions, 'folder' | 'schema' | 'sessionId'> & { readonly files: Layout; readonly writer: Writer }): Promise<void> {
  await makeFolder(folder);
  // Of many who make it at the same time, one does and all read the same.
  if ((await instanceIn(files)) === undefined) await createExclusively(files.instance, `${JSON.stringify({ id: sessionId })}\n`);
  if (bootOf(schema, await readSnapshot(files))) await boot(schema, writer);
}

/** What `instance.json` says; undefined where there is none yet. */
async function instanceIn(files: Layout): Promise<string | undefined> {
  const text = await readIfThere(files.instance);
  if (text === undefined) return undefined;
  const { id } = parseObject(files.instance, text);
  if (typeof id !== 'string') throw damaged(files.instance, 'it names no instance');
  return id;
}

function boot(schema: Schema, writer: Writer): Promise<void> {
  return writer.turn({ owner: 'startup' }, async ({ snapshot, write }) => {
    const due = bootOf(schema, snapshot);
    if (!due) return; // another process was first
    const writes = writesOf(schema, snapshot, { running: due, persist: due });
    const changes = changesBetween(ROOT, schema.roots, {}, due);
    await write({ writes }, { user: 'startup', via: 'boot', comment: 'first boot', changes });
  });
}

/** The first boot: what was shipped, under what somebody may have persisted before; undefined where there is none to make. */
function bootOf(schema: Schema, snapshot: Snapshot): Fields | undefined {
  if (snapshot.head || snapshot.documents.startup.size === 0) return undefined;
  const draft = createDraft(valid(schema, treeOf(snapshot, 'startup')));
  for (const [name, value] of Object.entries(valid(schema, treeOf(snapshot, 'persist')))) draft.merge(parsePath(schema, `/${name}`), value);
  return valid(schema, draft.finish());
}

/** As it is once it has booted: whoever reads before that sees what will be there. */
function booted(schema: Schema, snapshot: Snapshot): Snapshot {
  const due = bootOf(schema, snapshot);
  if (!due) return snapshot;
  const whole = new Map([['', { generation: snapshot.generation, data: due }]]);
  return { ...snapshot, documents: { ...snapshot.documents, running: whole, persist: whole } };
}

/** A tree in canonical form. Throws Fault CONFIG_INVALID. */
function valid(schema: Schema, tree: Fields): Fields {
  const { value, problems } = schema.validate(tree, { content: 'config' });
  if (problems.length > 0) throw invalid(problems);
  return value as Fields;
}
