import type { Fields, Value } from '../../../../src/core/value.ts';
import { openWorld } from '../../../../src/providers/colonies/sandbox/open-world.ts';
import { EMPTY, Refusal } from '../../../../src/providers/colonies/sandbox/handler.ts';
import { openKeep } from '../../../../src/providers/colonies/sandbox/keep.ts';
import { startRounds } from '../../../../src/providers/colonies/sandbox/rounds.ts';
import { settingsOf } from '../../../../src/providers/colonies/sandbox/settings.ts';
import { workHandlers } from '../../../../src/providers/colonies/sandbox/work-handlers.ts';
import { APPROVED, executor as executorShape, type Executor } from '../../../../src/providers/colonies/sandbox/models.ts';
import type { World } from '../../../../src/providers/colonies/sandbox/world.ts';
import type { Clock } from '../../../../src/providers/transport/clock.ts';

/** A clock that stands still until it is put forward; whoever sleeps wakes up in the right order. */
export interface StoppedClock extends Clock {
  forward(ms: number): Promise<void>;
  /** What is under way besides: it is waited for before time goes on. */
  waitFor(underWay: () => Promise<void>): void;
}

/** Everything that can happen now has happened. */
export const quiet = async (): Promise<void> => {
  for (let i = 0; i < 3; i += 1) await new Promise((done) => setImmediate(done));
};

export function stoppedClock(start = Date.parse('2026-11-22T03:00:00Z')): StoppedClock {
  let now = start;
  let underWay = (): Promise<void> => Promise.resolve();
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    waitFor: (wait) => void (underWay = wait),
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((done, fail) => {
        const sleeper = {
          at: now + ms,
          wake: () => {
            signal?.removeEventListener('abort', leave);
            done();
          },
        };
        const leave = (): void => {
          sleepers.delete(sleeper);
          fail(signal?.reason);
        };
        if (signal?.aborted === true) return leave();
        signal?.addEventListener('abort', leave, { once: true });
        sleepers.add(sleeper);
      }),
    async forward(ms) {
      const end = now + ms;
      for (;;) {
        await quiet();
        await underWay();
        await quiet();
        const [next] = [...sleepers].sort((a, b) => a.at - b.at);
        if (next === undefined || next.at > end) break;
        now = next.at;
        sleepers.delete(next);
        next.wake();
      }
      now = end;
    },
  };
}

/** A process as its JSON reads. */
export interface Seen {
  readonly processid: string;
  readonly initiatorname: string;
  readonly assignedexecutorid: string;
  readonly isassigned: boolean;
  readonly state: number;
  readonly starttime: string;
  readonly endtime: string;
  readonly waitdeadline: string;
  readonly execdeadline: string;
  readonly retries: number;
  readonly attributes: readonly { readonly key: string; readonly state: number }[];
  readonly spec: {
    readonly nodename: string;
    readonly funcname: string;
    readonly args: readonly Value[];
    readonly kwargs: Fields;
    readonly env: Fields;
    readonly conditions: Fields;
    readonly maxexectime: number;
    readonly maxretries: number;
  };
  readonly waitforparents: boolean;
  readonly parents: readonly string[];
  readonly children: readonly string[];
  readonly processgraphid: string;
  readonly in: readonly Value[] | null;
  readonly out: readonly Value[];
  readonly errors: readonly string[];
}

/** A workflow as its JSON reads. */
export interface SeenGraph {
  readonly processgraphid: string;
  readonly initiatorname: string;
  readonly rootprocessids: readonly string[] | null;
  readonly state: number;
  readonly submissiontime: string;
  readonly starttime: string;
  readonly endtime: string;
  readonly processids: readonly string[];
  readonly nodes: readonly Fields[];
  readonly edges: readonly Fields[];
}

export interface Refused {
  readonly status: number;
  readonly message: string;
}

export interface Bench {
  readonly world: World;
  readonly clock: StoppedClock;
  /** The parsed payload of the reply; `empty` for the answer without a byte. Throws Refusal. */
  ask<T = Fields>(type: string, fields: Fields, signer?: string, signal?: AbortSignal): Promise<T>;
  /** What was said instead of a reply. */
  refused(type: string, fields: Fields, signer?: string): Promise<Refused>;
  end(): Promise<void>;
}

export const OWNER = '4787a5071856a4acf702b2ffcea422e3237a679c681314113d86139461290cf4';
export const USER = '3fc05cf3df4b494e95d6a3d297a34f19938f7daa7422ab0d4f794454133341ac';
export const SERVER = '039231c7644e04b6895471dd5335cf332681c54e27f81fac54f9067b3f2c0103';

/** The half of a server that has to do with work, in its world, without a wire and without waiting. */
export async function openBench(
  sandbox: Readonly<Record<string, Value>> = {},
  { folder, clock = stoppedClock() }: { readonly folder?: string; readonly clock?: StoppedClock } = {},
): Promise<Bench> {
  const keep = await openKeep(folder);
  const opened = await openWorld({ settings: settingsOf({ sandbox }), clock, keep, port: () => 0 });
  const { world } = opened;
  startRounds(world);
  if (folder !== undefined) clock.waitFor(() => keep.settled());
  const ask = async <T>(type: string, fields: Fields, signer = USER, signal = world.signal): Promise<T> => {
    const handler = workHandlers[type];
    if (handler === undefined) throw new Error(`nobody handles ${type}`);
    const payload = JSON.stringify({ msgtype: type, ...fields });
    try {
      const reply = await handler.run(world, { type, payload, signer, signal });
      return (reply === EMPTY ? 'empty' : JSON.parse(reply ?? '{}')) as T;
    } finally {
      await world.keep.settled();
    }
  };
  return {
    world,
    clock,
    ask,
    async refused(type, fields, signer = USER) {
      try {
        await ask(type, fields, signer);
      } catch (error) {
        if (error instanceof Refusal) return { status: error.status, message: error.message };
        throw error;
      }
      throw new Error(`${type} was not refused`);
    },
    async end() {
      await opened.end();
      await keep.close();
    },
  };
}

/** An executor that is a member already. Its id is its name. */
export function employ(world: World, executorname: string, more: Partial<Executor> = {}): string {
  const row: Executor = {
    ...executorShape.zero,
    executorid: executorname,
    executorname,
    executortype: 'worker',
    colonyname: 'dev',
    state: APPROVED,
    ...more,
  };
  world.executors.put(`${row.colonyname}:${executorname}`, row);
  return executorname;
}

/** A function spec without limits. */
export const work = (more: Fields = {}, conditions: Fields = {}): Fields => ({
  funcname: 'run',
  maxwaittime: -1,
  maxexectime: -1,
  maxretries: 0,
  ...more,
  conditions: { colonyname: 'dev', executortype: 'worker', ...conditions },
});

/** A node of a workflow. */
export const node = (nodename: string, dependencies: readonly string[] = [], more: Fields = {}): Fields =>
  work({ nodename, ...more }, { dependencies });
