import { join } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { digest } from '../core/digest.ts';
import type { ResourceId } from '../core/id.ts';
import type { Recorded } from '../core/resource.ts';
import { canonical } from '../core/value.ts';
import { listFiles, openLog, readLog, removeDurably, type Log } from '../disk/index.ts';
import { FORMAT, damaged, isNewer, tooNew } from './damage.ts';
import { isIntent } from './open-file.ts';
import { isRecorded, parsed } from './record-file.ts';
import type { End, Intent } from './store.ts';

/**
 * The journal of a target is a folder of segments, `<lease>-<epoch>-<n>.log`. A holder of the lease writes only to segments of
 * its own epoch, so one that lost the lease without knowing cannot write into the journal of the next. A checkpoint opens a new
 * segment first and removes the older ones when it is on disk, oldest first; replaying what it already holds changes nothing, since
 * the last entry about an id decides and no removed segment is younger than one that is still there.
 */
export interface Segment {
  readonly file: string;
  /** Which sort of lease counted the epoch. */
  readonly lease: string;
  readonly epoch: number;
  readonly n: number;
}

/** One append, whole or not there at all: the two halves of a move can never be torn apart. */
export type Entry = { readonly begin: readonly Intent[] } | { readonly end: readonly JournalEnd[] } | Bind;

/** From now on the state is about this system, and this project's. Releases that know no project read the system alone. */
export interface Bind {
  readonly bind?: string | undefined;
  readonly project?: string | undefined;
}

/** `was` is the mark of the record that this one replaces. */
export type JournalEnd = End & { readonly was?: string };

/** Stands for a record, or for none: what a journal entry was written over. */
export const markOf = (recorded: Recorded | null | undefined): string => (recorded ? digest(recorded).slice(0, 16) : '');

/**
 * A record on its way from the journal into the checkpoint. `over` holds the marks of everything that the checkpoint may say about
 * the id when this is laid over it. Anything else was written later by somebody who knew more: then the journal is the older word.
 */
export interface Pending {
  readonly recorded: Recorded | null;
  readonly over: ReadonlySet<string>;
}

/** What the segments say, to be laid over the checkpoint. */
export interface Replay {
  readonly changes: ReadonlyMap<ResourceId, Pending>;
  readonly begun: ReadonlyMap<string, Intent>;
  readonly ended: ReadonlySet<string>;
  readonly instance?: string;
  readonly project?: string;
  readonly damage: readonly Diagnostic[];
}

const NAME = /^([a-z]+)-(\d{8,})-(\d{6,})\.log$/;
const fileName = ({ lease, epoch, n }: Omit<Segment, 'file'>): string =>
  `${lease}-${String(epoch).padStart(8, '0')}-${String(n).padStart(6, '0')}.log`;

/** All segments of a target in the order in which they were written. */
export async function listSegments(folder: string): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  for (const name of await listFiles(folder)) {
    const found = NAME.exec(name);
    if (found) segments.push({ file: join(folder, name), lease: found[1] as string, epoch: Number(found[2]), n: Number(found[3]) });
  }
  return segments;
}

/** Reads segments in order. A torn last line was never acknowledged and is no damage; any other line that cannot be read is. */
export async function replay(segments: readonly Segment[]): Promise<Replay> {
  const changes = new Map<ResourceId, Pending>();
  const begun = new Map<string, Intent>();
  const ended = new Set<string>();
  const damage: Diagnostic[] = [];
  let instance: string | undefined;
  let project: string | undefined;
  for (const { file } of segments) {
    const { lines } = await readLog(file);
    for (const [i, line] of lines.entries()) {
      const entry = parsed(line);
      if (isNewer(entry?.['format'])) {
        damage.push(tooNew(file, entry?.['format']));
        break;
      }
      if (entry?.['format'] === FORMAT) continue;
      if (isBegin(entry)) for (const intent of entry.begin) begun.set(intent.intent, intent);
      else if (isEnd(entry)) {
        for (const end of entry.end) {
          if (end.intent !== undefined) {
            ended.add(end.intent);
            begun.delete(end.intent);
          }
          if (end.recorded !== undefined) changes.set(end.id, pending(changes.get(end.id), end.recorded, end.was));
        }
      } else if (isBind(entry)) {
        instance = entry.bind ?? instance;
        project = entry.project ?? project;
      } else damage.push(damaged({ file, line: i + 1, why: 'is no journal entry', source: line }));
    }
  }
  return { changes, begun, ended, damage, ...(instance === undefined ? {} : { instance }), ...(project === undefined ? {} : { project }) };
}

/** The next word about an id, on top of an earlier one that has not reached the checkpoint either. */
export function pending(earlier: Pending | undefined, recorded: Recorded | null, was: string | undefined): Pending {
  const over = new Set(earlier?.over);
  if (was !== undefined) over.add(was);
  return { recorded, over: over.add(markOf(recorded)) };
}

const isBegin = (entry: unknown): entry is { begin: Intent[] } => {
  const list = (entry as { begin?: unknown } | undefined)?.begin;
  return Array.isArray(list) && list.every(isIntent);
};
const isEnd = (entry: unknown): entry is { end: JournalEnd[] } => {
  const list = (entry as { end?: unknown } | undefined)?.end;
  return Array.isArray(list) && list.every(isOneEnd);
};
const isOneEnd = (value: unknown): boolean => {
  const end = value as Partial<End> | null;
  return typeof end?.id === 'string' && (end.recorded === undefined || end.recorded === null || isRecorded(end.recorded));
};
const isBind = (entry: unknown): entry is Bind => {
  const { bind, project } = (entry ?? {}) as { bind?: unknown; project?: unknown };
  return typeof (bind ?? project) === 'string' && typeof (project ?? bind) === 'string';
};

/** The journal as its one writer has it. */
export interface Journal {
  /** On disk when it resolves, after `apply` has put the same into memory; entries take effect in the order of the calls. */
  write(entry: Entry, apply: () => void): Promise<void>;
  /** Goes on in a new segment. Resolves when all earlier writes have taken effect, with what may be removed once a checkpoint holds them. */
  rotate(): Promise<readonly Segment[]>;
  /** Removes segments, oldest first. */
  remove(segments: readonly Segment[]): Promise<void>;
  /** There may be entries that no checkpoint holds yet. */
  inUse(): boolean;
  close(): Promise<void>;
}

/** Opens the journal of a target for the holder of an epoch; `left` are the segments that were there before. */
export function openJournal(options: {
  readonly folder: string;
  readonly lease: string;
  readonly epoch: number;
  readonly left: readonly Segment[];
}): Journal {
  const { folder, lease, epoch } = options;
  let kept = [...options.left];
  let n = Math.max(0, ...kept.filter((one) => one.lease === lease && one.epoch === epoch).map((one) => one.n));
  let current: { readonly log: Log; headed: boolean } | undefined;
  /** Settles when every write so far has taken effect or failed. */
  let settled: Promise<unknown> = Promise.resolve();
  /** What has to settle before the current segment may be written: else a later entry could take effect before an earlier one. */
  let barrier: Promise<unknown> = Promise.resolve();

  const open = (): NonNullable<typeof current> => {
    n += 1;
    const file = join(folder, fileName({ lease, epoch, n }));
    kept.push({ file, lease, epoch, n });
    return { log: openLog(file), headed: false };
  };

  return {
    write(entry, apply) {
      const segment = (current ??= open());
      const lines = segment.headed ? [canonical(entry)] : [canonical({ format: FORMAT }), canonical(entry)];
      segment.headed = true;
      const before = barrier;
      const written = (async () => {
        await before;
        try {
          await segment.log.append(lines);
        } catch (error) {
          segment.headed = false;
          throw error;
        }
        apply();
      })();
      settled = Promise.allSettled([settled, written]);
      return written;
    },
    async rotate() {
      const due = [...kept];
      const old = current;
      current = undefined;
      barrier = settled;
      await barrier;
      await old?.log.close();
      return due;
    },
    async remove(segments) {
      for (const segment of segments) {
        await removeDurably(segment.file);
        kept = kept.filter((one) => one !== segment);
      }
    },
    inUse: () => kept.length > 0,
    async close() {
      await settled;
      await current?.log.close();
      current = undefined;
    },
  };
}
