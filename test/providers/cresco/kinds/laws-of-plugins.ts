import { cresco } from '../../../../src/providers/cresco/index.ts';
import { plugin } from '../../../../src/providers/cresco/kinds/plugin.ts';
import type { PluginSpec } from '../../../../src/providers/cresco/types.ts';
import { kindLaws } from '../../../kit/laws.ts';
import type { FabricBench } from './bench.ts';
import { canOf, engine, handles, openBench, PI_1, PI_2 } from './bench.ts';

const samples: readonly [PluginSpec, PluginSpec, ...PluginSpec[]] = [
  { plugin: handles.reader, agent: PI_1, params: { stream: 'temp-1', rate: 10, loud: true }, running: true },
  { plugin: handles.writer, agent: PI_2, params: { password: 'hunter2' }, secrets: { token: 'sesame-open' }, persistent: true },
  { plugin: handles.reader, agent: PI_1, id: 'chosen-by-hand' },
];

/** The laws of Plugins on a fabric of this generation. */
export const pluginLaws = (generation: 2 | 3): void =>
  kindLaws({
    name: `cresco/Plugin on a fabric of generation ${generation}`,
    provider: cresco,
    kind: plugin,
    open: () => openBench({ generation }),
    samples,
    nth: (n) => ({ plugin: handles.reader, agent: n % 2 === 0 ? PI_1 : PI_2, params: { n } }),
    can: canOf('pluginadd', {
      async makeByHand({ hand }: FabricBench, name, spec) {
        const { plugin: jar, agent, params = {} } = spec as unknown as PluginSpec;
        const [pluginname = '', version = '', md5 = ''] = jar.split('/');
        const config = { ...(params as Record<string, string>), pluginname, version, md5, inode_id: name, persistence_code: '10' };
        await hand.agents.addPlugin({ ...agent, config });
        return `${agent.region}/${agent.agent}/${name}`;
      },
    }),
    engine,
  });
