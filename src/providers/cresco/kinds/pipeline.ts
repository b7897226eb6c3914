import { readFileSync } from 'node:fs';
import { nearest } from '../../../core/diagnostic.ts';
import { idParts } from '../../../core/id.ts';
import { entry, member } from '../../../core/pointer.ts';
import type { Fields } from '../../../core/value.ts';
import type { Finding, Kind, Known } from '../../contract.ts';
import type { Pipeline } from '../client/index.ts';
import type { Fabric } from '../session.ts';
import type { PipelineSpec } from '../types.ts';
import type { OwnParams } from './params.ts';
import { jarIn, markParams, ownParamsIn, paramFindings, secretNames, textsOf, withTexts } from './params.ts';
import { makePipeline, removePipeline } from './pipeline-made.ts';
import type { PipelineForm, PipelineSeen } from './pipeline-seen.ts';
import { markIn, observePipelines, placeIn } from './pipeline-seen.ts';
import { packageHandle } from './places.ts';

const SCHEMA = new URL('../../../../schemas/cresco/Pipeline.v1.json', import.meta.url);

const form: PipelineForm<PipelineSpec> = {
  specOf,
  agentsIn: ({ nodes }) => nodes.map(({ name, agent }) => ({ place: agent, at: `${entry('/nodes', [name])}/agent` })),
  // Those that another kind of ours made are that kind's.
  isOne: (pipeline) => !isMarkedBy(pipeline, 'cresco/FileSync'),
};

const isMarkedBy = (pipeline: Pipeline, kind: string): boolean => {
  const mark = markIn(pipeline);
  return mark !== undefined && mark.split('/').length === 4 && idParts(mark).kind === kind;
};

/**
 * Plugins on agents and the connections between them. Its handle is the id that the fabric gives, its key the name, which is not unique:
 * so that a new one can stand beside the old one until it is healthy.
 */
export const pipeline: Kind<Fabric, PipelineSpec> = {
  kind: 'cresco/Pipeline',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  replace: 'create-first',
  settle: { withinMs: 120_000, everyMs: 1_000 },
  open: () => ({ check, normalize }),
  key: ({ name: own }, name) => own ?? name,
  observe: (read, ask, call) => observePipelines(form, { read, ask, call }),
  make(session, work, call) {
    const { name = idParts(work.id).name, nodes, edges = [] } = work.want;
    const toMake = {
      name,
      nodes: nodes.map((node) => ({
        ...node,
        params: { ...textsOf(node.params ?? {}), ...node.secrets, ...markParams(work, node.secrets) },
      })),
      edges: edges.map(({ from, to, params }) => ({ from, to, ...(params === undefined ? {} : { params: textsOf(params) }) })),
    };
    return makePipeline(session, toMake, { work, call });
  },
  remove: (session, { recorded, live }, call) => removePipeline(session, recorded?.handle ?? live?.handle ?? '', call),
};

function check({ nodes, edges = [] }: PipelineSpec): readonly Finding[] {
  const names = new Set(nodes.map(({ name }) => name));
  const params = nodes.flatMap((node) => paramFindings(node, entry('/nodes', [node.name])));
  const ends = edges.flatMap((edge) =>
    (['from', 'to'] as const)
      .filter((end) => !names.has(edge[end]))
      .map((end) => noNode(edge[end], { at: member(entry('/edges', [edge.from, edge.to]), end), names })),
  );
  return [...params, ...ends];
}

function noNode(name: string, { at, names }: { readonly at: string; readonly names: ReadonlySet<string> }): Finding {
  const near = nearest(name, names);
  return {
    code: 'PIPELINE_EDGE',
    summary: `no node is called "${name}"`,
    detail: 'An edge connects two nodes of its own pipeline. The fabric would log this one and leave it out.',
    hint: near === undefined ? `Its nodes are ${[...names].join(', ')}.` : `Did you mean ${near}?`,
    pointer: at,
  };
}

const normalize = (spec: PipelineSpec): PipelineSpec => ({
  ...spec,
  nodes: spec.nodes.map(withTexts),
  ...(spec.edges === undefined ? {} : { edges: spec.edges.map(withTexts) }),
});

function specOf({ name, nodes, edges }: PipelineSeen, known: Known | undefined): PipelineSpec {
  const names = new Map(nodes.map((node) => [node.id, node.name]));
  const written = (node: string): readonly (OwnParams | undefined)[] =>
    [known?.want, known?.applied].map((spec) => (spec as PipelineSpec | undefined)?.nodes.find((one) => one.name === node));
  return {
    name,
    nodes: nodes.map((node) => {
      const jar = jarIn(node.params);
      return {
        name: node.name,
        plugin: jar === undefined ? (node.params['pluginname'] ?? '') : packageHandle(jar),
        agent: placeIn(node.params),
        ...ownParamsIn(node.params, { secret: secretNames(node.params, ...written(node.name)) }),
        // The type says true, which is all that a manifest may want.
        running: node.running as true,
      };
    }),
    edges: edges.map(({ from, to, params }) => ({
      from: names.get(from) ?? from,
      to: names.get(to) ?? to,
      ...(Object.keys(params).length === 0 ? {} : { params }),
    })),
  };
}
