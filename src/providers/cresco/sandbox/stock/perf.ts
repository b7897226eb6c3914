import { readFile, statfs } from 'node:fs/promises';
import * as os from 'node:os';
import { errnoOf } from '../../../../disk/index.ts';

/** One thing that was measured: every value is text, sizes in bytes. */
export type Measured = Readonly<Record<string, string>>;
/** The state of a machine, in the shape of the fabric's perf data (sheet 3.3). */
export type Perf = Readonly<Record<'os' | 'cpu' | 'mem' | 'disk' | 'fs' | 'part' | 'net', readonly Measured[]>>;

/** Measures this machine. What only Linux tells (swap, disks, traffic) is empty elsewhere. `now`: milliseconds since 1970. */
export async function readPerf(now: number): Promise<Perf> {
  const [memory, disks, traffic, files] = await Promise.all([
    procFile('/proc/meminfo'),
    procFile('/proc/diskstats'),
    procFile('/proc/net/dev'),
    filesystems(['/']),
  ]);
  return {
    os: [system()],
    cpu: [processors()],
    mem: [memoryOf(memory)],
    disk: disksOf(disks),
    fs: files,
    part: [],
    net: interfaces(traffic, now),
  };
}

const system = (): Measured => ({
  'sys-os': `${os.type()} ${os.release()}`,
  'sys-family': os.type(),
  'sys-manufacturer': os.platform(),
  'sys-uptime': `${Math.floor(os.uptime())}`,
});

/** Loads are percentages since the machine started. */
function processors(): Measured {
  const all = os.cpus();
  const sum = (part: 'user' | 'nice' | 'sys' | 'idle' | 'irq'): number => all.reduce((total, { times }) => total + times[part], 0);
  const whole = sum('user') + sum('nice') + sum('sys') + sum('idle') + sum('irq');
  const load = (part: 'user' | 'nice' | 'sys' | 'idle'): string => (whole === 0 ? 0 : (100 * sum(part)) / whole).toFixed(1);
  const model = all[0]?.model ?? 'unknown';
  return {
    'cpu-logical-count': `${all.length}`,
    'cpu-physical-count': `${all.length}`,
    'cpu-summary': `${all.length} x ${model}`,
    'cpu-ident': model,
    'cpu-id': os.arch(),
    is64bit: `${os.arch().endsWith('64')}`,
    'cpu-user-load': load('user'),
    'cpu-nice-load': load('nice'),
    'cpu-sys-load': load('sys'),
    'cpu-idle-load': load('idle'),
  };
}

function memoryOf(meminfo: string): Measured {
  const bytes = (name: string): number => 1024 * Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(meminfo)?.[1] ?? 0);
  return {
    'memory-total': `${os.totalmem()}`,
    'memory-available': `${bytes('MemAvailable') || os.freemem()}`,
    'swap-total': `${bytes('SwapTotal')}`,
    'swap-used': `${bytes('SwapTotal') - bytes('SwapFree')}`,
  };
}

/** Field order and the sector of 512 bytes: Linux, Documentation/admin-guide/iostats.rst. */
function disksOf(diskstats: string): readonly Measured[] {
  const rows = diskstats.split('\n').map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([, , name = '', , , , , , , , , , busy]) => busy !== undefined && !/^(loop|ram)/.test(name))
    .map(([, , name = '', reads = '0', , readSectors = '0', , writes = '0', , writeSectors = '0', , , busy = '0']) => ({
      'disk-name': name,
      'disk-reads': reads,
      'disk-readbytes': `${512 * Number(readSectors)}`,
      'disk-writes': writes,
      'disk-writebytes': `${512 * Number(writeSectors)}`,
      'disk-transfertime': busy,
    }));
}

async function filesystems(mounts: readonly string[]): Promise<readonly Measured[]> {
  return Promise.all(
    mounts.map(async (mount) => {
      const { bsize, blocks, bavail, type } = await statfs(mount);
      return {
        name: mount,
        mount,
        type: `0x${type.toString(16)}`,
        'total-space': `${bsize * blocks}`,
        'available-space': `${bsize * bavail}`,
      };
    }),
  );
}

/** Column order: Linux, proc_net_dev(5). */
function interfaces(traffic: string, now: number): readonly Measured[] {
  const counted = new Map(
    traffic.split('\n').flatMap((line) => {
      const [name, numbers] = line.split(':');
      return name === undefined || numbers === undefined ? [] : [[name.trim(), numbers.trim().split(/\s+/)] as const];
    }),
  );
  return Object.entries(os.networkInterfaces()).map(([name, addresses = []]) => {
    const column = (n: number): string => counted.get(name)?.[n] ?? '0';
    const family = (version: string): string => JSON.stringify(addresses.filter((one) => one.family === version).map((one) => one.address));
    return {
      'interface-name': name,
      mac: addresses[0]?.mac ?? '',
      'ipv4-addresses': family('IPv4'),
      'ipv6-addresses': family('IPv6'),
      'bytes-received': column(0),
      'packets-received': column(1),
      'errors-in': column(2),
      'bytes-sent': column(8),
      'packets-sent': column(9),
      'errors-out': column(10),
      timestamp: `${now}`,
    };
  });
}

/** A file that Linux alone has; empty elsewhere, and where a container hides it. */
async function procFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return '';
    throw error;
  }
}
