import { Fault } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { Observed, Recorded } from '../core/resource.ts';
import { runEnd } from '../planner/index.ts';
import type { Store } from '../state/store.ts';
import type { Run, Secrets } from './opened.ts';

export interface RunOverOptions {
  readonly store: Store;
  readonly run: Run;
  readonly secrets: Secrets;
  readonly recorded: Map<ResourceId, Recorded>;
}

/**
 * Writes down how a run that was waited for has ended: nothing is left for the next plan. Where it cannot be written, that plan sees the
 * same end and writes it, so this one tells and goes on.
 */
export async function recordRunEnd(id: ResourceId, live: Observed, { store, run, secrets, recorded }: RunOverOptions): Promise<void> {
  const record = recorded.get(id);
  // Another object under its name is not the run that was begun.
  if (record?.run === undefined || live.seen !== 'live' || live.handle !== record.handle) return;
  const ended = runEnd(record, live);
  if (ended === undefined) return;
  // The result is a peer's words, and state holds no secret.
  const result = ended.result === undefined ? {} : { result: secrets.redact(ended.result) };
  const after: Recorded = { ...record, run: { ...ended, ...result } };
  try {
    await store.end(idParts(id).target, [{ id, outcome: 'done', recorded: after }]);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    run.emit({ type: 'note', diagnostic: { ...error.diagnostic, severity: 'warning' } });
    return;
  }
  recorded.set(id, after);
}
