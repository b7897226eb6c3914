import type { ResourceId } from '../core/id.ts';
import type { Observed } from '../core/resource.ts';
import type { Look } from './observe.ts';
import type { Kinds, Run } from './opened.ts';
import type { Subject } from './subject.ts';

/** How waiting for *ready* ended. */
export type Settled = 'ready' | 'failed' | 'too-late' | 'stopped';

export interface SettleOptions {
  readonly kinds: Kinds;
  readonly run: Run;
  readonly look: (subjects: readonly Subject[]) => Promise<Look>;
  readonly stopping: () => boolean;
}

export interface Settler {
  /** Resolves when the live system calls it ready, says that it failed, or takes longer than its kind allows. */
  ready(subject: Subject): Promise<Settled>;
}

interface Waiting {
  readonly subject: Subject;
  readonly until: number;
  readonly everyMs: number;
  readonly resolve: (settled: Settled) => void;
  readonly reject: (error: unknown) => void;
}

const WITHIN_MS = 300_000;
const EVERY_MS = 1_000;

/**
 * Waits for many resources with few questions: everything that waits is polled together, one question a kind and scope.
 * Waiting holds no slot of the target and no lease.
 */
export function createSettler({ kinds, run, look, stopping }: SettleOptions): Settler {
  const waiting = new Map<ResourceId, Waiting[]>();
  /** What was last said about a resource: it is said once, however many wait for it. */
  const told = new Map<ResourceId, string>();
  let polling = false;

  const poll = async (): Promise<void> => {
    polling = true;
    while (waiting.size > 0) {
      const all = [...waiting.values()].flat();
      const seen = await look(all.map(({ subject }) => subject));
      for (const one of all) {
        const settled = judge(one, seen.observed.get(one.subject.id));
        if (settled === undefined) continue;
        const rest = (waiting.get(one.subject.id) ?? []).filter((other) => other !== one);
        if (rest.length > 0) waiting.set(one.subject.id, rest);
        else waiting.delete(one.subject.id);
        one.resolve(settled);
      }
      // An abort ends the pause; the next look then tells everybody that the run has stopped.
      if (waiting.size > 0) await run.sleep(shortest([...waiting.values()].flat()), run.signal).catch(() => undefined);
    }
    polling = false; // in the same turn as the last check: who comes later starts a new round
  };

  const judge = (one: Waiting, live: Observed | undefined): Settled | undefined => {
    if (live?.seen === 'live') {
      const { readiness } = live;
      if (readiness.state === 'ready') {
        if (told.delete(one.subject.id)) run.emit({ type: 'ready', id: one.subject.id });
        return 'ready';
      }
      if (told.get(one.subject.id) !== readiness.message) {
        told.set(one.subject.id, readiness.message);
        run.emit({ type: 'wait', id: one.subject.id, message: readiness.message });
      }
      if (readiness.state === 'failed') return 'failed';
    }
    if (stopping() || run.signal.aborted) return 'stopped';
    return run.now() >= one.until ? 'too-late' : undefined;
  };

  return {
    ready(subject) {
      const { withinMs = WITHIN_MS, everyMs = EVERY_MS } = kinds.of(subject.id)?.kind.settle ?? {};
      return new Promise<Settled>((resolve, reject) => {
        const one: Waiting = { subject, until: run.now() + withinMs, everyMs, resolve, reject };
        const others = waiting.get(subject.id);
        if (others) others.push(one);
        else waiting.set(subject.id, [one]);
        if (polling || waiting.size > 1 || others) return;
        // Those that come in the same turn are asked about together.
        queueMicrotask(() => {
          poll().catch((error: unknown) => {
            polling = false;
            for (const lost of [...waiting.values()].flat()) lost.reject(error);
            waiting.clear();
          });
        });
      });
    },
  };
}

const shortest = (all: readonly Waiting[]): number => all.reduce((least, { everyMs }) => Math.min(least, everyMs), Infinity);
