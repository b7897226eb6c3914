import type { Diagnostic } from '../core/diagnostic.ts';
import { idParts } from '../core/id.ts';
import { isQuiet } from '../core/plan.ts';
import type { Plan } from '../core/plan.ts';
import type { Engine } from './engine.ts';
import { headlineOf } from './history.ts';
import type { Survey } from './survey.ts';

/** One target at a glance. */
export interface TargetStatus {
  readonly name: string;
  readonly provider: string;
  readonly total: number;
  readonly inStep: number;
  readonly changes: number;
  readonly motion: number;
  readonly unobserved: number;
  /** Why, where the target answers and something of it could not be read. */
  readonly unreadable?: Diagnostic;
  /** Calls that began and whose end nobody knows. */
  readonly open: number;
  readonly lease?: { readonly holder: string; readonly expiresAt: string };
  readonly fault?: Diagnostic;
}

export interface Status {
  readonly environment: string;
  readonly sandbox: boolean;
  /** When the world was looked at: ISO 8601. */
  readonly at: string;
  readonly commit?: string;
  readonly lastRun?: { readonly run: string; readonly at: string; readonly outcome: string };
  readonly targets: readonly TargetStatus[];
}

/** Where every target stands, from a plan that was made just now. */
export async function statusOf(engine: Engine, { plan, survey }: { readonly plan: Plan; readonly survey: Survey }): Promise<Status> {
  const { world, desired } = survey;
  const last = await lastCheckpoint(engine);
  const ids = new Map<string, number>();
  for (const id of new Set([...world.resources.keys(), ...world.recorded.keys()])) {
    const { target } = idParts(id);
    ids.set(target, (ids.get(target) ?? 0) + 1);
  }
  const targets = [...desired.targets.values()].map(({ name, provider }): TargetStatus => {
    const changes = plan.changes.filter((change) => idParts(change.id).target === name);
    const of = (reason: string): number => changes.filter((change) => change.reason === reason).length;
    const total = ids.get(name) ?? 0;
    const away = changes.filter((change) => !isQuiet(change)).length;
    const fault = plan.targets[name]?.fault;
    const unreadable = fault ? undefined : changes.find((change) => change.reason === 'unobserved')?.fault;
    return {
      name,
      provider,
      total,
      inStep: total - away,
      changes: away - of('unobserved') - of('in-motion'),
      motion: of('in-motion'),
      unobserved: of('unobserved'),
      open: survey.resolved.filter(({ intent }) => idParts(intent.id).target === name).length,
      ...(fault ? { fault } : {}),
      ...(unreadable ? { unreadable } : {}),
    };
  });
  return {
    environment: plan.environment,
    sandbox: plan.sandbox,
    at: plan.made,
    ...(plan.commit === undefined ? {} : { commit: plan.commit }),
    ...(last ? { lastRun: { run: last.run, at: last.at, outcome: headlineOf(last) } } : {}),
    targets,
  };
}

async function lastCheckpoint({ store }: Engine) {
  for await (const checkpoint of store.history()) return checkpoint;
  return undefined;
}
