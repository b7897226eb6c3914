import { systemClock } from '../../transport/clock.ts';
import { closed, type PeerFacts } from '../../transport/socket.ts';
import { checkTrust } from '../../transport/trust.ts';
import { adminOf } from './admin.ts';
import { agentsRead, agentsWrite } from './agents.ts';
import { apiOf } from './api.ts';
import { caller as callerOf } from './caller.ts';
import type { CrescoClient, CrescoOptions, CrescoRead, CrescoWrite } from './client.ts';
import { dataPlane, subscribe, type StreamContext } from './dataplane.ts';
import { diallingOf } from './dialling.ts';
import { executorRead, executorWrite } from './executor.ts';
import { fileRepoRead, fileRepoWrite } from './file-repo.ts';
import { globalRead, globalWrite } from './global-controller.ts';
import { logStreamer } from './log-streamer.ts';
import { messagingOf } from './messaging.ts';
import { repositoryRead, repositoryWrite } from './repository.ts';
import { requests as requestsOf } from './requests.ts';
import { sysinfoRead } from './sysinfo.ts';
import { tunnelsRead, tunnelsWrite } from './tunnels.ts';

/**
 * A client for the fabric behind one address. Connects to nothing yet: the first request does, or `connect`. Sockets that were lost are
 * opened again with the next request, streams by themselves. Throws BAD_ADDRESS and TLS_FINGERPRINT for options that cannot work.
 */
export function openCresco(options: CrescoOptions): CrescoClient {
  checkTrust(options.tls);
  const dialling = diallingOf(options);
  const requests = requestsOf(options, dialling);
  const caller = callerOf(requests, options);
  const context: StreamContext = { dialling, clock: options.clock ?? systemClock, random: options.random ?? Math.random };

  const agents = agentsRead(caller);
  const read: CrescoRead = {
    connect: async (asking): Promise<PeerFacts> => {
      const { peer } = await requests.connect(asking);
      // A Cresco address has TLS, or is none.
      if (peer === undefined) throw closed();
      return peer;
    },
    connected: () => requests.connected(),
    api: apiOf(caller),
    agents,
    global: globalRead(caller),
    executor: executorRead(caller),
    fileRepo: fileRepoRead(caller),
    repository: repositoryRead(caller),
    sysinfo: sysinfoRead(caller),
    tunnels: tunnelsRead(caller),
    subscribe: (what, asking) => subscribe(what, asking, context),
  };
  const write: CrescoWrite = {
    admin: adminOf(caller),
    agents: agentsWrite(caller, agents),
    global: globalWrite(caller),
    executor: executorWrite(caller),
    fileRepo: fileRepoWrite(caller),
    repository: repositoryWrite(caller),
    tunnels: tunnelsWrite(caller),
    messaging: messagingOf(caller),
    dataPlane: (what, asking) => dataPlane(what, asking, context),
    logStreamer: (asking) => logStreamer(asking, context),
  };
  return {
    read,
    write,
    ...read,
    ...write,
    agents: { ...read.agents, ...write.agents },
    global: { ...read.global, ...write.global },
    executor: { ...read.executor, ...write.executor },
    fileRepo: { ...read.fileRepo, ...write.fileRepo },
    repository: { ...read.repository, ...write.repository },
    tunnels: { ...read.tunnels, ...write.tunnels },
    close: () => requests.close(),
  };
}
