import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { Fault } from '../../../core/diagnostic.ts';
import { arrivingFile } from '../../../disk/arriving-file.ts';
import type { S3Client } from '../../transport/s3.ts';
import type { File, MessageType, Requests } from '../client/index.ts';
import { digester, measured, reading } from './content.ts';
import { noSuchFile, notWhole, strangeFile } from './faults.ts';

/** Where a colony keeps its files: what is known of them with its server, their bytes in the store. */
export interface ColonyFiles {
  readonly colony: string;
  readonly store: S3Client;
  /** One request to the server, signed by a member. */
  call<T extends MessageType>(type: T, request: Requests[T]['request'], signal: AbortSignal): Promise<Requests[T]['reply']>;
}

/** A revision, as much of it as is needed to fetch it. */
export interface Stored {
  readonly name: string;
  readonly size: bigint;
  /** SHA-256 in hexadecimal digits. */
  readonly checksum: string;
  /** The name of its object in the bucket. */
  readonly object: string;
}

export interface PutFile {
  /** Of the file on this machine. */
  readonly path: string;
  /** `/recipes` */
  readonly label: string;
  /** Default: the file's own. */
  readonly name?: string;
}

const ALGORITHM = 'SHA256';
const CHECKSUM = /^[0-9a-f]{64}$/;

/**
 * A file becomes the latest revision of that name: its bytes are in the store before the server hears of it. False where the latest
 * revision has the same bytes already: then nothing is sent. Faults: those of the store (S3_…), of the server, and of the disk.
 */
export async function putFile(
  { colony: colonyname, store, call }: ColonyFiles,
  { path, label, name = basename(path) }: PutFile,
  signal: AbortSignal,
): Promise<boolean> {
  const { size, sha256 } = await measured(path, signal);
  const there = await call('getfilesmsg', { colonyname, label }, signal);
  if (there.some((file) => file.name === name && file.checksum === sha256)) return false;
  // Both clients of ColonyOS make a name by chance: every revision has an object of its own, and none is ever overwritten.
  const object = randomBytes(32).toString('hex');
  await store.put(object, { size, sha256, read: () => reading(path) }, signal);
  const described = { colonyname, label, name, size: BigInt(size), checksum: sha256, checksumalg: ALGORITHM };
  try {
    await call('addfilemsg', { file: { ...described, ref: { protocol: 's3', s3object: whereabouts(store, object) } } }, signal);
  } catch (error) {
    // Nobody would ever find it. If the server may have heard of it, it stays.
    if (error instanceof Fault && error.sent !== 'maybe') await store.remove(object, signal).catch(() => undefined);
    throw error;
  }
  return true;
}

/**
 * As pycolonies writes it, which looks there for the store; the `colonies` command goes by its own environment, and writes the address
 * in a way that pycolonies cannot read. No keys: the server would tell them to every member.
 */
function whereabouts({ address, bucket, region }: S3Client, object: string) {
  const { hostname: server, port, protocol } = new URL(address);
  const tls = protocol === 'https:';
  const own = { server, port: port === '' ? (tls ? 443 : 80) : Number(port), tls, region, bucket, object };
  return { ...own, accesskey: '', secretkey: '', encryptionkey: '', encryptionalg: '' };
}

/** The latest revision of a file. Throws Fault COLONIES_NOT_FOUND and COLONIES_FILE_STRANGE. */
export async function latestRevision(
  { colony: colonyname, call }: Omit<ColonyFiles, 'store'>,
  { label, name }: { readonly label: string; readonly name: string },
  signal: AbortSignal,
): Promise<Stored> {
  const [found] = await call('getfilemsg', { colonyname, label, name, latest: true }, signal);
  if (found === undefined) throw noSuchFile(label, name);
  return storedOf(found);
}

/** What the server says of a revision. Throws Fault COLONIES_FILE_STRANGE for one that could not be checked or read. */
export function storedOf({ name, size, checksum, checksumalg, ref: { protocol, s3object } }: File): Stored {
  if (protocol !== 's3') throw strangeFile(name, `it is kept by the protocol "${protocol}"`);
  if (s3object.encryptionalg !== '') throw strangeFile(name, `it is encrypted by "${s3object.encryptionalg}"`);
  if (checksumalg.toUpperCase().replace('-', '') !== ALGORITHM) throw strangeFile(name, `its checksum is made by "${checksumalg}"`);
  return { name, size, checksum, object: s3object.object };
}

/**
 * Fetches a revision to a path of this machine: it has its name when all of it is there and has the checksum that the server knows, and
 * until then what was there stays. Throws Fault COLONIES_FILE_CHECKSUM, COLONIES_FILE_STRANGE, those of the store (S3_…) and of the disk.
 */
export async function fetchFile(
  { store }: Pick<ColonyFiles, 'store'>,
  { name, size, checksum, object }: Stored,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<void> {
  const wanted = checksum.toLowerCase();
  if (!CHECKSUM.test(wanted)) throw strangeFile(name, 'its checksum is no SHA-256');
  if (size < 0n || size > BigInt(Number.MAX_SAFE_INTEGER)) throw strangeFile(name, `its size is ${size}`);
  const content = digester();
  const file = await arrivingFile(path);
  try {
    // The command of Colonies stores nothing for a file of no bytes.
    if (size > 0n) {
      const sink = (piece: Uint8Array): void => {
        content.add(piece);
        file.write(piece);
      };
      await store.get(object, { size: Number(size), sink }, signal);
    }
    if (content.sha256() !== wanted) throw notWhole(name, { store: store.address, object });
    await file.keep();
  } finally {
    await file.abandon();
  }
}
