import { handler, refuse, tell, tellAll, type Handlers } from './handler.ts';
import { needColonyOwner, needMember, needServerOwner } from './members.ts';
import * as models from './models.ts';
import { flag, pointer, struct, text } from './shape.ts';
import type { World } from './world.ts';

/** Colonies and the pause of their assignments (sheet 3.2). */
export const colonyHandlers: Handlers = {
  addcolonymsg: handler('Failed to add colony', { colony: pointer(models.colony) }, (world, { message: { colony }, signer }) => {
    needServerOwner(world, signer);
    if (colony === null) refuse(400, 'Failed to add colony, colony is <nil>');
    if (Buffer.byteLength(colony.colonyid) !== 64) refuse(400, 'Failed to add colony, invalid colony Id length');
    if (world.colonies.get(colony.name)) refuse(400, `A Colony with name <${colony.name}> already exists`);
    if (world.settings.strict && colony.name.includes(':')) refuse(400, 'Failed to add colony, a name must not contain a colon');
    world.colonies.put(colony.name, colony);
    // It looks for the row by id, and takes the first that it finds.
    const [first = colony] = world.coloniesWithId(colony.colonyid);
    return tell(world, models.colony, first);
  }),

  removecolonymsg: handler('Failed to remove colony', { colonyname: text }, (world, { message: { colonyname }, signer }) => {
    needServerOwner(world, signer);
    if (!world.colonies.get(colonyname)) refuse(400, `Colony with name <${colonyname}> not found`);
    removeColony(world, colonyname);
    return undefined;
  }),

  getcoloniesmsg: handler('Failed to get colonies', {}, (world, { signer }) => {
    needServerOwner(world, signer);
    return tellAll(world, models.colony, [...world.colonies.rows()]);
  }),

  getcolonymsg: handler('Failed to get colony', { colonyname: text }, (world, { message: { colonyname }, signer }) => {
    needMember(world, signer, colonyname);
    return tell(world, models.colony, world.colonies.get(colonyname) ?? refuse(500, 'Failed to get colony, colony is nil'));
  }),

  pauseassignmentsmsg: handler('Failed to pause assignments', { colonyname: text }, (world, { message: { colonyname }, signer }) => {
    needColonyOwner(world, signer, colonyname);
    world.paused.put(colonyname, { colonyname });
    return undefined;
  }),

  resumeassignmentsmsg: handler('Failed to resume assignments', { colonyname: text }, (world, { message: { colonyname }, signer }) => {
    needColonyOwner(world, signer, colonyname);
    world.paused.drop(colonyname);
    return undefined;
  }),

  getpausestatusmsg: handler(
    'Failed to get pause status',
    { colonyname: text },
    (world, { message: { colonyname }, signer }) => {
      needMember(world, signer, colonyname, { anyState: true });
      const ispaused = world.paused.get(colonyname) !== undefined;
      return tell(world, pauseStatus, { msgtype: 'pausestatusreplymsg', colonyname, ispaused });
    },
    { replyType: 'pausestatusreplymsg' },
  ),
};

const pauseStatus = struct({ msgtype: text, colonyname: text, ispaused: flag });

/**
 * With all that belongs to it, but for its blueprints, their definitions and their history: those stay, and come back with the next
 * colony of that name. So does a pause.
 */
export function removeColony(world: World, colonyname: string): void {
  for (const { name } of world.usersOf(colonyname)) world.users.drop(`${colonyname}:${name}`);
  for (const { executorname } of world.executorsOf(colonyname)) world.executors.drop(`${colonyname}:${executorname}`);
  for (const { name } of world.locationsOf(colonyname)) world.locations.drop(`${colonyname}:${name}`);
  for (const { functionid } of world.functionsOf(colonyname)) world.functions.drop(functionid);
  for (const { processid } of world.processesOf(colonyname)) {
    // Those that an executor added have no colony, as a rule, and stay.
    for (const { attributeid, targetcolonyname } of world.attributesOf(processid)) {
      if (targetcolonyname === colonyname) world.attributes.drop(attributeid);
    }
    world.processes.drop(processid);
  }
  for (const { processgraphid } of world.graphsOf(colonyname)) world.graphs.drop(processgraphid);
  for (const { generatorid } of world.generatorsOf(colonyname)) {
    for (const { argid } of world.packedOf(generatorid)) world.packed.drop(argid);
    world.generators.drop(generatorid);
  }
  for (const { cronid } of world.cronsOf(colonyname)) world.crons.drop(cronid);
  for (const { logid } of world.logsOfColony(colonyname)) world.logs.drop(logid);
  for (const { fileid } of world.filesOf(colonyname)) world.files.drop(fileid);
  for (const { snapshotid } of world.snapshotsOf(colonyname)) world.snapshots.drop(snapshotid);
  world.colonies.drop(colonyname);
}
