import { openS3, type S3Options } from '../../transport/s3.ts';
import type { CallOptions, ColoniesClient } from '../client/index.ts';
import { fetchFile, latestRevision, putFile, type ColonyFiles, type PutFile } from './colony-files.ts';

/** The files of one colony, bytes and all, for programs: an executor fetches what it is to work on, and puts what came of it. */
export interface ColonyFilesClient {
  /**
   * Puts a file of this machine as the latest revision of its name; false where the latest one has these bytes already. Faults: those of
   * the client, of the store (S3_…) and of the disk.
   */
  put(file: PutFile, options?: CallOptions): Promise<boolean>;
  /**
   * Fetches the latest revision to a path of this machine, in place of what is there: whole and with the checksum that the server knows,
   * or not at all. Faults as above, and COLONIES_NOT_FOUND, COLONIES_FILE_CHECKSUM, COLONIES_FILE_STRANGE.
   */
  get(file: { readonly label: string; readonly name: string; readonly to: string }, options?: CallOptions): Promise<void>;
  /** Lets go of the store; the client stays as it is. */
  close(): Promise<void>;
}

/** Connects with the first file. `storage` may come from `coloniesEnvironment`. Throws Fault S3_ENDPOINT. */
export function openColonyFiles(
  client: ColoniesClient,
  { colony, storage }: { readonly colony: string; readonly storage: S3Options },
): ColonyFilesClient {
  const store = openS3(storage);
  const filesFor = ({ key }: CallOptions): ColonyFiles => ({
    colony,
    store,
    call: (type, request, signal) => client.call(type, request, { ...(key === undefined ? {} : { key }), signal }),
  });
  const signalOf = ({ signal = new AbortController().signal }: CallOptions): AbortSignal => signal;
  return {
    put: (file, how = {}) => putFile(filesFor(how), file, signalOf(how)),
    async get({ label, name, to }, how = {}) {
      const files = filesFor(how);
      const signal = signalOf(how);
      await fetchFile(files, await latestRevision(files, { label, name }, signal), { path: to, signal });
    },
    close: () => store.close(),
  };
}
