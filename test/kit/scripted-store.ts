import type { Fields } from '../../src/core/value.ts';

/** One object as the scripted system holds it. */
export interface Thing {
  readonly kind: string;
  readonly handle: string;
  readonly scope: string;
  readonly key: string;
  readonly parent: string | undefined;
  readonly spec: Fields;
  readonly mark: string | undefined;
  readonly revision: number;
  readonly readyAt: number;
  readonly broken: string | undefined;
}

/** Objects by everything that they are asked for by, so that ten thousand of them cost no more each than ten. */
export interface ThingStore {
  readonly all: ReadonlyMap<string, Thing>;
  put(thing: Thing): void;
  drop(handle: string): void;
  /** Oldest first. */
  byKey(kind: string, scope: string, key: string): readonly Thing[];
  inScope(kind: string, scope: string): readonly Thing[];
  ofKind(kind: string): readonly Thing[];
  childrenOf(handle: string): readonly Thing[];
  /** Runs a body; if it throws, everything that it put and dropped is as before. */
  atomically<T>(body: () => T): T;
}

export function thingStore(): ThingStore {
  const all = new Map<string, Thing>();
  const groups = new Map<string, Set<string>>();
  let undo: Map<string, Thing | undefined> | undefined;

  const namesOf = ({ kind, scope, key, parent }: Thing): readonly string[] => [
    JSON.stringify([kind]),
    JSON.stringify([kind, scope]),
    JSON.stringify([kind, scope, key]),
    ...(parent === undefined ? [] : [`below ${parent}`]),
  ];
  const group = (name: string): readonly Thing[] => [...(groups.get(name) ?? [])].flatMap((handle) => all.get(handle) ?? []);
  const unlink = (thing: Thing): void => {
    for (const name of namesOf(thing)) groups.get(name)?.delete(thing.handle);
  };
  const drop = (handle: string): void => {
    const before = all.get(handle);
    if (before === undefined) return;
    if (undo !== undefined && !undo.has(handle)) undo.set(handle, before);
    unlink(before);
    all.delete(handle);
  };
  const put = (thing: Thing): void => {
    const before = all.get(thing.handle);
    if (undo !== undefined && !undo.has(thing.handle)) undo.set(thing.handle, before);
    if (before !== undefined && before.key !== thing.key) unlink(before);
    all.set(thing.handle, thing);
    for (const name of namesOf(thing)) {
      const handles = groups.get(name);
      if (handles === undefined) groups.set(name, new Set([thing.handle]));
      else handles.add(thing.handle);
    }
  };
  return {
    all,
    put,
    drop,
    byKey: (kind, scope, key) => group(JSON.stringify([kind, scope, key])),
    inScope: (kind, scope) => group(JSON.stringify([kind, scope])),
    ofKind: (kind) => group(JSON.stringify([kind])),
    childrenOf: (handle) => group(`below ${handle}`),
    atomically(body) {
      const before = (undo = new Map<string, Thing | undefined>());
      try {
        return body();
      } catch (error) {
        undo = undefined;
        for (const [handle, thing] of before) {
          if (thing === undefined) drop(handle);
          else put(thing);
        }
        throw error;
      } finally {
        undo = undefined;
      }
    },
  };
}
