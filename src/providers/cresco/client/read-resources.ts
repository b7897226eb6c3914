import { isFields, isList, type Value } from '../../../core/value.ts';
import { unreadable } from './faults.ts';
import { paramsOf } from './read-fabric.ts';
import type { AgentResources, Params, RegionResources } from './results.ts';

/** What the sysinfo plugin measures: lists of maps of strings by section, named as OSHI names things. */

export const regionResourcesOf = (item: Params): RegionResources => ({
  cpuCores: numberIn(item, 'cpu_core_count'),
  memoryTotal: numberIn(item, 'mem_total'),
  memoryAvailable: numberIn(item, 'mem_available'),
  diskTotal: numberIn(item, 'disk_total'),
  diskAvailable: numberIn(item, 'disk_available'),
});

/** From the JSON text that `perf` is. Throws CRESCO_ANSWER. */
export function agentResourcesOf(perf: Value): AgentResources {
  if (!isFields(perf)) throw unreadable('perf is no object');
  const sections = Object.fromEntries(
    Object.entries(perf).map(([name, list]) => [name, isList(list) ? list.map(paramsOf) : [paramsOf(list)]]),
  );
  const first = (name: string): Params | undefined => sections[name]?.[0];
  const [os, cpu, mem] = [first('os'), first('cpu'), first('mem')];
  return {
    ...(os === undefined ? {} : { os: osOf(os) }),
    ...(cpu === undefined ? {} : { cpu: cpuOf(cpu) }),
    ...(mem === undefined
      ? {}
      : {
          memory: {
            total: numberIn(mem, 'memory-total'),
            available: numberIn(mem, 'memory-available'),
            swapTotal: numberIn(mem, 'swap-total'),
            swapUsed: numberIn(mem, 'swap-used'),
          },
        }),
    fileSystems: (sections['fs'] ?? []).map((fs) => ({
      name: fs['name'] ?? '',
      mount: fs['mount'] ?? '',
      type: fs['type'] ?? '',
      total: numberIn(fs, 'total-space'),
      available: numberIn(fs, 'available-space'),
    })),
    interfaces: (sections['net'] ?? []).map((net) => ({
      name: net['interface-name'] ?? '',
      mac: net['mac'] ?? '',
      addresses: [...addresses(net['ipv4-addresses']), ...addresses(net['ipv6-addresses'])],
      bytesReceived: numberIn(net, 'bytes-received'),
      bytesSent: numberIn(net, 'bytes-sent'),
    })),
    sections,
  };
}

const osOf = (os: Params): AgentResources['os'] & object => ({
  name: os['sys-os'] ?? '',
  family: os['sys-family'] ?? '',
  ...(/^\d+$/.test(os['sys-uptime'] ?? '') ? { uptimeSeconds: numberIn(os, 'sys-uptime') } : {}),
  ...(/^\d+$/.test(os['process-count'] ?? '') ? { processes: numberIn(os, 'process-count') } : {}),
});

const cpuOf = (cpu: Params): AgentResources['cpu'] & object => ({
  model: cpu['cpu-ident'] ?? cpu['cpu-summary'] ?? '',
  logical: numberIn(cpu, 'cpu-logical-count'),
  physical: numberIn(cpu, 'cpu-physical-count'),
  user: numberIn(cpu, 'cpu-user-load'),
  nice: numberIn(cpu, 'cpu-nice-load'),
  system: numberIn(cpu, 'cpu-sys-load'),
  idle: numberIn(cpu, 'cpu-idle-load'),
});

/** A number and perhaps its unit. What a machine does not measure counts nothing. */
function numberIn(item: Params, name: string): number {
  const value = Number.parseFloat(item[name] ?? '');
  return Number.isFinite(value) ? value : 0;
}

/** A JSON list as text, or one address. */
function addresses(text: string | undefined): readonly string[] {
  if (text === undefined || text === '') return [];
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // One address by itself is no JSON.
  }
  return Array.isArray(value) ? value.map(String) : [text];
}
