import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Value } from '../../../src/core/value.ts';
import type { Committed, CommitOptions, Datastore } from '../../../src/providers/confhoard/datastore/index.ts';
import { createDraft, openCandidate, openDatastore, parsePath } from '../../../src/providers/confhoard/datastore/index.ts';
import { schemaFor } from '../../../src/providers/confhoard/index.ts';
import { temporaryFolder } from './folder.ts';

export const schema = schemaFor({}, undefined);
export const FERMENTATION = '/brewhouse/temperature/fermentation';

export const openStore = (folder: string): Promise<Datastore> => openDatastore({ folder, schema, now: Date.now, sessionId: randomUUID() });

export interface StoreBench extends AsyncDisposable {
  readonly folder: string;
  readonly store: Datastore;
  set(path: string, value: Value, options?: Partial<CommitOptions>): Promise<Committed>;
  remove(path: string): Promise<Committed>;
  /** What runs in the fermentation zone. */
  zone(): Promise<Value | undefined>;
}

/** A datastore in a folder that goes with it; `files` are there before it is opened. */
export async function storeBench(files: Readonly<Record<string, string>> = {}): Promise<StoreBench> {
  const folder = await temporaryFolder('datastore');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const store = await openStore(folder);
  const bob = { user: 'bob', via: 'console' };
  return {
    folder,
    store,
    async set(path, value, options = {}) {
      const candidate = await openCandidate(store);
      candidate.set(path, value);
      return candidate.commit({ ...bob, ...options });
    },
    async remove(path) {
      const candidate = await openCandidate(store);
      candidate.remove(path);
      return candidate.commit(bob);
    },
    zone: async () => createDraft((await store.read('running')).tree).read(parsePath(schema, FERMENTATION)),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
