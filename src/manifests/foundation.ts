import type { ResourceId } from '../core/id.ts';
import type { Need, RefRule, Resource } from '../core/resource.ts';

/** What one target rests on. */
interface Ground {
  readonly stones: { readonly rank: number; readonly need: Need }[];
  /** The needs of whoever rests on all that is below this rank, made once and shared. */
  readonly below: Map<number, readonly Need[]>;
}

const RESTS: Omit<RefRule, 'kind'> = { by: 'handle', wait: 'exists', onReplace: 'rewrite', onRemove: 'blocks' };

/**
 * The resources with a need on what their target rests on (`Kind.foundation`), as if each named it in `metadata.dependsOn`: so that it
 * is made first and, since needs are recorded, removed last. The need is there also where another one leads to the foundation by a
 * detour: what lies between may be in step, and hold nobody back while the foundation is made anew. Linear in the needs that it gives:
 * most resources have no other, and share one list.
 */
export function onFoundation(
  resources: ReadonlyMap<ResourceId, Resource>,
  rankOf: (resource: Resource) => number | undefined,
): ReadonlyMap<ResourceId, Resource> {
  const grounds = new Map<string, Ground>();
  const ranks = new Map<ResourceId, number>();
  for (const resource of resources.values()) {
    const rank = rankOf(resource);
    if (rank === undefined) continue;
    const { id, kind, target } = resource;
    ranks.set(id, rank);
    const ground: Ground = grounds.get(target) ?? { stones: [], below: new Map() };
    grounds.set(target, ground);
    ground.stones.push({ rank, need: { id, at: '', ref: { kind, ...RESTS } } });
  }
  if (grounds.size === 0) return resources;
  const out = new Map(resources);
  for (const [id, resource] of resources) {
    const { needs: own, target } = resource;
    const ground = grounds.get(target);
    if (ground === undefined) continue;
    const all = needsBelow(ground, ranks.get(id) ?? Infinity);
    const named = new Set(own.flatMap((need) => (ranks.has(need.id) ? [need.id] : [])));
    const more = named.size === 0 ? all : all.filter((need) => !named.has(need.id));
    if (more.length > 0) out.set(id, { ...resource, needs: own.length === 0 ? more : [...own, ...more] });
  }
  return out;
}

/** The ranks of a target are as few as the kinds that have one. */
function needsBelow({ stones, below }: Ground, rank: number): readonly Need[] {
  let needs = below.get(rank);
  if (needs === undefined) below.set(rank, (needs = stones.filter((stone) => stone.rank < rank).map(({ need }) => need)));
  return needs;
}
