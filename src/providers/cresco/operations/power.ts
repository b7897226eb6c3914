import type { Operation } from '../../contract.ts';
import type { Admin } from '../client/index.ts';
import { agentText } from '../kinds/places.ts';
import type { Fabric, FabricRead } from '../session.ts';
import { AGENT, agentIn, needed, wrongInput } from './inputs.ts';

interface Deed {
  readonly name: string;
  readonly summary: string;
  readonly act: keyof Admin;
  /** What happens then, after "…: its controller". */
  readonly then: string;
}

const DEEDS: readonly Deed[] = [
  {
    name: 'stop-controller',
    summary: 'stops the controller of an agent: it leaves the fabric, and nothing on the fabric starts it again',
    act: 'stopController',
    then: 'its controller stops, and only somebody at its machine can start it again',
  },
  {
    name: 'restart-controller',
    summary: 'stops and starts the controller of an agent; its plugins go with it, the persistent ones come back',
    act: 'restartController',
    then: 'its controller stops and starts',
  },
  {
    name: 'restart-framework',
    summary: 'restarts the OSGi framework of an agent, in the same process',
    act: 'restartFramework',
    then: 'its framework restarts',
  },
  {
    name: 'kill-jvm',
    summary: 'ends the process of an agent: whatever watches it there has to start it again',
    act: 'killJvm',
    then: 'its process ends with exit code 1, and whatever watches it there has to start it again',
  },
];

/** Acts on an agent itself. The fabric answers none of them, so all that can be said is what was asked for. */
export const power: readonly Operation<Fabric>[] = [
  ...DEEDS.map(({ name, summary, act, then }): Operation<Fabric> => ({
    name,
    summary,
    mutates: true,
    inputs: [AGENT],
    async *run({ read, write }, words, { signal }) {
      const at = agentIn(words);
      const isHome = await servesApi(read, agentText(at), signal);
      await write.admin[act](at, { signal });
      yield { line: `${agentText(at)} was told: ${then}.` };
      yield {
        line: isHome
          ? 'It serves the API itself: this connection goes with it, and until it is back nothing can be seen of the fabric.'
          : 'The fabric confirms nothing of this: the operation agents lists it while it is healthy.',
      };
    },
  })),
  {
    name: 'update-controller',
    summary: "replaces an agent's own controller by a bundle on its machine, and restarts it; a bad one ends the process",
    mutates: true,
    inputs: [AGENT, { name: 'path', summary: 'the bundle on the machine of the agent, as upload prints it', required: true }],
    async *run({ read, write }, words, { signal }) {
      const at = agentIn(words);
      const path = needed(words, 'path');
      const isHome = await servesApi(read, agentText(at), signal);
      // The agent would look for it when its old controller is gone already.
      if ((await read.agents.fileInfo({ ...at, path }, { signal })) === undefined) {
        throw wrongInput('path', path, {
          takes: `the path of a file on the machine of ${agentText(at)}, which has none there`,
          hint: 'upload JAR AGENT puts it there, and prints its path.',
        });
      }
      await write.agents.updateController({ ...at, path }, { signal });
      yield { line: `${agentText(at)} was told: its controller becomes ${path}.` };
      yield {
        line: isHome
          ? 'It serves the API itself: this connection goes with it.'
          : 'The fabric confirms nothing of this: the operation agents lists it while it is healthy.',
      };
    },
  },
];

async function servesApi(read: FabricRead, place: string, signal: AbortSignal): Promise<boolean> {
  const { region = '', agent = '' } = await read.api.identity({ signal });
  return agentText({ region, agent }) === place;
}
