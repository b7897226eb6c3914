import { compressJson, openCresco, type CrescoClient, type CrescoOptions } from '../../../../src/providers/cresco/client/index.ts';
import { KEY, wsapi, type Received, type Said, type Script, type Wsapi } from './wsapi.ts';

export interface Met {
  readonly client: CrescoClient;
  readonly server: Wsapi;
}

/** Runs a test with a server that follows a script, and a client that has pinned its certificate. */
export async function meeting(script: Script, run: (met: Met) => Promise<void>, options: Partial<CrescoOptions> = {}): Promise<void> {
  const server = await wsapi(script);
  const client = openCresco({ address: server.address, serviceKey: KEY, tls: { fingerprint: server.fingerprint }, ...options });
  try {
    await run({ client, server });
  } finally {
    await client.close();
    await server.close();
  }
}

/** The agent of the API's own node, and another one. */
export const HERE = { region: 'global-region', agent: 'global-controller' };
export const THERE = { region: 'dp', agent: 'pi-3' };

const AGENTS = [HERE, THERE].map(({ region, agent }) => ({ region_id: region, agent_id: agent, plugins: '4', status_desc: 'ok' }));

/** Answers what agents there are, and leaves the rest to a script. */
export const fabric =
  (answer: (request: Received) => Said | Promise<Said>) =>
  (request: Received): Said | Promise<Said> =>
    request.payload['action'] === 'listagents' ? { agentslist: compressJson({ agents: AGENTS }) } : answer(request);

export const actions = ({ received }: Wsapi): readonly (string | undefined)[] => received.map(({ payload }) => payload['action']);
