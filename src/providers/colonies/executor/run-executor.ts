import { systemClock } from '../../transport/clock.ts';
import { idOf } from '../client/keys.ts';
import type { Process } from '../client/models/index.ts';
import { openColonies } from '../client/open.ts';
import { admission } from './admission.ts';
import { asMember } from './as-member.ts';
import { assigning as startAssigning } from './assigning.ts';
import { closeFailed } from './closing.ts';
import { ending } from './ending.ts';
import { short, type ExecutorEvent } from './events.ts';
import { jobs as startJobs, type Jobs, type Tally } from './jobs.ts';
import { checkOptions, type ExecutorOptions } from './options.ts';
import { persistent } from './persistent.ts';
import { upkeep } from './upkeep.ts';
import { watch as startWatch } from './watch.ts';

/**
 * Runs an executor until the signal is aborted: registers it and its functions, asks for processes, has the handlers carry them out, and
 * closes them. Then nothing new is taken, what runs comes to its end, and the numbers of processes are given, by how they ended.
 *
 * It lives through outages, restarts of the server, time limits and cancellations. Throws Fault COLONIES_EXECUTOR_OPTION, COLONIES_KEY,
 * COLONIES_NAME_TAKEN, COLONIES_OTHER_EXECUTOR, COLONIES_NOT_ADMITTED, COLONIES_NOT_OWNER, and what no patience cures: a certificate that
 * nobody vouches for, an address that is none.
 */
export async function runExecutor(options: ExecutorOptions, signal: AbortSignal): Promise<Tally> {
  checkOptions(options);
  const { colony, name, colonyKey, concurrency = 1, heartbeatMs = 120_000, watchMs = 5_000, unregister = false } = options;
  const { clock = systemClock, random = Math.random } = options;
  const tell = (event: ExecutorEvent): void => options.tell?.(event);
  const self = idOf(options.key);
  const client = openColonies({ ...options, limits: { connections: Math.max(8, 2 * concurrency), polls: concurrency, ...options.limits } });
  const call = persistent({ client, clock, random, tell });
  const end = ending({ options, signal, clock });
  /** Of what goes on beside the work. */
  const beside = new AbortController();

  /** It cannot go on, and nobody would take a result of it: the colony does not know it any more, or the server is another one. */
  const fail = (why: unknown): void => {
    end.fail(why);
    beside.abort();
    jobs.takeAllAway('the executor cannot go on');
  };
  const door = admission({
    options,
    call,
    clock,
    tell,
    wasSilent: () => clock.now() - assigning.heardAt > heartbeatMs,
    onRemoved: () => jobs.takeAllAway('the executor was removed, and its work given back to the queue'),
  });
  const member = asMember({ call, door, onExpelled: fail });
  const { functions, stacks = false } = options;
  const shop = { functions, client, call: member, clock, tell, self, stacks, givesBack: unregister, abort: end.abort, gone: end.gone };
  const jobs: Jobs = startJobs(shop);
  const assigning = startAssigning({ options, call: member, clock, random, tell });
  const watch = startWatch({ call: member, colony, self, jobs });
  const queue: Process[] = [];
  const onDrain = (): void => {
    const { size } = jobs.running;
    if (size > 0) tell({ type: 'stopping', text: `stopping: nothing new is taken, ${size} still run` });
  };
  end.drain.addEventListener('abort', onDrain, { once: true });

  /** One of the places where a process can run: asks for one, runs it, and asks again. */
  const slot = async (): Promise<void> => {
    for (;;) {
      const process = queue.shift() ?? (end.drain.aborted ? undefined : await assigning.poll(end.drain));
      if (process !== undefined) await jobs.run(process);
      else if (end.drain.aborted) return;
    }
  };

  try {
    const leftovers = await begun();
    if (leftovers !== undefined) {
      const tended = upkeep({ assigning, watch, queue, leftovers, clock, tell, heartbeatMs, watchMs }, beside.signal).catch(fail);
      await Promise.all(Array.from({ length: concurrency }, () => slot().catch(fail)));
      beside.abort();
      await tended;
      // Nothing is assigned while the last of the slots ends, but for what a sign of life has brought against all odds.
      await Promise.all(queue.splice(0).map((process) => jobs.run(process)));
      end.check();
      if (unregister && colonyKey !== undefined) await leave(colonyKey);
    }
    return { ...jobs.tally };
  } finally {
    end.close();
    await client.close();
  }

  /** What is left over from an earlier run; undefined when it was stopped before it was let in. */
  async function begun(): Promise<readonly Process[] | undefined> {
    try {
      await door.begin(end.drain);
      const found = await watch.look(end.drain);
      if (found.length > 0) await takeUp(found);
      return found;
    } catch (error) {
      if (end.drain.aborted) return undefined;
      throw error;
    }
  }

  async function takeUp(found: readonly Process[]): Promise<void> {
    const { leftovers = 'leave' } = options;
    const becomes = { leave: 'are left as they are', run: 'are run again', fail: 'are failed' }[leftovers];
    const text = `${found.length} of an earlier run still count as running here, and ${becomes}: ${found.map(short).join(', ')}`;
    tell({ type: 'leftovers', processes: found, text });
    if (leftovers === 'run') queue.push(...found);
    if (leftovers !== 'fail') return;
    for (const process of found) await closeFailed({ process, call: member, signal: end.drain }, ['the executor ended while it ran this']);
  }

  async function leave(key: string): Promise<void> {
    await call('removeexecutormsg', { colonyname: colony, executorname: name }, { signal: end.gone, key });
    tell({
      type: 'unregistered',
      text: `removed the executor ${name}; its name stays taken, unless the server lets executors register again`,
    });
  }
}
