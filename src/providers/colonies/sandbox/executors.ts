import { handler, refuse, tell, tellAll, type Handlers } from './handler.ts';
import { NEVER, stored } from './instant.ts';
import { needColonyOwner, needMember } from './members.ts';
import * as models from './models.ts';
import { APPROVED, PENDING, REJECTED, RUNNING, UNREGISTERED, WAITING, type Executor } from './models.ts';
import { keyOf, needName, readBack } from './names.ts';
import { pointer, text } from './shape.ts';
import type { World } from './world.ts';

const named = { colonyname: text, executorname: text };
const reading = { nameOf: ({ executorname }: Executor): string => executorname, what: 'Failed to parse Executor name' };

/** Executors of a colony (sheet 3.4). */
export const executorHandlers: Handlers = {
  addexecutormsg: handler('Failed to add executor', { executor: pointer(models.executor) }, (world, { message: { executor }, signer }) => {
    if (executor === null) refuse(400, 'Failed to add executor, executor is nil');
    const { colonyname, executorname, executorid } = executor;
    needColonyOwner(world, signer, colonyname);
    needName(world, 'Failed to add executor', executorname);
    const old = executorNamed(world, colonyname, executorname);
    if (old !== undefined) {
      if (!world.settings.reregister) refuse(400, `Executor with name <${executorname}> in Colony <${colonyname}> already exists`);
      unregister(world, old);
    }
    addExecutor(world, executor, old);
    // It is looked for by its id, which somebody else may have as well.
    const [first = executor] = readBack(world.executorById(executorid), { ...reading, status: 500 });
    return tell(world, models.executor, first);
  }),

  getexecutorsmsg: handler('Failed to get executors', { colonyname: text }, (world, { message: { colonyname }, signer }) => {
    needMember(world, signer, colonyname, { anyState: true });
    return tellAll(world, models.executor, readBack(world.executorsOf(colonyname), reading));
  }),

  getexecutormsg: handler('Failed to get executor', named, (world, { message: { colonyname, executorname }, signer }) => {
    const found = executorNamed(world, colonyname, executorname) ?? refuse(500, 'Failed to get executor, executor is nil');
    needMember(world, signer, found.colonyname);
    return tell(world, models.executor, found);
  }),

  getexecutorbyidmsg: handler('Failed to get executor by ID', { executorid: text }, (world, { message: { executorid }, signer }) => {
    const [found] = readBack(world.executorById(executorid), reading);
    if (found === undefined) refuse(404, 'Failed to get executor by ID, executor is nil');
    needMember(world, signer, found.colonyname);
    return tell(world, models.executor, found);
  }),

  approveexecutormsg: handler('Failed to approve executor', named, (world, { message: { colonyname, executorname }, signer }) => {
    const found = executorNamed(world, colonyname, executorname) ?? refuse(500, 'Failed to approve executor, executor is nil');
    needColonyOwner(world, signer, found.colonyname);
    setState(world, found, APPROVED);
    return undefined;
  }),

  rejectexecutormsg: handler('Failed to reject executor', named, (world, { message: { colonyname, executorname }, signer }) => {
    const found = executorNamed(world, colonyname, executorname) ?? refuse(500, 'Failed to reject executor, executor is nil');
    needColonyOwner(world, signer, found.colonyname);
    setState(world, found, REJECTED);
    return undefined;
  }),

  removeexecutormsg: handler('Failed to remove executor', named, (world, { message: { colonyname, executorname }, signer }) => {
    const found = executorNamed(world, colonyname, executorname) ?? refuse(500, 'Failed to remove executor, executor is nil');
    needColonyOwner(world, signer, found.colonyname);
    unregister(world, found);
    return undefined;
  }),

  updateexecutormsg: handler(
    'Failed to update executor',
    { ...named, capabilities: models.capabilities },
    (world, { message: { colonyname, executorname, capabilities }, signer }) => {
      const self = own(world, { colonyname, executorname, signer }, 'Only an executor can update its own capabilities');
      world.executors.put(keyOf(colonyname, executorname), { ...self, capabilities });
      return undefined;
    },
  ),

  reportallocationmsg: handler(
    'Failed to report allocation',
    { ...named, allocations: models.allocations },
    (world, { message: { colonyname, executorname, allocations }, signer }) => {
      const self = own(world, { colonyname, executorname, signer }, 'Only an executor can report allocations to itself');
      world.executors.put(keyOf(colonyname, executorname), { ...self, allocations });
      return undefined;
    },
  ),

  changeexecutoridmsg: handler(
    'Failed to change executor Id',
    { colonyname: text, executorid: text },
    (world, { message: { colonyname, executorid }, signer, payload }) => {
      if (executorid === '') refuse(400, 'Failed to change executor Id, executor Id is empty');
      needMember(world, signer, colonyname, { anyState: true });
      const mine = readBack(world.executorById(signer), reading);
      if (mine.length === 0) refuse(400, 'Failed to change executor Id, executor not found');
      if (Buffer.byteLength(executorid) !== 64) refuse(400, 'Failed to change executor Id, new executor Id is not 64 characters');
      for (const one of mine) {
        if (one.colonyname === colonyname) world.executors.put(keyOf(colonyname, one.executorname), { ...one, executorid });
      }
      return payload;
    },
  ),
};

/** Throws Refusal 400 for one whose name cannot be read back. */
export function executorNamed(world: World, colonyname: string, executorname: string): Executor | undefined {
  const found = world.executors.get(keyOf(colonyname, executorname));
  return found && readBack([found], reading)[0];
}

/** A new one, or the row of a removed one taken into use again: that keeps what the server forgets to write. */
export function addExecutor(world: World, given: Executor, old?: Executor): void {
  world.executors.put(keyOf(given.colonyname, given.executorname), {
    ...given,
    state: PENDING,
    commissiontime: stored(world.now()),
    lastheardfromtime: stored(given.lastheardfromtime),
    requirefuncreg: (old ?? given).requirefuncreg,
  });
}

/** All that have its id: the server finds the row by that. */
export function setState(world: World, { executorid }: Executor, state: number): void {
  for (const one of world.executorById(executorid)) world.executors.put(keyOf(one.colonyname, one.executorname), { ...one, state });
}

/**
 * Removed, by its owner or because it was not heard of: the row stays and so does its name. What it knew is gone, what it ran waits
 * again, and nobody is told of that.
 */
export function unregister(world: World, executor: Executor): void {
  const { colonyname, executorname, executorid } = executor;
  world.executors.put(keyOf(colonyname, executorname), { ...executor, state: UNREGISTERED });
  for (const process of world.processesBy(executorid)) {
    if (process.state !== RUNNING) continue;
    const back = { isassigned: false, starttime: NEVER, endtime: NEVER, assignedexecutorid: '', state: WAITING };
    world.processes.put(process.processid, { ...process, ...back });
  }
  for (const { functionid } of world.functionsBy(keyOf(colonyname, executorname))) world.functions.drop(functionid);
}

interface Self {
  readonly colonyname: string;
  readonly executorname: string;
  readonly signer: string;
}

function own(world: World, { colonyname, executorname, signer }: Self, otherwise: string): Executor {
  needMember(world, signer, colonyname, { anyState: true });
  const found = executorNamed(world, colonyname, executorname) ?? refuse(400, `Executor with name <${executorname}> does not exist`);
  if (found.executorid !== signer) refuse(400, otherwise);
  return found;
}
