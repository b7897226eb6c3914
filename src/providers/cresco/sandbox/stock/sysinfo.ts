import { createHash } from 'node:crypto';
import { gzjson } from '../encoding.ts';
import type { PluginMaker } from '../plugin.ts';
import { readPerf } from './perf.ts';

/** `io.cresco.sysinfo`: what this machine has and how busy it is (sheet 6.4). */
export const sysinfo: PluginMaker = (context) => ({
  start: () => Promise.resolve(true),
  stop: () => Promise.resolve(),
  async handle(event, params) {
    if (event !== 'EXEC') return undefined;
    switch (params['action']) {
      case 'getsysinfo':
        return { ...params, perf: gzjson(await readPerf(context.clock.now())) };
      case 'getbenchmark':
        return { ...params, bench: gzjson(benchmark()) };
      default:
        return undefined;
    }
  },
});

/** How much one processor hashes: a megabyte is enough to compare machines and too little to be in anybody's way. */
function benchmark(): Readonly<Record<string, string>> {
  const data = Buffer.alloc(1_000_000);
  const began = process.hrtime.bigint();
  createHash('sha256').update(data).digest();
  const nanoseconds = process.hrtime.bigint() - began;
  return { 'sha256-bytes': `${data.length}`, 'sha256-nanoseconds': `${nanoseconds}` };
}
