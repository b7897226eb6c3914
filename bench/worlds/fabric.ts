import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../src/app/engine.ts';
import type { Event } from '../../src/core/event.ts';
import { controlModule, openEngineModule } from '../built.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const JAR = 'bottling-1.0.0.jar';
const DOCUMENTS_A_FILE = 100;
/** How long a real server waits for an answer that does not come, whatever the pace of the rest. */
const SILENCE_MS = 30_000;

export interface FabricSize {
  readonly plugins: number;
  readonly agents: number;
  /** Steps at once on the target. */
  readonly parallel: number;
  /** 1: a plugin takes as long to start as on a fabric that has nothing else to do; 0.1: a tenth of it. */
  readonly pace: number;
}

/** Writes a project of one package and so many plugins of it, spread over the agents of a sandbox. */
export function writeFabric(folder: string, { plugins, agents, parallel, pace }: FabricSize): void {
  mkdirSync(join(folder, 'manifests'), { recursive: true });
  copyFileSync(at(`examples/manifests/cresco-telemetry/jars/${JAR}`), join(folder, JAR));
  const write = (name: string, documents: readonly object[]): void =>
    // JSON is YAML.
    writeFileSync(join(folder, name), documents.map((document) => `${JSON.stringify(document)}\n`).join('---\n'));
  const agentOf = (n: number) => ({ region: 'plant', agent: `agent-${n % agents}` });
  write('setpoint.yaml', [
    {
      apiVersion: 'setpoint/v1',
      kind: 'Project',
      metadata: { name: 'fabric' },
      spec: { manifests: 'manifests', state: { folder: '.setpoint/state' } },
    },
  ]);
  const sandbox = { pace, voidMs: SILENCE_MS / pace, agents: Array.from({ length: agents }, (_, n) => `plant/${agentOf(n).agent}`) };
  write('manifests/target.yaml', [
    {
      apiVersion: 'setpoint/v1',
      kind: 'Target',
      metadata: { name: 'plant' },
      spec: { provider: 'cresco', address: 'wss://localhost:8282', limits: { parallel }, options: { sandbox } },
    },
    { apiVersion: 'cresco/v1', kind: 'PluginPackage', metadata: { name: 'bottling' }, spec: { jar: JAR } },
  ]);
  const plugin = (n: number): object => ({
    apiVersion: 'cresco/v1',
    kind: 'Plugin',
    metadata: { name: `reader-${n}` },
    spec: { plugin: 'bottling', agent: agentOf(n), params: { role: 'reader', port: `/dev/ttyS${n}`, rate: 10 } },
  });
  for (let from = 0; from < plugins; from += DOCUMENTS_A_FILE) {
    const many = Math.min(DOCUMENTS_A_FILE, plugins - from);
    write(
      `manifests/plugins-${from}.yaml`,
      Array.from({ length: many }, (_, n) => plugin(from + n)),
    );
  }
}

/** What the sandbox was asked since the counting began. */
export interface Counted {
  readonly total: number;
  readonly reads: number;
  readonly writes: number;
  /** Requests of Cresco by their action, of ColonyOS by their type. */
  readonly actions?: Readonly<Record<string, number>>;
  readonly types?: Readonly<Record<string, number>>;
}

export interface Fabric {
  readonly engine: Engine;
  resetCounts(): Promise<void>;
  counts(): Promise<Counted>;
}

/** The real engine over the project in a folder, its sandbox in a process of its own: what it costs is not ours. */
export async function withFabric<T>(
  folder: string,
  use: (fabric: Fabric) => Promise<T>,
  emit: (event: Event) => void = () => undefined,
): Promise<T> {
  const child = spawn(process.execPath, [at('dist/cli/main.js'), 'sandbox', '-C', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    const [{ openEngine }, { openControl }] = await Promise.all([openEngineModule(), controlModule()]);
    const engine = await openEngine({
      surroundings: { env: {}, cwd: folder, holder: `bench ${process.pid}` },
      sandbox: true,
      emit,
      stopping: () => false,
      signal: new AbortController().signal,
    });
    try {
      const control = await openControl(engine);
      const work = (verb: string): Promise<unknown> => control.work({ target: 'plant', verb, words: [] });
      return await use({
        engine,
        resetCounts: async () => void (await work('reset-counts')),
        counts: async () => (await work('counts')) as Counted,
      });
    } finally {
      await engine.close();
    }
  } finally {
    child.kill('SIGINT');
    await exit;
  }
}
