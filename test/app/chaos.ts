import { Fault } from '../../src/core/diagnostic.ts';
import type { Store } from '../../src/state/store.ts';
import type { ScriptedSession } from '../kit/scripted-provider.ts';
import type { ScriptedSystem } from '../kit/scripted-system.ts';

/**
 * What goes wrong with one call: it never arrives (and we know it), it may have arrived and did not, it arrived and its reply is
 * lost, it is refused, or the process dies just before or just after it.
 */
export type Mishap = 'unsent' | 'before' | 'after' | 'refuse' | 'dies-before' | 'dies-after';

/** Mishaps by the number of the call, counted over wire and disk from when they were set. */
export interface Chaos {
  set(mishaps: ReadonlyMap<number, Mishap>): void;
  readonly crashed: Promise<'crashed'>;
  /** The process is dead: whatever it still wants to do does not happen. */
  readonly dead: boolean;
  revive(): void;
  /** Resolves when every call that has begun is at its end on the other side, though nobody may hear of it. */
  settled(): Promise<void>;
  /** Handles of everything that was made over the wire. */
  readonly made: ReadonlySet<string>;
  session(session: ScriptedSession): ScriptedSession;
  store(store: Store): Store;
}

const fault = (code: string, options: ConstructorParameters<typeof Fault>[1]): Fault => new Fault({ code, summary: 'chaos' }, options);

export function chaos(): Chaos {
  let mishaps: ReadonlyMap<number, Mishap> = new Map();
  let count = 0;
  let life = 0;
  let dead = false;
  let die = (): void => undefined;
  let crashed: Promise<'crashed'>;
  const made = new Set<string>();
  const under = new Set<Promise<unknown>>();
  const revive = (): void => {
    life += 1;
    dead = false;
    crashed = new Promise((resolve) => {
      die = () => {
        dead = true;
        resolve('crashed');
      };
    });
  };
  revive();
  const never = <T>(): Promise<T> => new Promise(() => undefined);
  /** One call of a process: after its death nothing of it happens, and nothing comes back. */
  const during = async <T>(mine: number, { wire }: { readonly wire: boolean }, body: () => Promise<T>): Promise<T> => {
    if (dead || mine !== life) return never();
    count += 1;
    const mishap = mishaps.get(count);
    if (mishap === 'dies-before') {
      die();
      return never();
    }
    if (wire && mishap === 'unsent') throw fault('UNSENT', { sent: 'no', retry: { afterMs: 10 } });
    if (wire && mishap === 'before') throw fault('LOST', { sent: 'maybe', retry: { afterMs: 10 } });
    if (wire && mishap === 'refuse') throw fault('REFUSED', { sent: 'answered' });
    const doing = body();
    under.add(doing);
    const result = await doing.finally(() => under.delete(doing));
    if (dead || mine !== life) return never();
    if (mishap === 'dies-after') {
      die();
      return never();
    }
    if (wire && mishap === 'after') throw fault('LOST', { sent: 'maybe', retry: { afterMs: 10 } });
    return result;
  };

  return {
    set(next) {
      mishaps = next;
      count = 0;
    },
    get crashed() {
      return crashed;
    },
    get dead() {
      return dead;
    },
    revive,
    async settled() {
      do {
        await Promise.allSettled(under);
        await new Promise((resolve) => setImmediate(resolve));
      } while (under.size > 0);
    },
    made,
    session({ read, write, close }) {
      const mine = life;
      const wire = { wire: true };
      const get: ScriptedSystem['get'] = (...args) => during(mine, wire, () => read.get(...args));
      const list: ScriptedSystem['list'] = (...args) => during(mine, wire, () => read.list(...args));
      const commit: ScriptedSystem['commit'] = (changes, call) =>
        during(mine, wire, async () => {
          const handles = await write.commit(changes, call);
          for (const [i, { do: verb }] of changes.entries()) if (verb === 'create') made.add(handles[i] as string);
          return handles;
        });
      return { read: { get, list, obscured: (handle) => read.obscured(handle), instance: read.instance }, write: { commit }, close };
    },
    store(store) {
      const mine = life;
      const disk = { wire: false };
      return {
        ...store,
        lease: (options) => during(mine, disk, () => store.lease(options)),
        begin: (target, intents) => during(mine, disk, () => store.begin(target, intents)),
        end: (target, ends) => during(mine, disk, () => store.end(target, ends)),
        checkpoint: (options) => during(mine, disk, () => store.checkpoint(options)),
      };
    },
  };
}
