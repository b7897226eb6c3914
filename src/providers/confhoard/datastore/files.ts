import { join } from 'node:path';
import { Fault } from '../../../core/diagnostic.ts';
import type { Fields, Value } from '../../../core/value.ts';
import { isFields } from '../../../core/value.ts';
import { listFiles, readIfThere, writeDurably } from '../../../disk/index.ts';

/** The stores that are files. The candidate is private to its session and lives in memory. */
export type Stored = 'running' | 'persist' | 'startup' | 'operational';

/** A document with the generation whose commit wrote it. */
export interface Document {
  readonly generation: number;
  readonly data: Fields;
}

/**
 * Where everything is. One file a datastore and owner, RFC 7951 JSON with module-qualified roots; the generation that wrote it
 * is an RFC 7952 annotation of the whole, so that every YANG tool can read the file.
 */
export const layout = (folder: string) =>
  ({
    instance: join(folder, 'instance.json'),
    lock: join(folder, 'lock.json'),
    log: join(folder, 'commits.jsonl'),
    commits: join(folder, 'commits'),
    commit: (generation: number) => join(folder, 'commits', `${generation}.json`),
    store: (store: Stored) => join(folder, store),
    document: (store: Stored, owner: string) => join(folder, store, `${owner}.json`),
    registered: join(folder, 'registered'),
    registration: (app: string) => join(folder, 'registered', `${app}.json`),
  }) as const;
export type Layout = ReturnType<typeof layout>;

const GENERATION = 'confhoard:generation';

/** All documents of a store by owner. Throws Fault CONFIG_DAMAGED, naming the file, for one that cannot be read. */
export async function readDocuments(files: Layout, store: Stored): Promise<ReadonlyMap<string, Document>> {
  const documents = new Map<string, Document>();
  const names = (await listFiles(files.store(store))).filter((name) => name.endsWith('.json'));
  await Promise.all(
    names.map(async (name) => {
      const document = await readDocument(files, store, name.slice(0, -'.json'.length));
      if (document) documents.set(name, document);
    }),
  );
  return new Map(
    names.flatMap((name) => {
      const document = documents.get(name);
      return document ? [[name.slice(0, -'.json'.length), document] as const] : [];
    }),
  );
}

export async function readDocument(files: Layout, store: Stored, owner: string): Promise<Document | undefined> {
  const path = files.document(store, owner);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const { '@': annotations, ...data } = parseObject(path, text);
  const generation = isFields(annotations) ? annotations[GENERATION] : undefined;
  // A file that somebody else put there has no generation: it is older than every commit.
  return { data, generation: typeof generation === 'number' ? generation : 0 };
}

export const writeDocument = (files: Layout, at: { readonly store: Stored; readonly owner: string }, document: Document): Promise<void> =>
  writeDurably(
    files.document(at.store, at.owner),
    `${JSON.stringify({ '@': { [GENERATION]: document.generation }, ...document.data }, undefined, 2)}\n`,
  );

/** A file's JSON object. Throws Fault CONFIG_DAMAGED: a file that cannot be read is named and never overwritten. */
export function parseObject(path: string, text: string): Fields {
  let value: Value;
  try {
    value = JSON.parse(text) as Value;
  } catch (cause) {
    throw damaged(path, cause instanceof Error ? cause.message : 'it is no JSON', cause);
  }
  if (!isFields(value)) throw damaged(path, 'it holds no JSON object');
  return value;
}

export const damaged = (path: string, why: string, cause?: unknown): Fault =>
  new Fault(
    {
      code: 'CONFIG_DAMAGED',
      summary: `${path} cannot be read`,
      detail: `The file is a part of the datastore, and ${why}. It was left as it is, and nothing is written to this datastore until it can be read.`,
      hint: 'Repair the file, or put back a copy of it from a backup.',
    },
    { cause },
  );
