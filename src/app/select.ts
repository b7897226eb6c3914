import { count } from '../core/count.ts';
import { Fault, nearest } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts, shortId } from '../core/id.ts';
import type { Recorded, Resource } from '../core/resource.ts';

/**
 * The resources that selectors mean: an id or the end of one (`fermentation`, `Config/fermentation`), a kind (`confhoard/Config`),
 * or `label=value`. Throws Fault NOTHING_SELECTED for a selector that means none: a typing error must not plan nothing in silence.
 */
export function select(
  selectors: readonly string[],
  { resources, recorded }: { readonly resources: ReadonlyMap<ResourceId, Resource>; readonly recorded: ReadonlyMap<ResourceId, Recorded> },
): ReadonlySet<ResourceId> {
  const ids = [...new Set([...resources.keys(), ...recorded.keys()])];
  const selected = new Set<ResourceId>();
  for (const selector of selectors) {
    const before = selected.size;
    const matches = ids.filter((id) => !selected.has(id) && means(selector, id, resources.get(id)));
    for (const id of matches) selected.add(id);
    if (selected.size === before && !ids.some((id) => means(selector, id, resources.get(id)))) throw nothingSelected(selector, ids);
  }
  return selected;
}

function means(selector: string, id: ResourceId, resource: Resource | undefined): boolean {
  const equals = selector.indexOf('=');
  if (equals > 0) return resource?.labels[selector.slice(0, equals)] === selector.slice(equals + 1);
  return id === selector || id.endsWith(`/${selector}`) || idParts(id).kind === selector;
}

/** The one resource that a person means. Throws Fault NOTHING_SELECTED or SELECTED_SEVERAL. */
export function selectOne(selector: string, ids: readonly ResourceId[]): ResourceId {
  const matches = ids.filter((id) => id === selector || id.endsWith(`/${selector}`));
  if (matches.length === 1) return matches[0] as ResourceId;
  if (matches.length === 0) throw nothingSelected(selector, ids);
  throw new Fault({
    code: 'SELECTED_SEVERAL',
    summary: `"${selector}" may be any of ${count(matches.length, 'resource')}`,
    detail: `They are ${matches.slice(0, 5).join(', ')}${matches.length > 5 ? ', …' : ''}.`,
    hint: 'Write more of the id.',
  });
}

/** Nothing is called so; the nearest of what there is. */
export function nothingSelected(selector: string, ids: readonly ResourceId[]): Fault {
  const near = nearest(selector, new Set(ids.flatMap((id) => [idParts(id).name, shortId(id), idParts(id).kind])));
  return new Fault({
    code: 'NOTHING_SELECTED',
    summary: `nothing here is called "${selector}"`,
    detail: 'A selector is an id or the end of one, a kind as group/Kind, or label=value.',
    hint: near === undefined ? 'setpoint status lists what there is.' : `Did you mean ${near}?`,
  });
}
