import { Fault } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { Recorded, Resource } from '../core/resource.ts';
import { secretsOf } from '../reconcile/marks.ts';
import { upgraded } from '../reconcile/upgrade.ts';
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
  const isMeant = ({ id, run: of }: Checkpoint): boolean => run === undefined || of === run || of.endsWith(run) || id.startsWith(run);
  // The one below the lowest checkpoint of the run is what there was before it. Those of others may lie between, from other targets.
  for await (const checkpoint of store.history()) {
    if (undone ? checkpoint.run === undone.run : isMeant(checkpoint)) {
      undone ??= checkpoint;
      before = undefined;
    } else if (undone) before ??= checkpoint.id;
  }
  if (!undone) throw noRun(run);
  const now = (await openRecords(engine)).all();
  const records = before === undefined ? new Map<ResourceId, Recorded>() : await recordsAt({ now, history: store.history(), id: before });
  if (!records) throw noRun(run);
  const desired = await engine.desired();
  const { kinds } = await engine.context(desired);
  await kinds.need(records.keys());
  const hasRun = ({ id }: Recorded): boolean => kinds.of(id)?.facts.nature === 'run';
  // What has run cannot be taken back, and must not be begun again because of it: its record stays as it is now.
  const wanted = [...[...upgraded(records, kinds).values()].filter((record) => !hasRun(record)), ...[...now.values()].filter(hasRun)];
  const resources = new Map(wanted.map((record) => [record.id, resourceOf(record, desired.resources.get(record.id))] as const));
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

/** A record as the manifest that would have led to it: of a change that was under way, its goal. */
function resourceOf({ id, shape, applied, motion, needs, lifecycle }: Recorded, written: Resource | undefined): Resource {
  const { target, kind, name } = idParts(id);
  const spec = motion?.goal ?? applied;
  return {
    id,
    kind,
    version: shape.slice(shape.lastIndexOf('.') + 1),
    target,
    name,
    spec,
    needs,
    lifecycle,
    labels: written?.labels ?? {},
    was: [],
    origin: written?.origin ?? { file: '(state)', line: 1, document: 0 },
    // The value that a secret had then is nowhere: it is compared, and written, as it is now.
    ...(secretsOf(spec).length > 0 ? { hasSecrets: true as const } : {}),
  };
}

const noRun = (run: string | undefined): Fault =>
  new Fault({
    code: 'NO_SUCH_RUN',
    summary: run === undefined ? 'nothing has been applied here yet' : `no run is called "${run}"`,
    detail: 'A rollback goes back to what was recorded before a run.',
    hint: 'setpoint history lists the runs.',
  });
