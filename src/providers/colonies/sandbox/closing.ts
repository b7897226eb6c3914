import type { Value } from '../../../core/value.ts';
import { resolve } from './graphs.ts';
import { refuse } from './handler.ts';
import { executorWithId } from './members.ts';
import { FAILED, SUCCESS, type Func, type ProcessRow } from './models.ts';
import type { Instant } from './instant.ts';
import { announce } from './submit.ts';
import { markFailed, markSuccessful, withOutput } from './transitions.ts';
import type { World } from './world.ts';

/**
 * A process has ended well. Its output is kept before anything is checked, as in the server; the functions that its executor has
 * registered under the name are told how long it took. Throws Refusal 400.
 */
export function closeSuccessful(world: World, before: ProcessRow, out: readonly Value[] | null): void {
  const row = out !== null && out.length > 0 ? withOutput(world, before, out) : before;
  const closed = markSuccessful(world, row);
  if (row.processgraphid !== '') {
    if (resolve(world, row.processgraphid, row.processid) !== undefined) refuse(400, 'Tried to set successful process as failed');
    wakeChildren(world, row);
  }
  const executor = executorWithId(world, row.assignedexecutorid);
  const functions =
    executor === undefined
      ? []
      : world
          .functionsBy(`${row.spec.conditions.colonyname}:${executor.executorname}`)
          .filter(({ funcname }) => funcname === row.spec.funcname);
  const [first] = functions;
  if (first === undefined) {
    // What the server tells then is the process as it was before its output was kept.
    announce(world, { ...before, state: SUCCESS });
    return;
  }
  const measures = measured(first, {
    waited: secondsBetween(row.submissiontime, row.starttime),
    ran: secondsBetween(row.starttime, closed.endtime),
  });
  for (const one of functions) world.functions.put(one.functionid, { ...one, ...measures });
  announce(world, closed);
}

/** A process has failed, or has to. Throws Refusal 400 where it is over. */
export function closeFailed(world: World, row: ProcessRow, errors: readonly string[] | null): void {
  const closed = markFailed(world, row, errors);
  if (row.processgraphid !== '' && resolve(world, row.processgraphid, row.processid) !== undefined)
    refuse(400, 'Tried to set failed process as failed');
  announce(world, { ...closed, state: FAILED });
}

/** Whoever waits for work is told of each child, whether or not other parents of it are still at work. */
function wakeChildren(world: World, row: ProcessRow): void {
  if (!(row.parents ?? []).every((id) => world.processes.get(id)?.state === SUCCESS)) return;
  for (const id of row.children ?? []) {
    const child = world.processes.get(id);
    if (child !== undefined) announce(world, child);
  }
}

const secondsBetween = (from: Instant, to: Instant): number => Number(to - from) / 1e9;

/** The server's idea of an average: half of what it was and half of what came. */
function measured(
  { counter, minwaittime, maxwaittime, avgwaittime, minexectime, maxexectime, avgexectime }: Func,
  { waited, ran }: { readonly waited: number; readonly ran: number },
): Partial<Func> {
  const told = (was: number, now: number, both: (a: number, b: number) => number): number => (was > 0 ? both(was, now) : now);
  const middle = (a: number, b: number): number => (a + b) / 2;
  return {
    counter: counter + 1,
    minwaittime: told(minwaittime, waited, Math.min),
    maxwaittime: told(maxwaittime, waited, Math.max),
    avgwaittime: told(avgwaittime, waited, middle),
    minexectime: told(minexectime, ran, Math.min),
    maxexectime: told(maxexectime, ran, Math.max),
    avgexectime: told(avgexectime, ran, middle),
  };
}
