import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { MEMORY } from '../../kit/memory.ts';

/** A new folder: a datastore syncs every write, and these tests make thousands. */
export const temporaryFolder = (name: string): Promise<string> => mkdtemp(join(MEMORY, `setpoint-test-${name}-`));
