import { refuse } from './handler.ts';
import { isReadable, readBack } from './names.ts';
import { APPROVED, type Colony, type Executor } from './models.ts';
import type { World } from './world.ts';

/** Who may do what (pkg/security/validator). All of them throw Refusal 403 with the server's words. */

export function needServerOwner(world: World, signer: string): void {
  if (signer !== world.serverId()) refuse(403, 'Access denied, not server owner');
}

export function needColonyOwner(world: World, signer: string, colonyname: string): void {
  if (colonyname === '') refuse(403, 'Empty Colony name');
  const colony = world.colonies.get(colonyname) ?? refuse(403, `Colony with name <${colonyname}> does not exists`);
  if (signer !== colony.colonyid) refuse(403, 'Access denied, not colony owner');
}

/** An executor of the colony, approved unless `anyState`, or a user of it. The owner of a colony is no member. */
export function needMember(world: World, signer: string, colonyname: string, { anyState = false } = {}): void {
  if (!world.colonies.get(colonyname)) refuse(403, `Colony with name <${colonyname}> does not exists`);
  if (!isMember(world, signer, colonyname, { anyState })) refuse(403, `Access denied, not a member of Colony with name <${colonyname}>`);
}

export function isMember(world: World, signer: string, colonyname: string, { anyState = false } = {}): boolean {
  const executors = world.executorById(signer);
  const [executor] = executors.every((one) => isReadable(one.colonyname, one.executorname)) ? executors : [];
  if (executor?.colonyname === colonyname && (anyState || executor.state === APPROVED)) return true;
  const users = world.userById(`${colonyname}:${signer}`);
  return readBack(users, { nameOf: ({ name }) => name, what: 'Failed to parse User name', status: 403 }).length > 0;
}

/** What owner and members may do. Who is neither is told of the owner, who was asked for last. */
export function needMemberOrOwner(world: World, signer: string, colonyname: string): void {
  if (!isMember(world, signer, colonyname)) needColonyOwner(world, signer, colonyname);
}

/** The server looks an id up in all colonies at once and takes the first that it finds. */
export const executorWithId = (world: World, executorid: string): Executor | undefined => world.executorById(executorid)[0];

/** The colony of a message that has to exist before anybody is asked who they are. Throws Refusal 400. */
export const colonyOf = (world: World, colonyname: string): Colony =>
  world.colonies.get(colonyname) ?? refuse(400, `Colony with name <${colonyname}> does not exists`);
