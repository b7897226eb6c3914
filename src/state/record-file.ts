import type { Diagnostic } from '../core/diagnostic.ts';
import { resourceId, type KindName, type ResourceId } from '../core/id.ts';
import type { Recorded } from '../core/resource.ts';
import { byText, canonical } from '../core/value.ts';
import { FORMAT, damaged, isNewer, tooNew } from './damage.ts';
import { nameOf, shardFile } from './layout.ts';

/** A record and the very bytes of its line: a line that nobody changes is never written anew. */
export interface RecordLine {
  readonly record: Recorded;
  readonly text: string;
  /** Number in its file, from 1. */
  readonly line: number;
}

/** One file of records as it was read. */
export interface RecordFile {
  readonly instance?: string;
  readonly project?: string;
  readonly lines: ReadonlyMap<ResourceId, RecordLine>;
  readonly damage: readonly Diagnostic[];
}

/**
 * Reads a file of records: a header `{format, instance, kind, project, shape}`, then one canonical Recorded a line. `path` is the file below the
 * target's folder, `label` what it is called in messages. What cannot be read is named and left out.
 */
export function parseRecordFile(file: {
  readonly target: string;
  readonly kind: KindName;
  readonly path: string;
  readonly label: string;
  readonly text: string;
}): RecordFile {
  const { target, kind, path, label } = file;
  const damage: Diagnostic[] = [];
  const lines = new Map<ResourceId, RecordLine>();
  const texts = file.text.split('\n');
  // A file ends with a line end; without it, the last line may have been cut at a place that still looks whole.
  if (texts.at(-1) === '') texts.pop();
  else damage.push(damaged({ file: label, line: texts.length, why: 'has no line end: the file was cut short' }));

  const header = parsed(texts[0] ?? '');
  if (isNewer(header?.['format'])) return { lines, damage: [tooNew(label, header?.['format'])] };
  if (header?.['format'] !== FORMAT || header['kind'] !== kind) {
    damage.push(damaged({ file: label, line: 1, why: `is no header of ${kind}`, source: texts[0] ?? '' }));
  }
  for (let i = 1; i < texts.length; i += 1) {
    const text = texts[i] as string;
    const record = parsed(text);
    const say = (why: string): unknown => damage.push(damaged({ file: label, line: i + 1, why, source: text }));
    if (record === undefined) say('is no JSON object');
    else if (!isRecorded(record)) say('is no record');
    else if (!belongs(record.id, { target, kind, path })) say(`holds ${record.id}, which belongs elsewhere`);
    else if (lines.has(record.id)) say(`says ${record.id} again (first in line ${lines.get(record.id)?.line})`);
    else lines.set(record.id, { record, text, line: i + 1 });
  }
  return { lines, damage, ...boundTo(header) };
}

/** What the header of a file says that the file is about: the system, and the project that wrote it. */
export function boundTo(header: Record<string, unknown> | undefined): { readonly instance?: string; readonly project?: string } {
  const { instance, project } = header ?? {};
  return { ...(typeof instance === 'string' ? { instance } : {}), ...(typeof project === 'string' ? { project } : {}) };
}

/** The text of a file of records, sorted by name. Same records, same bytes. */
export function formatRecordFile(file: {
  readonly kind: KindName;
  readonly instance: string | undefined;
  readonly project: string | undefined;
  readonly lines: Iterable<readonly [ResourceId, { readonly record: Recorded; readonly text: string }]>;
}): string {
  const sorted = [...file.lines].sort(([a], [b]) => byText(nameOf(a), nameOf(b)));
  const shape = newestShape(sorted.map(([, { record }]) => record.shape));
  const header = canonical({ format: FORMAT, instance: file.instance, kind: file.kind, project: file.project, shape });
  return `${[header, ...sorted.map(([, { text }]) => text)].join('\n')}\n`;
}

const versionOf = (shape: string): number => Number(/\.v(\d+)$/.exec(shape)?.[1] ?? 0);
const newestShape = (shapes: readonly string[]): string =>
  shapes.reduce((newest, shape) => (versionOf(shape) > versionOf(newest) ? shape : newest), shapes[0] ?? '');

function belongs(
  id: ResourceId,
  { target, kind, path }: { readonly target: string; readonly kind: KindName; readonly path: string },
): boolean {
  const start = resourceId({ target, kind, name: '' });
  if (!id.startsWith(start) || id.length === start.length || id.includes('/', start.length)) return false;
  return !path.includes('/') || shardFile(kind, nameOf(id)) === path;
}

/** A JSON object, or undefined for anything else. */
export function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What every later room relies on; fields that a newer release adds beside them are kept. */
export function isRecorded(value: unknown): value is Recorded {
  if (!isObject(value)) return false;
  const { id, shape, handle, applied, needs, lifecycle, by } = value;
  return (
    typeof id === 'string' &&
    typeof shape === 'string' &&
    typeof handle === 'string' &&
    isObject(applied) &&
    Array.isArray(needs) &&
    isObject(lifecycle) &&
    isObject(by) &&
    typeof by['run'] === 'string' &&
    typeof by['at'] === 'string'
  );
}
