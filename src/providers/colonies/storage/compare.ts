import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { diskFault, errnoOf } from '../../../disk/disk-fault.ts';
import type { ColonyFiles, Stored } from './colony-files.ts';
import { measured } from './content.ts';
import { isName, OWN_NOTE, placeOf } from './paths.ts';

/** One name in a folder, in a label, or in both. */
export interface Pair {
  /** `boil.json`, `lagers/helles.json`. */
  readonly name: string;
  /** The label that it has, or would have. */
  readonly label: string;
  /** Where it is, or would be, on this machine. */
  readonly path: string;
  readonly is: 'here' | 'there' | 'same' | 'different';
  /** Where the server has it. */
  readonly stored?: Stored;
}

export interface Compared {
  /** In the order of their names. */
  readonly pairs: readonly Pair[];
  /** Names here that no file of a colony can have, and what is no file: links, devices. */
  readonly leftAlone: readonly string[];
}

/**
 * A folder with all below it beside a label with all below it, by their bytes. Nothing is changed. Throws Fault COLONIES_FILE_PATH for a
 * name of the server's that no file in the folder could have, and those of server and disk.
 */
export async function compared(
  { colony: colonyname, call }: Omit<ColonyFiles, 'store'>,
  { folder, label }: { readonly folder: string; readonly label: string },
  signal: AbortSignal,
): Promise<Compared> {
  const root = resolve(folder);
  const leftAlone: string[] = [];
  const here = new Set<string>();
  await walk(root, '', { here, leftAlone });

  const labels = await call('getfilelabelsmsg', { colonyname, name: '', exact: false }, signal);
  const below = labels.map(({ name }) => name).filter((name) => name === label || name.startsWith(`${label}/`));
  const lists = await Promise.all(
    below.map(async (one) => ({ below: one.slice(label.length), files: await call('getfilesmsg', { colonyname, label: one }, signal) })),
  );
  const there = new Map<string, Stored>();
  for (const { below: part, files } of lists)
    for (const { name, size, checksum, s3filename: object } of files)
      if (name !== OWN_NOTE) there.set(`${part}/${name}`, { name, size, checksum, object });

  const names = [...new Set([...here, ...there.keys()])].filter((name) => !leftAlone.includes(name.slice(1))).sort();
  const pairs: Pair[] = [];
  for (const full of names) {
    const cut = full.lastIndexOf('/');
    const [part, name] = [full.slice(0, cut), full.slice(cut + 1)];
    const stored = there.get(full);
    const path = await placeOf(root, { below: part, name });
    const isHere = here.has(full);
    const is =
      stored === undefined ? 'here' : !isHere ? 'there' : (await measured(path, signal)).sha256 === stored.checksum ? 'same' : 'different';
    pairs.push({ name: full.slice(1), label: label + part, path, is, ...(stored === undefined ? {} : { stored }) });
  }
  return { pairs, leftAlone: leftAlone.sort() };
}

/** Names with a `/` before them. A folder that is not there has none. */
async function walk(root: string, part: string, found: { readonly here: Set<string>; readonly leftAlone: string[] }): Promise<void> {
  const folder = join(root, part);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (part === '' && errnoOf(error) === 'ENOENT') return [];
    throw diskFault(error, folder, 'read');
  });
  for (const entry of entries) {
    const name = `${part}/${entry.name}`;
    // Ours that are still arriving, or were when a run was killed.
    if (entry.name === OWN_NOTE || /^\..*\.tmp$/.test(entry.name)) continue;
    // The server keeps names between colons, and could not tell them apart.
    if (!isName(entry.name) || entry.name.includes(':')) found.leftAlone.push(name.slice(1));
    else if (entry.isDirectory()) await walk(root, name, found);
    else if (entry.isFile()) found.here.add(name);
    else found.leftAlone.push(name.slice(1));
  }
}
