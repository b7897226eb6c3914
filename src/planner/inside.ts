import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { Inside } from '../core/resource.ts';
import { byText } from '../core/value.ts';
import type { Context, Decisions, Refusal } from './context.ts';
import { targetOf } from './context.ts';
import type { Decision } from './decision.ts';
import { othersInside, showsOthers } from './refusals.ts';

/**
 * Removals that would take along, or be refused for, what no step of the plan removes. Records do not count for this but live objects
 * do: what was adopted is forgotten and not deleted, and with its record gone it would otherwise hold nothing any more.
 */
export function findInside(context: Context, decisions: Decisions): ReadonlyMap<ResourceId, Refusal> {
  const found = new Map<ResourceId, Refusal>();
  const parents = [...decisions.values()].filter((one) => takesAway(one) && (one.live?.inside?.length ?? 0) > 0);
  if (parents.length === 0) return found;
  const owners = ownersOf(context);
  for (const { id, act, live, resource } of parents) {
    const all = (live?.inside ?? []).map((one) => ({ ...one, owner: owners.get(placeOf(targetOf(id), one.kind, one.handle)) }));
    const others = all.filter(({ owner }) => !goes(owner === undefined ? undefined : decisions.get(owner)));
    if (others.length === 0) continue;
    const names = others.map(({ kind, name }) => `${kind}/${name}`).sort(byText);
    found.set(id, { rule: 'needed', why: othersInside(resource ?? { id }, names, act === 'replace' ? 'replace' : 'delete') });
    for (const { shows, owner } of all)
      if (shows === true && owner !== undefined && goes(decisions.get(owner)))
        found.set(owner, { rule: 'needed', why: showsOthers({ id: owner }, id) });
  }
  return found;
}

const takesAway = ({ act, facts }: Decision): boolean =>
  act === 'delete' || (act === 'replace' && !(facts?.contentAddressed === true && !facts.removable));

const goes = (decision: Decision | undefined): boolean =>
  decision !== undefined && (takesAway(decision) || decision.rule === 'gone-with-parent');

const placeOf = (target: string, kind: Inside['kind'], handle: string): string => `${target}/${kind}/${handle}`;

/** Whose every live object of ours is, by its handle now, when it was recorded, and those that it has replaced and that still stand. */
function ownersOf({ world, moves }: Context): ReadonlyMap<string, ResourceId> {
  const owners = new Map<string, ResourceId>();
  for (const { id: recordedId, handle, replaced = [] } of world.recorded.values()) {
    const id = moves.left.get(recordedId) ?? recordedId;
    const { target, kind } = idParts(recordedId);
    const observed = world.observed.get(recordedId);
    const handles = [handle, ...(observed?.seen === 'live' ? [observed.handle] : []), ...replaced.map((one) => one.handle)];
    for (const one of handles) owners.set(placeOf(target, kind, one), id);
  }
  return owners;
}
