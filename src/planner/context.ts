import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { Evidence } from '../core/plan.ts';
import type { Recorded, Resource } from '../core/resource.ts';
import type { Decision } from './decision.ts';
import type { Moves } from './moves.ts';
import type { PlanOptions, World } from './world.ts';

/** What the passes of one planning share. */
export interface Context {
  readonly world: World;
  readonly options: PlanOptions;
  readonly moves: Moves;
  /** What the manifests ask for, as far as it is selected. */
  readonly desired: ReadonlyMap<ResourceId, Resource>;
  /** What is recorded and no longer asked for, as far as it is selected. */
  readonly removed: ReadonlyMap<ResourceId, Recorded>;
  /** Targets on which nothing may be done in this run. */
  readonly halted: ReadonlyMap<string, Diagnostic>;
  /** Found by an earlier round: these cannot be done, and why. */
  readonly refused: ReadonlyMap<ResourceId, Refusal>;
}

export interface Refusal {
  readonly rule: Decision['rule'];
  readonly why: Diagnostic;
}

export type Decisions = ReadonlyMap<ResourceId, Decision>;

export const DESTROY: Omit<Evidence, 'id'> = { source: 'destroy' };

/** What is asked for and what is to go, under `only` and `destroy`. */
export function selection(world: World, options: PlanOptions, moves: Moves): Pick<Context, 'desired' | 'removed'> {
  const { only, destroy } = options;
  const selected = only === undefined || destroy === true ? only : withNeeds(world, only);
  const desired =
    destroy === true
      ? new Map<ResourceId, Resource>()
      : selected === undefined
        ? world.resources
        : pick(world.resources, (id) => selected.has(id));
  const removed = pick(
    world.recorded,
    (id) => (selected?.has(id) ?? true) && (destroy === true || (!world.resources.has(id) && !moves.left.has(id))),
  );
  return { desired, removed };
}

function pick<T>(all: ReadonlyMap<ResourceId, T>, wanted: (id: ResourceId) => boolean): ReadonlyMap<ResourceId, T> {
  const out = new Map<ResourceId, T>();
  for (const [id, value] of all) if (wanted(id)) out.set(id, value);
  return out;
}

function withNeeds(world: World, only: ReadonlySet<ResourceId>): ReadonlySet<ResourceId> {
  const found = new Set(only);
  for (const id of found) for (const need of world.resources.get(id)?.needs ?? []) found.add(need.id);
  return found;
}

export const targetOf = (id: ResourceId): string => id.slice(0, id.indexOf('/'));

export const kindOf = (id: ResourceId): string => idParts(id).kind;

/** Where the live handle of a resource is unique: its target and kind. */
export const placeOf = (id: ResourceId): string => id.slice(0, id.lastIndexOf('/'));

/** Adds to the list under a key. */
export function put<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
