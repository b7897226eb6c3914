import type { Call, Operation } from '../../contract.ts';
import type { AgentPlace } from '../client/index.ts';
import { agentText } from '../kinds/places.ts';
import type { Fabric, FabricRead } from '../session.ts';
import { needed, wrongInput, type Words } from '../../words.ts';

export { choiceIn, countIn, flagIn, needed, wrongInput, type Words } from '../../words.ts';

/** What operations of a fabric are told. */
export type Input = Operation<Fabric>['inputs'][number];

const complete = async (read: FabricRead, { signal }: Call): Promise<readonly string[]> =>
  (await read.global.agents({ signal })).map(agentText);

/** Where one may be named, and where one has to be. */
export const SOME_AGENT: Input = { name: 'agent', summary: 'region/agent: dp/pi-3', complete };
export const AGENT: Input = { ...SOME_AGENT, required: true };
export const LINES: Input = { name: 'lines', summary: 'ends after so many lines' };
export const SECONDS: Input = { name: 'seconds', summary: 'ends after so many seconds' };

/** Throws Fault INPUT_VALUE. */
export function agentIn(words: Words): AgentPlace {
  const text = needed(words, AGENT.name);
  const [region = '', agent = '', ...more] = text.split('/');
  if (region === '' || agent === '' || more.length > 0) throw wrongInput(AGENT.name, text, { takes: 'region/agent, like dp/pi-3' });
  return { region, agent };
}

/** The same where it may be left out. */
export const agentGiven = (words: Words): AgentPlace | undefined => (words[AGENT.name] === undefined ? undefined : agentIn(words));
