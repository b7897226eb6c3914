import type { Value } from '../../../core/value.ts';

/** How often each action was asked for, over all sockets. */
export interface Counts {
  /** Undefined: a frame that nobody could read. */
  note(action: string | undefined): void;
  /** `{total, reads, writes, malformed, actions}`. */
  told(): Value;
  reset(): void;
}

/** Actions that change nothing and do not begin with `get` or `list`. */
const READS = new Set([
  'iscontrolleractive',
  'pluginlist',
  'pluginstatus',
  'plugininfo',
  'resourceinfo',
  'repolist',
  'status_process',
  'globalinfo',
  'ping',
]);
const isRead = (action: string): boolean => READS.has(action) || /^(?:get|list)/.test(action);

export function openCounts(): Counts {
  let malformed = 0;
  const actions = new Map<string, number>();
  return {
    note(action) {
      if (action === undefined) malformed += 1;
      else actions.set(action, (actions.get(action) ?? 0) + 1);
    },
    told() {
      const all = [...actions].sort(([a], [b]) => (a < b ? -1 : 1));
      const reads = all.reduce((sum, [action, count]) => sum + (isRead(action) ? count : 0), 0);
      const total = all.reduce((sum, [, count]) => sum + count, 0);
      return { total, reads, writes: total - reads, malformed, actions: Object.fromEntries(all) };
    },
    reset() {
      malformed = 0;
      actions.clear();
    },
  };
}
