import type { Plan } from '../../../../src/core/plan.ts';
import type { Need, Resource } from '../../../../src/core/resource.ts';
import type { Fields } from '../../../../src/core/value.ts';
import type { AnyKind } from '../../../../src/providers/contract.ts';
import { colonies } from '../../../../src/providers/colonies/index.ts';
import { systemClock } from '../../../../src/providers/transport/clock.ts';
import { assert } from '../../../kit/group.ts';
import type { Round, RoundOutcome } from '../../../kit/laws.ts';
import { NO_FILES } from '../../../kit/law-fields.ts';
import { roundOver } from '../../../kit/round.ts';
import { COLONY, openBench, type BenchOptions, type ColonyBench } from './bench.ts';
import { cook, type Cooking } from './work.ts';

const TARGET = 'bench';

/** Who waits for something to be ready looks twenty times as often. */
const PACE = 0.05;

export const idOfResource = (kind: string, name: string): string => `${TARGET}/colonies/${kind}/${name}`;

/** A resource as manifests make it: in its shape's own writing. */
export function resource(kind: string, name: string, spec: object, more: Partial<Resource> = {}): Resource {
  const found = (colonies.kinds as readonly AnyKind[]).find((one) => one.kind === `colonies/${kind}`);
  const shape = found?.open?.(NO_FILES, { colony: COLONY });
  return {
    id: idOfResource(kind, name),
    kind: `colonies/${kind}`,
    version: 'v1',
    target: TARGET,
    name,
    spec: (shape?.normalize(spec) ?? spec) as Fields,
    needs: [],
    lifecycle: {},
    labels: {},
    was: [],
    origin: { file: 'colony.yaml', line: 1, document: 0 },
    ...more,
  };
}

/** A blueprint that refers to its definition as a manifest does. */
export function blueprintOf(definition: Resource, name: string, spec: object): Resource {
  const ref = {
    kind: 'colonies/BlueprintDefinition',
    by: 'handle',
    wait: 'exists',
    onReplace: 'recreate',
    onRemove: 'blocks',
  } as const;
  const need: Need = { id: definition.id, at: '/definition', ref };
  return resource('Blueprint', name, { definition: { 'setpoint:ref': definition.id, by: ref.by }, spec }, { needs: [need] });
}

export async function on(body: (bench: ColonyBench, round: Round) => Promise<void>, options: BenchOptions = {}): Promise<void> {
  const bench = await openBench(options);
  try {
    const clock = { now: systemClock.now, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms * PACE, signal) };
    const { session, counts } = bench;
    await body(bench, roundOver({ provider: colonies, session, call: bench.call(), clock, mutations: () => counts.mutations }));
  } finally {
    await bench.close();
  }
}

/** Plans and applies; fails unless everything was done. */
export async function applied(round: Round, ...resources: readonly Resource[]): Promise<Plan> {
  const plan = await round.plan(resources);
  const { failed, skipped, unknown } = await round.apply(plan);
  assert.equal({ failed, skipped, unknown }, { failed: 0, skipped: 0, unknown: 0 });
  return plan;
}

/** The same with a cook at hand, since an apply waits for runs to end. */
export async function cooked(
  { bench, round, cooking }: { readonly bench: ColonyBench; readonly round: Round; readonly cooking?: Cooking },
  ...resources: readonly Resource[]
): Promise<RoundOutcome> {
  const plan = await round.plan(resources);
  let outcome: RoundOutcome | undefined;
  const applying = round.apply(plan).finally(() => (outcome ??= { done: 0, failed: 0, skipped: 0, unknown: 0 }));
  while (outcome === undefined) {
    await cook(bench, cooking);
    await systemClock.sleep(5);
  }
  return applying;
}
