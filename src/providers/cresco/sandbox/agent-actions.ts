import { bytesOf, gz, gzjson, ungzTexts } from './encoding.ts';
import type { Texts, Written } from './gson.ts';
import { withoutNulls, writeGson } from './gson.ts';
import { cacheJar, pullJar } from './jars.ts';
import { isLevel } from './log-levels.ts';
import { addPlugin, failedAdd, log, removePlugin } from './plugins.ts';
import type { EventType } from './routing.ts';
import type { Agent, Plugin, World } from './world.ts';

/**
 * What a handler does with a message: what the reply gains, and the request's own members that it takes out of it. Undefined:
 * nothing is ever sent.
 */
export type Outcome = { readonly gains: Texts; readonly drops?: readonly string[] } | undefined;
export type Handler = (world: World, agent: Agent, params: Texts) => Outcome | Promise<Outcome>;

const gains = (texts: Texts, ...drops: readonly string[]): Outcome => ({ gains: texts, drops });

/** The controller of an agent (sheet 3.1, 3.2). By event and action; an action under the wrong event is no action. */
export const AGENT_ACTIONS: Readonly<Partial<Record<EventType, Readonly<Record<string, Handler>>>>> = {
  EXEC: {
    iscontrolleractive: () => gains({ is_controller_active: 'true' }),
    getcontrollerstatus: (_, { mode }) => gains({ controller_status: mode }),
    ping: ({ clock }) => gains({ action: 'pong', remote_ts: String(clock.now()), type: 'agent_controller' }),
    // Without the flag the file is attached to a message inside the fabric, and no socket ever sees it.
    getlog: (_, agent, params) => (params['action_inmessage'] === 'true' ? gains({ log: gz(agent.log.text()) }) : undefined),
    async getbroadcastdiscovery(world) {
      await world.sleep(SCAN_MS);
      return gains({ broadcast_discovery: 'data' });
    },
    listagents: (world, _, params) => gains({ agentslist: gzjson(agentsList(world, params['action_region'])) }),
    getfileinfo: async ({ files }, _, params) => gains(await files.getfileinfo(params)),
    getfiledata: async ({ files }, _, params) => gains(await files.getfiledata(params)),
  },
  CONFIG: {
    pluginadd,
    pluginremove: async (world, agent, { pluginid }) => gains(await removePlugin(world, agent, pluginid)),
    pluginlist: (_, { plugins }) =>
      gains({
        plugin_list: gzjson([...plugins.values()].map(listed)),
        status_code: '10',
        status_desc: 'Plugins Listed',
      }),
    pluginstatus,
    getagentinfo: () => gains({ 'agent-data': 'cresco-data' }),
    pluginrepopull,
    cepadd,
    cepremove,
    cepinput,
    pluginupload,
    controllerupdate: () => undefined,
    getislogdp: (_, agent, { session_id: id = '' }) =>
      gains({ islogdp: String(agent.log.sessions.has(id)), status_code: '7', status_desc: 'islogDP Get' }),
    setlogdp,
    setloglevel,
    ...Object.fromEntries(
      (
        [
          ['stopcontroller', 'stop'],
          ['restartcontroller', 'restart'],
          ['restartframework', 'restart'],
          ['killjvm', 'stop'],
        ] as const
      ).map(([action, deed]): [string, Handler] => [
        action,
        (world, agent) => {
          world.background(() => world.power(agent, deed));
          return undefined;
        },
      ]),
    ),
  },
};

/** Long enough for the answer to a broadcast from every corner of the network. */
const SCAN_MS = 10_000;

/** `{"agents": […]}` of what is healthy, in a region or everywhere; null for a region that nobody knows (sheet 3.3). */
export function agentsList(world: World, region: string | undefined): Written {
  const all = [...world.agents.values()].filter((agent) => region === undefined || agent.region === region);
  if (region !== undefined && all.length === 0) return null;
  const counts = new Map<string, number>();
  for (const row of world.rows.values()) {
    const key = `${row.region}/${row.agent}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return {
    agents: all
      .filter(({ code }) => code === 10)
      .map((agent) => ({
        agent_id: agent.name,
        region_id: agent.region,
        plugins: String(counts.get(`${agent.region}/${agent.name}`) ?? 0),
        status_desc: `{"mode":"${agent.mode}"}`,
        location: 'unknown',
        platform: 'unknown',
        environment: 'unknown',
      })),
  };
}

async function pluginadd(world: World, agent: Agent, { configparams, edges }: Texts): Promise<Outcome> {
  const config = ungzTexts(configparams);
  // The agent's store of configurations takes no null, and nothing that is no text.
  if (config === undefined || Object.values(config).includes(null)) {
    return gains(failedAdd('java.lang.NullPointerException: Cannot invoke "java.util.Map.get(Object)" because "hm" is null'));
  }
  const outcome = await addPlugin(world, agent, { config: withoutNulls(config), edges });
  return outcome && gains(outcome);
}

/** One item of `plugin_list` (sheet 4.4): the configuration is JSON inside JSON, and what is missing reads as the text `null`. */
function listed({ id, config, code, desc }: Plugin): Written {
  return {
    plugin_id: id,
    status_code: String(code),
    status_desc: desc,
    watchdog_period: '0',
    pluginname: config['pluginname'],
    version: config['version'] ?? 'null',
    jarfile: config['jarfile'] ?? 'null',
    md5: config['md5'] ?? 'null',
    persistence_code: config['persistence_code'] ?? '0',
    configparams: writeGson(config),
  };
}

function pluginstatus(_: World, { plugins }: Agent, { pluginid }: Texts): Outcome {
  const plugin = plugins.get(pluginid ?? '');
  if (plugin === undefined) return gains({ status_code: '9', status_desc: 'Plugin Status could not be determined!' });
  const status = { status_code: String(plugin.code), status_desc: plugin.desc };
  return gains({ ...status, plugin_status: gzjson({ ...status, isactive: String(plugin.code === 10) }) });
}

/** A jar that is nowhere decodes to null, and `is_updated` is true all the same. */
async function pluginrepopull(world: World, agent: Agent, { configparams }: Texts): Promise<Outcome> {
  const config = ungzTexts(configparams);
  if (config === undefined) return gains({ status_code: '9', error: 'configparams could not be decoded', is_updated: 'false' });
  const wanted = withoutNulls(config);
  const there = agent.jars.get(wanted['md5'] ?? '');
  const jar =
    there?.pluginname === wanted['pluginname'] && there?.version === wanted['version'] ? there : await pullJar(world, agent, wanted);
  return gains({
    configparams: gzjson(jar === undefined ? null : { ...wanted, jarfile: jar.path, jarstatus: 'localcache' }),
    is_updated: 'true',
  });
}

async function pluginupload(world: World, agent: Agent, { configparams, jardata }: Texts): Promise<Outcome> {
  const { pluginname, version, md5 } = ungzTexts(configparams) ?? {};
  const bytes = bytesOf(jardata ?? '');
  const jar =
    typeof md5 === 'string' && bytes !== undefined
      ? await cacheJar(world, agent, { pluginname: pluginname ?? 'null', version: version ?? 'null', md5, bytes })
      : undefined;
  return jar === undefined
    ? gains({ is_updated: 'false', error: 'the jar could not be stored' }, 'jardata')
    : gains({ jar_file_path: jar.path, is_updated: 'true' }, 'configparams', 'jardata');
}

/** Active, whether it compiles or not; parameters that cannot be decoded end the handler, and no reply comes. */
function cepadd(_: World, { cep }: Agent, { cepparams }: Texts): Outcome {
  const query = ungzTexts(cepparams);
  if (query === undefined) return undefined;
  return gains({ status_code: '10', status_desc: 'CEP Active', cepid: cep.add(withoutNulls(query)) });
}

/** Servers of generation 3 alone have this action and the next one. */
function cepremove({ settings }: World, { cep }: Agent, { cepid }: Texts): Outcome {
  if (settings.generation === 2) return undefined;
  return gains(
    cep.remove(cepid ?? '') ? { status_code: '10', status_desc: 'CEP Removed' } : { status_code: '9', status_desc: 'CEP not found' },
  );
}

function cepinput({ settings }: World, { cep }: Agent, { cep_input_stream: stream, cep_payload: payload }: Texts): Outcome {
  if (settings.generation === 2 || stream === undefined || payload === undefined) return undefined;
  cep.input(stream, payload);
  return gains({ status_code: '10', status_desc: 'CEP Input Sent' });
}

function setlogdp(_: World, agent: Agent, { session_id: id, setlogdp: on }: Texts): Outcome {
  if (id === undefined) return gains({ status_code: '9', status_desc: 'logDP Could Not Be Set' });
  if (on?.toLowerCase() !== 'true') agent.log.sessions.delete(id);
  else if (!agent.log.sessions.has(id)) agent.log.sessions.set(id, { classes: new Map() });
  return gains({ status_code: '7', status_desc: 'logDP Set' });
}

function setloglevel(_: World, agent: Agent, { session_id: id, baseclassname: base, loglevel: level }: Texts): Outcome {
  const session = agent.log.sessions.get(id ?? '');
  if (session === undefined) return gains({ status_code: '9', status_desc: 'LogLevel Could Not Be Set' });
  if (base === undefined || level === undefined || !isLevel(level)) {
    return gains({ status_code: '9', status_desc: 'baseClassName LogLevel Could Not Be Set Exception' });
  }
  if (base === 'default') session.session = level;
  else session.classes.set(base, level);
  log(agent, 'Debug', `log level ${level} for ${base}`);
  return gains({ status_code: '7', status_desc: 'LogLevel Set' });
}
