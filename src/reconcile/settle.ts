import { count } from '../core/count.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { shortId } from '../core/id.ts';
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
  /** Told of what was ready or had failed when it was looked at, before those who wait for it. */
  readonly over?: (subject: Subject, live: Observed) => Promise<void>;
}

export interface Settler {
  /** Resolves when the live system calls it ready, says that it failed, or takes longer than its kind allows. */
  ready(subject: Subject): Promise<Settled>;
  /** What failed or took too long, and has not become ready since. */
  readonly unready: ReadonlySet<ResourceId>;
}

interface Waiting {
  readonly subject: Subject;
  readonly withinMs: number;
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
export function createSettler({ kinds, run, look, stopping, over }: SettleOptions): Settler {
  const waiting = new Map<ResourceId, Waiting[]>();
  /** What was last said about a resource: it is said once, however many wait for it. */
  const told = new Map<ResourceId, string>();
  const unready = new Set<ResourceId>();
  let polling = false;

  const poll = async (): Promise<void> => {
    polling = true;
    while (waiting.size > 0) {
      const all = [...waiting.values()].flat();
      const seen = await look(all.map(({ subject }) => subject));
      for (const one of all) {
        const live = seen.observed.get(one.subject.id);
        const settled = judge(one, live);
        if (settled === undefined) continue;
        if (live !== undefined && (settled === 'ready' || settled === 'failed')) await over?.(one.subject, live);
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
        const was = unready.delete(one.subject.id);
        if (told.delete(one.subject.id) || was) run.emit({ type: 'ready', id: one.subject.id });
        return 'ready';
      }
      if (readiness.state === 'failed') {
        const isRun = kinds.of(one.subject.id)?.facts.nature === 'run';
        tell(hasFailed(one.subject.id, readiness.message, isRun));
        return 'failed';
      }
    }
    if (stopping() || run.signal.aborted) return 'stopped';
    const why = standing(live);
    if (told.get(one.subject.id) !== why) {
      told.set(one.subject.id, why);
      run.emit({ type: 'wait', id: one.subject.id, message: why });
    }
    if (run.now() < one.until) return undefined;
    tell(tookTooLong(one, live));
    return 'too-late';
  };

  const tell = (fault: Unready): void => {
    if (unready.has(fault.resource)) return;
    unready.add(fault.resource);
    run.emit({ type: 'unready', id: fault.resource, fault });
  };

  return {
    unready,
    ready(subject) {
      const { withinMs = WITHIN_MS, everyMs = EVERY_MS } = kinds.of(subject.id)?.kind.settle ?? {};
      return new Promise<Settled>((resolve, reject) => {
        const one: Waiting = { subject, withinMs, until: run.now() + withinMs, everyMs, resolve, reject };
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

type Unready = Diagnostic & { readonly resource: ResourceId };

const DETAIL = 'It was written and is recorded, but what waits for it to be ready was not begun.';

const hasFailed = (id: ResourceId, message: string, isRun: boolean): Unready => ({
  code: 'NOT_READY',
  severity: 'error',
  summary: message,
  detail: isRun ? 'It ran, and its end is recorded. What waits for it was not begun.' : DETAIL,
  hint: isRun
    ? 'Correct what it says, and apply again with another spec.retry: what is edited runs again.'
    : 'Correct what it says, in the manifest or in the system, and apply again.',
  resource: id,
});

function tookTooLong({ subject: { id }, withinMs }: Waiting, live: Observed | undefined): Unready {
  return {
    code: 'NOT_READY',
    severity: 'error',
    summary: `${standing(live)}, after ${count(Math.ceil(withinMs / 1000), 'second')}`,
    detail: DETAIL,
    hint: `It may still come up: setpoint status ${shortId(id)} tells. Then apply again, which goes on from there.`,
    resource: id,
  };
}

function standing(live: Observed | undefined): string {
  if (live?.seen === 'live') return live.readiness.state === 'ready' ? 'ready too late' : live.readiness.message;
  return live?.seen === 'absent' ? 'it is not there' : (live?.fault.summary ?? 'it could not be looked at');
}
