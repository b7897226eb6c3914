import { Fault } from '../../../core/diagnostic.ts';
import type { File } from '../client/index.ts';
import type { ColonyRead } from '../session.ts';

/** The revision of that id. A snapshot names revisions, also of files that were removed since: of those there is none. */
export async function revisionOf({ ask, colony }: ColonyRead, fileid: string, signal: AbortSignal): Promise<File | undefined> {
  try {
    return (await ask('getfilemsg', { colonyname: colony, fileid }, signal))[0];
  } catch (error) {
    if (error instanceof Fault && /Failed to get file/.test(error.diagnostic.detail ?? '')) return undefined;
    throw error;
  }
}
