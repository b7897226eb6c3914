import { Fault } from '../../../core/diagnostic.ts';

/** The target says nothing of a store. */
export const noStorage = (): Fault =>
  new Fault(
    {
      code: 'COLONIES_NO_STORAGE',
      summary: 'the target does not say where the bytes of files are',
      detail:
        'The server of ColonyOS knows names, sizes and checksums; the bytes are in an S3 store, which it does not speak with. Nothing was done.',
      hint:
        'Set spec.options.storage of the Target: {endpoint: https://minio.example:9000, bucket: plant, accessKey: {env: AWS_S3_ACCESSKEY}, ' +
        'secretKey: {env: AWS_S3_SECRETKEY}}. A sandbox has no store.',
    },
    { sent: 'no' },
  );

export const noSuchFile = (label: string, name: string): Fault =>
  new Fault({
    code: 'COLONIES_NOT_FOUND',
    summary: `there is no ${label}/${name}`,
    detail: 'The server knows no revision of it.',
    hint: 'Correct label and name: `setpoint run TARGET files label=…` lists what there is.',
  });

/** What the server says of a file cannot be believed, or not be read by anybody. */
export const strangeFile = (name: string, why: string): Fault =>
  new Fault({
    code: 'COLONIES_FILE_STRANGE',
    summary: `${name} cannot be fetched, because ${why}`,
    detail: 'No client of ColonyOS writes files in this way, and bytes that cannot be checked are not written to a disk.',
    hint: 'Whoever put it there has to say how it is read; put it again in the usual way.',
  });

export const notWhole = (name: string, { store, object }: { readonly store: string; readonly object: string }): Fault =>
  new Fault({
    code: 'COLONIES_FILE_CHECKSUM',
    summary: `${name} is not what the server says that it is`,
    detail: `The object ${object} in ${store} has other bytes than those of the checksum. Nothing was written: what was there is untouched.`,
    hint: 'Somebody changed the object, or it was not stored whole: put the file again, which makes a new revision.',
  });

/** A name that the server gave would lead elsewhere, or is none. */
export const unsafeName = (name: string, folder: string): Fault =>
  new Fault({
    code: 'COLONIES_FILE_PATH',
    summary: `${JSON.stringify(name)} is no name that a file below ${folder} could have`,
    detail: 'Names come from whoever put a file there. One that leads out of the folder, or is none on this machine, is never written.',
    hint: 'remove-file takes it off the server; get-file with to=… fetches it under another name.',
  });

/** A folder and a label have different bytes under one name, and nobody said which of them are right. */
export const differing = (names: readonly string[], { detail, hint }: { readonly detail: string; readonly hint: string }): Fault =>
  new Fault(
    {
      code: 'COLONIES_FILES_DIFFER',
      summary: `${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''}: other bytes here than there`,
      detail,
      hint,
    },
    { sent: 'no' },
  );

const MOST_NAMED = 5;

/** A snapshot names revisions; of a file that was removed there is none left. */
export const snapshotGone = (snapshot: string, { gone, all }: { readonly gone: number; readonly all: number }): Fault =>
  new Fault({
    code: 'COLONIES_SNAPSHOT_GONE',
    summary: `${gone} of the ${all} files of ${snapshot} were removed from the server since`,
    detail: 'The others are there. Of those the server knows not even the names any more, so their bytes cannot be found.',
    hint: 'A file that is removed is gone from all snapshots: put it again, and make a new one.',
  });
