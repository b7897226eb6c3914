import { Fault } from '../../../core/diagnostic.ts';
import type { Process } from '../client/index.ts';
import type { ColonyRead } from '../session.ts';
import { MOST } from './inputs.ts';

interface Wanted {
  /** Of processState. */
  readonly state: number;
  /** The one filter that the server goes by. */
  readonly filter?: { readonly initiator?: string; readonly label?: string; readonly executortype?: string };
}

/** The newest first; `cut`: there may be more. */
export interface Last {
  readonly list: readonly Process[];
  readonly cut: boolean;
}

/**
 * The last processes of a state. Each comes with all that it put out, however much that is: where as many as the server lists are more
 * than an answer may hold, half as many are asked for, and so on. One alone that is too large is left out.
 */
export async function lastProcesses(
  { ask, colony }: Pick<ColonyRead, 'ask' | 'colony'>,
  { state, filter = {} }: Wanted,
  signal: AbortSignal,
): Promise<Last> {
  for (let count = MOST; count >= 1; count = Math.floor(count / 2)) {
    try {
      const list = await ask('getprocessesmsg', { colonyname: colony, count, state, ...filter }, signal);
      return { list, cut: list.length === count };
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'BODY_TOO_LARGE') throw error;
    }
  }
  return { list: [], cut: true };
}
