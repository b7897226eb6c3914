export interface Backlog<T> {
  add(item: T, size: number): void;
  full(): boolean;
  /** No more comes. What waits is read first, and then the error is thrown; `discard` throws away what waits. */
  end(how: { readonly error?: unknown; readonly discard?: true }): void;
  iterator(onReturn: () => Promise<void>): AsyncIterator<T>;
}

/** What keeping an item costs besides its size: without it a flood of empty messages would weigh nothing. */
const OVERHEAD = 128;

/**
 * What came and was not read yet: bounded by telling the source to stop, not by throwing away. Reading and adding are constant in
 * time however much waits.
 */
export function backlog<T>({
  most,
  onFull,
  onRoom,
}: {
  /** Sizes together, from which on the source is to stop. It goes on at half of that, so that it does not stutter. */
  readonly most: number;
  readonly onFull: () => void;
  readonly onRoom: () => void;
}): Backlog<T> {
  const items = new Map<number, { readonly item: T; readonly size: number }>();
  let first = 0;
  let next = 0;
  let size = 0;
  let held = false;
  let ended: { readonly error?: unknown } | undefined;
  let readers: (() => void)[] = [];
  const wake = (): void => {
    const all = readers;
    readers = [];
    for (const reader of all) reader();
  };
  const shift = (): T | undefined => {
    const entry = items.get(first);
    if (entry === undefined) return undefined;
    items.delete(first);
    first += 1;
    size -= entry.size;
    if (held && size <= most / 2) {
      held = false;
      onRoom();
    }
    return entry.item;
  };
  return {
    full: () => held,
    add(item, itemSize) {
      if (ended !== undefined) return;
      const whole = itemSize + OVERHEAD;
      items.set(next, { item, size: whole });
      next += 1;
      size += whole;
      if (!held && size >= most) {
        held = true;
        onFull();
      }
      wake();
    },
    end({ error, discard }) {
      if (ended !== undefined) return;
      ended = { error };
      if (discard === true) items.clear();
      wake();
    },
    iterator: (onReturn) => ({
      async next() {
        for (;;) {
          const value = shift();
          if (value !== undefined) return { value, done: false };
          if (ended !== undefined) {
            if (ended.error !== undefined) throw ended.error;
            return { value: undefined, done: true };
          }
          await new Promise<void>((resolve) => readers.push(resolve));
        }
      },
      async return() {
        await onReturn();
        return { value: undefined, done: true };
      },
    }),
  };
}
