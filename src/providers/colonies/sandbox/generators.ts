import { readWorkflow } from './crons.ts';
import { handler, refuse, Refusal, tell, tellAll, type Handlers } from './handler.ts';
import { NEVER, seconds, type Instant } from './instant.ts';
import { needMember } from './members.ts';
import { generator, type Generator, type Packed } from './models.ts';
import { pointer, text, whole } from './shape.ts';
import { initiatorNamed } from './submit.ts';
import { checkDependencies, submitWorkflow } from './workflows.ts';
import type { World } from './world.ts';

/** Generators (sheet 3.10 and 5.6). */
export const generatorHandlers: Handlers = {
  addgeneratormsg: handler(
    'Failed to add generator',
    { generator: pointer(generator) },
    (world, { message: { generator: wanted }, signer }) => {
      if (wanted === null) refuse(400, 'Failed to add generator, msg.Generator is nil');
      const { colonyname, name } = wanted;
      needMember(world, signer, colonyname);
      checkDependencies(readWorkflow(wanted.workflowspec));
      const initiatorname = initiatorNamed(world, colonyname, signer) ?? refuse(500, 'Failed to resolve initiator');
      if (world.settings.strict && wanted.trigger < 1) refuse(400, 'Generator trigger must be larger than 0');
      if (named(world, colonyname, name) !== undefined) {
        refuse(400, `Generator with name <${name}> in Colony <${colonyname}> already exists`);
      }
      const fresh = { firstpack: NEVER, lastrun: NEVER, queuesize: 0, checkerperiod: 0 };
      const row: Generator = { ...wanted, ...fresh, generatorid: world.id(), initiatorid: signer, initiatorname };
      world.generators.put(row.generatorid, row);
      return tell(world, generator, row);
    },
  ),

  getgeneratormsg: handler('Failed to get generator', { generatorid: text }, (world, { message: { generatorid }, signer }) => {
    const row = world.generators.get(generatorid) ?? refuse(500, 'Failed to get generator, generator is nil');
    needMember(world, signer, row.colonyname);
    const queuesize = world.packedOf(generatorid).length;
    return tell(world, generator, { ...row, queuesize, checkerperiod: world.settings.generatorPeriodMs });
  }),

  resolvegeneratormsg: handler(
    'Failed to resolve generator',
    { colonyname: text, generatorname: text },
    (world, { message: { colonyname, generatorname }, signer }) => {
      const row = named(world, colonyname, generatorname) ?? refuse(500, 'Failed to resolve generator, generator is nil');
      needMember(world, signer, row.colonyname);
      return tell(world, generator, row);
    },
  ),

  getgeneratorsmsg: handler(
    'Failed to get generators',
    { colonyname: text, count: whole },
    (world, { message: { colonyname, count }, signer }) => {
      needMember(world, signer, colonyname);
      if (count < 0) refuse(400, 'pq: LIMIT must not be negative');
      return tellAll(world, generator, world.generatorsOf(colonyname).slice(0, count));
    },
  ),

  packgeneratormsg: handler(
    'Failed to inc generator',
    { generatorid: text, arg: text },
    (world, { message: { generatorid, arg }, signer }) => {
      const row = world.generators.get(generatorid) ?? refuse(500, 'Failed to increment generator, generator is nil');
      needMember(world, signer, row.colonyname);
      const argid = world.id();
      world.packed.put(argid, { argid, generatorid, colonyname: row.colonyname, arg });
      if (row.firstpack === NEVER) world.generators.put(generatorid, { ...row, firstpack: world.now() });
      return undefined;
    },
    { mismatch: 'Failed to increment generator' },
  ),

  removegeneratormsg: handler('Failed to remove generator', { generatorid: text }, (world, { message: { generatorid }, signer }) => {
    const row = world.generators.get(generatorid) ?? refuse(500, 'Failed to remove generator, generator is nil');
    needMember(world, signer, row.colonyname);
    world.generators.drop(generatorid);
    for (const { argid } of world.packedOf(generatorid)) world.packed.drop(argid);
    return undefined;
  }),
};

const named = (world: World, colonyname: string, name: string): Generator | undefined =>
  world.generatorsOf(colonyname).find((row) => row.name === name);

/** Submits workflows for those that have collected enough, or have waited for long enough with anything at all. */
export function triggerGenerators(world: World): void {
  const now = world.now();
  for (const row of [...world.generators.rows()]) {
    const queue = world.packedOf(row.generatorid);
    // A trigger of 0 kills the real server, which then dies again whenever it is started.
    if (row.trigger < 1) continue;
    if (queue.length >= row.trigger) {
      for (let at = 0; at + row.trigger <= queue.length; at += row.trigger) run(world, row, queue.slice(at, at + row.trigger));
    } else if (queue.length > 0 && row.timeout > 0 && hasWaited(row, now)) run(world, row, queue);
  }
}

function hasWaited({ lastrun, firstpack, timeout }: Generator, now: Instant): boolean {
  const since = lastrun === NEVER ? firstpack : lastrun;
  return since !== NEVER && now / seconds(1) > (since + seconds(timeout)) / seconds(1);
}

/** Where the workflow cannot be submitted, the arguments stay where they are. */
function run(world: World, row: Generator, queue: readonly Packed[]): void {
  try {
    const args = queue.map(({ arg }) => arg);
    submitWorkflow(world, { spec: readWorkflow(row.workflowspec), initiatorid: row.initiatorid, args });
  } catch (error) {
    if (error instanceof Refusal) return;
    throw error;
  }
  for (const { argid } of queue) world.packed.drop(argid);
  world.generators.put(row.generatorid, { ...(world.generators.get(row.generatorid) ?? row), lastrun: world.now() });
}
