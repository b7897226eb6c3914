import { Fault } from '../core/diagnostic.ts';
import { idParts, type KindName, type ResourceId } from '../core/id.ts';
import { byText, canonical } from '../core/value.ts';
import { refuseDamaged } from './damage.ts';
import { markOf, type Pending } from './journal.ts';
import { JOIN_BELOW, OPEN_FILE, SPLIT_ABOVE, kindOfFile, nameOf, shardFile, wholeFile } from './layout.ts';
import type { Medium, Snapshot, TargetWrite } from './medium.ts';
import { formatOpenFile } from './open-file.ts';
import { formatRecordFile, parseRecordFile, type RecordLine } from './record-file.ts';
import type { Intent, RecordChange } from './store.ts';

type Lines = Map<ResourceId, Pick<RecordLine, 'record' | 'text'>>;

/** What a target's files are to say from now on. */
export interface Wanted {
  readonly target: string;
  readonly changes: ReadonlyMap<ResourceId, Pending>;
  readonly open: ReadonlyMap<string, Intent>;
  /** The system that the target's records are about; in the header of every file. */
  readonly instance: string | undefined;
  /** The project whose records they are; in the headers as well. */
  readonly project: string | undefined;
  /** Another one than before, as far as is known: then no header is taken for granted. */
  readonly rebound: boolean;
}

/**
 * The files to write so that a target says what is wanted: only those of the kinds that change, and of these only the ones whose
 * text becomes another. Lines of records that do not change keep their bytes.
 */
export async function rewrite(wanted: Wanted, medium: Pick<Medium, 'label'>, snapshot: Snapshot): Promise<TargetWrite> {
  const { target, changes, open, instance, project } = wanted;
  const files = new Map<string, string | null>();
  const told: RecordChange[] = [];
  const touched = new Map<KindName, Map<ResourceId, Pending>>();
  const touch = (kind: KindName): Map<ResourceId, Pending> => {
    const found = touched.get(kind) ?? new Map<ResourceId, Pending>();
    touched.set(kind, found);
    return found;
  };
  for (const [id, change] of changes) touch(idParts(id).kind).set(id, change);
  if (wanted.rebound) {
    for (const path of snapshot.paths) {
      const kind = kindOfFile(path);
      if (kind !== undefined) touch(kind);
    }
  }

  for (const [kind, mine] of [...touched].sort(([a], [b]) => byText(a, b))) {
    const paths = snapshot.paths.filter((path) => kindOfFile(path) === kind);
    const texts = await snapshot.texts(paths);
    const before = readAll({ target, kind, texts, medium });
    const after = applied(before, mine, told);
    const next = layOut(kind, after, { split: isSplit(after.size, paths), instance, project });
    for (const path of paths) if (!next.has(path)) files.set(path, null);
    for (const [path, text] of next) if (texts.get(path) !== text) files.set(path, text);
  }

  const openText = formatOpenFile({ instance, project, intents: open.values() });
  const openBefore = (await snapshot.texts(snapshot.paths.filter((path) => path === OPEN_FILE))).get(OPEN_FILE) ?? null;
  if (openText !== openBefore) files.set(OPEN_FILE, openText);
  return { target, version: snapshot.version, files, changes: told };
}

/** All lines of a kind. A file that was damaged since it was last read is refused here, before anything is written over it. */
function readAll(options: {
  readonly target: string;
  readonly kind: KindName;
  readonly texts: ReadonlyMap<string, string>;
  readonly medium: Pick<Medium, 'label'>;
}): Lines {
  const { target, kind, texts, medium } = options;
  const lines: Lines = new Map();
  for (const [path, text] of texts) {
    const file = parseRecordFile({ target, kind, path, label: medium.label(target, path), text });
    refuseDamaged(target, file.damage);
    for (const [id, line] of file.lines) lines.set(id, line);
  }
  return lines;
}

/** The lines with the changes in them; what really changed is added to `told`. */
function applied(before: Lines, changes: ReadonlyMap<ResourceId, Pending>, told: RecordChange[]): Lines {
  const after: Lines = new Map(before);
  for (const [id, { recorded: record, over }] of [...changes].sort(([a], [b]) => byText(a, b))) {
    const old = before.get(id);
    if (!over.has(markOf(old?.record))) throw conflict(id);
    const text = record === null ? undefined : canonical(record);
    if (old?.text === text) continue;
    if (record === null || text === undefined) after.delete(id);
    else after.set(id, { record, text });
    told.push({ id, ...(old ? { before: old.record } : {}), ...(record === null ? {} : { after: record }) });
  }
  return after;
}

const conflict = (id: ResourceId): Fault =>
  new Fault(
    {
      code: 'STATE_CONFLICT',
      summary: `the record of ${id} was changed by somebody else while this run held the lease`,
      detail:
        'State is written by whoever holds the lease and by nobody else, but here a line has changed under it: by hand, by a merge, or by a ' +
        'process whose lease had expired. Neither of the two is thrown away: theirs is in the state, ours in the journal.',
      hint: 'Put back the line as it was before (see the history of the state), then plan again: the journal is read once more.',
      resource: id,
    },
    { sent: 'no' },
  );

function isSplit(count: number, paths: readonly string[]): boolean {
  const split = paths.length > 0 && paths.every((path) => path.includes('/'));
  return split ? count >= JOIN_BELOW : count > SPLIT_ABOVE;
}

function layOut(
  kind: KindName,
  lines: Lines,
  { split, ...bound }: { readonly split: boolean } & Pick<Wanted, 'instance' | 'project'>,
): ReadonlyMap<string, string> {
  const byFile = new Map<string, Lines>();
  for (const [id, line] of lines) {
    const path = split ? shardFile(kind, nameOf(id)) : wholeFile(kind);
    const file = byFile.get(path);
    if (file) file.set(id, line);
    else byFile.set(path, new Map([[id, line]]));
  }
  return new Map([...byFile].map(([path, inner]) => [path, formatRecordFile({ kind, ...bound, lines: inner })]));
}
