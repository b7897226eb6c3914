import type { Kind } from '../../contract.ts';
import type { AgentPlugin, Params } from '../client/index.ts';
import type { Fabric } from '../session.ts';
import type { ProcessSpec } from '../types.ts';
import { instanceKind } from './instance.ts';
import { fieldFindings } from './params.ts';

const EXECUTOR = 'io.cresco.executor';
const FIELDS = { stream_name: 'stream', command: 'command', metrics: 'metrics' } as const;

/** An executor that was told what to run when it was made: any other one runs what somebody tells it by and by. */
export const isProcess = ({ pluginName, config }: AgentPlugin): boolean =>
  pluginName === EXECUTOR && config['stream_name'] !== undefined && config['command'] !== undefined;

const streamIn = (config: Params): string => config['stream_name'] ?? '';

/**
 * A command that runs on an agent. An executor can be told commands at any time, but then nobody can read them back: as parameters of
 * the plugin they start with it, and are readable.
 */
export const process: Kind<Fabric, ProcessSpec> = instanceKind<ProcessSpec>({
  kind: 'cresco/Process',
  schema: new URL('../../../../schemas/cresco/Process.v1.json', import.meta.url),
  check: (spec) => fieldFindings(spec, FIELDS),
  configOf: ({ command, stream, metrics }, name) => ({
    command,
    stream_name: stream ?? name,
    ...(metrics === true ? { metrics: 'true' } : {}),
  }),
  fields: Object.keys(FIELDS),
  fieldsIn: (config) => ({
    command: config['command'] ?? '',
    stream: streamIn(config),
    metrics: config['metrics'] === 'true',
  }),
  isOne: isProcess,
  async health(read, { region, agent, plugin, config }, { signal }) {
    const stream = streamIn(config);
    const status = await read.executor.status({ region, agent, plugin, stream }, { signal });
    if (status?.running === true) return { running: true, readiness: { state: 'ready' } };
    const what = status === undefined ? 'its executor knows nothing of it' : 'the process has ended';
    const message = `${what}: its last lines are on the data plane (stream_name='${stream}'), and it is started anew by the next apply`;
    return { running: false, readiness: { state: 'failed', message } };
  },
});
