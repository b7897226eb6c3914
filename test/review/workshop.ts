import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Engine, EngineOptions, Outcome, Plan } from '../../src/app/engine.ts';
import { openEngine } from '../../src/app/open-engine.ts';
import { Fault, Faults } from '../../src/core/diagnostic.ts';
import type { Event } from '../../src/core/event.ts';
import type { AnyProvider, TargetSpec } from '../../src/providers/contract.ts';
import { systemClock } from '../../src/providers/transport/clock.ts';
import type { Scripted } from '../kit/scripted-provider.ts';
import { scripted } from '../kit/scripted-provider.ts';
import type { ScriptedSystem } from '../kit/scripted-system.ts';
import { MEMORY } from '../kit/memory.ts';

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A project on disk and the engine as the command line opens it, over scripted systems: one for each address. */
export interface Workshop {
  readonly dir: string;
  readonly events: readonly Event[];
  system(address: string): ScriptedSystem;
  /** Writes a file of the project; null removes it. */
  write(path: string, text: string | null): void;
  open(options?: Partial<EngineOptions>): Promise<Engine>;
  plan(options?: Partial<EngineOptions>): Promise<Plan>;
  /** Applies a plan made earlier, or plans and applies now. */
  run(plan?: Plan, options?: Partial<EngineOptions>): Promise<Outcome>;
}

export interface WorkshopOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly provider?: (provider: AnyProvider) => AnyProvider;
}

export const PROJECT = `apiVersion: setpoint/v1
kind: Project
metadata: { name: bench }
spec: { manifests: manifests, state: { folder: state } }
`;

export const target = (name: string, address = `memory:${name}`): string => `apiVersion: setpoint/v1
kind: Target
metadata: { name: ${name} }
spec: { provider: scripted, address: "${address}" }
`;

export const manifest = (kind: string, name: string, spec: Readonly<Record<string, unknown>>, metadata: object = {}): string =>
  `${JSON.stringify({ apiVersion: 'scripted/v1', kind, metadata: { name, ...metadata }, spec })}\n`;

/** The code of whatever is thrown. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error.code;
    if (error instanceof Faults) return error.diagnostics.map(({ code }) => code).join(' ');
    throw error;
  }
  return 'nothing was thrown';
}

export function workshop({ env = {}, provider: change = (provider) => provider }: WorkshopOptions = {}): Workshop {
  const dir = mkdtempSync(join(MEMORY, 'setpoint-review-'));
  folders.push(dir);
  const systems = new Map<string, Scripted>();
  const at = (address: string): Scripted => {
    let found = systems.get(address);
    if (!found) systems.set(address, (found = scripted({ clock: systemClock, instance: `system at ${address}` })));
    return found;
  };
  const base = scripted({ clock: systemClock }).provider;
  const provider = change({
    ...base,
    connect: async ({ address }: TargetSpec) => {
      const { system } = at(address);
      return { read: system, write: system, close: async () => undefined };
    },
  } as AnyProvider);
  const events: Event[] = [];
  const write = (path: string, text: string | null): void => {
    const file = join(dir, path);
    if (text === null) return rmSync(file, { recursive: true, force: true });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  write('setpoint.yaml', PROJECT);
  const open = (options: Partial<EngineOptions> = {}): Promise<Engine> =>
    openEngine({
      surroundings: { env, cwd: dir, holder: 'review@here 1' },
      sandbox: false,
      emit: (event) => void events.push(event),
      stopping: () => false,
      signal: new AbortController().signal,
      providers: [{ name: 'scripted', groups: ['scripted'], load: async () => provider }],
      ...options,
    });
  const within = async <T>(options: Partial<EngineOptions> | undefined, body: (engine: Engine) => Promise<T>): Promise<T> => {
    const engine = await open(options);
    try {
      return await body(engine);
    } finally {
      await engine.close();
    }
  };
  return {
    dir,
    events,
    system: (address) => at(address).system,
    write,
    open,
    plan: (options) => within(options, async (engine) => engine.plan(await engine.survey(await engine.desired()))),
    run: (plan, options) =>
      within(options, async (engine) => {
        const desired = await engine.desired();
        if (plan) return engine.apply(plan, { grant: plan.digest, desired });
        const survey = await engine.survey(desired);
        const fresh = await engine.plan(survey);
        return engine.apply(fresh, { grant: fresh.digest, desired, survey });
      }),
  };
}
