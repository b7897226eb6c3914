import { EMPTY, handler, refuse, tell, type Handlers } from './handler.ts';
import { isMember, needMember, needServerOwner } from './members.ts';
import { APPROVED, statistics, UNREGISTERED, type Statistics } from './models.ts';
import { text } from './shape.ts';
import type { World } from './world.ts';

/** Counting (sheet 3.1 and 3.2). */
export const statisticsHandlers: Handlers = {
  getstatisticsmsg: handler(
    'Failed to get statistics',
    {},
    (world, { signer }) => {
      needServerOwner(world, signer);
      return tell(world, statistics, serverStatistics(world));
    },
    { mismatch: 'Failed to get server version' },
  ),

  getcolonystatsmsg: handler('Failed to get colony statistics', { colonyname: text }, (world, { message: { colonyname }, signer }) => {
    if (world.colonies.get(colonyname) === undefined) refuse(400, `Colony with name <${colonyname}> not found`);
    if (world.settings.strict) needMember(world, signer, colonyname);
    else if (!isMember(world, signer, colonyname)) return EMPTY;
    return tell(world, statistics, statisticsOf(world, colonyname));
  }),
};

/** How many there are in each state, 0 to 4. */
function counted(rows: Iterable<{ readonly state: number }>): readonly [number, number, number, number, number] {
  const counts: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  for (const { state } of rows) counts[state as 0] += 1;
  return counts;
}

/** What a member is told of a colony. Executors that were removed are counted among all. */
function statisticsOf(world: World, colonyname: string): Statistics {
  const executors = world.executorsOf(colonyname);
  const [waitingprocesses, runningprocesses, successfulprocesses, failedprocesses, cancelledprocesses] = counted(
    world.processesOf(colonyname),
  );
  const [waitingworkflows, runningworkflows, successfulworkflows, failedworkflows, cancelledworkflows] = counted(
    world.graphsOf(colonyname),
  );
  return {
    colonies: 1,
    executors: executors.length,
    activeexecutors: executors.filter(({ state }) => state === APPROVED).length,
    unregisteredexecutors: executors.filter(({ state }) => state === UNREGISTERED).length,
    waitingprocesses,
    runningprocesses,
    successfulprocesses,
    failedprocesses,
    cancelledprocesses,
    waitingworkflows,
    runningworkflows,
    successfulworkflows,
    failedworkflows,
    cancelledworkflows,
  };
}

/** What the owner of the server is told: the server leaves the rest at zero. */
function serverStatistics(world: World): Statistics {
  const [waitingprocesses, runningprocesses, successfulprocesses, failedprocesses] = counted(world.processes.rows());
  return {
    colonies: world.colonies.size,
    executors: world.executors.size,
    activeexecutors: 0,
    unregisteredexecutors: 0,
    waitingprocesses,
    runningprocesses,
    successfulprocesses,
    failedprocesses,
    cancelledprocesses: 0,
    waitingworkflows: 0,
    runningworkflows: 0,
    successfulworkflows: 0,
    failedworkflows: 0,
    cancelledworkflows: 0,
  };
}
