import { shortId, type ResourceId } from '../../core/id.ts';
import { clean } from './clean.ts';

/** How ids are called in one output. */
export interface Names {
  /** `confhoard/Config/fermentation`; with its target where that would be ambiguous. What it prints can be typed back. */
  full(id: ResourceId): string;
  /** `Config/fermentation`, inside a sentence; longer where that would be ambiguous. */
  brief(id: ResourceId): string;
}

const briefId = (id: ResourceId): string => {
  const short = shortId(id);
  return short.slice(short.indexOf('/') + 1);
};

/** Names for a set of ids: each name is as short as it can be without meaning two of them. */
export function names(ids: Iterable<ResourceId>): Names {
  const shorts = new Map<string, ResourceId | null>();
  const briefs = new Map<string, ResourceId | null>();
  const claim = (taken: Map<string, ResourceId | null>, name: string, id: ResourceId): void => {
    const other = taken.get(name);
    if (other === undefined) taken.set(name, id);
    else if (other !== id) taken.set(name, null);
  };
  for (const id of ids) {
    claim(shorts, shortId(id), id);
    claim(briefs, briefId(id), id);
  }
  const full = (id: ResourceId): string => clean(shorts.get(shortId(id)) === null ? id : shortId(id));
  return { full, brief: (id) => (briefs.get(briefId(id)) === null ? full(id) : clean(briefId(id))) };
}
