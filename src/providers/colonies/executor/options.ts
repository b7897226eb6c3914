import { idOf } from '../client/keys.ts';
import type { ColoniesOptions } from '../client/client.ts';
import type { CapabilitiesDraft } from '../client/models/index.ts';
import { wrongOption } from './faults.ts';
import type { Tell } from './events.ts';
import type { Functions } from './task.ts';

/** Who runs what, and how. Times are milliseconds unless their name says otherwise. */
export interface ExecutorOptions extends Omit<ColoniesOptions, 'key' | 'retry'> {
  readonly colony: string;
  /** Unique in the colony, also among executors that are gone: a server does not give a name away twice. */
  readonly name: string;
  /** Processes are assigned by type: to any executor whose type is the one that they ask for. */
  readonly type: string;
  /** The executor's own private key; its id is what the colony knows. One key is for one program: two with one key share their work. */
  readonly key: string;
  /** The key of the colony's owner. With it the executor registers and approves itself; without it somebody else has to. */
  readonly colonyKey?: string | undefined;
  readonly functions: Functions;
  /** How many processes run at once. Default: 1. */
  readonly concurrency?: number;
  /** Stored whenever it starts. */
  readonly capabilities?: CapabilitiesDraft;
  /** Stored when it registers. */
  readonly location?: string;
  /** Only processes that ask for no more: cpu `4000m`, mem `8Gi`. Default: any. */
  readonly available?: { readonly cpu?: string; readonly mem?: string };
  readonly tell?: Tell;

  /** Aborts what runs, and takes nothing new; the signal of `runExecutor` lets what runs end. */
  readonly abort?: AbortSignal | undefined;
  /** After the signal: how long what runs may take before it is aborted. Default: as long as it takes. */
  readonly drainMs?: number;
  /** After the abort: how long handlers have to come to an end and to be closed. Default: 10 s. */
  readonly graceMs?: number;
  /**
   * Removes the executor when it ends; `colonyKey` is needed. What it had not closed goes back to the queue. Its name is then taken for
   * ever, unless the server runs with COLONIES_ALLOW_EXECUTOR_REREGISTER. Default: false; it stays registered, and starts again as it is.
   */
  readonly unregister?: boolean;
  /**
   * What to do when the colony does not let it in and it has no key to change that. `wait`: until somebody does. `stop`: throw
   * COLONIES_NOT_ADMITTED. Default: wait for who has to add or approve it, stop when it was rejected, or removed while it ran.
   */
  readonly refused?: 'wait' | 'stop';
  /**
   * Processes that the server still holds as running here when the executor starts, because it was killed. `leave`: the server takes
   * them back when their time is over, if they have a limit. `run`: once more from the beginning. `fail`: closed as failed.
   */
  readonly leftovers?: 'leave' | 'run' | 'fail';
  /** Whoever looks at a failed process sees where in the handler it was thrown. Default: false; the message alone. */
  readonly stacks?: boolean;

  /** Seconds that one request for work waits at the server. A wake-up may get lost there, so not too many. Default: 10. */
  readonly pollSeconds?: number;
  /** A server removes executors that did not ask for work for 600 s: this often they do, whatever they are busy with. Default: 120 s. */
  readonly heartbeatMs?: number;
  /** How often the server is asked what of what runs is still wanted. Default: 5 s. */
  readonly watchMs?: number;
}

/** Seconds between two looks at whether it was let in. */
export const ADMISSION_MS = 5_000;

/** Throws Fault COLONIES_EXECUTOR_OPTION or COLONIES_KEY, before anything is sent. */
export function checkOptions({
  key,
  colonyKey,
  name,
  colony,
  type,
  concurrency = 1,
  pollSeconds = 10,
  unregister,
  functions,
  ...times
}: ExecutorOptions): void {
  idOf(key);
  if (colonyKey !== undefined) idOf(colonyKey);
  for (const [what, text] of [
    ['name', name],
    ['colony', colony],
  ] as const) {
    if (text === '') throw wrongOption(`an executor needs a ${what}`, `Its ${what} is empty.`);
    // Servers keep both in one text, `colony:name`, and cannot take it apart again.
    if (text.includes(':')) throw wrongOption(`a ${what} with a colon in it breaks the colony`, `The ${what} is "${text}".`);
  }
  if (type === '') throw wrongOption('an executor needs a type', 'Processes are assigned by it.');
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw wrongOption('concurrency is a whole number from 1 on', `It is ${concurrency}.`);
  if (!Number.isInteger(pollSeconds) || pollSeconds < 1)
    throw wrongOption('pollSeconds is a whole number from 1 on', `It is ${pollSeconds}.`);
  for (const what of ['drainMs', 'graceMs', 'heartbeatMs', 'watchMs'] as const) {
    const { [what]: ms = 0 } = times;
    // Also NaN: an executor that compares with it never gives a sign of life.
    if (!(ms >= 0)) throw wrongOption(`${what} is a number of milliseconds`, `It is ${ms}.`);
  }
  if (unregister === true && colonyKey === undefined)
    throw wrongOption("unregister needs the key of the colony's owner", 'There is no colonyKey.');
  if (Object.keys(functions).length === 0) throw wrongOption('an executor without functions', 'There is nothing that it could do.');
}
