import type { ResourceId } from '../core/id.ts';
import { isSecret } from '../core/mark.ts';
import { dotted } from '../core/pointer.ts';
import type { Recorded } from '../core/resource.ts';
import type { Value } from '../core/value.ts';
import { diff } from '../planner/index.ts';
import type { Checkpoint, RecordChange } from '../state/store.ts';
import { nothingSelected } from './select.ts';
import { findRepository } from './store.ts';
import type { Engine } from './engine.ts';
import type { Surroundings } from './surroundings.ts';

/** One thing that happened to a resource, newest first. */
export type HistoryEntry = {
  readonly id: ResourceId;
  readonly at: string;
  readonly run: string;
  readonly commit?: { readonly id: string; readonly subject: string };
} & ({ readonly what: string } | { readonly path: string; readonly before?: Value; readonly after?: Value; readonly sensitive?: true });

export interface HistoryOptions {
  readonly surroundings: Surroundings;
  readonly selector?: string;
  readonly limit: number;
}

/** What a checkpoint says that it did, without the run and the commit that are told beside it: `1 create`. */
export const headlineOf = ({ message, run }: Pick<Checkpoint, 'message' | 'run'>): string => {
  const end = message.indexOf(` (run ${run}`);
  return end < 0 ? message : message.slice(0, end);
};

/**
 * What our runs did, leaf by leaf, from the checkpoints of the state. Throws Fault NOTHING_SELECTED for a selector that means
 * nothing that is wanted now or was ever recorded.
 */
export async function history(engine: Engine, { surroundings, selector, limit }: HistoryOptions): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  const desired = await engine.desired();
  const { kinds } = await engine.context(desired);
  const ids = new Set(desired.resources.keys());
  const subjects = new Map<string, Promise<string | undefined>>();
  const found = await findRepository(engine.project.dir, surroundings);
  const subjectOf = (commit: string): Promise<string | undefined> => {
    let subject = subjects.get(commit);
    if (!subject) subjects.set(commit, (subject = found ? found.commit(commit).then((one) => one?.subject) : Promise.resolve(undefined)));
    return subject;
  };
  for await (const { at, run, changes } of engine.store.history()) {
    for (const change of changes) {
      ids.add(change.id);
      if (selector !== undefined && !isMeant(selector, change.id)) continue;
      const id = change.after?.by.commit;
      const commit = id === undefined ? undefined : { id: id.slice(0, 7), subject: (await subjectOf(id)) ?? '' };
      const common = { id: change.id, at: change.after?.by.at ?? at, run, ...(commit ? { commit } : {}) };
      for (const told of tell(change, (record) => kinds.of(record.id)?.facts.rule(record.applied) ?? {})) {
        entries.push({ ...common, ...told });
        if (entries.length >= limit) return entries;
      }
    }
  }
  if (selector !== undefined && ![...ids].some((id) => isMeant(selector, id))) throw nothingSelected(selector, [...ids]);
  return entries;
}

const isMeant = (selector: string, id: ResourceId): boolean => id === selector || id.endsWith(`/${selector}`);

type Told =
  { readonly what: string } | { readonly path: string; readonly before?: Value; readonly after?: Value; readonly sensitive?: true };

function tell({ before, after }: RecordChange, ruleOf: (record: Recorded) => Parameters<typeof diff>[0]['rule']): readonly Told[] {
  if (!before) return [{ what: after?.adopted ? 'adopted' : 'created' }];
  if (!after) return [{ what: 'removed' }];
  // Two records compare like a wanted and a live spec: what changed is what a person wants to read.
  const changed = diff({ rule: ruleOf(after), desired: after.applied, applied: before.applied, live: before.applied });
  if (changed.length === 0) return [{ what: before.handle === after.handle ? 'written again as it was' : `replaced: ${after.handle}` }];
  return changed.map(({ path, before: was, after: is, sensitive }) => ({
    path: dotted(path),
    ...(was === undefined || isSecret(was) ? {} : { before: was }),
    ...(is === undefined || isSecret(is) ? {} : { after: is }),
    ...(sensitive ? { sensitive } : {}),
  }));
}
