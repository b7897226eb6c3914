import { randomUUID } from 'node:crypto';
import type { Value } from '../../../core/value.ts';
import { answered } from './answered.ts';
import { gzjson, ungz } from './encoding.ts';
import type { Texts } from './gson.ts';
import type { Cadl, CadlNode, INode, Pipeline } from './pipeline.ts';
import { readCadl, renamed } from './pipeline.ts';
import type { World } from './world.ts';

/** How often the server looks at a pipeline that is being made, and at one that is being removed, in milliseconds. */
const MAKING_MS = 1_000;
const REMOVING_MS = 500;

/** `gpipelinesubmit`: what the reply gains. The record is made and scheduled before the reply (sheet 5.2). */
export async function submitPipeline(world: World, { action_gpipeline: packed, action_tenantid: tenant }: Texts): Promise<Texts> {
  if (packed === undefined || tenant === undefined) return { error: 'missing data in submission' };
  const text = ungz(packed);
  if (text === undefined) return { error: 'unable to decode pipeline' };
  const cadl = cadlIn(text);
  if (cadl === undefined) return { error: 'Cannot invoke "io.cresco.library.app.gPayload.getPipelineId()" because "gpay" is null' };
  const id = `resource-${randomUUID()}`;
  // A tenant that does not exist and a name that breaks the SQL text get an id for a row that was never written.
  if (tenant !== '0' || cadl.pipeline_name?.includes("'") === true) return { gpipeline_id: id };
  const pipeline = scheduled(world, { id, cadl });
  const stuck = world.troubles.take('stick', cadl.pipeline_name ?? '')?.at;
  if (stuck === 40) setStatus(pipeline, FAILED_SCHEDULING);
  world.pipelines.set(id, pipeline);
  await keep(world, pipeline);
  if (pipeline.code === 4 && stuck !== 4) world.background(() => make(world, pipeline));
  return { gpipeline_id: id };
}

/** Undefined for what gson refuses, and for the document `null`. */
function cadlIn(text: string): Cadl | undefined {
  try {
    return readCadl(text) ?? undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const FAILED_SCHEDULING = [40, 'Failed to schedule pipeline resources exception.'] as const;

function setStatus(thing: Pipeline | INode, [code, desc]: readonly [number, string]): void {
  thing.code = code;
  thing.desc = desc;
}

/** The record of a submission, with the status that scheduling gives it. Only the name of the agent is looked up, not its region. */
function scheduled(world: World, { id, cadl: given }: { readonly id: string; readonly cadl: Cadl }): Pipeline {
  const inodes = (given.nodes ?? []).map(() => `inode-${randomUUID()}`);
  const cadl = renamed(given, { id, inodes, edgeId: randomUUID });
  const agents = new Set([...world.agents.values()].map(({ name }) => name));
  const placed = ({ params }: CadlNode): boolean => params?.['location_region'] !== undefined && agents.has(params['location_agent'] ?? '');
  const [code, desc]: readonly [number, string] =
    cadl.nodes === undefined || cadl.edges === undefined
      ? [1, 'Failed to create pipeline.']
      : cadl.nodes.some(({ params }) => params === undefined)
        ? FAILED_SCHEDULING
        : cadl.nodes.length === 0 || !cadl.nodes.every(placed)
          ? [60, 'Failed to schedule pipeline node resources.']
          : [4, 'Pipeline resources scheduled.'];
  const node = code === 4 ? { code: 4, desc: 'iNode resources scheduled.' } : { code: 3, desc: 'Added inode to database.' };
  return { id, cadl, code, desc, nodes: inodes.map((inode) => ({ id: inode, ...node })) };
}

/** 4 → 10, or 50 when a node ends as anything but 10. Looked at once a second: earliest two seconds after the submission. */
async function make(world: World, pipeline: Pipeline): Promise<void> {
  await world.sleep(MAKING_MS);
  const adding = Promise.all(pipeline.nodes.map((node, n) => addNode(world, pipeline, { node, n })));
  let ended = false;
  world.background(async () => {
    await adding;
    ended = true;
  });
  do await world.sleep(MAKING_MS);
  while (!ended);
  // Removed meanwhile: the removal has the say.
  if (pipeline.code !== 4) return;
  const good = pipeline.nodes.every(({ code }) => code === 10);
  setStatus(pipeline, good ? [10, 'Pipeline Active'] : [50, 'Pipeline Failed Resource Assignment']);
  await keep(world, pipeline);
}

/** One `pluginadd`, and its outcome on the iNode. */
async function addNode(world: World, pipeline: Pipeline, { node, n }: { readonly node: INode; readonly n: number }): Promise<void> {
  const { location_region: region = '', location_agent: agent = '', ...rest } = pipeline.cadl.nodes?.[n]?.params ?? {};
  const there = world.agents.get(`${region}/${agent}`)?.plugins.get(node.id);
  // Begun before a restart: it is there already, and adding it again would never end.
  const reply = there
    ? { status_code: String(there.code), status_desc: there.desc, pluginid: node.id }
    : await answered(
        world,
        world.deliver({ to: 'agent', region, agent }, { event: 'CONFIG', params: addParams(pipeline, { node, rest }) }),
      );
  if (reply === undefined) setStatus(node, [40, 'iNode Failed Scheduling.']);
  else if (reply['status_code'] === undefined) setStatus(node, [42, 'iNode Missing Status Parameters.']);
  else {
    const code = Number(reply['status_code']);
    setStatus(node, [code, code === 10 ? 'iNode Active.' : (reply['status_desc'] ?? '')]);
    node.assigned = { region, agent, plugin: reply['pluginid'] ?? 'null' };
  }
}

function addParams(pipeline: Pipeline, { node, rest }: { readonly node: INode; readonly rest: Texts }): Texts {
  const { cadl } = pipeline;
  const places = new Map((cadl.nodes ?? []).map(({ node_id: id, params }) => [id, params ?? {}]));
  const placeOf = (id: string | undefined): Texts => {
    const { location_region, location_agent } = places.get(id) ?? {};
    return { ...(location_region === undefined ? {} : { location_region }), ...(location_agent === undefined ? {} : { location_agent }) };
  };
  const edges = (cadl.edges ?? [])
    .filter(({ node_from: from, node_to: to }) => from === node.id || to === node.id)
    .map((edge) => ({ ...edge, params_from: placeOf(edge.node_from), params_to: placeOf(edge.node_to) }));
  return {
    action: 'pluginadd',
    configparams: gzjson({ persistence_code: '10', ...rest }),
    ...(edges.length === 0 ? {} : { edges: gzjson(edges) }),
  };
}

/** `gpipelineremove`: what the reply gains. It is gone later; asking again meanwhile changes nothing. */
export async function removePipeline(world: World, id: string | undefined): Promise<Texts> {
  const pipeline = world.pipelines.get(id ?? '');
  // Without the final dot that the error of `getgpipeline` has.
  if (pipeline === undefined) return { error: 'action_pipelineid does not exist' };
  if (pipeline.code !== 9) {
    setStatus(pipeline, [9, 'Pipeline Scheduled for Removal']);
    for (const node of pipeline.nodes) setStatus(node, [9, 'iNode Scheduled for Removal']);
    await keep(world, pipeline);
    const stuck = stuckAtRemoval(world, pipeline);
    if (!stuck) world.background(() => unmake(world, pipeline));
  }
  return { success: 'true' };
}

const stuckAtRemoval = ({ troubles }: World, { id, cadl }: Pipeline): boolean =>
  (troubles.take('stick-removal', id) ?? troubles.take('stick-removal', cadl.pipeline_name ?? '')) !== undefined;

/** 9 until every iNode left 9: one whose agent refuses keeps the pipeline there for ever (sheet 5.4). */
async function unmake(world: World, pipeline: Pipeline): Promise<void> {
  const removing = Promise.all(pipeline.nodes.map((node) => removeNode(world, node)));
  let ended = false;
  world.background(async () => {
    await removing;
    ended = true;
  });
  do await world.sleep(REMOVING_MS);
  while (!ended || pipeline.nodes.some(({ code }) => code === 9));
  for (const { id } of pipeline.nodes) world.rows.delete(id);
  world.pipelines.delete(pipeline.id);
  await world.keep.drop('pipeline', pipeline.id);
}

async function removeNode(world: World, node: INode): Promise<void> {
  const { assigned } = node;
  if (assigned === undefined) return setStatus(node, [92, 'iNode with no Plugin Assignment!']);
  const { region, agent, plugin } = assigned;
  const params = { action: 'pluginremove', pluginid: plugin };
  const reply = await answered(world, world.deliver({ to: 'agent', region, agent }, { event: 'CONFIG', params }));
  if (reply === undefined) setStatus(node, [91, 'iNode unable to verify iNode deactivation!']);
  else if (reply['status_code'] === '7') setStatus(node, [8, 'iNode Disabled.']);
}

const keep = (world: World, pipeline: Pipeline): Promise<void> => world.keep.put('pipeline', pipeline.id, pipeline as unknown as Value);

/** The pipelines that were kept go on where they stopped. */
export function restorePipelines(world: World): void {
  for (const [id, row] of world.keep.rows('pipeline')) {
    const pipeline = structuredClone(row) as unknown as Pipeline;
    world.pipelines.set(id, pipeline);
    if (pipeline.code === 4) world.background(() => make(world, pipeline));
    if (pipeline.code === 9) world.background(() => unmake(world, pipeline));
  }
}
