import { hostname, userInfo } from 'node:os';

/** What the process was started with. The only place that reads `process.env`. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** `alice@bench-2 4711`: who holds a lease. */
  readonly holder: string;
}

export function surroundings(): Surroundings {
  return { env: process.env, cwd: process.cwd(), holder: `${user()}@${hostname()} ${process.pid}` };
}

function user(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return String(process.getuid?.() ?? 'somebody');
  }
}
