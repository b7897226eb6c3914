/** A queue whose ends are both cheap: an array would move all its items for each one that leaves in front. */
export interface Fifo<T> {
  push(item: T): void;
  shift(): T | undefined;
  pop(): T | undefined;
  first(): T | undefined;
  last(): T | undefined;
  readonly size: number;
}

export function openFifo<T>(): Fifo<T> {
  let items: T[] = [];
  let head = 0;
  return {
    push: (item) => void items.push(item),
    shift() {
      if (head === items.length) return undefined;
      const item = items[head];
      head += 1;
      // Half of it is gone: what is left moves once for as many that left.
      if (head * 2 >= items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    pop: () => (items.length > head ? items.pop() : undefined),
    first: () => items[head],
    last: () => (items.length > head ? items.at(-1) : undefined),
    get size() {
      return items.length - head;
    },
  };
}
