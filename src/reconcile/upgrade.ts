import { Fault } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { shortId } from '../core/id.ts';
import type { Recorded } from '../core/resource.ts';
import type { Kinds } from './opened.ts';

/** `cresco/Pipeline.v1` → 1 */
const versionOf = (shape: string): number => Number(shape.slice(shape.lastIndexOf('.v') + 2));

/** Records in the shape that their kinds have today. Throws Fault STATE_TOO_NEW for a record that a newer release wrote. */
export function upgraded(records: ReadonlyMap<ResourceId, Recorded>, kinds: Kinds): ReadonlyMap<ResourceId, Recorded> {
  let out: Map<ResourceId, Recorded> | undefined;
  for (const [id, record] of records) {
    const kind = kinds.of(id)?.kind;
    if (!kind) continue;
    const wanted = Number(kind.version.slice(1));
    const has = versionOf(record.shape);
    if (has === wanted) continue;
    if (has > wanted) throw tooNew(id, record.shape);
    let applied = record.applied;
    for (let version = has; version < wanted; version += 1) {
      const step = kind.upgrade?.[version];
      if (!step) throw new Error(`${kind.kind} cannot read its own records of version ${version}`);
      applied = step(applied);
    }
    (out ??= new Map(records)).set(id, { ...record, applied, shape: `${kind.kind}.${kind.version}` });
  }
  return out ?? records;
}

const tooNew = (id: ResourceId, shape: string): Fault =>
  new Fault({
    code: 'STATE_TOO_NEW',
    summary: `${shortId(id)} was recorded by a newer release of setpoint (as ${shape})`,
    detail: 'This release does not know that shape, so it cannot tell what differs. Nothing was read from or written to the target.',
    hint: 'Install the release that wrote it, or a newer one.',
    resource: id,
  });
