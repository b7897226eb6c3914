import { randomUUID } from 'node:crypto';
import { Fault, nearest } from '../../../core/diagnostic.ts';
import { isFields } from '../../../core/value.ts';
import type { Value } from '../../../core/value.ts';
import type { BusMessage } from './bus.ts';
import { countIn, wrongInput, type Control, type Input } from '../../switches.ts';
import type { Bench } from './controls.ts';
import { isLevel } from './log-levels.ts';
import { dropPlugin, keepPlugin, killPlugin, placePlugin, startPlugin } from './plugins.ts';
import { loseAgent, startAgent } from './power.ts';
import type { Agent, Plugin, World } from './world.ts';

/** What somebody else does on the fabric: an operator, another client, a power cut. */
export function byHand({ world, troubles, restart }: Bench): readonly Control[] {
  return [
    {
      name: 'lose-agent',
      summary: 'no message reaches an agent; it leaves the lists at once (noticed=false: not yet)',
      inputs: ['agent', 'noticed'],
      run: (input) => {
        const agent = agentIn(world(), input);
        if (agent === world().home) throw wrongInput(`${keyOf(agent)} serves the API itself: restart or refuse are what it has`);
        loseAgent(world(), agent, { noticed: input['noticed'] !== 'false' });
      },
    },
    {
      name: 'find-agent',
      summary: 'an agent that was lost or stopped is there again',
      inputs: ['agent'],
      run: async (input) => {
        const agent = agentIn(world(), input);
        if (agent !== world().home) return startAgent(world(), agent);
        troubles.down = false;
        return restart();
      },
    },
    {
      name: 'kill-plugin',
      summary: 'a plugin dies: its status is 50 (or another code) and it answers nothing',
      inputs: ['plugin', 'code'],
      run: (input) => {
        const { agent, plugin } = pluginIn(world(), input);
        return killPlugin(world(), agent, { plugin, code: countIn(input, 'code', 50) });
      },
    },
    {
      name: 'change-plugin',
      summary: 'sets a member of a plugin configuration, or takes it out where no value is given',
      inputs: ['plugin', 'key', 'value'],
      run: async (input) => {
        const { key, value } = input;
        if (key === undefined) throw wrongInput('key is the name of a member of configparams');
        const { agent, plugin } = pluginIn(world(), input);
        const rest = Object.entries(plugin.config).filter(([name]) => name !== key);
        plugin.config = Object.fromEntries(value === undefined ? rest : [...rest, [key, value]]);
        await keepPlugin(world(), agent, plugin);
      },
    },
    {
      name: 'remove-plugin',
      summary: 'takes a plugin out',
      inputs: ['plugin'],
      run: (input) => {
        const { agent, plugin } = pluginIn(world(), input);
        return dropPlugin(world(), agent, plugin);
      },
    },
    {
      name: 'add-plugin',
      summary: 'puts a plugin on an agent, whether there is a jar for it or not; tells its id',
      inputs: ['agent', 'pluginname', 'version', 'md5', 'id', 'params'],
      run: (input) => addByHand(world(), input),
    },
    {
      name: 'publish',
      summary: 'publishes text on the data plane; properties is a JSON object, stream is short for stream_name',
      inputs: ['text', 'hex', 'stream', 'properties'],
      run: (input) => world().bus.publish(messageIn(input)),
    },
    {
      name: 'log',
      summary: 'an agent (or a plugin on it) logs a line',
      inputs: ['agent', 'source', 'class', 'level', 'message'],
      run: (input) => {
        const { source = 'agent', class: className = 'io.cresco.agent.core.AgentService', level = 'Info', message = 'hello' } = input;
        if (!isLevel(level) || level === 'None') throw wrongInput('level is Error, Warn, Info, Debug or Trace');
        agentIn(world(), input).log.write({ level, source, className, message });
      },
    },
  ];
}

const keyOf = ({ region, name }: Agent): string => `${region}/${name}`;

/** The agent `region/agent`; left out, the one that serves the API. */
function agentIn({ agents, home }: World, { agent: key }: Input): Agent {
  const agent = key === undefined ? home : agents.get(key);
  if (agent !== undefined) return agent;
  throw unknown(`no agent ${key ?? ''} on this fabric`, key ?? '', [...agents.keys()]);
}

function pluginIn({ agents }: World, { plugin: id = '' }: Input): { readonly agent: Agent; readonly plugin: Plugin } {
  for (const agent of agents.values()) {
    const plugin = agent.plugins.get(id);
    if (plugin !== undefined) return { agent, plugin };
  }
  const all = [...agents.values()].flatMap(({ plugins }) => [...plugins.keys()]);
  throw unknown(`no plugin "${id}" on this fabric`, id, all);
}

function unknown(summary: string, word: string, known: readonly string[]): Fault {
  const guess = nearest(word, known);
  return new Fault({
    code: 'SWITCH_INPUT',
    summary,
    detail: 'Nothing was done.',
    hint: guess === undefined ? 'The switch state lists what there is.' : `Did you mean ${guess}?`,
  });
}

async function addByHand(world: World, input: Input): Promise<Value> {
  const { pluginname, version = '1.0.0', md5 = '', id = `plugin-${randomUUID()}`, params } = input;
  if (pluginname === undefined) throw wrongInput('pluginname is the symbolic name of a bundle');
  const agent = agentIn(world, input);
  const config = { persistence_code: '10', pluginname, version, md5, jarfile: md5, jarstatus: 'localcache', ...textsIn(params, 'params') };
  const plugin = await placePlugin(world, agent, { id, config });
  if (plugin === undefined) throw wrongInput(`${id} is in use`);
  await startPlugin(world, agent, plugin);
  return { id, code: plugin.code };
}

function messageIn({ text = '', hex, stream, properties }: Input): BusMessage {
  const given = properties === undefined ? {} : objectIn(properties, 'properties');
  const allowed = Object.entries(given).filter((entry): entry is [string, string | number | boolean] => typeof entry[1] !== 'object');
  return {
    body: hex === undefined ? text : Buffer.from(hex, 'hex'),
    properties: { ...(stream === undefined ? {} : { stream_name: stream }), ...Object.fromEntries(allowed) },
  };
}

const textsIn = (json: string | undefined, name: string): Readonly<Record<string, string>> =>
  json === undefined ? {} : Object.fromEntries(Object.entries(objectIn(json, name)).map(([key, value]) => [key, String(value)]));

function objectIn(json: string, name: string): Readonly<Record<string, Value>> {
  try {
    const value = JSON.parse(json) as Value;
    if (isFields(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw wrongInput(`${name} is a JSON object`);
}
