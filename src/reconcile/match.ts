import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import type { Observed } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import type { Sighting } from '../providers/contract.ts';
import type { Subject } from './subject.ts';

export type LiveSighting = Sighting<object> & { readonly seen: 'live' };

/** What one answer said about each resource that was asked for; `strangers` are live objects that match none of them. */
export interface Matched {
  readonly answers: ReadonlyMap<ResourceId, Observed>;
  readonly strangers: readonly LiveSighting[];
}

export interface Asked {
  readonly subject: Subject;
  readonly key?: string;
}

/** How sure a match is: the id that is named or the recorded handle, the natural key, the key alone of what was replaced. */
const [SURE, NAMESAKE, PREDECESSOR] = [2, 1, 0] as const;

interface Candidate {
  readonly sighting: LiveSighting;
  readonly rank: number;
}

/**
 * Matches the sightings of one answer to the resources it was asked about: named id or recorded handle first, then natural key. A
 * resource nobody spoke of is *unknown*, and so is one that two live objects match alike: neither is evidence of anything.
 */
export function match(asked: readonly Asked[], sightings: Iterable<Sighting<object>>, silence: Diagnostic): Matched {
  const byId = new Map<ResourceId, Asked>();
  const byHandle = new Map<string, ResourceId>();
  const byKey = new Map<string, ResourceId>();
  for (const one of asked) {
    byId.set(one.subject.id, one);
    if (one.subject.handle !== undefined) byHandle.set(one.subject.handle, one.subject.id);
    if (one.key !== undefined) byKey.set(one.key, one.subject.id);
  }
  const answers = new Map<ResourceId, Observed>();
  const candidates = new Map<ResourceId, Candidate>();
  /** Matched alike by two live objects: a third one settles it only by a surer match. */
  const contested = new Map<ResourceId, number>();
  const strangers: LiveSighting[] = [];
  const consider = (id: ResourceId, one: Candidate): void => {
    if ((contested.get(id) ?? -1) >= one.rank) return;
    const best = candidates.get(id);
    if (best && best.sighting.handle !== one.sighting.handle) {
      if (best.rank === one.rank) {
        contested.set(id, one.rank);
        answers.set(id, { seen: 'unknown', fault: twice(id, best.sighting.handle, one.sighting.handle) });
        return;
      }
      strangers.push(best.rank < one.rank ? best.sighting : one.sighting);
      if (best.rank > one.rank) return;
    }
    candidates.set(id, one);
    answers.set(id, live(one.sighting));
  };
  for (const sighting of sightings) {
    if (sighting.seen === 'end') continue;
    const named = sighting.id !== undefined && byId.has(sighting.id) ? sighting.id : undefined;
    const sure = named ?? (sighting.handle === undefined ? undefined : byHandle.get(sighting.handle));
    const id = sure ?? (sighting.key === undefined ? undefined : byKey.get(sighting.key));
    if (id === undefined) {
      if (sighting.seen === 'live') strangers.push(sighting);
    } else if (sighting.seen === 'live') {
      const isOld = byId.get(id)?.subject.replaced?.includes(sighting.handle) === true;
      consider(id, { sighting, rank: isOld ? PREDECESSOR : sure === undefined ? NAMESAKE : SURE });
    } else if (sighting.seen === 'absent') {
      // Our object may be gone and another stand under its name: then the live one is the answer, whichever came first.
      if (!answers.has(id)) answers.set(id, { seen: 'absent' });
    } else if (!candidates.has(id)) {
      answers.set(id, { seen: 'unknown', fault: sighting.fault, ...(sighting.deferred ? { deferred: true } : {}) });
    }
  }
  for (const { subject } of asked) if (!answers.has(subject.id)) answers.set(subject.id, { seen: 'unknown', fault: silence });
  return { answers, strangers };
}

function live(sighting: LiveSighting): Observed {
  const { handle, key, spec, status, readiness, revision, mark, author, remarks, blind, inside } = sighting;
  return {
    seen: 'live',
    handle,
    spec: spec as Fields,
    status: status ?? {},
    readiness: readiness ?? { state: 'ready' },
    ...(key === undefined ? {} : { key }),
    ...(revision === undefined ? {} : { revision }),
    ...(mark === undefined ? {} : { mark }),
    ...(author === undefined ? {} : { author }),
    ...(remarks === undefined ? {} : { remarks }),
    ...(blind === undefined ? {} : { blind }),
    ...(inside === undefined ? {} : { inside }),
  };
}

const twice = (id: ResourceId, first: string, second: string): Diagnostic => ({
  code: 'MATCHED_TWICE',
  severity: 'error',
  summary: 'two live objects match one resource',
  detail: `Both ${first} and ${second} answer to it. Which of them is meant cannot be told, so nothing is planned for it.`,
  hint: 'Remove or rename one of them in the system itself.',
  resource: id,
});
