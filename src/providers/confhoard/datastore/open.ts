import type { Fields } from '../../../core/value.ts';
import type { Schema } from '../../../yang/index.ts';
import { createExclusively, makeFolder, readIfThere } from '../../../disk/index.ts';
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
export async function openDatastore({ folder, schema, now, sessionId }: DatastoreOptions): Promise<Datastore> {
  const files = layout(folder);
  await makeFolder(folder);
  const instance = await instanceOf(files, sessionId);
  const writer = createWriter({ files, now, sessionId });
  const { head, rebuilt, documents } = await readSnapshot(files);
  if (!head && documents.startup.size > 0) await boot(schema, writer);
  // A turn at writing does the rest; a datastore that is up to date is opened without one.
  else if (rebuilt || (head && (await isBehind(files, head)))) await writer.turn({ owner: 'recovery' }, () => Promise.resolve());
  return createDatastore({ files, schema, writer, folder, instance });
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

/** The first boot: what was shipped, under what somebody may have persisted before. */
function boot(schema: Schema, writer: Writer): Promise<void> {
  return writer.turn({ owner: 'startup' }, async ({ snapshot, write }) => {
    if (snapshot.head) return; // another process was first
    const draft = createDraft(valid(schema, treeOf(snapshot, 'startup')));
    for (const [name, value] of Object.entries(valid(schema, treeOf(snapshot, 'persist'))))
      draft.merge(parsePath(schema, `/${name}`), value);
    const tree = valid(schema, draft.finish());
    const writes = writesOf(schema, snapshot, { running: tree, persist: tree });
    const changes = changesBetween(ROOT, schema.roots, {}, tree);
    await write({ writes }, { user: 'startup', via: 'boot', comment: 'first boot', changes });
  });
}

/** A tree in canonical form. Throws Fault CONFIG_INVALID. */
function valid(schema: Schema, tree: Fields): Fields {
  const { value, problems } = schema.validate(tree, { content: 'config' });
  if (problems.length > 0) throw invalid(problems);
  return value as Fields;
}
