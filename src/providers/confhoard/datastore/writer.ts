import { Fault } from '../../../core/diagnostic.ts';
import { interrupted } from '../../transport/interrupted.ts';
import type { Commit, Snapshot } from './commit-file.ts';
import { catchUp, makeCommit, readHead, readSnapshot } from './commit-file.ts';
import type { Entry } from './commit-log.ts';
import { superseded } from './faults.ts';
import type { Layout } from './files.ts';
import { writeDocument } from './files.ts';
import type { Lock } from './lock.ts';
import { takeLock } from './lock.ts';

export interface WriterOptions {
  readonly files: Layout;
  readonly now: () => number;
  readonly sessionId: string;
}

/** What a commit says of itself; the rest of its log entry is the writer's. */
export type Said = Pick<Entry, 'user' | 'via' | 'comment' | 'changes'>;

/** One at a time, on a datastore whose documents are up to its newest commit. */
export interface Turn {
  readonly snapshot: Snapshot;
  /** Makes the next commit and answers its generation. */
  write(commit: Omit<Commit, 'entry'>, said: Said): Promise<number>;
}

export interface Writer {
  hold(options: { readonly owner: string; readonly forMs: number }): Promise<Lock>;
  turn<T>(options: { readonly owner: string; readonly signal?: AbortSignal }, body: (turn: Turn) => Promise<T>): Promise<T>;
}

/** A commit takes milliseconds; a lock that is held for longer is one whose holder hangs. */
const HOLD_MS = 30_000;
const WAIT_MS = 5_000;

export function createWriter({ files, now, sessionId }: WriterOptions): Writer {
  /** The last turn of this process: those of others are waited for by the lock, which asks again and again. */
  let last: Promise<unknown> = Promise.resolve();

  const lockFor = async (owner: string, holdMs: number, waitMs: number, signal?: AbortSignal): Promise<Lock> => {
    const { generation } = await readSnapshot(files);
    return takeLock({ path: files.lock, owner, sessionId, generation, holdMs, waitMs, now, ...(signal ? { signal } : {}) });
  };

  const write = async (
    turn: { readonly snapshot: Snapshot; readonly lock: Lock; readonly signal?: AbortSignal | undefined },
    commit: Omit<Commit, 'entry'>,
    said: Said,
  ): Promise<number> => {
    const generation = turn.snapshot.generation + 1;
    const made: Commit = { entry: { generation, at: new Date(now()).toISOString(), session: sessionId, ...said }, ...commit };
    await turn.lock.check();
    if (turn.signal?.aborted) throw interrupted(turn.signal, 'no');
    try {
      if (!(await makeCommit(files, made))) throw superseded();
    } catch (error) {
      if (await isMade(files, made)) throw unfinished(error);
      throw error;
    }
    await catchUp(files, made).catch((error: unknown) => Promise.reject(unfinished(error)));
    return generation;
  };

  const turn: Writer['turn'] = async ({ owner, signal }, body) => {
    if (signal?.aborted) throw interrupted(signal, 'no');
    const lock = await lockFor(owner, HOLD_MS, WAIT_MS, signal);
    try {
      const snapshot = await readSnapshot(files);
      if (snapshot.head) await catchUp(files, snapshot.head);
      if (snapshot.rebuilt) {
        for (const [name, document] of snapshot.documents.persist) await writeDocument(files, { store: 'running', owner: name }, document);
      }
      return await body({ snapshot, write: (commit, said) => write({ snapshot, lock, signal }, commit, said) });
    } finally {
      await lock.release();
    }
  };

  return {
    hold: ({ owner, forMs }) => lockFor(owner, forMs, 0),
    turn(options, body) {
      const next = last.then(() => turn(options, body));
      // Whoever comes next waits for the end, whatever the end was.
      last = next.catch(() => undefined);
      return next;
    },
  };
}

async function isMade(files: Layout, { entry }: Commit): Promise<boolean> {
  const head = await readHead(files).catch(() => undefined);
  return head?.entry.generation === entry.generation && head.entry.session === entry.session;
}

/** The commit stands, and something after it failed: the next one who writes goes on there. */
function unfinished(cause: unknown): unknown {
  if (!(cause instanceof Fault)) return cause;
  return new Fault(
    {
      ...cause.diagnostic,
      detail: `The commit was made; bringing the files of the datastore up to it failed. ${cause.diagnostic.detail ?? ''}`.trim(),
    },
    { cause, retry: cause.retry, sent: 'maybe' },
  );
}
