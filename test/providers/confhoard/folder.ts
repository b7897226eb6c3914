import { accessSync, constants } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A new folder, in memory where there is such a place: a datastore syncs every write, and these tests make thousands. */
export const temporaryFolder = (name: string): Promise<string> =>
  mkdtemp(join(isWritable(MEMORY) ? MEMORY : tmpdir(), `setpoint-test-${name}-`));
