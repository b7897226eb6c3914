import { join } from 'node:path';
import { Fault } from '../../../core/diagnostic.ts';
import { openLog, readLog, sweep, writeDurably } from '../../../disk/index.ts';
import { parseJson, type Json } from '../client/json.ts';
import { UTC } from './instant.ts';
import { Mismatch, type Shape } from './shape.ts';
import { openTable, type Table } from './table.ts';

/**
 * What the server's database is to it. Changes are made in memory at once, and all answers wait until what they tell of is on disk.
 * Where the disk fails, what is not on it is taken back, newest first: memory and disk tell the same again.
 */
export interface Keep {
  /**
   * A table of rows that outlive the process, with those that did. One that is opened again takes the place of that before, with its
   * rows. `name` stands in the file.
   */
  table<Row>(name: string, shape: Shape<Row>): Table<Row>;
  /** All tables are open. Throws Fault SANDBOX_DAMAGED where there are rows of others. */
  opened(): void;
  /** Resolves when every change made until now is on disk. Throws DISK_FULL, NOT_WRITABLE or DISK_FAILED: then it is undone. */
  settled(): Promise<void>;
  /** Done when every change made until now is on disk, and not at all where it does not come to that: who is woken up sees what will last. */
  afterwards(deed: () => void): void;
  close(): Promise<void>;
}

interface Change {
  readonly line?: string;
  readonly undo?: () => void;
  readonly then?: () => void;
}

/** A table, whatever its rows are, with what it would write today: one line a row. */
interface Opened {
  readonly entries: () => Iterable<readonly [string, unknown]>;
  readonly lines: () => Iterable<string>;
}

/** Without a folder: memory alone. */
function inMemory(): Keep {
  const opened = new Map<string, Table<unknown>>();
  return {
    table<Row>(name: string): Table<Row> {
      const table = openTable<Row>(() => undefined);
      const before = opened.get(name) as Table<Row> | undefined;
      for (const [id, row] of before?.entries() ?? []) table.put(id, row);
      opened.set(name, table as Table<unknown>);
      return table;
    },
    opened: () => undefined,
    settled: () => Promise.resolve(),
    afterwards: (deed) => queueMicrotask(deed),
    close: () => Promise.resolve(),
  };
}

/** Shorter files are left to grow. */
const LEAST_LINES = 5000;

/**
 * One line a write, `[table, id, row]`, and `[table, id]` for a row that is gone. Killed at any byte, a file of whole lines is left, and
 * a last one that was cut short had not been answered. Writes under way at the same time share an fsync.
 * Throws Fault SANDBOX_DAMAGED for a line that is not one of ours, and those of the disk.
 */
export async function openKeep(folder?: string): Promise<Keep> {
  if (folder === undefined) return inMemory();
  const path = join(folder, 'colonies.jsonl');
  await sweep(folder);
  const { lines } = await readLog(path);
  const read = rowsOf(lines, path);
  const tables = new Map<string, Opened>();
  let log = openLog(path);
  let written = lines.length;
  let pending: Change[] = [];
  let scheduled = false;
  let writing = false;
  let longest = LEAST_LINES;
  let spoilt: unknown;
  let last: Promise<void> = Promise.resolve();

  function* fromDisk<Row>(shape: Shape<Row>, rows: ReadonlyMap<string, Kept> = new Map()): Generator<readonly [string, Row]> {
    for (const [id, { row, n }] of rows) yield [id, readRow(shape, row, { path, n })];
  }
  const undo = (changes: readonly Change[]): void => {
    for (const change of [...changes].reverse()) change.undo?.();
  };
  const write = async (): Promise<void> => {
    scheduled = false;
    const batch = pending;
    pending = [];
    if (spoilt !== undefined) {
      // What stood before these changes is gone, so they cannot stand either.
      const cause = spoilt;
      spoilt = undefined;
      undo(batch);
      throw cause;
    }
    const batchLines = batch.flatMap(({ line }) => line ?? []);
    writing = true;
    try {
      await log.append(batchLines);
    } catch (cause) {
      undo([...batch, ...pending]);
      pending = [];
      if (scheduled) spoilt = cause;
      throw cause;
    } finally {
      writing = false;
    }
    written += batchLines.length;
    for (const { then } of batch) then?.();
    if (pending.length === 0 && written > longest) await anew();
  };
  /** The file begins anew when most of it is history. Where there is no room for that, it grows on. */
  const anew = async (): Promise<void> => {
    const all = [...tables.values()].flatMap((table) => [...table.lines()]);
    try {
      if (written > 2 * all.length) {
        writing = true;
        await writeDurably(path, all.map((line) => `${line}\n`).join(''));
        await log.close();
        log = openLog(path);
        written = all.length;
      }
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
    } finally {
      writing = false;
    }
    longest = 2 * written + LEAST_LINES;
  };
  const note = (change: Change): void => {
    pending.push(change);
  };
  const settled = (): Promise<void> => {
    if (pending.length > 0 && !scheduled) {
      scheduled = true;
      last = last.then(write, write);
    }
    return scheduled || writing ? last : Promise.resolve();
  };
  return {
    table<Row>(name: string, shape: Shape<Row>): Table<Row> {
      const table = openTable<Row>((id, row, back) =>
        note({ line: lineOf(name, id, row === undefined ? undefined : shape.write(row, UTC)), undo: back }),
      );
      const before = tables.get(name)?.entries() as Iterable<readonly [string, Row]> | undefined;
      for (const [id, row] of before ?? fromDisk(shape, read.get(name))) table.put(id, row);
      read.delete(name);
      // They are on the disk already.
      pending = [];
      tables.set(name, {
        entries: () => table.entries(),
        *lines() {
          for (const [id, row] of table.entries()) yield lineOf(name, id, shape.write(row, UTC));
        },
      });
      return table;
    },
    opened() {
      for (const [name, rows] of read)
        for (const { n } of rows.values()) throw damaged({ path, n }, new Mismatch(`nothing is called ${name}`));
    },
    settled,
    afterwards: (deed) => note({ then: deed }),
    async close() {
      await settled();
      await log.close();
    },
  };
}

const lineOf = (table: string, id: string, row: string | undefined): string =>
  `["${table}",${JSON.stringify(id)}${row === undefined ? '' : `,${row}`}]`;

interface Kept {
  readonly row: Json;
  readonly n: number;
}

function rowsOf(lines: readonly string[], path: string): Map<string, Map<string, Kept>> {
  const tables = new Map<string, Map<string, Kept>>();
  for (const [n, line] of lines.entries()) {
    const [table, id, row] = entryOf(line, { path, n });
    const rows = tables.get(table) ?? new Map<string, Kept>();
    tables.set(table, rows);
    if (row === undefined) rows.delete(id);
    else rows.set(id, { row, n });
  }
  return tables;
}

interface Place {
  readonly path: string;
  readonly n: number;
}

function entryOf(line: string, place: Place): readonly [string, string, Json?] {
  try {
    const entry = parseJson(line);
    if (Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'string' && entry.length <= 3) {
      return entry as [string, string, Json?];
    }
  } catch (cause) {
    throw damaged(place, cause);
  }
  throw damaged(place);
}

function readRow<Row>(shape: Shape<Row>, row: Json, place: Place): Row {
  try {
    return shape.read(row);
  } catch (cause) {
    throw cause instanceof Mismatch ? damaged(place, cause) : cause;
  }
}

const damaged = ({ path, n }: Place, cause?: unknown): Fault =>
  new Fault(
    {
      code: 'SANDBOX_DAMAGED',
      summary: `line ${n + 1} of ${path} cannot be read`,
      detail:
        'It is what a ColonyOS sandbox kept, and nothing that a crash leaves behind: the file was changed by hand. The sandbox was not started.',
      hint: 'Put the line right, or remove the folder: the sandbox then begins empty.',
    },
    { cause },
  );
