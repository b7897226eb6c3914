import type { Diagnostic } from '../core/diagnostic.ts';
import type { KindFacts } from '../core/facts.ts';
import type { ResourceId } from '../core/id.ts';
import type { Action, Difference, Reason } from '../core/plan.ts';
import type { Pointer } from '../core/pointer.ts';
import type { Author, Motion, Observed, Recorded, Remark, Resource, Run } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import type { Renewed } from './diff.ts';

export type Live = Observed & { readonly seen: 'live' };

/** What will be done about it; a `replace` is two steps, a `from` puts a move before any of them; `discard` deletes what was replaced earlier. */
export type Act = 'create' | 'adopt' | 'update' | 'replace' | 'record' | 'discard' | 'delete' | 'forget' | 'none';

/** What is decided about one resource that is not simply in step. */
export interface Decision {
  readonly id: ResourceId;
  readonly rule: Rule;
  readonly act: Act;
  readonly action: Action;
  readonly reason: Reason;
  readonly facts?: KindFacts | undefined;
  readonly resource?: Resource | undefined;
  readonly recorded?: Recorded | undefined;
  readonly live?: Live | undefined;
  readonly from?: ResourceId | undefined;
  /** What the step writes; where it is not the manifest's spec, the next waypoint. */
  readonly want?: Fields | undefined;
  readonly motion?: Motion | undefined;
  /** How what runs once has ended by now. */
  readonly run?: Run | undefined;
  /** As the step writes them: references are RefMarks. */
  readonly differences: readonly Difference[];
  readonly ignored?: readonly Difference[] | undefined;
  readonly unverifiable?: readonly Pointer[] | undefined;
  readonly remarks?: readonly Remark[] | undefined;
  readonly author?: Author | undefined;
  readonly renewed?: Renewed | undefined;
  readonly replace?: KindFacts['replace'] | undefined;
  /** The old one goes when its parent does: there is nothing to delete. */
  readonly oldGoesAlong?: boolean | undefined;
  /** It is gone before the new one is made. */
  readonly goneBefore?: boolean | undefined;
  readonly blocked?: Diagnostic | undefined;
  readonly fault?: Diagnostic | undefined;
}

/** The rows of the decision table, in the words of `plan --why`. */
export const RULES = {
  'in-step': 'Live is what the manifest says, and so is the record.',
  new: 'The manifest asks for it, nothing is recorded, and the system says that there is none: create it.',
  vanished: 'We made it and the system says that it is gone: create it again.',
  'not-creatable': 'It does not exist and this system cannot create one: nothing can be done.',
  'not-found': 'The manifest keeps an object that somebody else makes, and the system says that there is none.',
  'adopt-required': 'It exists and nothing is recorded: taking it over is a decision that nobody has made.',
  adopt: 'It exists, nothing is recorded, and it may be taken over.',
  'adopt-immutable': 'It may be taken over, but it differs in a field that cannot be changed in place: nobody deletes what is not ours.',
  'foreign-owner': 'The live object bears the mark of another owner.',
  update: 'Live differs from the manifest in what is ours.',
  replace: 'What differs cannot be changed in place: make it anew.',
  mended: 'Live is what the manifest says, and the system says that something else is wrong with it: mend that.',
  finish: 'An earlier apply made it and did not get through all of it: do the rest.',
  'old-left': 'It was made anew earlier, and the one before it still stands: delete that one.',
  'old-stays': 'It was made anew earlier and is not ready, so the one before it stays.',
  'replace-refused': 'What differs cannot be changed in place, and the old one may not be deleted.',
  'run-ended': 'It was begun, and the system says by now how it ended: only the record is behind.',
  record: 'Live already is what the manifest says; only the record is behind.',
  'drift-left-alone': 'The world changed it, and the manifest says to leave drift alone.',
  'observe-only': 'The manifest only refers to it.',
  noted: 'Nothing has to be done, and there is something to be said.',
  unobserved: 'Nobody could tell how it is: nothing is planned.',
  deferred: 'It can be looked at only when a step of this plan is done: a second round decides.',
  'need-missing': 'Something that it needs does not come.',
  'in-motion': 'A change that takes longer than a run is under way.',
  advance: 'The change that is under way takes its next step.',
  'run-done': 'It ran with exactly this and ended well.',
  'run-again': 'It ran with something else before: run it with this.',
  'run-failed': 'It ran with exactly this and failed: only another spec.retry runs it again.',
  'run-waits': 'It is under way with something else: this is a run of its own, once that one has ended.',
  'run-open': 'It was begun and nobody knows how it ended: it is not started again without an answer.',
  'no-evidence': 'It is recorded and no manifest asks for it, but nothing proves that it was removed on purpose.',
  'gone-already': 'Nobody asks for it and it is not there: forget it.',
  protected: 'Nobody asks for it, but it is protected.',
  retained: 'Nobody asks for it, and it was told to stay: forget it.',
  'not-ours-to-delete': 'Nobody asks for it, and it was taken over rather than made: forget it.',
  'cannot-be-deleted': 'Nobody asks for it, and this system cannot delete it: forget it.',
  'run-removed': 'Nobody asks for it, and what has run cannot be taken back: forget it.',
  delete: 'Nobody asks for it and we made it: delete it.',
  'gone-with-parent': 'It goes when the object it belongs to is deleted.',
  needed: 'It would go, but something that stays needs it.',
  budget: 'Too much of this target would be deleted at once.',
  halted: 'Too much of this target is gone at once: nothing is done there.',
  twice: 'One live object answers to two resources.',
  cycle: 'It needs itself by way of others.',
  'kind-unknown': 'No provider knows this kind.',
} as const satisfies Readonly<Record<string, string>>;

export type Rule = keyof typeof RULES;
