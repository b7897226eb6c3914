import { Fault } from '../../../core/diagnostic.ts';
import type { ExecutorOptions } from './options.ts';
import type { Persistent } from './persistent.ts';
import { described } from './task.ts';

interface AddOptions {
  readonly options: ExecutorOptions;
  readonly call: Persistent;
  readonly signal: AbortSignal;
}

/**
 * Adds the functions that the colony does not list for this executor. The server would store one of the same name a second time, so that
 * the list is read before, and again when an answer was lost. What it lists besides stays: somebody else may have added it.
 */
export async function addMissing({ options, call, signal }: AddOptions): Promise<void> {
  const { colony, name, type, functions } = options;
  for (;;) {
    const listed = await call('getfunctionsmsg', { colonyname: colony, executorname: name }, { signal });
    const there = new Set(listed.map(({ funcname }) => funcname));
    const missing = Object.entries(functions).filter(([funcname]) => !there.has(funcname));
    if (missing.length === 0) return;
    try {
      for (const [funcname, entry] of missing) {
        const { description, args } = described(entry);
        const more = { ...(description === undefined ? {} : { description }), ...(args === undefined ? {} : { args }) };
        const fun = { executorname: name, colonyname: colony, funcname, executortype: type, ...more };
        await call('addfunctionmsg', { fun }, { signal, once: true });
      }
    } catch (error) {
      if (!(error instanceof Fault) || error.sent !== 'maybe' || signal.aborted) throw error;
    }
  }
}
