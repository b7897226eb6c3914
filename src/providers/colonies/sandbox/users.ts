import { handler, refuse, tell, tellAll, type Handlers } from './handler.ts';
import { colonyOf, needColonyOwner, needMember } from './members.ts';
import { user, type User } from './models.ts';
import { isReadable, keyOf, needName, readBack } from './names.ts';
import { pointer, text } from './shape.ts';
import type { World } from './world.ts';

const reading = { nameOf: ({ name }: User): string => name, what: 'Failed to parse User name' };

/** Users of a colony (sheet 3.3). */
export const userHandlers: Handlers = {
  addusermsg: handler('Failed to add user', { user: pointer(user) }, (world, { message: { user: given }, signer }) => {
    // The word is the server's.
    if (given === null) refuse(400, 'Failed to add user, executor is nil');
    const { colonyname, name } = given;
    colonyOf(world, colonyname);
    needColonyOwner(world, signer, colonyname);
    needName(world, 'Failed to add user', name);
    if (userNamed(world, colonyname, name)) {
      refuse(400, `A user with name <${name}> already exists in Colony with name <${colonyname}>`);
    }
    addUser(world, given);
    if (!isReadable(colonyname, name)) refuse(500, 'Failed to add user, addedUser is nil');
    return tell(world, user, given);
  }),

  getusersmsg: handler('Failed to get users', { colonyname: text }, (world, { message: { colonyname }, signer }) => {
    colonyOf(world, colonyname);
    needMember(world, signer, colonyname, { anyState: true });
    return tellAll(world, user, readBack(world.usersOf(colonyname), reading));
  }),

  getusermsg: handler('Failed to get user', { colonyname: text, name: text }, (world, { message: { colonyname, name }, signer }) => {
    colonyOf(world, colonyname);
    needMember(world, signer, colonyname, { anyState: true });
    return tell(world, user, userNamed(world, colonyname, name) ?? refuse(500, 'Failed to get user, user is nil'));
  }),

  getuserbyidmsg: handler(
    'Failed to get user by ID',
    { colonyname: text, userid: text },
    (world, { message: { colonyname, userid }, signer }) => {
      colonyOf(world, colonyname);
      needMember(world, signer, colonyname, { anyState: true });
      const [found] = readBack(world.userById(keyOf(colonyname, userid)), reading);
      return tell(world, user, found ?? refuse(404, 'Failed to get user by ID, user is nil'));
    },
  ),

  removeusermsg: handler('Failed to remove user', { colonyname: text, name: text }, (world, { message: { colonyname, name }, signer }) => {
    colonyOf(world, colonyname);
    needColonyOwner(world, signer, colonyname);
    if (!userNamed(world, colonyname, name)) refuse(400, `User with name <${name}> not found`);
    world.users.drop(keyOf(colonyname, name));
    return undefined;
  }),

  changeuseridmsg: handler(
    'Failed to add log',
    { colonyname: text, userid: text },
    (world, { message: { colonyname, userid }, signer, payload }) => {
      if (userid === '') refuse(400, 'Failed to change user Id, user Id is empty');
      needMember(world, signer, colonyname, { anyState: true });
      const mine = readBack(world.userById(keyOf(colonyname, signer)), reading);
      if (mine.length === 0) refuse(400, 'Failed to change user Id, user not found');
      if (Buffer.byteLength(userid) !== 64) refuse(400, 'Failed to change user Id, new user Id is not 64 characters');
      for (const one of mine) world.users.put(keyOf(colonyname, one.name), { ...one, userid });
      return payload;
    },
    { mismatch: 'Failed to change user Id' },
  ),
};

/** Throws Refusal 400 for one whose name cannot be read back. */
function userNamed(world: World, colonyname: string, name: string): User | undefined {
  const found = world.users.get(keyOf(colonyname, name));
  return found && readBack([found], reading)[0];
}

export const addUser = (world: World, given: User): void => world.users.put(keyOf(given.colonyname, given.name), given);
