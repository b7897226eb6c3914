import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, writeFiles } from '../../kit/binary.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { Missing } from '../kit/stage.ts';

/** The key that the oldest client sends whatever it is told: it stands in its code. */
export const KEY = 'abc-8675309';

/** One sandbox, as clients and the control port see it. */
export interface Server {
  readonly generation: 2 | 3;
  /** `1.2` or `1.3`, what this generation calls itself. */
  readonly release: string;
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly fingerprint: string;
  /** Works a switch, as `setpoint sandbox ctl` does. */
  ctl(verb: string, input?: Readonly<Record<string, string>>): Promise<unknown>;
}

/** `setpoint sandbox`, running: for each client, by its release, a server of either generation. */
export interface Fabric {
  readonly servers: ReadonlyMap<string, readonly Server[]>;
  said(): string;
  /** As Ctrl-C does. Gives the exit code. */
  stop(): Promise<number | null>;
}

const main = join(root, 'dist/cli/main.js');
const AGENTS = ['dp/pi-1', 'dp/pi-2', 'dp/pi-3', 'dp/pi-4'];
const STARTED_WITHIN_MS = 30_000;

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

/** Starts the built program in a project with all those targets. Throws Missing where it was not built. */
export async function startFabric(project: string, releases: readonly string[]): Promise<Fabric> {
  if (!existsSync(main)) throw new Missing('the program was not built (npm run build)');
  const files = join(project, 'files');
  writeFiles(project, {
    'setpoint.yaml':
      'apiVersion: setpoint/v1\nkind: Project\nmetadata: { name: interop }\nspec:\n  manifests: manifests\n  state: { folder: .setpoint/state }\n',
    'manifests/targets.yaml': releases.flatMap((release) => GENERATIONS.map((one) => target(release, one, files))).join('---\n'),
    'files/.keep': '',
  });
  const child = spawn(process.execPath, [main, 'sandbox'], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let code: number | null | undefined;
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said += error.message;
      code = null;
      resolve();
    });
    child.once('close', (number) => {
      code = number;
      resolve();
    });
  });
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT');
    const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(hard);
    return code ?? null;
  };
  // It says where its switches are when everything listens.
  const until = Date.now() + STARTED_WITHIN_MS;
  while (!/switches: .*http:/.test(said)) {
    if (code !== undefined || Date.now() > until) {
      await stop();
      throw new Error(`setpoint sandbox did not start:\n${said}`);
    }
    await wait(20);
  }
  const running = JSON.parse(readFileSync(join(project, '.setpoint/sandbox/default/running.json'), 'utf8')) as Running;
  return {
    servers: new Map(releases.map((release) => [release, GENERATIONS.map((one) => serverOf(running, nameOf(release, one), one))])),
    said: () => said,
    stop,
  };
}

interface Running {
  readonly control: string;
  readonly targets: Readonly<
    Record<string, { readonly address: string; readonly options: { readonly tls: { readonly fingerprint: string } } }>
  >;
}

function serverOf({ control, targets }: Running, name: string, generation: 2 | 3): Server {
  const { address, options } = targets[name] ?? { address: '', options: { tls: { fingerprint: '' } } };
  const { hostname, port } = new URL(address);
  return {
    generation,
    release: generation === 2 ? '1.2' : '1.3',
    host: hostname,
    port: Number(port),
    address,
    fingerprint: options.tls.fingerprint,
    async ctl(verb, input = {}) {
      const response = await fetch(`${control}/${name}/${verb}?${new URLSearchParams(input).toString()}`, { method: 'POST' });
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`${verb}: ${JSON.stringify(body)}`);
      return body;
    },
  };
}
