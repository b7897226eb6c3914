import type { Session } from '../contract.ts';
import type { Datastore } from './datastore/index.ts';

/** What planning may use of a datastore: nothing of it writes. */
export type ConfhoardRead = Pick<
  Datastore,
  'folder' | 'schema' | 'instance' | 'read' | 'readTogether' | 'foresee' | 'log' | 'lastWriters' | 'registrations'
>;

/** What applying may use besides. */
export type ConfhoardWrite = Pick<Datastore, 'commit' | 'save' | 'register' | 'found'> & {
  /** The name that commits are logged under. */
  readonly user: string;
};

export interface ConfhoardSession extends Session {
  readonly read: ConfhoardRead;
  readonly write: ConfhoardWrite;
}

/** How commits of this provider are told from anybody else's in the log. */
export const VIA = 'setpoint';

export function sessionOf(datastore: Datastore, user: string): ConfhoardSession {
  const { folder, schema, instance, read, readTogether, foresee, log, lastWriters, registrations, commit, save, register, found } =
    datastore;
  return {
    read: { folder, schema, instance, read, readTogether, foresee, log, lastWriters, registrations },
    write: { commit, save, register, found, user },
    close: () => Promise.resolve(),
  };
}
