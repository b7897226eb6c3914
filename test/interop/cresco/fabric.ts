import { join } from 'node:path';
import { writeFiles } from '../../kit/binary.ts';
import { onSandbox, type SandboxTarget } from '../kit/sandbox.ts';
import type { Check } from '../kit/stage.ts';

/** The key that the oldest client sends whatever it is told: it stands in its code. */
export const KEY = 'abc-8675309';

/** One sandbox, as clients and the control port see it. */
export interface Server extends Pick<SandboxTarget, 'host' | 'port' | 'address' | 'ctl'> {
  readonly generation: 2 | 3;
  /** `1.2` or `1.3`, what this generation calls itself. */
  readonly release: string;
  readonly fingerprint: string;
}

/** For each client, by its release, a server of either generation. */
export type Fabric = ReadonlyMap<string, readonly Server[]>;

const AGENTS = ['dp/pi-1', 'dp/pi-2', 'dp/pi-3', 'dp/pi-4'];

const GENERATIONS = [2, 3] as const;
const nameOf = (release: string, generation: 2 | 3): string => `python-${release.replaceAll('.', '-')}-server-${generation}`;

/**
 * Twenty times as fast as a fabric. Without an answer a server waits for seven seconds, because 0.14 gives up after eight and is of no
 * use from then on; for 1.3, which says how long it waits, seven seconds are a quarter of what the server takes for its thirty.
 */
const target = (release: string, generation: 2 | 3, folder: string): string => `apiVersion: setpoint/v1
kind: Target
metadata: { name: ${nameOf(release, generation)} }
spec:
  provider: cresco
  address: wss://fabric.example.org:8282
  options:
    serviceKey: { env: CRESCO_SERVICE_KEY }
    sandbox:
      generation: ${generation}
      serviceKey: ${KEY}
      agents: [${AGENTS.join(', ')}]
      allowCommands: true
      allowFolders: [${JSON.stringify(folder)}]
      pace: 0.05
      voidMs: ${release.startsWith('0.') ? 140_000 : 600_000}
`;

export interface FabricOptions {
  readonly releases: readonly string[];
  /** Gets the project, whose folder `files` the servers may read. */
  readonly project: string;
  readonly check: Check;
}

/** All those servers, while the body runs. Throws Missing where the program was not built. */
export async function onFabric({ releases, project, check }: FabricOptions, body: (fabric: Fabric) => Promise<void>): Promise<void> {
  const files = join(project, 'files');
  writeFiles(project, { 'files/.keep': '' });
  const targets = releases.flatMap((release) => GENERATIONS.map((one) => target(release, one, files))).join('---\n');
  await onSandbox({ targets, folder: project }, check, async (sandbox) => {
    const serverOf = (release: string, generation: 2 | 3): Server => {
      const { options, ...rest } = sandbox.target(nameOf(release, generation));
      const { fingerprint } = (options as unknown as WithCertificate).tls;
      return { ...rest, generation, release: generation === 2 ? '1.2' : '1.3', fingerprint };
    };
    await body(new Map(releases.map((release) => [release, GENERATIONS.map((one) => serverOf(release, one))])));
  });
}

interface WithCertificate {
  readonly tls: { readonly fingerprint: string };
}
