import type { ResourceId } from '../core/id.ts';
import type { Recorded } from '../core/resource.ts';
import type { Checkpoint } from './store.ts';

/**
 * The records as a checkpoint left them: today's, with every later checkpoint undone. Undefined where the history does not reach
 * back to it. `now` are the records of all targets; `history` is newest first, and `id` may be a unique beginning.
 */
export async function recordsAt(options: {
  readonly now: ReadonlyMap<ResourceId, Recorded>;
  readonly history: AsyncIterable<Checkpoint>;
  readonly id: string;
}): Promise<ReadonlyMap<ResourceId, Recorded> | undefined> {
  const records = new Map(options.now);
  for await (const checkpoint of options.history) {
    if (checkpoint.id.startsWith(options.id)) return records;
    for (const { id, before } of checkpoint.changes) {
      if (before) records.set(id, before);
      else records.delete(id);
    }
  }
  return undefined;
}
