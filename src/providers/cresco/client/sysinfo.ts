import type { Caller } from './caller.ts';
import { paramsOf } from './read-fabric.ts';
import { agentResourcesOf } from './read-resources.ts';
import type { SysinfoRead } from './stock.ts';

export function sysinfoRead(caller: Caller): SysinfoRead {
  return {
    async measure(at, options) {
      const answer = await caller.plugin(at, { event: 'EXEC', action: 'getsysinfo', idempotent: true }, options);
      return agentResourcesOf(answer.json('perf'));
    },
    async benchmark(at, options) {
      const answer = await caller.plugin(at, { event: 'EXEC', action: 'getbenchmark', idempotent: true, long: true }, options);
      return paramsOf(answer.json('bench'));
    },
  };
}
