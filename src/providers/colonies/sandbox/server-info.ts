import { handler, refuse, tell, type Handlers } from './handler.ts';
import { needColonyOwner, needServerOwner } from './members.ts';
import { list, struct, text, whole } from './shape.ts';
import type { Handler } from './handler.ts';

const version = struct({ buildversion: text, buildtime: text, msgtype: text });
const node = struct({ name: text, host: text, port: whole, peerport: whole, relayport: whole, apiport: whole });
const cluster = struct({ nodes: list(node), leader: node });
const info = struct({ buildversion: text, buildtime: text, backends: list(struct({ type: text, port: whole, host: text })) });

/** What the server it stands in for would say of itself: built without version, as `go install` does. */
const serverInfo: Handler = {
  unsigned: true,
  run(world) {
    const buildtime = new Date(world.clock.now()).toISOString().replace(/\.\d+/, '');
    return tell(world, info, { buildversion: 'dev', buildtime, backends: [{ type: 'http', port: world.port(), host: '0.0.0.0' }] });
  },
};

/** The server itself, and the ids of those who own it and its colonies (sheet 3.1). */
export const serverHandlers: Handlers = {
  versionmsg: handler(
    'Failed to get server version',
    {},
    (world) => tell(world, version, { buildversion: '', buildtime: '', msgtype: 'versionmsg' }),
    { unsigned: true },
  ),

  getserverinfomsg: serverInfo,

  getclustermsg: handler('Failed to get cluster info', {}, (world, { signer }) => {
    needServerOwner(world, signer);
    const self = { name: 'sandbox', host: '127.0.0.1', port: 2379, peerport: 2380, relayport: 2381, apiport: world.port() };
    return tell(world, cluster, { nodes: [self], leader: self });
  }),

  changeserveridmsg: handler('Failed to change colony Id', { serverid: text }, (world, { message: { serverid }, signer, payload }) => {
    if (serverid === '') refuse(400, 'Failed to change colony Id, colony Id is empty');
    needServerOwner(world, signer);
    world.server.put('server', { serverid });
    return payload;
  }),

  changecolonyidmsg: handler(
    'Failed to change colony Id',
    { colonyname: text, colonyid: text },
    (world, { message: { colonyname, colonyid }, signer, payload }) => {
      if (colonyid === '') refuse(400, 'Failed to change colony Id, colony Id is empty');
      needColonyOwner(world, signer, colonyname);
      if (Buffer.byteLength(colonyid) !== 64) refuse(400, 'Failed to change colony Id, new colony Id is not 64 characters');
      world.colonies.put(colonyname, { name: colonyname, colonyid });
      return payload;
    },
  ),
};
