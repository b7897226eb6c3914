import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import type { Recorded } from '../core/resource.ts';
import { damaged } from './damage.ts';
import { markOf, type Pending, type Replay } from './journal.ts';
import { OPEN_FILE, isDeeper, kindOfFile } from './layout.ts';
import type { Medium, Snapshot } from './medium.ts';
import { parseOpenFile } from './open-file.ts';
import { parseRecordFile, type RecordLine } from './record-file.ts';
import type { Intent, TargetState } from './store.ts';

/** The state of a target, and what of it only the journal says. */
export interface ReadTarget {
  readonly state: TargetState;
  readonly pending: ReadonlyMap<ResourceId, Pending>;
  /** The journal binds it to a system or a project, and the files may say another. */
  readonly rebound: boolean;
}

/** Reads the checkpoint of a target and lays the journal over it. */
export async function readTarget(options: {
  readonly target: string;
  readonly medium: Pick<Medium, 'label'>;
  readonly snapshot: Snapshot;
  readonly replay: Replay;
}): Promise<ReadTarget> {
  const { target, medium, snapshot, replay } = options;
  const records = new Map<ResourceId, Recorded>();
  const places = new Map<ResourceId, { readonly path: string; readonly text: string; readonly line: number }>();
  const open = new Map<string, Intent>();
  const damage: Diagnostic[] = [...replay.damage];
  const bound = { instance: replay.instance, project: replay.project };
  /** All files are bound alike. What the journal says is newer, and some of them may not say it yet. */
  const bind = (member: keyof typeof bound, said: string | undefined, label: string): void => {
    if (said === undefined || replay[member] !== undefined) return;
    bound[member] ??= said;
    if (bound[member] !== said) damage.push(damaged({ file: label, line: 1, why: `is bound to ${said}, other files to ${bound[member]}` }));
  };

  /** A kind on its way from one file to many, or back, stands in both: the same line twice, or one that the journal decides. */
  const add = (id: ResourceId, { record, text, line }: RecordLine, path: string): void => {
    const first = places.get(id);
    if (first && first.text !== text && !replay.changes.has(id)) {
      const why = `says ${id} again (first in ${medium.label(target, first.path)}:${first.line})`;
      damage.push(damaged({ file: medium.label(target, path), line, why, source: text }));
    }
    if (first) return;
    places.set(id, { path, text, line });
    records.set(id, record);
  };

  const texts = await snapshot.texts(snapshot.paths);
  for (const path of snapshot.paths) {
    const text = texts.get(path);
    const label = medium.label(target, path);
    if (text === undefined) continue;
    const kind = kindOfFile(path);
    const file =
      path === OPEN_FILE ? parseOpenFile({ label, text }) : kind ? parseRecordFile({ target, kind, path, label, text }) : undefined;
    if (file === undefined) {
      if (path.endsWith('.jsonl') && !isDeeper(path)) damage.push(damaged({ file: label, line: 1, why: 'is in a file of no kind' }));
      continue;
    }
    damage.push(...file.damage);
    bind('instance', file.instance, label);
    bind('project', file.project, label);
    if ('intents' in file) for (const intent of file.intents) open.set(intent.intent, intent);
    else for (const [id, line] of file.lines) add(id, line, path);
  }

  const pending = new Map<ResourceId, Pending>();
  for (const [id, change] of replay.changes) {
    // A journal that was left behind while others went on: what they wrote later stands.
    if (!change.over.has(markOf(records.get(id)))) continue;
    pending.set(id, change);
    if (change.recorded === null) records.delete(id);
    else records.set(id, change.recorded);
  }
  for (const [name, intent] of replay.begun) open.set(name, intent);
  for (const name of replay.ended) if (!replay.begun.has(name)) open.delete(name);
  const { instance, project } = bound;
  const state = {
    target,
    records,
    open: [...open.values()],
    damage,
    ...(instance === undefined ? {} : { instance }),
    ...(project === undefined ? {} : { project }),
  };
  return { state, pending, rebound: replay.instance !== undefined || replay.project !== undefined };
}
