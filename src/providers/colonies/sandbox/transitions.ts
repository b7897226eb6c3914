import type { Value } from '../../../core/value.ts';
import { refuse } from './handler.ts';
import { seconds } from './instant.ts';
import { CANCELLED, FAILED, RUNNING, SUCCESS, WAITING, type ProcessRow } from './models.ts';
import { announce } from './submit.ts';
import type { World } from './world.ts';

/** From one state of a process to the next (pkg/database/postgresql/processes.go). The attributes of a process have its state. */
function change(world: World, row: ProcessRow, changes: Partial<ProcessRow>): ProcessRow {
  const after = { ...row, ...changes };
  world.processes.put(row.processid, after);
  if (changes.state === undefined) return after;
  for (const one of world.attributesOf(row.processid)) world.attributes.put(one.attributeid, { ...one, state: after.state });
  return after;
}

/** An executor has it. */
export function give(world: World, row: ProcessRow, executorid: string): ProcessRow {
  const at = world.now();
  const { maxexectime } = row.spec;
  return change(world, row, {
    state: RUNNING,
    isassigned: true,
    assignedexecutorid: executorid,
    starttime: at,
    ...(maxexectime > 0 ? { execdeadline: at + seconds(maxexectime) } : {}),
  });
}

/** Back into the queue, because it took too long. */
export function takeBack(world: World, row: ProcessRow): void {
  const at = world.now();
  const { maxwaittime } = row.spec;
  const after = change(world, row, {
    state: WAITING,
    isassigned: false,
    assignedexecutorid: '',
    endtime: at,
    retries: row.retries + 1,
    ...(maxwaittime > 0 ? { waitdeadline: at + seconds(maxwaittime) } : {}),
  });
  announce(world, after);
}

/** Throws Refusal 400 where it is not running or was successful before. */
export function markSuccessful(world: World, row: ProcessRow): ProcessRow {
  if (row.state === FAILED) refuse(400, 'Tried to set failed process as successful');
  if (row.state === CANCELLED) refuse(400, 'Tried to set cancelled process as successful');
  if (row.state === WAITING) refuse(400, 'Tried to set waiting process as successful without being running');
  return change(world, row, { state: SUCCESS, endtime: world.now() });
}

/** Throws Refusal 400 where it is over. */
export function markFailed(world: World, row: ProcessRow, errors: readonly string[] | null): ProcessRow {
  if (row.state === SUCCESS) refuse(400, 'Tried to set successful process as failed');
  if (row.state === FAILED) refuse(400, 'Tried to set failed process as failed');
  if (row.state === CANCELLED) refuse(400, 'Tried to set cancelled process as failed');
  return change(world, row, { state: FAILED, endtime: world.now(), errors });
}

/** Throws Refusal 400 where it is over. */
export function markCancelled(world: World, row: ProcessRow): ProcessRow {
  if (row.state === SUCCESS) refuse(400, 'Tried to cancel successful process');
  if (row.state === FAILED) refuse(400, 'Tried to cancel failed process');
  if (row.state === CANCELLED) refuse(400, 'Tried to cancel already cancelled process');
  return change(world, row, { state: CANCELLED, endtime: world.now() });
}

/** A member of a workflow that failed elsewhere: neither its end nor a reason is noted. */
export const dragAlong = (world: World, row: ProcessRow): ProcessRow => change(world, row, { state: FAILED });

export const freed = (world: World, row: ProcessRow): ProcessRow => change(world, row, { waitforparents: false });
export const withInput = (world: World, row: ProcessRow, input: readonly Value[] | null): ProcessRow => change(world, row, { in: input });
export const withOutput = (world: World, row: ProcessRow, out: readonly Value[]): ProcessRow => change(world, row, { out });
export const between = (world: World, row: ProcessRow, ties: Partial<Pick<ProcessRow, 'parents' | 'children'>>): ProcessRow =>
  change(world, row, ties);
