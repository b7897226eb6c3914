import { refuse } from './handler.ts';
import type { World } from './world.ts';

/**
 * The server keeps the names of users, executors, locations and snapshots behind their colony's in one text, and splits that at the
 * colon when it reads them (sheet 9, quirk 1). A name with a colon in it can be written, and from then on not be read: every list that
 * it is in fails. A strict sandbox does not take it in.
 */
export const keyOf = (colonyname: string, name: string): string => `${colonyname}:${name}`;

export const isReadable = (colonyname: string, name: string): boolean => !colonyname.includes(':') && !name.includes(':');

/** Rows as they are read back. Throws Refusal where one of them has a name with a colon. */
export function readBack<Row extends { readonly colonyname: string }>(
  rows: readonly Row[],
  { nameOf, what, status = 400 }: { readonly nameOf: (row: Row) => string; readonly what: string; readonly status?: number },
): readonly Row[] {
  if (rows.some((row) => !isReadable(row.colonyname, nameOf(row)))) refuse(status, what);
  return rows;
}

/** Throws Refusal 400 in a strict sandbox. */
export function needName(world: World, failed: string, name: string): void {
  if (world.settings.strict && name.includes(':')) refuse(400, `${failed}, a name must not contain a colon`);
}
