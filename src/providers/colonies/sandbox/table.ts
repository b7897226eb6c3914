/** Rows of one kind by their id, in the order in which they were first put. Rows are never changed in place. */
export interface Table<Row> {
  readonly size: number;
  get(id: string): Row | undefined;
  rows(): IterableIterator<Row>;
  entries(): IterableIterator<[string, Row]>;
  put(id: string, row: Row): void;
  drop(id: string): void;
  /** Told of every row that there is and of every change, also of one that is taken back because the disk is full: what indexes live on. */
  watch(see: (before: Row | undefined, after: Row | undefined) => void): void;
}

/** The rows that share a key. */
export interface Index<Row> {
  (key: string): readonly Row[];
}

/** `note` gets every change with the way to take it back. */
export function openTable<Row>(note: (id: string, row: Row | undefined, undo: () => void) => void): Table<Row> {
  const all = new Map<string, Row>();
  const watchers: ((before: Row | undefined, after: Row | undefined) => void)[] = [];
  const set = (id: string, after: Row | undefined): void => {
    const before = all.get(id);
    if (after === undefined) all.delete(id);
    else all.set(id, after);
    for (const see of watchers) see(before, after);
  };
  const change = (id: string, after: Row | undefined): void => {
    const before = all.get(id);
    set(id, after);
    note(id, after, () => set(id, before));
  };
  return {
    get size() {
      return all.size;
    },
    get: (id) => all.get(id),
    rows: () => all.values(),
    entries: () => all.entries(),
    put: change,
    drop: (id) => void (all.has(id) && change(id, undefined)),
    watch(see) {
      for (const row of all.values()) see(undefined, row);
      watchers.push(see);
    },
  };
}

/** Finds rows by something that is not their id; a row without a key is left out. Their order is that in which they got it. */
export function indexed<Row>(table: Table<Row>, keyOf: (row: Row) => string | undefined): Index<Row> {
  const buckets = new Map<string, Set<Row>>();
  table.watch((before, after) => {
    const left = before === undefined ? undefined : keyOf(before);
    const came = after === undefined ? undefined : keyOf(after);
    const bucket = left === undefined ? undefined : buckets.get(left);
    if (bucket !== undefined && left !== undefined && before !== undefined) {
      bucket.delete(before);
      if (bucket.size === 0) buckets.delete(left);
    }
    if (came === undefined || after === undefined) return;
    const found = buckets.get(came);
    if (found === undefined) buckets.set(came, new Set([after]));
    else found.add(after);
  });
  return (key) => [...(buckets.get(key) ?? [])];
}
