import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import { isRef } from '../core/mark.ts';
import type { Resource } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { isFields, isList } from '../core/value.ts';
import { placeOf } from './context.ts';
import { handleTwice } from './refusals.ts';
import type { World } from './world.ts';

/** Who is called differently now. */
export interface Moves {
  /** From the new id to the old one. */
  readonly from: ReadonlyMap<ResourceId, ResourceId>;
  /** From the old id to the new one. */
  readonly left: ReadonlyMap<ResourceId, ResourceId>;
  /** Resources that share a live handle or an old id with another: neither may be touched. */
  readonly twice: ReadonlyMap<ResourceId, Diagnostic>;
}

/**
 * A resource has moved where its manifest says what it was called before, or where the live handle that a vanished id recorded
 * is now seen at a new id of the same kind and target. Finds those, and handles that answer to two resources.
 */
export function findMoves(world: World): Moves {
  const from = new Map<ResourceId, ResourceId>();
  const left = new Map<ResourceId, ResourceId>();
  const twice = new Map<ResourceId, Diagnostic>();
  const clash = (a: Resource, b: Resource): void => {
    twice.set(a.id, handleTwice(a, b.id));
    twice.set(b.id, handleTwice(b, a.id));
  };
  const take = (resource: Resource, old: ResourceId): void => {
    const other = world.resources.get(left.get(old) ?? '');
    if (other !== undefined) return clash(resource, other);
    from.set(resource.id, old);
    left.set(old, resource.id);
  };
  const isFree = (old: ResourceId): boolean => world.recorded.has(old) && !world.resources.has(old);
  for (const resource of world.resources.values()) {
    if (resource.was.length === 0 || world.recorded.has(resource.id)) continue;
    const old = resource.was.find((was) => isFree(was) && placeOf(was) === placeOf(resource.id));
    if (old !== undefined) take(resource, old);
  }
  const holders = new Holders();
  for (const [id, { handle }] of world.recorded) if (isFree(id) && !left.has(id)) holders.add(idParts(id), handle, id);
  const seen = new Holders();
  for (const resource of world.resources.values()) {
    const live = world.observed.get(resource.id);
    if (live?.seen !== 'live' || resource.lifecycle.manage === 'observe') continue;
    const other = seen.add(resource, live.handle, resource.id);
    if (other !== undefined) clash(resource, world.resources.get(other)!);
    if (world.recorded.has(resource.id) || from.has(resource.id)) continue;
    const old = holders.get(resource, live.handle);
    if (old !== undefined) take(resource, old);
  }
  return { from, left, twice };
}

type Place = Pick<Resource, 'target' | 'kind'>;

/** Ids by live handle within a target and kind: handles of two kinds may well be the same text. */
class Holders {
  readonly #targets = new Map<string, Map<string, Map<string, ResourceId>>>();

  /** Who held it before, if anybody did. */
  add({ target, kind }: Place, handle: string, id: ResourceId): ResourceId | undefined {
    let kinds = this.#targets.get(target);
    if (kinds === undefined) this.#targets.set(target, (kinds = new Map()));
    let held = kinds.get(kind);
    if (held === undefined) kinds.set(kind, (held = new Map()));
    const before = held.get(handle);
    held.set(handle, id);
    return before;
  }

  get({ target, kind }: Place, handle: string): ResourceId | undefined {
    return this.#targets.get(target)?.get(kind)?.get(handle);
  }
}

/** A spec with the new ids of whoever moved: a reference to a renamed resource has not changed. */
export function withNewIds(spec: Fields, left: Moves['left']): Fields {
  const walk = (value: Value): Value => {
    if (isRef(value)) {
      const id = left.get(value['setpoint:ref']);
      return id === undefined ? value : { ...value, 'setpoint:ref': id };
    }
    if (isList(value)) return value.map(walk);
    return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)])) : value;
  };
  return walk(spec) as Fields;
}
