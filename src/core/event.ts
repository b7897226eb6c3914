import type { Diagnostic } from './diagnostic.ts';
import type { KindName, ResourceId } from './id.ts';
import type { Verb } from './plan.ts';

/**
 * What happens, as it happens: terminal, NDJSON, web page and tests only read these. `at` is ISO 8601 in UTC.
 * Emitting is synchronous and may not throw.
 */
export type Event = { readonly at: string } & (
  | { readonly type: 'reading'; readonly target: string; readonly kind: KindName; readonly scope: string }
  | {
      readonly type: 'read';
      readonly target: string;
      readonly kind: KindName;
      readonly scope: string;
      readonly objects: number;
      readonly pages: number;
    }
  | { readonly type: 'begin'; readonly id: ResourceId; readonly verb: Verb; readonly n: number; readonly old?: true }
  | { readonly type: 'wait'; readonly id: ResourceId; readonly message: string }
  /** Ends the waiting that `wait` told of: the live system calls it ready. */
  | { readonly type: 'ready'; readonly id: ResourceId }
  /** Ends the waiting the other way: it failed, or its time is over. Told once of a resource, however many wait for it. */
  | { readonly type: 'unready'; readonly id: ResourceId; readonly fault: Diagnostic }
  | { readonly type: 'retry'; readonly id: ResourceId; readonly attempt: number; readonly afterMs: number; readonly fault: Diagnostic }
  | {
      readonly type: 'done';
      readonly id: ResourceId;
      readonly verb: Verb;
      readonly n: number;
      readonly ms: number;
      readonly handle?: string;
      readonly old?: true;
    }
  | {
      readonly type: 'fail';
      readonly id: ResourceId;
      readonly verb: Verb;
      readonly n: number;
      readonly ms: number;
      readonly fault: Diagnostic;
      readonly unknown?: true;
    }
  | {
      readonly type: 'skip';
      readonly id: ResourceId;
      readonly verb: Verb;
      readonly n: number;
      readonly because: string;
      readonly old?: true;
    }
  | { readonly type: 'motion'; readonly id: ResourceId; readonly next?: string; readonly message: string }
  | { readonly type: 'round'; readonly number: number; readonly steps: number }
  | { readonly type: 'resolved'; readonly id: ResourceId; readonly intent: string; readonly found: 'made' | 'not-made' | 'unknown' }
  | { readonly type: 'note'; readonly diagnostic: Diagnostic }
  | {
      readonly type: 'summary';
      readonly done: number;
      readonly failed: number;
      readonly skipped: number;
      readonly unknown: number;
      readonly motion: number;
      readonly unready: number;
      readonly ms: number;
    }
);

type WithoutTime<E> = E extends Event ? Omit<E, 'at'> : never;
/** How the engine's rooms speak: the time is added by whoever owns the clock. */
export type Emit = (event: WithoutTime<Event>) => void;
