/** The least entry first; entries that are no longer `alive` are passed over and swept away now and then. Push and take are logarithmic. */
export interface Heap<T> {
  /** The least one that is alive. */
  first(): T | undefined;
  push(entry: T): void;
}

interface Order<T> {
  readonly before: (a: T, b: T) => boolean;
  readonly alive: (entry: T) => boolean;
}

export function openHeap<T>({ before, alive }: Order<T>): Heap<T> {
  let entries: T[] = [];
  /** How many there were after the last sweep. */
  let swept = 0;
  const up = (entry: T): void => {
    let at = entries.push(entry) - 1;
    for (let above = (at - 1) >> 1; at > 0 && before(entry, entries[above] as T); above = (at - 1) >> 1) {
      entries[at] = entries[above] as T;
      at = above;
    }
    entries[at] = entry;
  };
  const drop = (): void => {
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= entries.length) break;
      if (below + 1 < entries.length && before(entries[below + 1] as T, entries[below] as T)) below += 1;
      if (!before(entries[below] as T, last)) break;
      entries[at] = entries[below] as T;
      at = below;
    }
    entries[at] = last;
  };
  return {
    first() {
      while (entries.length > 0 && !alive(entries[0] as T)) drop();
      return entries[0];
    },
    push(entry) {
      if (entries.length > 2 * swept + 64) {
        const living = entries.filter(alive);
        entries = [];
        for (const one of living) up(one);
        swept = entries.length;
      }
      up(entry);
    },
  };
}
