import { handler, refuse, tell, tellAll, type Handlers } from './handler.ts';
import { colonyOf, needColonyOwner, needMember } from './members.ts';
import { location, type Location } from './models.ts';
import { isReadable, keyOf, needName, readBack } from './names.ts';
import { pointer, text } from './shape.ts';
import type { World } from './world.ts';

const reading = { nameOf: ({ name }: Location): string => name, what: 'Failed to parse Location name' };
const named = { colonyname: text, name: text };

/** Places that executors and blueprints name (sheet 3.12). */
export const locationHandlers: Handlers = {
  addlocationmsg: handler('Failed to add location', { location: pointer(location) }, (world, { message: { location: given }, signer }) => {
    if (given === null) refuse(400, 'Failed to add location, location is nil');
    const { colonyname, name } = given;
    colonyOf(world, colonyname);
    needColonyOwner(world, signer, colonyname);
    needName(world, 'Failed to add location', name);
    if (locationNamed(world, colonyname, name)) {
      refuse(400, `A location with name <${name}> already exists in Colony with name <${colonyname}>`);
    }
    world.locations.put(keyOf(colonyname, name), given);
    if (!isReadable(colonyname, name)) refuse(500, 'Failed to add location, addedLocation is nil');
    return tell(world, location, given);
  }),

  getlocationsmsg: handler('Failed to get locations', { colonyname: text }, (world, { message: { colonyname }, signer }) => {
    colonyOf(world, colonyname);
    needMember(world, signer, colonyname, { anyState: true });
    return tellAll(world, location, readBack(world.locationsOf(colonyname), reading));
  }),

  getlocationmsg: handler('Failed to get location', named, (world, { message: { colonyname, name }, signer }) => {
    colonyOf(world, colonyname);
    needMember(world, signer, colonyname, { anyState: true });
    return tell(world, location, locationNamed(world, colonyname, name) ?? refuse(404, 'Failed to get location, location is nil'));
  }),

  removelocationmsg: handler('Failed to remove location', named, (world, { message: { colonyname, name }, signer }) => {
    colonyOf(world, colonyname);
    needColonyOwner(world, signer, colonyname);
    if (!locationNamed(world, colonyname, name)) refuse(400, `Location with name <${name}> not found`);
    world.locations.drop(keyOf(colonyname, name));
    return undefined;
  }),
};

/** Throws Refusal 400 for one whose name cannot be read back. */
function locationNamed(world: World, colonyname: string, name: string): Location | undefined {
  const found = world.locations.get(keyOf(colonyname, name));
  return found && readBack([found], reading)[0];
}
