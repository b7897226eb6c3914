import type { ResourceId } from '../core/id.ts';
import { byText } from '../core/value.ts';
import type { Act } from './acts.ts';
import type { Graph } from './graph.ts';
import { graph } from './graph.ts';

/** Acts in the order of their numbers, and the batch that each belongs to. */
export interface Ordered {
  /** Indexes into the acts. */
  readonly order: readonly number[];
  readonly batch: ReadonlyMap<number, string>;
}

export function netOf(acts: readonly Act[]): Graph {
  const edges: number[] = [];
  for (const [n, act] of acts.entries()) for (const before of act.after) edges.push(n, before);
  return graph(acts.length, edges);
}

/**
 * Orders acts that are free of cycles: wave by wave, by id within a wave, in time linear in edges but for the sorting of waves.
 *
 * Acts with one batch key become one call. Merging may not make calls wait for each other:
 *
 *     commit[a] → create x → commit[b]      a and b share a key, but b needs x and x needs a
 *
 * so everything unbatched that can run is run before any batch is closed, and a batch closes over what is ready by then (with what
 * only waits for members of it). Calls thus come out one after the other, each after all that it waits for; what did not make it
 * into a batch opens a second one, `#2/key`: no key begins like that. So does an act with a value in it that another member of the
 * batch makes known.
 */
export function order(acts: readonly Act[], keyOf: (act: Act) => string | undefined): Ordered {
  return new Queue(acts, keyOf).run();
}

/** The acts of one batch key that have not run. */
interface Waiting {
  readonly key: string;
  readonly ready: Set<number>;
  /** The call that is being put together, and what writes a value that one of its members makes known. */
  run: string | undefined;
  readonly later: Set<number>;
  /** Members that wait for something outside. */
  held: number;
  runs: number;
}

class Queue {
  readonly #acts: readonly Act[];
  readonly #dependents: Graph;
  readonly #keys: (Waiting | undefined)[];
  readonly #pending: Int32Array;
  /** Of the pending ones, those outside the act's own batch. */
  readonly #outside: Int32Array;
  readonly #order: number[] = [];
  readonly #batch = new Map<number, string>();
  #wave: number[] = [];
  readonly #open = new Set<Waiting>();

  constructor(acts: readonly Act[], keyOf: (act: Act) => string | undefined) {
    this.#acts = acts;
    const waiting = new Map<string, Waiting>();
    this.#keys = acts.map((act) => {
      const key = keyOf(act);
      if (key === undefined) return undefined;
      const known = waiting.get(key) ?? { key, ready: new Set(), run: undefined, later: new Set(), held: 0, runs: 0 };
      waiting.set(key, known);
      return known;
    });
    this.#pending = new Int32Array(acts.length);
    this.#outside = new Int32Array(acts.length);
    const edges: number[] = [];
    for (const [n, act] of acts.entries()) {
      for (const before of act.after) {
        edges.push(before, n);
        this.#pending[n]! += 1;
        if (this.#keys[n] === undefined || this.#keys[before] !== this.#keys[n]) this.#outside[n]! += 1;
      }
    }
    this.#dependents = graph(acts.length, edges);
    for (let n = 0; n < acts.length; n += 1) {
      const key = this.#keys[n];
      if (key !== undefined && this.#outside[n]! > 0) key.held += 1;
    }
  }

  run(): Ordered {
    for (let n = 0; n < this.#acts.length; n += 1) if (this.#pending[n] === 0) this.#release(n);
    while (this.#wave.length > 0 || this.#open.size > 0) {
      if (this.#wave.length > 0) {
        const wave = this.#wave.sort((a, b) => byText(this.#id(a), this.#id(b)) || a - b);
        this.#wave = [];
        for (const n of wave) this.#emit(n);
        continue;
      }
      // A batch that nothing outside holds up is whole: closing it now splits nothing.
      const open = [...this.#open].sort((a, b) => byText(a.key, b.key));
      const whole = open.filter((waiting) => waiting.held === 0);
      for (const waiting of whole.length > 0 ? whole : open.slice(0, 1)) this.#close(waiting);
    }
    return { order: this.#order, batch: this.#batch };
  }

  #id(n: number): ResourceId {
    return this.#acts[n]!.decision.id;
  }

  #release(n: number): void {
    const waiting = this.#keys[n];
    if (waiting === undefined) return void this.#wave.push(n);
    const isTold = waiting.run !== undefined && this.#acts[n]!.told.some((before) => this.#batch.get(before) === waiting.run);
    (isTold ? waiting.later : waiting.ready).add(n);
    this.#open.add(waiting);
  }

  #close(waiting: Waiting): void {
    waiting.runs += 1;
    const name = waiting.runs === 1 ? waiting.key : `#${waiting.runs}/${waiting.key}`;
    waiting.run = name;
    // Running a member may release others of the same batch, which join it: only members wait for members here.
    while (waiting.ready.size > 0) {
      const now = [...waiting.ready].sort((a, b) => byText(this.#id(a), this.#id(b)) || a - b);
      waiting.ready.clear();
      for (const n of now) {
        this.#batch.set(n, name);
        this.#emit(n);
      }
    }
    waiting.run = undefined;
    for (const n of waiting.later) waiting.ready.add(n);
    waiting.later.clear();
    if (waiting.ready.size === 0) this.#open.delete(waiting);
  }

  #emit(n: number): void {
    this.#order.push(n);
    const { start, to } = this.#dependents;
    for (let i = start[n]!; i < start[n + 1]!; i += 1) {
      const other = to[i]!;
      this.#pending[other]! -= 1;
      const key = this.#keys[other];
      if (key === undefined || key !== this.#keys[n]) {
        this.#outside[other]! -= 1;
        if (key !== undefined && this.#outside[other] === 0) key.held -= 1;
      }
      if (this.#pending[other] === 0) this.#release(other);
    }
  }
}
