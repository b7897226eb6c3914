import type { Pointer } from '../../../core/pointer.ts';
import type { Finding } from '../../contract.ts';

/** A colon in a name that the server joins with the colony's: it takes the name, and takes it apart wrongly ever after. */
export function colonIn(name: string | undefined, what: string, pointer: Pointer): readonly Finding[] {
  if (name?.includes(':') !== true) return [];
  return [
    {
      code: 'COLONIES_NAME',
      summary: `the name of ${what} cannot have a colon in it`,
      detail:
        'The server writes names of users, executors, snapshots and locations behind that of the colony and a colon. With a second colon it can read none of the colony, nor remove the one.',
      hint: `Write it otherwise: ${name.replaceAll(':', '-')}.`,
      pointer,
    },
  ];
}
