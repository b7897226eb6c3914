import { Fault } from '../../../core/diagnostic.ts';
import { idParts } from '../../../core/id.ts';
import type { Call, Done, Work } from '../../contract.ts';
import type { AgentPlace, Cadl, Params, Standing } from '../client/index.ts';
import type { Fabric } from '../session.ts';
import { COMING } from './health.ts';
import { notAPackage } from './instance.ts';
import { jarParams } from './params.ts';
import { packageName } from './places.ts';

/** A node as it is to be: its plugin by handle, its parameters as text, our mark among them. */
export interface NodeToMake {
  readonly name: string;
  readonly plugin: string;
  readonly agent: AgentPlace;
  readonly params: Params;
}

export interface PipelineToMake {
  readonly name: string;
  readonly nodes: readonly NodeToMake[];
  /** By names of nodes. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly params?: Params }[];
}

/** Submits a pipeline, and makes sure that it is there: a failed insert is answered with the id of nothing. */
export async function makePipeline(
  { read, write }: Fabric,
  pipeline: PipelineToMake,
  { work, call: { signal } }: { readonly work: Pick<Work<object>, 'id'>; readonly call: Call },
): Promise<Done> {
  const { id } = await write.global.submitPipeline(cadlOf(pipeline, work), { signal });
  if ((await read.global.pipeline(id, { signal })) === undefined) throw phantom(work.id, id);
  return { handle: id, key: pipeline.name };
}

function cadlOf({ name, nodes, edges }: PipelineToMake, work: Pick<Work<object>, 'id'>): Cadl {
  const number = new Map(nodes.map((node, i) => [node.name, i]));
  const numberOf = (node: string): number => {
    const found = number.get(node);
    if (found === undefined) throw new TypeError(`an edge names the node ${node}, which is not there`);
    return found;
  };
  return {
    pipeline_name: name,
    nodes: nodes.map((node, i) => {
      const jar = packageName(node.plugin);
      if (jar === undefined) throw notAPackage(work.id, node.plugin);
      return {
        type: 'dummy',
        node_name: node.name,
        node_id: i,
        isSource: false,
        workloadUtil: 0,
        params: {
          ...node.params,
          ...jarParams(jar),
          location_region: node.agent.region,
          location_agent: node.agent.agent,
        },
      };
    }),
    edges: edges.map(({ from, to, params = {} }, i) => ({ edge_id: i, node_from: numberOf(from), node_to: numberOf(to), params })),
  };
}

/** How often is asked whether it has started, or is gone, and for how long: the agents have 30 s for each plugin. */
const EVERY_MS = 250;
const WITHIN_MS = 45_000;
const REMOVAL_FAILED = 90;

/**
 * Removes a pipeline, and resolves when it is gone. Whoever else removes it meanwhile does no harm. One that starts is let start first:
 * the fabric asks for the removal of those plugins alone that it has been told of by then, and the others would stay for ever.
 * Throws CRESCO_REMOVAL.
 */
export async function removePipeline({ read, write }: Fabric, id: string, { signal, now }: Call): Promise<void> {
  const started = now() + WITHIN_MS;
  while (isComing(await read.global.pipeline(id, { signal })) && now() < started) await write.pause(EVERY_MS, signal);
  if ((await write.global.removePipeline(id, { signal })) === 'absent') return;
  const until = now() + WITHIN_MS;
  for (;;) {
    const pipeline = await read.global.pipeline(id, { signal });
    if (pipeline === undefined) return;
    if (pipeline.statusCode === REMOVAL_FAILED || now() >= until) {
      const left = pipeline.nodes.filter(
        ({ standing }) => standing === undefined || standing.statusCode === 9 || standing.statusCode >= 90,
      );
      throw stays(
        id,
        pipeline.statusCode,
        left.map(({ name, standing }) => `${name} (${standing?.statusCode ?? 'no status'})`),
      );
    }
    await write.pause(EVERY_MS, signal);
  }
}

const isComing = (pipeline: Standing | undefined): boolean => pipeline !== undefined && COMING.has(pipeline.statusCode);

const phantom = (resource: string, id: string): Fault =>
  new Fault({
    code: 'CRESCO_PIPELINE',
    summary: 'the fabric gave an id for a pipeline that it does not have',
    detail: `It answered with ${id} and knows no such pipeline: its database did not take the record.`,
    hint: `Look in the log of the global controller; a name like ${idParts(resource).name} may be too much for it.`,
    resource,
  });

const stays = (id: string, code: number, nodes: readonly string[]): Fault =>
  new Fault({
    code: 'CRESCO_REMOVAL',
    summary: `the pipeline ${id} does not go away`,
    detail: `It has status ${code}, and waits for ${nodes.length === 0 ? 'nobody knows what' : nodes.join(', ')}: an agent has not confirmed that it stopped a plugin.`,
    hint: `${nodes.length === 0 ? 'Are its agents there?' : `Are the agents of ${nodes.join(', ')} there?`} Their logs say why a plugin did not stop. The next apply asks again.`,
  });
