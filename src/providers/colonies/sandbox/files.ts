import { handler, refuse, tell, tellAll, type Handlers } from './handler.ts';
import { stored } from './instant.ts';
import { like } from './like.ts';
import { needMember } from './members.ts';
import * as models from './models.ts';
import type { File } from './models.ts';
import { flag, list, pointer, text } from './shape.ts';
import type { World } from './world.ts';

const found = { colonyname: text, fileid: text, label: text, name: text };

/** What the server knows of files; their bytes are somewhere else (sheet 3.12). Every add is a new revision. */
export const fileHandlers: Handlers = {
  addfilemsg: handler(
    'Failed to add log',
    { file: pointer(models.file) },
    (world, { message: { file }, signer }) => {
      if (file === null) refuse(400, 'Failed to add file, msg.File is nil');
      needMember(world, signer, file.colonyname);
      const fileid = world.id();
      const added: File = {
        ...file,
        fileid,
        sequencenr: nextNumber(world),
        ref: { ...file.ref, protocol: 's3' },
        added: stored(world.now()),
      };
      world.files.put(fileid, added);
      return tell(world, models.file, added);
    },
    { mismatch: 'Failed to add file' },
  ),

  getfilemsg: handler(
    'Failed to add log',
    { ...found, latest: flag },
    (world, { message: { colonyname, fileid, label, name, latest }, signer }) => {
      needMember(world, signer, colonyname);
      if (fileid !== '') return tellAll(world, models.file, [fileWithId(world, colonyname, fileid) ?? refuse(400, 'Failed to get file')]);
      if (label === '' || name === '') refuse(500, 'malformatted get file msg');
      const revisions = [...revisionsOf(world, { colonyname, label, name })].reverse();
      if (revisions.length === 0) refuse(404, 'Failed to get file');
      return tellAll(world, models.file, latest ? revisions.slice(0, 1) : revisions);
    },
    { mismatch: 'Failed to get file' },
  ),

  getfilesmsg: handler('Failed to get files', { colonyname: text, label: text }, (world, { message: { colonyname, label }, signer }) => {
    needMember(world, signer, colonyname);
    const data = latestOf(world, colonyname, label).map(({ name, checksum, size, ref }) => ({
      name,
      checksum,
      size,
      s3filename: ref.s3object.object,
    }));
    return tell(world, list(models.fileData), data);
  }),

  getfilelabelsmsg: handler(
    'Failed to get files',
    { colonyname: text, name: text, exact: flag },
    (world, { message: { colonyname, name, exact }, signer }) => {
      needMember(world, signer, colonyname);
      return tellAll(world, models.fileLabel, labelsOf(world, colonyname, { name, exact: exact && name !== '' }));
    },
  ),

  removefilemsg: handler('Failed to remove file', found, (world, { message: { colonyname, fileid, label, name }, signer }) => {
    needMember(world, signer, colonyname);
    if (fileid !== '') {
      if (fileWithId(world, colonyname, fileid)) world.files.drop(fileid);
      return undefined;
    }
    if (label === '' || name === '') refuse(400, 'malformatted remove file msg');
    for (const file of revisionsOf(world, { colonyname, label, name })) world.files.drop(file.fileid);
    return undefined;
  }),
};

/** Of all colonies together, and never used twice. */
function nextNumber(world: World): bigint {
  const sequencenr = (world.fileNumber.get('last')?.sequencenr ?? 0n) + 1n;
  world.fileNumber.put('last', { sequencenr });
  return sequencenr;
}

function fileWithId(world: World, colonyname: string, fileid: string): File | undefined {
  const file = world.files.get(fileid);
  return file?.colonyname === colonyname ? file : undefined;
}

interface Named {
  readonly colonyname: string;
  readonly label: string;
  readonly name: string;
}

/** Oldest first. A label or name with a colon in it may share its key with another. */
const revisionsOf = (world: World, { colonyname, label, name }: Named): readonly File[] =>
  world.filesNamed(`${colonyname}:${label}:${name}`).filter((file) => file.label === label && file.name === name);

/** The latest revision of every file of a label. */
export function latestOf(world: World, colonyname: string, label: string): readonly File[] {
  const latest = new Map<string, File>();
  for (const file of world.filesOf(colonyname)) if (file.label === label) latest.set(file.name, file);
  return [...latest.values()];
}

/**
 * Labels with the number of revisions below each. No name: all of them. Otherwise those that begin with it, or exactly it and what is
 * below it; then there is nothing at all where it has no file itself.
 */
export function labelsOf(
  world: World,
  colonyname: string,
  { name, exact }: { readonly name: string; readonly exact: boolean },
): readonly { readonly name: string; readonly files: number }[] {
  const counts = new Map<string, number>();
  for (const { label } of world.filesOf(colonyname)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const all = [...counts].map(([label, files]) => ({ name: label, files }));
  if (name === '' && !exact) return all;
  const below = like(exact ? `${name}/%` : `${name}%`);
  if (!exact) return all.filter((one) => below(one.name));
  return counts.has(name) ? all.filter((one) => one.name === name || below(one.name)) : [];
}
