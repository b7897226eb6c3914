import type { Call, Operation, Output } from '../../contract.ts';
import type { AgentPlace, AgentResources } from '../client/index.ts';
import { agentText } from '../kinds/places.ts';
import type { Fabric, FabricRead } from '../session.ts';
import { agentIn, wrongInput } from './inputs.ts';
import { tableOf } from '../../words.ts';

/** What a region or an agent has of processors, memory and disks, and how much of it is free. */
export const resources: Operation<Fabric> = {
  name: 'resources',
  summary: 'what regions, or an agent, have of processors, memory and disks',
  mutates: false,
  inputs: [
    {
      name: 'of',
      summary: 'a region, or region/agent (default: all regions)',
      async complete(read, { signal }) {
        const agents = await read.global.agents({ signal });
        return [...new Set(agents.map(({ region }) => region)), ...agents.map(agentText)];
      },
    },
  ],
  async *run({ read }, { of }, call) {
    if (of?.includes('/') === true) yield* ofAgent(read, agentIn({ agent: of }), call);
    else yield await ofRegions(read, of, call);
  },
};

async function ofRegions(read: FabricRead, only: string | undefined, { signal }: Call): Promise<Output> {
  const all = [...new Set((await read.global.regions({ signal })).map(({ region }) => region))];
  // An unknown region is answered with nothing but zeros.
  if (only !== undefined && !all.includes(only)) {
    throw wrongInput('of', only, { takes: `a region (${all.join(', ')}), or region/agent`, known: all });
  }
  const rows = (only === undefined ? all : [only]).map(async (region) => {
    const { cpuCores, memoryTotal, memoryAvailable, diskTotal, diskAvailable } = await read.global.regionResources(region, { signal });
    return [region, String(cpuCores), freeOf(memoryAvailable, memoryTotal), freeOf(diskAvailable, diskTotal)];
  });
  return tableOf(['region', 'cores', 'memory free', 'disk free'], await Promise.all(rows));
}

async function* ofAgent(read: FabricRead, at: AgentPlace, { signal }: Call): AsyncGenerator<Output> {
  const known = await read.global.agents({ signal });
  if (!known.some((agent) => agentText(agent) === agentText(at))) {
    const names = known.map(agentText);
    throw wrongInput('of', agentText(at), { takes: 'a region, or a healthy agent as region/agent', known: names });
  }
  const measured = await read.global.agentResources(at, { signal });
  if (measured === undefined) {
    yield { line: `${agentText(at)} does not measure itself: it has no plugin io.cresco.sysinfo that is active.` };
    return;
  }
  yield tableOf(['what', 'value'], factsOf(measured));
  const disks = measured.fileSystems.map(({ mount, type, available, total }) => [mount, type, freeOf(available, total)]);
  if (disks.length > 0) yield* [{ line: '' }, tableOf(['file system', 'type', 'free'], disks)];
  const nets = measured.interfaces.map(({ name, bytesReceived, bytesSent, addresses }) => [
    name,
    sizeOf(bytesReceived),
    sizeOf(bytesSent),
    addresses.join(', '),
  ]);
  if (nets.length > 0) yield* [{ line: '' }, tableOf(['interface', 'received', 'sent', 'addresses'], nets)];
}

function factsOf({ os, cpu, memory }: AgentResources): readonly (readonly string[])[] {
  return [
    ...(os === undefined ? [] : [['system', os.name]]),
    ...(os?.uptimeSeconds === undefined ? [] : [['up', durationOf(os.uptimeSeconds)]]),
    ...(os?.processes === undefined ? [] : [['processes', String(os.processes)]]),
    ...(cpu === undefined
      ? []
      : [
          ['processor', cpu.model],
          ['cores', `${cpu.physical}, ${cpu.logical} with threads`],
          ['load', `${Math.round(cpu.user + cpu.nice + cpu.system)} %`],
        ]),
    ...(memory === undefined
      ? []
      : [
          ['memory free', freeOf(memory.available, memory.total)],
          ['swap used', `${sizeOf(memory.swapUsed)} of ${sizeOf(memory.swapTotal)}`],
        ]),
  ];
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes with three digits: `1.46 GiB`. */
export function sizeOf(bytes: number): string {
  let rest = bytes;
  let unit = 0;
  while (rest >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || rest >= 100 ? 0 : rest >= 10 ? 1 : 2;
  return `${rest.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

const freeOf = (available: number, total: number): string => `${sizeOf(available)} of ${sizeOf(total)}`;

/** `3 d 4 h`, `4 h 12 min`, `12 min`. */
export function durationOf(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
