import { flag, id, int, int64, list, members, record, text, time, type Codec, type Members } from '../codec.ts';

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

const fileMembers = members({
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
/** One revision of a file. Its bytes are elsewhere, in the S3 object of `ref`. */
export interface File extends Members<typeof fileMembers> {}
export const file: Codec<File> = record(fileMembers);

const fileDataMembers = members({ name: id, checksum: text, size: int64, s3filename: text });
export interface FileData extends Members<typeof fileDataMembers> {}
export const fileData: Codec<FileData> = record(fileDataMembers);

const fileLabelMembers = members({ name: id, files: int });
/** `files` counts revisions. */
export interface FileLabel extends Members<typeof fileLabelMembers> {}
export const fileLabel: Codec<FileLabel> = record(fileLabelMembers);

const snapshotMembers = members({ snapshotid: id, colonyname: text, label: text, name: text, fileids: list(text), added: time });
export interface Snapshot extends Members<typeof snapshotMembers> {}
export const snapshot: Codec<Snapshot> = record(snapshotMembers);
