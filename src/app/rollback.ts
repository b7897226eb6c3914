import { Fault } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { Recorded, Resource } from '../core/resource.ts';
import { recordsAt } from '../state/index.ts';
import type { Checkpoint } from '../state/store.ts';
import type { Desired, Engine } from './engine.ts';
import { openRecords } from './records.ts';

/** The run that is undone, and the world as it was recorded before it. */
export interface Rollback {
  readonly undone: Checkpoint;
  readonly desired: Desired;
}

/**
 * What was recorded before a run, as a desired world: what came since is to go, what went is to come back, what was changed is to
 * be as we had written it. Without a run, the last one. Throws Fault NO_SUCH_RUN.
 */
export async function rollbackBefore(engine: Engine, run: string | undefined): Promise<Rollback> {
  const { store } = engine;
  let undone: Checkpoint | undefined;
  let before: string | undefined;
  // Checkpoints of one run lie together; the one below the lowest of them is what there was before it.
  for await (const checkpoint of store.history()) {
    if (undone && checkpoint.run !== undone.run) {
      before = checkpoint.id;
      break;
    }
    if (undone || run === undefined || checkpoint.run === run || checkpoint.run.endsWith(run) || checkpoint.id.startsWith(run))
      undone ??= checkpoint;
  }
  if (!undone) throw noRun(run);
  const now = (await openRecords(engine)).all();
  const records = before === undefined ? new Map<ResourceId, Recorded>() : await recordsAt({ now, history: store.history(), id: before });
  if (!records) throw noRun(run);
  const desired = await engine.desired();
  const resources = new Map(
    [...records.values()].map((record) => [record.id, resourceOf(record, desired.resources.get(record.id))] as const),
  );
  return {
    undone,
    desired: {
      ...desired,
      diagnostics: [],
      resources,
      sources: [{ source: `state before run ${undone.run}`, complete: true }],
      locate: () => undefined,
    },
  };
}

/** A record as the manifest that would have led to it. */
function resourceOf({ id, shape, applied, needs, lifecycle }: Recorded, written: Resource | undefined): Resource {
  const { target, kind, name } = idParts(id);
  return {
    id,
    kind,
    version: shape.slice(shape.lastIndexOf('.') + 1),
    target,
    name,
    spec: applied,
    needs,
    lifecycle,
    labels: written?.labels ?? {},
    was: [],
    origin: written?.origin ?? { file: '(state)', line: 1, document: 0 },
  };
}

const noRun = (run: string | undefined): Fault =>
  new Fault({
    code: 'NO_SUCH_RUN',
    summary: run === undefined ? 'nothing has been applied here yet' : `no run is called "${run}"`,
    detail: 'A rollback goes back to what was recorded before a run.',
    hint: 'setpoint history lists the runs.',
  });
