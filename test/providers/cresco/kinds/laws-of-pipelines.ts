import { cresco } from '../../../../src/providers/cresco/index.ts';
import { pipeline } from '../../../../src/providers/cresco/kinds/pipeline.ts';
import type { PipelineSpec } from '../../../../src/providers/cresco/types.ts';
import { kindLaws } from '../../../kit/laws.ts';
import type { FabricBench } from './bench.ts';
import { canOf, engine, handles, openBench, PI_1, PI_2, settle } from './bench.ts';

const samples: readonly [PipelineSpec, PipelineSpec, ...PipelineSpec[]] = [
  {
    nodes: [
      { name: 'source', plugin: handles.reader, agent: PI_1, params: { stream: 'temp-1', rate: 10 } },
      { name: 'sink', plugin: handles.writer, agent: PI_2, secrets: { password: 'sesame-open' } },
    ],
    edges: [{ from: 'source', to: 'sink', params: { qos: 1 } }],
  },
  { name: 'renamed', nodes: [{ name: 'alone', plugin: handles.reader, agent: PI_2, running: true }], edges: [] },
  {
    nodes: [
      { name: 'a', plugin: handles.reader, agent: PI_1 },
      { name: 'b', plugin: handles.reader, agent: PI_1 },
    ],
    edges: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
      { from: 'b', to: 'b' },
    ],
  },
];

/** The laws of Pipelines on a fabric of this generation. */
export const pipelineLaws = (generation: 2 | 3): void =>
  kindLaws({
    name: `cresco/Pipeline on a fabric of generation ${generation}`,
    provider: cresco,
    kind: pipeline,
    open: () => openBench({ generation }),
    samples,
    nth: (n) => ({ nodes: [{ name: 'only', plugin: handles.reader, agent: n % 2 === 0 ? PI_1 : PI_2, params: { n } }] }),
    can: canOf('gpipelinesubmit', {
      async makeByHand(bench: FabricBench, name, spec) {
        const { nodes } = spec as unknown as PipelineSpec;
        const cadl = {
          pipeline_name: name,
          edges: [],
          nodes: nodes.map(({ name: node, plugin, agent, params }, i) => {
            const [pluginname = '', version = '', md5 = ''] = plugin.split('/');
            const place = { location_region: agent.region, location_agent: agent.agent };
            return { type: 'dummy', node_name: node, node_id: i, params: { ...params, pluginname, version, md5, ...place } };
          }),
        };
        const { id } = await bench.hand.global.submitPipeline(cadl);
        await settle(bench);
        return id;
      },
    }),
    engine,
  });
