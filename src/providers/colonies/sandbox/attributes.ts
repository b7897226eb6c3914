import { hashText } from '../client/keys.ts';
import { handler, refuse, tell, type Handlers } from './handler.ts';
import { needMember } from './members.ts';
import { attribute, RUNNING } from './models.ts';
import { text } from './shape.ts';

/** Attributes of processes (sheet 3.8). They cannot be changed, and not be removed one by one. */
export const attributeHandlers: Handlers = {
  addattributemsg: handler('Failed to add attribute', { attribute }, (world, { message: { attribute: given }, signer }) => {
    const { targetid, key, attributetype } = given;
    const process = world.processes.get(targetid) ?? refuse(404, 'Failed to add attribute, process not found');
    needMember(world, signer, process.spec.conditions.colonyname);
    if (process.state !== RUNNING) refuse(403, 'Failed to add attribute, process is not running');
    if (process.assignedexecutorid !== signer) {
      refuse(403, `Failed to add attribute, only executor with id <${process.assignedexecutorid}> is allowed to set attributes`);
    }
    const attributeid = attributeId(targetid, key, attributetype);
    if (world.attributes.get(attributeid)) refuse(400, 'pq: duplicate key value violates unique constraint "prod_attributes_pkey"');
    const added = { ...given, attributeid, targetprocessgraphid: process.processgraphid };
    world.attributes.put(attributeid, added);
    return tell(world, attribute, added);
  }),

  getattributemsg: handler('Failed to get attribute', { attributeid: text }, (world, { message: { attributeid }, signer }) => {
    const found = world.attributes.get(attributeid) ?? refuse(400, 'Attribute does not exists');
    const process = world.processes.get(found.targetid) ?? refuse(404, 'Failed to get attribute, process not found');
    needMember(world, signer, process.spec.conditions.colonyname);
    return tell(world, attribute, found);
  }),
};

/** An attribute's id says what it is of: there is one of a name and type for each process. */
export const attributeId = (targetid: string, key: string, attributetype: number): string => hashText(`${targetid}${key}${attributetype}`);
