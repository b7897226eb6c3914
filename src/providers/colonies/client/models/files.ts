import { flag, id, int, int64, list, record, text, time, type Of } from '../codec.ts';

const s3Object = record({
  server: text,
  port: int,
  tls: flag,
  accesskey: text,
  secretkey: text,
  region: text,
  encryptionkey: text,
  encryptionalg: text,
  object: text,
  bucket: text,
});

/** One revision of a file. Its bytes are elsewhere, in the S3 object of `ref`. */
export const file = record({
  fileid: id,
  colonyname: text,
  label: text,
  name: text,
  size: int64,
  /** Counts over the whole server. */
  sequencenr: int64,
  checksum: text,
  checksumalg: text,
  ref: record({ protocol: text, s3object: s3Object }),
  added: time,
});
export type File = Of<typeof file>;

export const fileData = record({ name: id, checksum: text, size: int64, s3filename: text });
export type FileData = Of<typeof fileData>;

/** `files` counts revisions. */
export const fileLabel = record({ name: id, files: int });
export type FileLabel = Of<typeof fileLabel>;

export const snapshot = record({ snapshotid: id, colonyname: text, label: text, name: text, fileids: list(text), added: time });
export type Snapshot = Of<typeof snapshot>;
