import type { ResourceId } from '../core/id.ts';
import type { Need, RefRule, Resource } from '../core/resource.ts';

interface Stone {
  readonly rank: number;
  readonly need: Need;
}

const RESTS: Omit<RefRule, 'kind'> = { by: 'handle', wait: 'exists', onReplace: 'rewrite', onRemove: 'blocks' };

/**
 * The resources with a need on what their target rests on (`Kind.foundation`), as if each named it in `metadata.dependsOn`: so that it
 * is made first and, since needs are recorded, removed last. The need is there also where another one leads to the foundation by a
 * detour: what lies between may be in step, and hold nobody back while the foundation is made anew. Linear while a target rests on
 * a few.
 */
export function onFoundation(
  resources: ReadonlyMap<ResourceId, Resource>,
  rankOf: (resource: Resource) => number | undefined,
): ReadonlyMap<ResourceId, Resource> {
  const stones = new Map<string, Stone[]>();
  const ranks = new Map<ResourceId, number>();
  for (const resource of resources.values()) {
    const rank = rankOf(resource);
    if (rank === undefined) continue;
    const { id, kind, target } = resource;
    ranks.set(id, rank);
    const stone: Stone = { rank, need: { id, at: '', ref: { kind, ...RESTS } } };
    const others = stones.get(target);
    if (others === undefined) stones.set(target, [stone]);
    else others.push(stone);
  }
  if (stones.size === 0) return resources;
  // Most have no other need, and share one list.
  const whole = new Map([...stones].map(([target, all]) => [target, all.map(({ need }) => need)]));
  const out = new Map(resources);
  for (const [id, resource] of resources) {
    const { needs: own, target } = resource;
    const below = stones.get(target);
    if (below === undefined) continue;
    const rank = ranks.get(id);
    const named = new Set(own.map((need) => need.id));
    const all = own.length === 0 && rank === undefined;
    const more = all
      ? (whole.get(target) ?? [])
      : below.filter((stone) => !named.has(stone.need.id) && (rank === undefined || stone.rank < rank)).map(({ need }) => need);
    if (more.length > 0) out.set(id, { ...resource, needs: all ? more : [...own, ...more] });
  }
  return out;
}
