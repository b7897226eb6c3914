/** Wall and processor time of a piece of work, both in milliseconds. On a busy machine only the second means anything. */
export interface Spent {
  readonly wall: number;
  readonly cpu: number;
}

export async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly result: T; readonly spent: Spent }> {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  return { result, spent: { wall: performance.now() - wall, cpu: cpuSince(cpu) } };
}

/** User and system time of all threads: what the collector and the compiler do meanwhile is ours as well. */
const cpuSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

/** The most memory this process has had, in MiB. */
export const peak = (): number => process.resourceUsage().maxRSS / 1024;
