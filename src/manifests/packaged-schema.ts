import { readFileSync } from 'node:fs';
import type { Fields } from '../core/value.ts';

/** `schemas/` of the package: two folders up from here in the sources and in the built package alike. */
const FOLDER = new URL('../../schemas/', import.meta.url);

const read = new Map<string, Fields>();

/** A JSON Schema that comes with the package, by its path below `schemas/`: `own/manifest.json`. Read once. */
export function packagedSchema(path: string): Fields {
  let schema = read.get(path);
  if (schema === undefined) read.set(path, (schema = JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) as Fields));
  return schema;
}
