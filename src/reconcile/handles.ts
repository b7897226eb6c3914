import type { ResourceId } from '../core/id.ts';
import type { Observed } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { isFields } from '../core/value.ts';
import type { Lookup, Reverse } from './marks.ts';
import type { Subject } from './subject.ts';

interface Seen {
  readonly subject: Subject;
  readonly handle: string;
  /** What it goes under, where that was seen. */
  readonly key?: string;
  readonly status?: Fields;
}

/** Which live object is which resource, both ways: references are written with it and live specs read with it. */
export interface Handles {
  readonly lookup: Lookup;
  /** For live values met in one target: a handle means something only there. */
  reverse(target: string): Reverse;
  add(subject: Subject, handle: string, seen?: Observed & { readonly seen: 'live' }): void;
  /** It will be looked at, and its handle is not known yet. */
  expect(subject: Subject): void;
  gone(subject: Subject): void;
  pending(id: ResourceId): boolean;
  /** The last that was heard of it is that there is none. */
  isGone(id: ResourceId): boolean;
}

/** The name that is written down, or else the one that it has: a manifest that is renamed leaves its object with that. */
const serverName = (subject: Subject, key = subject.recorded?.key): string => {
  const name = (subject.want ?? subject.recorded?.applied)?.name;
  return typeof name === 'string' ? name : (key ?? subject.name);
};

const leaf = (status: Fields | undefined, path: string): Value | undefined => {
  let value: Value | undefined = status;
  for (const name of path.split('.')) value = isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
};

/** For a look at what is not the object of its id (any more): it knows what is known, and teaches nobody anything. */
export const untaught = (handles: Handles): Handles => ({
  ...handles,
  add: () => undefined,
  expect: () => undefined,
  gone: () => undefined,
});

export function createHandles(): Handles {
  const seen = new Map<ResourceId, Seen>();
  const expected = new Map<ResourceId, Subject>();
  const lost = new Set<ResourceId>();
  const back = new Map<string, ResourceId>();
  const place = (target: string, kind: string, by: string, live: Value): string => `${target}\n${kind}\n${by}\n${String(live)}`;
  return {
    lookup(id, by) {
      const one = seen.get(id);
      if (one === undefined) {
        const subject = expected.get(id);
        // A name is known before its object exists: it is ours to choose.
        if (by === 'name' && subject) return serverName(subject);
        return undefined;
      }
      if (by === 'handle') return one.handle;
      return by === 'name' ? serverName(one.subject, one.key) : leaf(one.status, by.slice('status.'.length));
    },
    reverse: (target) => (kind, by, live) => back.get(place(target, kind, by, live)),
    add(subject, handle, live) {
      const { id, target, kind } = subject;
      const before = seen.get(id);
      const key = live?.key;
      seen.set(id, { subject, handle, ...(key === undefined ? {} : { key }), ...(live ? { status: live.status } : {}) });
      expected.delete(id);
      lost.delete(id);
      // Most of what is seen is what was recorded.
      if (before?.subject !== subject || before.handle !== handle || before.key !== key) {
        back.set(place(target, kind, 'handle', handle), id);
        back.set(place(target, kind, 'name', serverName(subject, key)), id);
      }
      for (const [name, value] of Object.entries(live?.status ?? {})) {
        if (typeof value === 'string' || typeof value === 'number') back.set(place(target, kind, `status.${name}`, value), id);
      }
    },
    expect(subject) {
      expected.set(subject.id, subject);
      back.set(place(subject.target, subject.kind, 'name', serverName(subject)), subject.id);
    },
    gone(subject) {
      seen.delete(subject.id);
      lost.add(subject.id);
      expected.set(subject.id, subject);
    },
    pending: (id) => expected.has(id) && !lost.has(id) && !seen.has(id),
    isGone: (id) => lost.has(id),
  };
}
