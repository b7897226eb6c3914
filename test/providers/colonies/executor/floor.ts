import type { Value } from '../../../../src/core/value.ts';
import {
  newKey,
  openColonies,
  specOf,
  type ColoniesClient,
  type FuncSpecDraft,
  type Process,
} from '../../../../src/providers/colonies/client/index.ts';
import { runExecutor, type ExecutorEvent, type ExecutorOptions, type Tally } from '../../../../src/providers/colonies/executor/index.ts';
import { sandbox } from '../../../../src/providers/colonies/sandbox/index.ts';
import { SAMPLE_COLONY_KEY, SAMPLE_SERVER_KEY, SAMPLE_USER_KEY } from '../../../../src/providers/colonies/sandbox/settings.ts';
import type { Clock } from '../../../../src/providers/transport/clock.ts';
import { systemClock } from '../../../../src/providers/transport/clock.ts';

export const KEYS = { server: SAMPLE_SERVER_KEY, colony: SAMPLE_COLONY_KEY, user: SAMPLE_USER_KEY } as const;

/** How much faster everything is, on the server and in executors. */
export const PACE = 0.02;

/** An executor that runs. */
export interface Running {
  readonly name: string;
  readonly key: string;
  readonly events: readonly ExecutorEvent[];
  /** What it has told so far, or will tell. */
  until(type: ExecutorEvent['type'], text?: RegExp): Promise<ExecutorEvent>;
  /** First nothing new, then at once. */
  drain(): void;
  abort(): void;
  readonly ended: Promise<Tally>;
  /** Drains and waits. */
  end(): Promise<Tally>;
}

export interface Floor {
  readonly address: string;
  /** A member of the colony `dev`. */
  readonly user: ColoniesClient;
  start(options: Pick<ExecutorOptions, 'functions'> & Partial<ExecutorOptions>): Running;
  control(name: string, input?: Readonly<Record<string, string>>): Promise<Value>;
  /** For executors of the type `worker`. */
  submit(funcname: string, more?: Partial<Omit<FuncSpecDraft, 'conditions'>> & { readonly type?: string }): Promise<Process>;
  finished(process: Process): Promise<Process>;
  now(process: Process): Promise<Process>;
  logsOf(process: Process): Promise<string>;
  /** How often requests of a type were made. */
  count(type: string): Promise<number>;
  /** Skips so many milliseconds of the executors' clock. */
  jump(ms: number): void;
}

/** A colony `dev` on a sandbox, where time runs fast, and executors for it. What still runs at the end is aborted. */
export async function onFloor(body: (floor: Floor) => Promise<void>, settings: Readonly<Record<string, Value>> = {}): Promise<void> {
  const server = await sandbox({ options: { sandbox: { pace: PACE, ...settings } } });
  const { address } = server;
  const user = openColonies({ address, key: KEYS.user });
  const running: Running[] = [];
  let skipped = 0;
  const clock: Clock = { now: () => Date.now() / PACE + skipped, sleep: (ms, signal) => systemClock.sleep(ms * PACE, signal) };
  const floor: Floor = {
    address,
    user,
    control: (name, input = {}) => server.control(name, input),
    jump: (ms) => void (skipped += ms),
    start(options) {
      const one = started({
        address,
        colony: 'dev',
        name: `worker-${running.length + 1}`,
        type: 'worker',
        key: newKey(),
        colonyKey: KEYS.colony,
        clock,
        ...options,
      });
      running.push(one);
      return one;
    },
    submit: (funcname, { type = 'worker', ...more } = {}) =>
      user.call('submitfuncspecmsg', { spec: specOf({ funcname, ...more, conditions: { colonyname: 'dev', executortype: type } }) }),
    finished: (process) => user.waitForProcess(process),
    now: ({ processid }) => user.call('getprocessmsg', { processid }),
    logsOf: async ({ processid }) =>
      (await user.call('getlogsmsg', { colonyname: 'dev', processid, count: 500 })).map(({ message }) => message).join(''),
    count: async (type) => {
      const { types } = (await server.control('counts', {})) as { readonly types: Readonly<Record<string, number>> };
      return types[type] ?? 0;
    },
  };
  try {
    await body(floor);
  } finally {
    for (const one of running) one.abort();
    await Promise.allSettled(running.map(({ ended }) => ended));
    await user.close();
    await server.close();
  }
}

function started(options: ExecutorOptions): Running {
  const events: ExecutorEvent[] = [];
  const waiting = new Set<() => void>();
  const drain = new AbortController();
  const abort = new AbortController();
  const tell = (event: ExecutorEvent): void => {
    events.push(event);
    options.tell?.(event);
    for (const look of [...waiting]) look();
  };
  const ended = runExecutor({ ...options, tell, abort: abort.signal }, drain.signal);
  // Whoever waits for it is told; a test that ends before has not asked.
  ended.catch(() => undefined);
  return {
    name: options.name,
    key: options.key,
    events,
    ended,
    drain: () => drain.abort(),
    abort: () => abort.abort(),
    async end() {
      drain.abort();
      return ended;
    },
    until: (type, text = /^/) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find((event) => event.type === type && text.test(event.text));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        ended.then(
          () => reject(new Error(`it ended without telling of "${type}"`)),
          (error: Error) => reject(error),
        );
      }),
  };
}

/** Until it holds; what is asked may have to be read. */
export async function eventually(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
