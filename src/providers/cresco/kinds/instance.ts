import { readFileSync } from 'node:fs';
import { Fault, type Diagnostic } from '../../../core/diagnostic.ts';
import { idParts } from '../../../core/id.ts';
import type { Fields } from '../../../core/value.ts';
import type { Ask, Call, Done, Finding, Kind, Known, Sighting, Work } from '../../contract.ts';
import { idTaken, notStarted } from '../client/faults.ts';
import type { AgentPlace, AgentPlugin, Params } from '../client/index.ts';
import type { Fabric, FabricRead } from '../session.ts';
import type { PluginsSeen } from './agents-seen.ts';
import { faultOfOne, isUnseen, lostWith, pluginElsewhere, pluginsOf } from './agents-seen.ts';
import type { Health } from './health.ts';
import { pluginHealth } from './health.ts';
import type { OwnParams } from './params.ts';
import { intentIn, jarIn, jarParams, markOf, markParams, ownParamsIn, paramFindings, secretNames, textsOf, withTexts } from './params.ts';
import { agentText, packageHandle, packageName, pluginHandle, pluginIdOf, pluginPlace } from './places.ts';

/** What the specs of all kinds have that are one plugin on one agent. */
export interface InstanceSpec extends OwnParams {
  readonly plugin: string;
  readonly agent: AgentPlace;
  readonly id?: string;
  readonly persistent?: boolean;
  readonly running?: boolean;
}

/** What one such kind adds to a plugin. */
export interface InstanceForm<Spec extends InstanceSpec> {
  readonly kind: string;
  readonly schema: URL;
  /** Findings of its own fields. */
  check(spec: Spec): readonly Finding[];
  /** Its own fields as parameters. */
  configOf(spec: Spec, name: string): Params;
  /** Names of the parameters that are its own fields. */
  readonly fields: readonly string[];
  /** Its own fields, from the parameters. */
  fieldsIn(config: Params): Partial<Spec>;
  /** A plugin that nobody wrote down is of this kind. */
  isOne(plugin: AgentPlugin): boolean;
  /** How it stands, where the plugin is active. Default: as the plugin. */
  health?(read: FabricRead, plugin: AgentPlugin, call: Call): Promise<Health>;
}

/** The server's own (`system-`) and those of pipelines are nobody's to manage: losing wsapi or repo would cut us off. */
export const isOurs = ({ plugin, config }: AgentPlugin): boolean =>
  !plugin.startsWith('system-') && !plugin.startsWith('inode-') && config['resource_id'] === undefined;

/**
 * A kind that is one plugin on one agent. Its id is chosen here, so that it is found again: one list an agent tells of all of them.
 * Nothing of a plugin can change in place, and two cannot have one id: what differs is removed, and made anew.
 */
export function instanceKind<Spec extends InstanceSpec>(form: InstanceForm<Spec>): Kind<Fabric, Spec> {
  return {
    kind: form.kind,
    version: 'v1',
    schema: () => JSON.parse(readFileSync(form.schema, 'utf8')) as Fields,
    nature: 'state',
    creatable: true,
    removable: true,
    replace: 'delete-first',
    // A start may take half a minute before its agent gives up.
    settle: { withinMs: 90_000, everyMs: 1_000 },
    open: () => ({
      check: (spec) => [...paramFindings(spec, ''), ...form.check(spec)],
      normalize: withTexts,
      together: (all) => all.flatMap(({ id, spec }) => (spec.id === undefined ? defaultId(id) : [])),
    }),
    scope: ({ agent }) => agentText(agent),
    key: (spec, name) => spec.id ?? pluginIdOf(name),
    observe: (read, ask, call) => observe(form, { read, ask, call }),
    make: (session, work, call) => make(form, { session, work, call }),
    async remove({ write }, { recorded, live }, { signal }) {
      const place = pluginPlace(recorded?.handle ?? live?.handle ?? '');
      if (place === undefined) throw new TypeError('a plugin is removed by its handle');
      await write.agents.removePlugin(place, { signal });
    },
  };
}

function defaultId(resource: string): readonly Finding[] {
  const { name } = idParts(resource);
  const prefix = ['system-', 'inode-'].find((one) => name.startsWith(one));
  if (prefix === undefined) return [];
  return [
    {
      code: 'PLUGIN_ID',
      summary: `a plugin's id cannot begin with ${prefix}`,
      detail: `The id is the name of the manifest, and plugins that begin with ${prefix} are ${prefix === 'system-' ? "the server's own" : 'parts of pipelines'}.`,
      hint: 'Set spec.id, or rename it with metadata.was.',
      pointer: '',
      resource,
    },
  ];
}

interface Question {
  readonly read: FabricRead;
  readonly ask: Ask;
  readonly call: Call;
}

async function* observe<Spec extends InstanceSpec>(
  form: InstanceForm<Spec>,
  { read, ask, call }: Question,
): AsyncGenerator<readonly Sighting<Spec>[]> {
  // What moves to this agent stands on another one until then.
  const places = new Set([ask.scope, ...ask.known.flatMap(({ handle }) => agentOf(handle) ?? [])]);
  const seen = await pluginsOf(read, places, call.signal);
  const told = new Set<AgentPlugin>();
  const unknown = (known: Known, fault: Diagnostic): Sighting<Spec> => ({
    seen: 'unknown',
    id: known.id,
    ...identity(known),
    fault: { ...fault, resource: known.id },
  });
  const answer = async (known: Known): Promise<Sighting<Spec>> => {
    const found = find(known, ask.scope, seen);
    if (found !== undefined && 'code' in found) return unknown(known, found);
    if (found !== undefined) {
      told.add(found);
      return { ...(await sightingOf(form, found, { known, read, call })), id: known.id };
    }
    // An agent leaves out of its list what its own database has lost: only the question by name tells that it is gone.
    const place = known.handle === undefined ? undefined : pluginPlace(known.handle);
    const status = place === undefined ? undefined : await read.agents.pluginStatus(place, { signal: call.signal });
    if (status !== undefined) return unknown(known, unlisted(known.handle ?? ''));
    if (known.want === undefined || known.key === undefined) return absent(known);
    const other = await pluginElsewhere(read, { id: known.key, besides: places }, call.signal);
    if (other === undefined) return absent(known);
    if ('code' in other) return unknown(known, other);
    // In the place of one that we made and that is gone, another one is nobody's to replace.
    if (place !== undefined && markOf(other.config) !== known.id) return unknown(known, idTaken(known.key, other).diagnostic);
    return { ...(await sightingOf(form, other, { known, read, call })), id: known.id };
  };
  yield await Promise.all(ask.known.map((known) => answer(known).catch((error: unknown) => unknown(known, faultOfOne(error)))));
  const here = seen.get(ask.scope);
  if (ask.strangers && here !== undefined && !isUnseen(here)) {
    const strangers = [...here.values()].filter((plugin) => !told.has(plugin) && isOurs(plugin) && form.isOne(plugin));
    yield await Promise.all(
      strangers.map((plugin) =>
        sightingOf(form, plugin, { read, call }).catch((error: unknown): Sighting<Spec> => ({
          seen: 'unknown',
          handle: pluginHandle(plugin),
          fault: faultOfOne(error),
        })),
      ),
    );
  }
  const all = here !== undefined && !isUnseen(here);
  yield [{ seen: 'end', strangers: !ask.strangers ? 'none' : all ? 'all' : 'some', pages: seen.size }];
}

const agentOf = (handle: string | undefined): readonly string[] | undefined => {
  const place = handle === undefined ? undefined : pluginPlace(handle);
  return place && [agentText(place)];
};

const absent = (known: Known): Extract<Sighting<never>, { readonly seen: 'absent' }> => ({
  seen: 'absent',
  id: known.id,
  ...identity(known),
});

const identity = ({ handle, key }: Known): { readonly handle?: string; readonly key?: string } => ({
  ...(handle === undefined ? {} : { handle }),
  ...(key === undefined ? {} : { key }),
});

/**
 * By its handle, wherever that is; then by its id here. Where it is to go has to be seen as well: what cannot be made there is not taken
 * away here.
 */
function find(known: Known, scope: string, seen: ReadonlyMap<string, PluginsSeen>): AgentPlugin | Diagnostic | undefined {
  const place = known.handle === undefined ? undefined : pluginPlace(known.handle);
  const there = place && seen.get(agentText(place));
  if (there !== undefined && isUnseen(there)) return lostWith(there);
  const here = seen.get(scope);
  if (here !== undefined && isUnseen(here)) return here;
  const byHandle = place === undefined ? undefined : there?.get(place.plugin);
  return byHandle ?? (known.key === undefined ? undefined : here?.get(known.key));
}

async function sightingOf<Spec extends InstanceSpec>(
  form: InstanceForm<Spec>,
  plugin: AgentPlugin,
  { known, read, call }: { readonly known?: Known; readonly read: FabricRead; readonly call: Call },
): Promise<Extract<Sighting<Spec>, { readonly seen: 'live' }>> {
  const { region, agent, config } = plugin;
  const own = pluginHealth('the plugin', plugin);
  const { running, readiness } = own.readiness.state === 'ready' && form.health ? await form.health(read, plugin, call) : own;
  const jar = jarIn(config);
  const mark = markOf(config);
  const spec: InstanceSpec = {
    plugin: jar === undefined ? plugin.pluginName : packageHandle(jar),
    agent: { region, agent },
    id: plugin.plugin,
    ...ownParamsIn(config, { secret: secretNames(config, known?.want, known?.applied), without: form.fields }),
    persistent: plugin.persistence >= SURVIVES,
    running,
  };
  return {
    seen: 'live',
    handle: pluginHandle(plugin),
    key: plugin.plugin,
    spec: { ...spec, ...form.fieldsIn(config) } as Spec,
    status: { pluginid: plugin.plugin, region, agent, code: plugin.statusCode },
    readiness,
    ...(mark === undefined ? {} : { mark }),
  };
}

/** From this persistence code on an agent starts a plugin again with itself. */
const SURVIVES = 10;

/** It is registered, and its own start said no: nobody would start it again. */
const NOT_STARTED = 7;

async function make<Spec extends InstanceSpec>(
  form: InstanceForm<Spec>,
  { session, work, call }: { readonly session: Fabric; readonly work: Work<Spec>; readonly call: Call },
): Promise<Done> {
  const { want } = work;
  const { name } = idParts(work.id);
  const jar = packageName(want.plugin);
  if (jar === undefined) throw notAPackage(work.id, want.plugin);
  const id = want.id ?? pluginIdOf(name);
  const config: Params = {
    ...textsOf(want.params ?? {}),
    ...want.secrets,
    ...form.configOf(want, name),
    ...jarParams(jar),
    inode_id: id,
    persistence_code: want.persistent === false ? '0' : String(SURVIVES),
    ...markParams(work, want.secrets),
  };
  const { signal } = call;
  const done = { handle: pluginHandle({ ...want.agent, plugin: id }), key: id };
  const other = await pluginElsewhere(session.read, { id, besides: new Set([agentText(want.agent)]) }, signal);
  if (other !== undefined) throw 'code' in other ? new Fault(other, { sent: 'no' }) : idTaken(id, other);
  try {
    const { statusCode, statusDescription } = await session.write.agents.addPlugin({ ...want.agent, config }, { signal });
    if (statusCode !== NOT_STARTED) return done;
    await session.write.agents.removePlugin({ ...want.agent, plugin: id }, { signal });
    throw notStarted(jar.pluginName, want.agent, statusDescription);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'CRESCO_PLUGIN_ID_TAKEN') throw error;
    // The reply to this very call may have been lost, and the call have arrived.
    const there = (await session.read.agents.plugins(want.agent, { signal })).find(({ plugin }) => plugin === id);
    if (there === undefined || intentIn(there.config) !== work.intent) throw error;
  }
  return done;
}

/** Also where a manifest refers to a handle by hand. */
export const notAPackage = (resource: string, text: string): Fault =>
  new Fault(
    {
      code: 'PACKAGE_NAME',
      summary: `${text} is no package of a plugin`,
      detail: 'The handle of a package is its name, version and md5, with slashes between them. Nothing was sent.',
      hint: 'Refer to a PluginPackage by its name.',
      resource,
    },
    { sent: 'no' },
  );

const unlisted = (handle: string): Diagnostic => ({
  code: 'CRESCO_ANSWER',
  severity: 'error',
  summary: `the agent knows ${handle} and does not list it`,
  detail:
    'Its database has lost the row of the plugin, so nobody can read how it is configured. It is neither made again nor taken for gone.',
  hint: 'Restart the agent, or remove the plugin by hand.',
});
