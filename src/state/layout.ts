import { createHash } from 'node:crypto';
import { Fault } from '../core/diagnostic.ts';
import { NAME, idParts, type KindName, type ResourceId } from '../core/id.ts';

/**
 * Where a record stands below the folder of its target:
 *
 *     cresco.Pipeline.jsonl          up to 4,000 records of a kind
 *     cresco.Pipeline/3f.jsonl       more of them: one file for each first byte of the SHA-256 of the name
 *     open.jsonl                     intents that began and did not end by the time of the checkpoint
 */
export const OPEN_FILE = 'open.jsonl';
/** Files grow into a folder above `SPLIT_ABOVE` lines and back below `JOIN_BELOW`: far apart, so that a kind near the limit stays put. */
export const SPLIT_ABOVE = 4000;
export const JOIN_BELOW = 2000;

const stem = (kind: KindName): string => kind.replace('/', '.');

export const wholeFile = (kind: KindName): string => `${stem(kind)}.jsonl`;

export function shardFile(kind: KindName, name: string): string {
  return `${stem(kind)}/${createHash('sha256').update(name).digest('hex').slice(0, 2)}.jsonl`;
}

const FILE = /^([A-Za-z0-9][A-Za-z0-9._-]*)\.([A-Za-z0-9_-]+)(?:\/[0-9a-f]{2})?\.jsonl$/;

/** The kind whose records a file holds; undefined for a file that is none of ours. */
export function kindOfFile(path: string): KindName | undefined {
  const found = FILE.exec(path);
  return found ? `${found[1]}/${found[2]}` : undefined;
}

/**
 * A file that is none of this target's: where a project lies inside another one's, its environment's folder may be what is the folder of
 * a target to the outer one.
 */
export function isDeeper(path: string): boolean {
  const parts = path.split('/');
  const last = parts.at(-1) ?? '';
  return parts.length > 2 || (parts.length === 2 && (last === OPEN_FILE || FILE.test(last)));
}

/** The name of a target, checked before it becomes part of a path. Throws NAME_INVALID. */
export function safeTarget(target: string): string {
  if (NAME.test(target)) return target;
  throw badName(target);
}

/** An id whose parts are safe in paths and which belongs to the target; anything else is refused. Throws NAME_INVALID. */
export function safeId(id: ResourceId, target: string): ResourceId {
  const parts = id.split('/');
  const [, , kind] = parts;
  if (parts.length === 4 && parts[0] === target && parts.every((part) => NAME.test(part)) && !kind?.includes('.')) return id;
  throw badName(id);
}

const badName = (name: string): Fault =>
  new Fault({
    code: 'NAME_INVALID',
    summary: `${JSON.stringify(name.slice(0, 100))} cannot be kept in state`,
    detail:
      'Names of targets and resources become file names: they begin with a letter or a digit and go on with these, dot, dash or underscore.',
    hint: 'Rename it in its manifest.',
  });

export const nameOf = (id: ResourceId): string => idParts(id).name;
