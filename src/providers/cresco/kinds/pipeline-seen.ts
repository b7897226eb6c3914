import type { Diagnostic } from '../../../core/diagnostic.ts';
import type { Ask, Call, Known, Sighting } from '../../contract.ts';
import type { Params, Pipeline, PipelineNode, PipelineSummary } from '../client/index.ts';
import type { FabricRead } from '../session.ts';
import type { AgentWish, PluginsSeen } from './agents-seen.ts';
import { agentsKnown, isUnseen, lostWith, pluginsOf } from './agents-seen.ts';
import type { Health } from './health.ts';
import { pipelineHealth, pluginHealth } from './health.ts';
import { markOf } from './params.ts';
import { agentText } from './places.ts';

/** A pipeline with all that the fabric tells of it and of its plugins. */
export interface PipelineSeen extends Pipeline {
  readonly nodes: readonly (PipelineNode & { readonly running: boolean })[];
}

/** How a kind that is a pipeline on the fabric reads one. */
export interface PipelineForm<Spec> {
  /** The spec, as far as it can be told from the pipeline; `known` tells which parameters are secret. */
  specOf(pipeline: PipelineSeen, known: Known | undefined): Spec;
  /** The agents that a spec needs. */
  agentsIn(spec: Spec): readonly AgentWish[];
  /** One that nobody wrote down is of this kind. */
  isOne(pipeline: Pipeline): boolean;
}

type One<Spec> = Exclude<Sighting<Spec>, { readonly seen: 'end' }>;

/**
 * One list of all pipelines, one question about each that is asked for, one list of plugins for each agent that a node of theirs is on:
 * the fabric goes on calling a pipeline active when its plugins are dead.
 */
export async function* observePipelines<Spec>(
  form: PipelineForm<Spec>,
  { read, ask, call }: { readonly read: FabricRead; readonly ask: Ask; readonly call: Call },
): AsyncGenerator<readonly Sighting<Spec>[]> {
  const { signal } = call;
  const [list, missing] = await Promise.all([read.global.pipelines({ signal }), agentsKnown(read, signal)]);
  const wanted = wantedIn(list, ask);
  const found = await Promise.all([...wanted].map((id) => read.global.pipeline(id, { signal })));
  const pipelines = new Map(found.flatMap((pipeline) => (pipeline === undefined ? [] : [[pipeline.id, pipeline] as const])));
  const plugins = await pluginsOf(read, agentsOf(pipelines.values()), signal);
  const shown = new Set<string>();
  const named = new Set(ask.known.map(({ key }) => key));
  const tell = (pipeline: Pipeline, known: Known | undefined): One<Spec> => {
    shown.add(pipeline.id);
    // Names are not unique: one that stands beside ours under its name is no answer about it.
    const isNamesake = known === undefined && named.has(pipeline.name);
    return sightingOf(form, pipeline, { known, plugins, ...(isNamesake ? {} : { key: pipeline.name }) });
  };
  const answers: One<Spec>[] = [];
  for (const known of ask.known) {
    const ours = matches(known, pipelines);
    const fault = known.want === undefined ? undefined : missing(form.agentsIn(known.want as Spec));
    const told = ours.map((pipeline) => tell(pipeline, known));
    const isSeen = told.every(({ seen }) => seen !== 'unknown');
    if (fault !== undefined && isSeen) answers.push(unplaceable(known, fault));
    else answers.push(...(told.length === 0 ? [absent(known)] : told));
  }
  if (ask.strangers) {
    for (const pipeline of pipelines.values()) if (!shown.has(pipeline.id) && form.isOne(pipeline)) answers.push(tell(pipeline, undefined));
  }
  yield answers;
  yield [{ seen: 'end', strangers: ask.strangers ? 'all' : 'none', pages: 1 + wanted.size + plugins.size }];
}

/** What has to be looked at. A recorded one that is not in the list is asked for by itself: lists change while they are read. */
function wantedIn(list: readonly PipelineSummary[], { known, strangers }: Ask): ReadonlySet<string> {
  const keys = new Set(known.map(({ key }) => key));
  const handles = known.flatMap(({ handle }) => (handle === undefined ? [] : [handle]));
  return new Set([...handles, ...list.filter(({ name }) => strangers || keys.has(name)).map(({ id }) => id)]);
}

/**
 * The recorded one alone, where it is there. Without it, those of the name: of these the ones that bear our mark, if there are any,
 * since nobody else's are in their way.
 */
function matches({ id, handle, key }: Known, pipelines: ReadonlyMap<string, Pipeline>): readonly Pipeline[] {
  const recorded = handle === undefined ? undefined : pipelines.get(handle);
  if (recorded !== undefined) return [recorded];
  const namesakes = key === undefined ? [] : [...pipelines.values()].filter(({ name }) => name === key);
  const marked = namesakes.filter((pipeline) => markIn(pipeline) === id);
  return marked.length > 0 ? marked : namesakes;
}

const absent = ({
  id,
  handle,
  key,
}: Known): { readonly seen: 'absent'; readonly id: string; readonly handle?: string; readonly key?: string } => ({
  seen: 'absent',
  id,
  ...(handle === undefined ? {} : { handle }),
  ...(key === undefined ? {} : { key }),
});

/** It cannot be made as it is wanted: where it is to go is told now, and not by a pipeline that never comes up. */
const unplaceable = ({ id, handle, key }: Known, fault: Diagnostic): One<never> => ({
  ...absent({ id, ...(handle === undefined ? {} : { handle }), ...(key === undefined ? {} : { key }) }),
  seen: 'unknown',
  fault: { ...fault, resource: id },
});

export const markIn = ({ nodes }: Pipeline): string | undefined =>
  nodes.map(({ params }) => markOf(params)).find((mark) => mark !== undefined);

/** Where a node was put; before that, where it is to go. */
const placeOf = ({ placed, params }: PipelineNode): string | undefined => {
  if (placed !== undefined) return agentText(placed);
  const { location_region: region, location_agent: agent } = params;
  return region === undefined || agent === undefined ? undefined : agentText({ region, agent });
};

const agentsOf = (pipelines: Iterable<Pipeline>): ReadonlySet<string> =>
  new Set([...pipelines].flatMap(({ nodes }) => nodes.flatMap((node) => (node.placed === undefined ? [] : (placeOf(node) ?? [])))));

function sightingOf<Spec>(
  form: PipelineForm<Spec>,
  pipeline: Pipeline,
  { known, plugins, key }: { readonly known: Known | undefined; readonly plugins: ReadonlyMap<string, PluginsSeen>; readonly key?: string },
): One<Spec> {
  const place = { handle: pipeline.id, ...(key === undefined ? {} : { key }) };
  const judged: { readonly node: PipelineNode; readonly health: Health }[] = [];
  for (const node of pipeline.nodes) {
    const health = nodeHealth(pipeline, node, plugins);
    if ('code' in health) {
      const fault = { ...lostWith(health), ...(known === undefined ? {} : { resource: known.id }) };
      return { seen: 'unknown', ...place, ...(known === undefined ? {} : { id: known.id }), fault };
    }
    judged.push({ node, health });
  }
  const health = pipelineHealth(
    pipeline,
    judged.map(({ node, health: of }) => ({ name: node.name, health: of })),
  );
  const mark = markIn(pipeline);
  const seen: PipelineSeen = { ...pipeline, nodes: judged.map(({ node, health: { running } }) => ({ ...node, running })) };
  return {
    seen: 'live',
    ...place,
    spec: form.specOf(seen, known),
    status: { code: pipeline.statusCode, nodes: Object.fromEntries(judged.map(({ node }) => [node.name, node.placed?.plugin ?? null])) },
    readiness: health.readiness,
    ...(mark === undefined ? {} : { mark }),
  };
}

/** Codes of a pipeline whose plugins may be alive: scheduled, active, and one that failed as a whole because of some of them. */
const WITH_PLUGINS: ReadonlySet<number> = new Set([3, 4, 10, 50]);

function nodeHealth(pipeline: Pipeline, node: PipelineNode, plugins: ReadonlyMap<string, PluginsSeen>): Health | Diagnostic {
  const what = `node ${node.name}`;
  const dead = (message: string): Health => ({ running: false, readiness: { state: 'failed', message } });
  if (!WITH_PLUGINS.has(pipeline.statusCode)) return dead(`${what} goes with its pipeline`);
  const { placed, standing } = node;
  if (placed === undefined) {
    const isComing = pipeline.statusCode === 3 || pipeline.statusCode === 4;
    return pluginHealth(
      what,
      isComing ? { statusCode: 3, statusDescription: '' } : (standing ?? { statusCode: 92, statusDescription: '' }),
    );
  }
  const there = plugins.get(agentText(placed));
  if (there === undefined || isUnseen(there))
    return there ?? { code: 'CRESCO_ANSWER', severity: 'error', summary: `${what} was not looked at`, hint: 'Plan again.' };
  const plugin = there.get(placed.plugin);
  return plugin === undefined
    ? dead(`${what} has lost its plugin: ${agentText(placed)} does not have it any more`)
    : pluginHealth(what, plugin);
}

/** The JAR and place of a node, as a spec has them. */
export function placeIn(params: Params): { readonly region: string; readonly agent: string } {
  return { region: params['location_region'] ?? params['region_id'] ?? '', agent: params['location_agent'] ?? params['agent_id'] ?? '' };
}
