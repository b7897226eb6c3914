import { readGson } from './gson.ts';
import { ungz } from './encoding.ts';
import type { Gson, Texts, Written } from './gson.ts';
import { textsOf, withoutNulls } from './gson.ts';
import type { World } from './world.ts';
import { agentAt } from './world.ts';

interface Place {
  readonly region: string;
  readonly agent: string;
}

/** What the sysinfo plugin of an agent says, as JSON inside JSON; empty without one. */
export async function agentResources(world: World, place: Place): Promise<Written> {
  const perf = await perfOf(world, place);
  return perf === undefined ? {} : { perf };
}

async function perfOf(world: World, { region, agent }: Place): Promise<string | undefined> {
  const plugins = [...(agentAt(world, region, agent)?.plugins.values() ?? [])];
  const sysinfo = plugins.find(({ config, code }) => config['pluginname'] === 'io.cresco.sysinfo' && code === 10);
  if (sysinfo === undefined) return undefined;
  const reply = await world.deliver(
    { to: 'plugin', region, agent, plugin: sysinfo.id },
    { event: 'EXEC', params: { action: 'getsysinfo' } },
  );
  const perf = reply?.['perf'];
  return perf === undefined ? undefined : ungz(perf);
}

/** The sums over a region: zeros for one that nobody knows and, as the server has it, where no region is named. */
export async function regionResources(world: World, region: string | undefined): Promise<Written> {
  const agents = [...world.agents.values()].filter((agent) => agent.region === region && agent.code === 10);
  const perfs = await Promise.all(agents.map(({ region: at, name }) => perfOf(world, { region: at, agent: name })));
  const tables = perfs.flatMap((perf) => (perf === undefined ? [] : [tablesOf(perf)]));
  const sum = (table: string, column: string): string =>
    String(tables.reduce((total, rows) => total + (rows.get(table) ?? []).reduce((part, row) => part + (Number(row[column]) || 0), 0), 0));
  return {
    cpu_core_count: sum('cpu', 'cpu-logical-count'),
    mem_available: sum('mem', 'memory-available'),
    mem_total: sum('mem', 'memory-total'),
    disk_available: sum('fs', 'available-space'),
    disk_total: sum('fs', 'total-space'),
  };
}

/** An object of lists of maps of text. */
function tablesOf(perf: string): ReadonlyMap<string, readonly Texts[]> {
  const document = readGson(perf);
  const members = document !== null && 'members' in document ? document.members : [];
  return new Map(members.map(([name, rows]) => [name, rowsOf(rows)]));
}

const rowsOf = (rows: Gson): readonly Texts[] =>
  rows !== null && 'items' in rows ? rows.items.map((row) => withoutNulls(textsOf(row) ?? {})) : [];
