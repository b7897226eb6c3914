import { join } from 'node:path';
import { Fault } from '../../../core/diagnostic.ts';
import type { Value } from '../../../core/value.ts';
import { openLog, readLog, sweep, writeDurably } from '../../../disk/index.ts';

/** Tables of rows that outlive the process: what a fabric's database is to it. */
export interface Keep {
  /** The rows of a table by id, in the order in which they were first put. */
  rows(table: Table): ReadonlyMap<string, Value>;
  /** On disk when it resolves. */
  put(table: Table, id: string, row: Value): Promise<void>;
  drop(table: Table, id: string): Promise<void>;
  close(): Promise<void>;
}
export type Table = 'plugin' | 'pipeline' | 'jar';

/**
 * One line a write, `[table, id, row]`, and `[table, id]` for a row that is gone: killed at any byte, a file of whole lines is
 * left and the fabric opens as it was before that write. Without a folder everything is in memory.
 */
export async function openKeep(folder?: string): Promise<Keep> {
  const tables = new Map<Table, Map<string, Value>>();
  const tableNamed = (name: Table): Map<string, Value> => {
    const found = tables.get(name) ?? new Map<string, Value>();
    tables.set(name, found);
    return found;
  };
  if (folder === undefined) {
    return {
      rows: tableNamed,
      put: (table, id, row) => Promise.resolve(void tableNamed(table).set(id, row)),
      drop: (table, id) => Promise.resolve(void tableNamed(table).delete(id)),
      close: () => Promise.resolve(),
    };
  }
  const path = join(folder, 'fabric.jsonl');
  await sweep(folder);
  const { lines } = await readLog(path);
  for (const [n, line] of lines.entries()) {
    const [table, id, row] = entryOf(line, { path, n });
    if (row === undefined) tableNamed(table).delete(id);
    else tableNamed(table).set(id, row);
  }
  const live = [...tables].flatMap(([table, rows]) => [...rows].map(([id, row]) => `${JSON.stringify([table, id, row])}\n`));
  // Most of it is history: the file begins anew.
  if (lines.length > 2 * live.length + 100) await writeDurably(path, live.join(''));
  const log = openLog(path);
  return {
    rows: tableNamed,
    async put(table, id, row) {
      tableNamed(table).set(id, row);
      await log.append([JSON.stringify([table, id, row])]);
    },
    async drop(table, id) {
      if (tableNamed(table).delete(id)) await log.append([JSON.stringify([table, id])]);
    },
    close: () => log.close(),
  };
}

function entryOf(line: string, where: { readonly path: string; readonly n: number }): readonly [Table, string, Value?] {
  try {
    return JSON.parse(line) as [Table, string, Value?];
  } catch (cause) {
    throw new Fault(
      {
        code: 'SANDBOX_DAMAGED',
        summary: `line ${where.n + 1} of ${where.path} cannot be read`,
        detail:
          'It is what a Cresco sandbox kept, and nothing that a crash leaves behind: the file was changed by hand. The sandbox was not started.',
        hint: 'Put the line right, or remove the folder: the sandbox then begins empty.',
      },
      { cause },
    );
  }
}
