import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import type { Environment } from '../manifests/project.ts';
import type { TargetManifest } from '../manifests/targets.ts';
import type { AnyProvider, ProjectFiles, Sandbox } from '../providers/contract.ts';

/** Written by a running `setpoint sandbox`: where its targets are and where its switches are worked. */
export interface RunningSandbox {
  readonly pid: number;
  readonly control: string;
  readonly targets: Readonly<Record<string, StandIn>>;
}

/** What takes the place of a target's address, and of those of its options that belong to it. */
export type StandIn = Pick<Sandbox, 'address' | 'options'>;

export interface Sandboxes {
  /** What stands in for a target; undefined where the real one is meant. */
  standIn(target: TargetManifest, provider: AnyProvider): Promise<StandIn | undefined>;
  close(): Promise<void>;
}

export interface SandboxesOptions {
  /** The folder whose `.setpoint` keeps what sandboxes hold. */
  readonly home: string;
  readonly environment: Environment;
  /** For options that name files of the project: YANG modules, certificates. */
  readonly files: ProjectFiles;
  readonly enabled: boolean;
}

/** Below the project's folder, one folder an environment: what sandboxes keep. */
export const sandboxFolder = ({ home, environment }: Pick<SandboxesOptions, 'home' | 'environment'>): string =>
  join(home, '.setpoint/sandbox', environment.name);

/** Uses the sandbox that is running, or starts what is needed inside this process, on what the last one kept. */
export function openSandboxes(options: SandboxesOptions): Sandboxes {
  const folder = sandboxFolder(options);
  const own: Sandbox[] = [];
  return {
    async standIn(target, provider) {
      if (!options.enabled) return undefined;
      const running = runningSandbox(folder)?.targets[target.name];
      if (running !== undefined) return running;
      const sandbox = await startSandbox(target, provider, { folder, files: options.files });
      own.push(sandbox);
      return sandbox;
    },
    async close() {
      await Promise.all(own.map((sandbox) => sandbox.close()));
    },
  };
}

/** Throws Fault NO_SANDBOX for a provider that has none. */
export async function startSandbox(
  target: TargetManifest,
  provider: AnyProvider,
  { folder, files }: { readonly folder: string; readonly files: ProjectFiles },
): Promise<Sandbox> {
  if (!provider.sandbox) {
    throw new Fault({
      code: 'NO_SANDBOX',
      summary: `${target.provider} has no sandbox`,
      detail: `The target ${target.name} cannot be stood in for, so nothing was done.`,
      hint: `Leave it out: -t names the targets that are meant.`,
    });
  }
  return provider.sandbox({ folder: join(folder, target.name), host: '127.0.0.1', port: 0, options: target.options, files });
}

/** The running sandbox of this environment, if its process is alive. */
export function runningSandbox(folder: string): RunningSandbox | undefined {
  try {
    const running = JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')) as RunningSandbox;
    process.kill(running.pid, 0);
    return running;
  } catch {
    // No file, half a file, or a process that is gone: nothing is running.
    return undefined;
  }
}
