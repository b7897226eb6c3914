import { byText, type Value } from '../../../core/value.ts';

/** How often each type of request was made, over HTTP and sockets. */
export interface Counts {
  /** Undefined: nobody could read it. */
  note(payloadtype: string | undefined): void;
  /** `{total, reads, writes, malformed, types}`. */
  told(): Value;
  reset(): void;
}

/** Requests that change nothing, whatever they are answered with. */
export const isRead = (payloadtype: string): boolean => /^(?:get|search|subscribe|version|channelread|resolvegenerator)/.test(payloadtype);

export function openCounts(): Counts {
  let malformed = 0;
  const types = new Map<string, number>();
  return {
    note(payloadtype) {
      if (payloadtype === undefined) malformed += 1;
      else types.set(payloadtype, (types.get(payloadtype) ?? 0) + 1);
    },
    told() {
      const all = [...types].sort(([a], [b]) => byText(a, b));
      const total = all.reduce((sum, [, count]) => sum + count, 0);
      const reads = all.reduce((sum, [type, count]) => sum + (isRead(type) ? count : 0), 0);
      return { total, reads, writes: total - reads, malformed, types: Object.fromEntries(all) };
    },
    reset() {
      malformed = 0;
      types.clear();
    },
  };
}
