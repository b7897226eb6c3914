import type { Api, RequestOptions } from './calls.ts';
import type { Caller } from './caller.ts';
import type { AgentPlace, Identity } from './results.ts';

/** The node that serves the API; its names are local knowledge once the certificate was seen. */
export function apiOf(caller: Caller): Api {
  const identity = async (options?: RequestOptions): Promise<Identity> => (await caller.requests.connect(options)).identity;
  // The global controller of a fabric moves only with a restart of it, which ends the client's sockets as well.
  let found: AgentPlace | undefined;
  const globalInfo = async (options?: RequestOptions): Promise<AgentPlace | undefined> => {
    const { plugin = '' } = await identity(options);
    const message = {
      route: { type: 'plugin_msgevent', plugin },
      event: 'EXEC',
      payload: { action: 'globalinfo' },
      idempotent: true,
    } as const;
    const { global_region: region, global_agent: agent } = await caller.requests.ask(message, options);
    found = region === undefined || agent === undefined ? undefined : { region, agent };
    return found;
  };
  return {
    identity,
    region: async (options) => (await identity(options)).region,
    agent: async (options) => (await identity(options)).agent,
    plugin: async (options) => (await identity(options)).plugin,
    globalInfo,
    globalRegion: async (options) => (found ?? (await globalInfo(options)))?.region,
    globalAgent: async (options) => (found ?? (await globalInfo(options)))?.agent,
  };
}
