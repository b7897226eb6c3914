import type { Diagnostic } from '../../../core/diagnostic.ts';
import type { Process } from '../client/models/index.ts';

/** How a process ended here. `lost`: the server took it away, or would not have the result. `left`: it is still open there. */
export type Outcome = 'succeeded' | 'failed' | 'lost' | 'left';

/** What an executor does, as it happens; `text` says it in one line. */
export type ExecutorEvent = { readonly text: string } & (
  | { readonly type: 'registered' | 'approved' | 'waiting' | 'ready' | 'paused' | 'resumed' | 'unregistered' | 'stopping' }
  | { readonly type: 'begun'; readonly process: Process }
  | { readonly type: 'ended'; readonly process: Process; readonly outcome: Outcome; readonly ms: number }
  /** The server holds these as running here, and nobody here runs them. */
  | { readonly type: 'leftovers'; readonly processes: readonly Process[] }
  | { readonly type: 'away'; readonly fault: Diagnostic }
  | { readonly type: 'back' }
  | { readonly type: 'trouble'; readonly fault: Diagnostic }
);

/** Told synchronously; may not throw. */
export type Tell = (event: ExecutorEvent) => void;

export const short = ({ processid }: Pick<Process, 'processid'>): string => processid.slice(0, 12);
