import { open } from 'node:fs/promises';
import { diskFault, errnoOf, openLog } from '../../../disk/index.ts';
import { parseObject } from './files.ts';
import type { LeafChange } from './walk.ts';

/** One commit, as its log tells it: who changed which leaves, when, and through what. */
export interface Entry {
  readonly generation: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly session: string;
  readonly user: string;
  /** What the change came through: `setpoint`, `console`, `rest`, `panel`. */
  readonly via: string;
  readonly comment?: string;
  readonly changes: readonly LeafChange[];
}

const CHUNK = 64 * 1024;

/**
 * The entries of a commit log, newest first, read from the end: whoever wants the last commit does not pay for the history.
 * A last line that a crash cut short is left out, and so is one written twice.
 * Throws Fault CONFIG_DAMAGED for a line that is no entry.
 */
export async function* newestFirst(path: string): AsyncGenerator<Entry> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw diskFault(error, path, 'read');
  });
  if (!file) return;
  try {
    let end = (await file.stat()).size;
    // Bytes behind `end` that are not given out yet: the line that goes on in the chunk before, or a torn last one.
    let rest = Buffer.alloc(0);
    let torn = true;
    let last = Infinity;
    while (end > 0) {
      const start = Math.max(0, end - CHUNK);
      const chunk = Buffer.alloc(end - start);
      await file.read(chunk, 0, chunk.length, start);
      let bytes = Buffer.concat([chunk, rest]);
      end = start;
      if (torn) {
        const cut = bytes.lastIndexOf(0x0a);
        if (cut < 0) continue;
        bytes = bytes.subarray(0, cut);
        torn = false;
      }
      const first = start === 0 ? -1 : bytes.indexOf(0x0a);
      if (start > 0 && first < 0) {
        rest = bytes;
        continue;
      }
      rest = bytes.subarray(0, Math.max(0, first));
      const lines = bytes
        .subarray(first + 1)
        .toString('utf8')
        .split('\n');
      for (const line of lines.reverse()) {
        const entry = parseObject(path, line) as unknown as Entry;
        if (entry.generation >= last) continue;
        last = entry.generation;
        yield entry;
      }
    }
  } finally {
    await file.close();
  }
}

/** Generation of the last commit that the log tells of; 0 where it tells of none. */
export async function lastLogged(path: string): Promise<number> {
  for await (const entry of newestFirst(path)) return entry.generation;
  return 0;
}

export async function appendEntry(path: string, entry: Entry): Promise<void> {
  const log = openLog(path);
  try {
    await log.append([JSON.stringify(entry)]);
  } finally {
    await log.close();
  }
}

/** Who last wrote, or removed, each of these leaves, by path, in entries that come newest first; read until all are found. */
export async function lastWriters(entries: AsyncIterable<Entry>, leaves: Iterable<string>): Promise<ReadonlyMap<string, Entry>> {
  const wanted = new Set(leaves);
  const found = new Map<string, Entry>();
  if (wanted.size === 0) return found;
  for await (const entry of entries) {
    for (const change of entry.changes) if (wanted.delete(change.path)) found.set(change.path, entry);
    if (wanted.size === 0) break;
  }
  return found;
}
