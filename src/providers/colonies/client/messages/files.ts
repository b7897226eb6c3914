import { list, nothing } from '../codec.ts';
import { file, fileData, fileLabel, snapshot, type FileDraft } from '../models/index.ts';
import { fields, type InColony, type Table } from './message.ts';

/** By id, or by label and name. */
export type OneFile = InColony & ({ readonly fileid: string } | { readonly label: string; readonly name: string });
export type OneSnapshot = InColony & ({ readonly snapshotid: string } | { readonly name: string });

/** What the server knows of files, whose bytes are in an S3 store, and snapshots of them. */
export const fileMessages = {
  addfilemsg: { signer: 'member', effect: 'once', reply: file, fields: fields<{ readonly file: FileDraft }>() },
  /** A list: all revisions, or with `latest` one. */
  getfilemsg: { signer: 'member', effect: 'reads', reply: list(file), fields: fields<OneFile & { readonly latest?: boolean }>() },
  getfilesmsg: { signer: 'member', effect: 'reads', reply: list(fileData), fields: fields<InColony & { readonly label: string }>() },
  getfilelabelsmsg: {
    signer: 'member',
    effect: 'reads',
    reply: list(fileLabel),
    /** `name` empty: all. `exact`: that label and those below it; otherwise all that begin so. */
    fields: fields<InColony & { readonly name?: string; readonly exact?: boolean }>(),
  },
  removefilemsg: { signer: 'member', effect: 'set', reply: nothing, fields: fields<OneFile>() },

  createsnapshotmsg: {
    signer: 'member',
    effect: 'once',
    reply: snapshot,
    fields: fields<InColony & { readonly label: string; readonly name: string }>(),
  },
  getsnapshotmsg: { signer: 'member', effect: 'reads', reply: snapshot, fields: fields<OneSnapshot>() },
  getsnapshotsmsg: { signer: 'member', effect: 'reads', reply: list(snapshot), fields: fields<InColony>() },
  removesnapshotmsg: { signer: 'member', effect: 'set', reply: nothing, fields: fields<OneSnapshot>() },
  removeallsnapshotmsg: { signer: 'member', effect: 'set', reply: nothing, fields: fields<InColony>() },
} as const satisfies Table;
