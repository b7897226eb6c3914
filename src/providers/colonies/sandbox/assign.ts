import { cpuOf, memoryOf, type Amount } from '../rules/quantities.ts';
import { dispatchOf } from './dispatch.ts';
import { resolve, setState } from './graphs.ts';
import { handler, refuse, tell, type Handlers } from './handler.ts';
import { executorWithId, needMember } from './members.ts';
import { FAILED, process, WAITING, type Executor, type Process } from './models.ts';
import { text, whole } from './shape.ts';
import { shown } from './shown.ts';
import { announce } from './submit.ts';
import { give, markFailed, withInput } from './transitions.ts';
import type { World } from './world.ts';

/** What an executor that asks for work says it has left; nothing said is no limit. */
interface Seeking {
  readonly executor: Executor;
  readonly colonyname: string;
  readonly cpu: bigint;
  readonly memory: bigint;
}
const EVERYTHING = 2n ** 63n - 1n;

/** Executors ask for work here, and stay on the line until there is some (sheet 5.2). */
export const assignHandlers: Handlers = {
  assignprocessmsg: handler(
    'Failed to assign process',
    { colonyname: text, timeout: whole, availablecpu: text, availablemem: text },
    async (world, { message: { colonyname, timeout, availablecpu, availablemem }, signer, signal }) => {
      needMember(world, signer, colonyname);
      if (timeout === 0) refuse(400, 'Invalid timeout value, timeout cannot be zero');
      const executor = executorWithId(world, signer) ?? refuse(500, 'Failed to assign process, executor not found');
      const cpu = availablecpu === '' ? EVERYTHING : amountOf(cpuOf(availablecpu));
      const memory = availablemem === '' ? EVERYTHING : amountOf(memoryOf(availablemem));
      const patience = patienceFor(world, timeout * 1000, signal);
      try {
        return tell(world, process, await poll(world, { executor, colonyname, cpu, memory }, timeout < 0 ? undefined : patience.over));
      } finally {
        patience.end();
      }
    },
  ),
};

/** `over` when the time has passed or the executor went away; `end` it when it is no longer needed. */
function patienceFor(world: World, ms: number, signal: AbortSignal): { readonly over: AbortSignal; end(): void } {
  const over = new AbortController();
  const end = (): void => {
    signal.removeEventListener('abort', end);
    over.abort();
  };
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  if (ms > 0) world.clock.sleep(ms, over.signal).then(end, end);
  return { over: over.signal, end };
}

/**
 * Tries, and then waits for something new before it tries again; once where nobody waits. Nothing happens between a try and the
 * wait for what comes next, so that no process is missed, and whoever is no longer there is given nothing.
 */
async function poll(world: World, seeking: Seeking, over: AbortSignal | undefined): Promise<Process> {
  for (;;) {
    heard(world, seeking.executor.executorid);
    if (world.paused.get(seeking.colonyname) !== undefined) {
      if (over === undefined) return refuse(503, 'No processes available: colony assignments are paused');
      await until(over, (resumed) => dispatchOf(world).onResume(seeking.colonyname, resumed));
      if (over.aborted) refuse(408, 'Assignment timeout: colony assignments are paused');
      continue;
    }
    const given = take(world, seeking);
    if (given !== undefined) return given;
    const { executortype, locationname } = seeking.executor;
    if (over !== undefined) await until(over, (wake) => world.events.listen({ executortype, locationname, state: WAITING, wake }));
    if (over?.aborted !== false) refuse(404, 'No process available for assignment');
  }
}

/** Ends when it is called or when the time is over; `listen` returns how to stop listening. */
function until(over: AbortSignal, listen: (call: () => void) => () => void): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      stop();
      over.removeEventListener('abort', end);
      done();
    };
    const stop = listen(end);
    over.addEventListener('abort', end, { once: true });
    if (over.aborted) end();
  });
}

function heard(world: World, executorid: string): void {
  const lastheardfromtime = world.now();
  const rows = world.executorById(executorid);
  if (world.settings.exclusive && rows.length === 0) refuse(500, `Executor with Id <${executorid}> could not be found`);
  for (const row of rows) world.executors.put(`${row.colonyname}:${row.executorname}`, { ...row, lastheardfromtime });
}

/** The next process for this executor, which has it from now on. */
function take(world: World, { executor, ...seeking }: Seeking): Process | undefined {
  const row = dispatchOf(world).queue.first({ ...executor, ...seeking });
  if (row === undefined) return undefined;
  // The reply has the attributes as they were, and in the exclusive mode the deadline too.
  const attributes = world.attributesOf(row.processid);
  const given = give(world, row, executor.executorid);
  const reply = world.settings.exclusive ? { ...given, execdeadline: row.execdeadline } : given;
  if (row.processgraphid !== '') {
    const problem = resolve(world, row.processgraphid, row.processid);
    if (problem !== undefined) {
      const graph = world.graphs.get(row.processgraphid);
      markFailed(world, given, [problem]);
      if (graph !== undefined) setState(world, graph, FAILED);
      refuse(500, problem);
    }
    const parents = row.parents ?? [];
    if (parents.length > 0) {
      const outputs = parents.flatMap((id) => world.processes.get(id)?.out ?? []);
      const input = outputs.length === 0 ? null : outputs;
      withInput(world, world.processes.get(row.processid) ?? given, input);
      announce(world, { ...given, in: input });
      return shown(world, { ...reply, in: input }, attributes);
    }
  }
  announce(world, given);
  return shown(world, reply, attributes);
}

const amountOf = (read: Amount): bigint => ('problem' in read ? refuse(400, read.problem) : read.amount);
