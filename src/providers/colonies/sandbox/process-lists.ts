import { handler, refuse, tellAll, type Handlers } from './handler.ts';
import { needColonyOwner, needMember } from './members.ts';
import { CANCELLED, process, RUNNING, WAITING, type ProcessRow } from './models.ts';
import { text, whole } from './shape.ts';
import { shown } from './shown.ts';
import type { World } from './world.ts';

export const tellProcesses = (world: World, rows: readonly ProcessRow[]): string =>
  tellAll(
    world,
    process,
    rows.map((row) => shown(world, row)),
  );

/** The most entries of a list that may be asked for. Throws Refusal 400, also in the words of the server's database. */
export function checkCount(count: number): void {
  if (count > 100) refuse(400, 'Count is larger than MaxCount limit <100>');
  if (count < 0) refuse(400, 'pq: LIMIT must not be negative');
}

/** For a state that stands for all of them. */
export const ANY_STATE = -1;

/** Lists of processes, and removing them (sheet 3.6). */
export const processListHandlers: Handlers = {
  getprocessesmsg: handler(
    'Failed to get processes',
    { colonyname: text, count: whole, state: whole, executortype: text, label: text, initiator: text },
    (world, { message: { colonyname, count, state, executortype, label, initiator }, signer }) => {
      needMember(world, signer, colonyname);
      if (count > 100) checkCount(count);
      if (initiator !== '' && !world.users.get(`${colonyname}:${initiator}`)) refuse(400, `User <${initiator}> does not exist`);
      if (state < WAITING || state > CANCELLED) refuse(400, 'Failed to get processes, invalid msg.State');
      checkCount(count);
      // One filter at most: the others are passed over.
      const wanted = (row: ProcessRow): boolean => {
        if (executortype !== '') return row.spec.conditions.executortype === executortype;
        if (initiator !== '') return row.initiatorname === initiator;
        return label === '' || row.spec.label === label;
      };
      const rows = world.processesOf(colonyname).filter((row) => row.state === state && wanted(row));
      return tellProcesses(world, [...rows].sort(orderOf(state)).slice(0, count));
    },
  ),

  removeprocessmsg: handler('Failed to remove process', { processid: text }, (world, { message: { processid }, signer }) => {
    const row = world.processes.get(processid) ?? refuse(500, 'Failed to remove process, process is nil');
    needMember(world, signer, row.spec.conditions.colonyname);
    if (row.processgraphid !== '') {
      refuse(400, 'Failed to remove, cannot remove a process part of a workflow, delete the entire workflow instead');
    }
    if (row.state === RUNNING) refuse(400, 'Failed to remove process, cannot remove a running process');
    removeProcess(world, row);
    return undefined;
  }),

  removeallprocessesmsg: handler(
    'Failed to remove all processes',
    { colonyname: text, state: whole },
    (world, { message: { colonyname, state }, signer }) => {
      needColonyOwner(world, signer, colonyname);
      if (state === RUNNING) refuse(400, 'Not possible to remove running processes');
      if (state < ANY_STATE || state > CANCELLED) refuse(400, 'Invalid state when deleting all processes');
      for (const row of world.processesOf(colonyname)) {
        if (row.processgraphid === '' && (state === ANY_STATE || row.state === state)) removeProcess(world, row);
        // The server takes the attributes of all processes then, and with them the environments of workflows.
        else if (state === ANY_STATE) removeAttributes(world, row);
      }
      return undefined;
    },
  ),
};

/** A process and its attributes. */
export function removeProcess(world: World, row: ProcessRow): void {
  world.processes.drop(row.processid);
  removeAttributes(world, row);
}

function removeAttributes(world: World, row: ProcessRow): void {
  for (const { attributeid } of world.attributesOf(row.processid)) world.attributes.drop(attributeid);
}

function orderOf(state: number): (a: ProcessRow, b: ProcessRow) => number {
  if (state === WAITING) return (a, b) => compare(a.prioritytime, b.prioritytime);
  return state === RUNNING ? (a, b) => compare(a.starttime, b.starttime) : (a, b) => compare(b.endtime, a.endtime);
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
