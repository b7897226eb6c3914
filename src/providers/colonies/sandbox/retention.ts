import { seconds } from './instant.ts';
import { SUCCESS } from './models.ts';
import { removeProcess } from './process-lists.ts';
import type { World } from './world.ts';

/** Forgets what went well and all logs, once it is old; by the time of submission (sheet 5.9). What failed stays. */
export function forgetOld(world: World, retentionSeconds: number): void {
  const limit = world.now() - seconds(retentionSeconds);
  for (const [id, { timestamp }] of [...world.logs.entries()]) if (timestamp < limit) world.logs.drop(id);
  for (const row of [...world.processes.rows()]) if (row.state === SUCCESS && row.submissiontime < limit) removeProcess(world, row);
  for (const row of [...world.graphs.rows()])
    if (row.state === SUCCESS && row.submissiontime < limit) world.graphs.drop(row.processgraphid);
}
