import type { Call, Operation } from '../../contract.ts';
import type { AgentPlace, DataPlaneMessage, Subscription } from '../client/index.ts';
import { agentText } from '../kinds/places.ts';
import type { Fabric } from '../session.ts';
import { follow } from './following.ts';
import { AGENT, agentIn, countIn, needed, SECONDS, wrongInput } from './inputs.ts';
import { messageText, named, sent } from './streams.ts';

const WAIT_SECONDS = 10;

/** One event for a query, and what the query makes of it. */
export const cepEvent: Operation<Fabric> = {
  name: 'cep-event',
  summary: 'gives one event to the queries of an agent (CepQuery), and with output waits for what they make of it',
  mutates: true,
  inputs: [
    AGENT,
    { name: 'stream', summary: 'the input stream of the query', required: true },
    { name: 'event', summary: `JSON: '{"event":{"source":"t1","value":31.5}}', or what stands in event alone`, required: true },
    { name: 'output', summary: 'the output stream of the query' },
    { ...SECONDS, summary: `how long to wait for the output (default: ${WAIT_SECONDS})` },
  ],
  async *run({ read, write }, words, call) {
    const at = agentIn(words);
    const stream = needed(words, 'stream');
    const event = eventIn(needed(words, 'event'));
    const { output } = words;
    const seconds = countIn(words, SECONDS.name) ?? WAIT_SECONDS;
    const give = (): Promise<void> => given({ read, write }, { at, stream, event }, call);
    if (output === undefined) {
      await give();
      yield { line: `${agentText(at)} has the event for ${stream}.` };
      return;
    }
    const { signal } = call;
    const followed = follow<DataPlaneMessage, Subscription>({
      open: (options) => read.subscribe({ selector: named(output) }, options),
      onActive: give,
      most: 1,
      seconds,
      signal,
      pause: (ms, until) => write.pause(ms, until),
    });
    for await (const one of followed) {
      if ('item' in one) {
        yield { line: messageText(one.item) };
        return;
      }
    }
    yield { line: `Nothing came over ${output} within ${seconds} s: the event did not match, or no query listens to ${stream}.` };
  },
};

interface Given {
  readonly at: AgentPlace;
  readonly stream: string;
  readonly event: string;
}

/** Generation 2 has no request for it; there the data plane is the way, if its build bridges the two. */
async function given({ read, write }: Pick<Fabric, 'read' | 'write'>, { at, stream, event }: Given, { signal }: Call): Promise<void> {
  const { generation } = await read.api.identity({ signal });
  if (generation === 3) await write.agents.sendCepEvent({ ...at, inputStream: stream, event }, { signal });
  else await sent({ write, stream, text: event, type: 'input', signal });
}

/** The server takes any text, and drops what is no event. Throws Fault INPUT_VALUE. */
function eventIn(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // said below, with what it takes
  }
  if (typeof value !== 'object' || value === null) {
    throw wrongInput('event', text, { takes: 'an object of JSON', hint: 'Put it in single quotes, so that the shell leaves it whole.' });
  }
  return JSON.stringify('event' in value || Array.isArray(value) ? value : { event: value });
}
