import type { KindFacts } from '../core/facts.ts';
import { digest } from '../core/digest.ts';
import type { ExpectAbsent, ExpectLive, Step, Writes } from '../core/plan.ts';
import type { Pointer } from '../core/pointer.ts';
import type { Recorded, Remark, Resource } from '../core/resource.ts';
import { byText, type Fields } from '../core/value.ts';
import type { Act } from './acts.ts';
import type { Context } from './context.ts';
import { kindOf, placeOf } from './context.ts';
import { shapeOf } from './decide.ts';
import type { Decision, Live } from './decision.ts';
import { withNewIds } from './moves.ts';
import { order } from './order.ts';
import { ownedDigest } from './owned.ts';

const NONE: readonly never[] = [];

/** Numbers the acts and writes each as a step. The acts have no cycle. */
export function stepsOf(context: Context, acts: readonly Act[]): readonly Step[] {
  const { order: sequence, batch } = order(acts, batchKey);
  const number = new Int32Array(acts.length);
  for (const [n, index] of sequence.entries()) number[index] = n;
  return sequence.map((index, n) => {
    const act = acts[index]!;
    const mine = batch.get(index);
    // Members of one call do not wait for each other.
    const others = mine === undefined ? act.after : act.after.filter((before) => batch.get(before) !== mine);
    const numbers = (acts: Iterable<number>): readonly number[] => [...new Set(acts)].map((one) => number[one]!).sort((a, b) => a - b);
    const base = {
      n,
      id: act.decision.id,
      kind: kindOf(act.decision.id),
      after: others.length === 0 ? NONE : numbers(others),
      ready: act.ready.length === 0 ? NONE : numbers(act.ready.filter((before) => mine === undefined || batch.get(before) !== mine)),
      ...(mine === undefined ? {} : { batch: mine }),
    };
    return { ...base, ...body(context, act) };
  });
}

/** Keys of two kinds or targets are different calls, even where they are the same text. A state-only act is in no call. */
function batchKey({ decision, verb }: Act): string | undefined {
  if (verb === 'record' || verb === 'forget' || verb === 'move' || (verb === 'adopt' && decision.differences.length === 0))
    return undefined;
  const key = decision.facts?.batch?.({ id: decision.id, verb });
  return key === undefined ? undefined : `${placeOf(decision.id)}/${key}`;
}

type WithoutBase<S> = S extends Step ? Omit<S, 'n' | 'id' | 'kind' | 'after' | 'ready' | 'batch'> : never;

function body(context: Context, { decision, verb, old, left }: Act): WithoutBase<Step> {
  const { differences, motion, run, live } = decision;
  switch (verb) {
    case 'create':
      return { verb, expect: expectedAbsent(decision), ...key(decision), ...writes(decision) };
    case 'update':
      return { verb, ...present(context, decision), differences, ...(motion === undefined ? {} : { motion }), ...writes(decision) };
    case 'record':
      return {
        verb,
        ...present(context, decision),
        ...(motion === undefined ? {} : { motion }),
        ...(run === undefined ? {} : { run }),
        ...writes(decision),
      };
    case 'adopt':
      return { verb, ...present(context, decision), differences, ...writes(decision) };
    case 'delete': {
      const recorded = recordOf(decision);
      if (left !== undefined) {
        // Nobody looks at it any more: its handle is all that is left of it.
        const expect = { handle: left.handle, owned: '' };
        return { verb, handle: left.handle, expect, recorded: { ...recorded, handle: left.handle, applied: left.applied }, old: true };
      }
      const handle = live?.handle ?? recorded.handle;
      return { verb, handle, expect: expected(context, decision, undefined), recorded, ...(old === undefined ? {} : { old }) };
    }
    case 'forget':
      return { verb, recorded: recordOf(decision) };
    case 'move': {
      const from = decision.from!;
      const recorded = recordOf(decision);
      return { verb, from, recorded: { ...recorded, was: [...(recorded.was ?? []), from] } };
    }
  }
}

function recordOf({ id, recorded }: Decision): Recorded {
  if (recorded === undefined) throw new TypeError(`nothing is recorded of ${id}`);
  return recorded.id === id ? recorded : { ...recorded, id };
}

function writes({ resource, want }: Decision): Writes {
  const { spec, needs, lifecycle } = resource as Resource;
  return { want: want ?? spec, needs, lifecycle, shape: shapeOf(resource as Resource) };
}

const key = ({ recorded }: Decision): { readonly key?: string } => (recorded?.key === undefined ? {} : { key: recorded.key });

const present = (context: Context, decision: Decision): { readonly handle: string; readonly expect: ExpectLive } => {
  const expect = expected(context, decision, decision.want);
  return { handle: expect.handle, expect };
};

function expected({ moves: { left } }: Context, decision: Decision, want: Fields | undefined): ExpectLive {
  const { facts, live, recorded } = decision;
  const seen = live as Live;
  const renamed = (spec: Fields): Fields => (left.size === 0 ? spec : withNewIds(spec, left));
  const applied = recorded === undefined ? undefined : renamed(recorded.applied);
  const spec = want === undefined ? (seen.asRecorded ?? seen.spec) : seen.spec;
  const owned = ownedNow({ facts: facts as KindFacts, want, applied, live: renamed(spec), blind: seen.blind });
  const mends = mendsOf(decision.remarks);
  return { handle: seen.handle, owned, ...(mends === undefined ? {} : { mends }) };
}

/** Digest of what could be mended, for `expect.mends`; undefined where nothing could. */
export function mendsOf(remarks: readonly Remark[] | undefined): string | undefined {
  const mended = (remarks ?? []).flatMap(({ mend, message }) => (mend === undefined ? [] : [`${message}: ${mend.effect ?? ''}`]));
  return mended.length === 0 ? undefined : digest(mended.sort(byText));
}

function expectedAbsent({ id, recorded, live, act, goneBefore }: Decision): ExpectAbsent {
  const absent = recorded?.key ?? id;
  return act === 'replace' && goneBefore === true && live !== undefined ? { absent, goesAlong: live.handle } : { absent };
}

export interface OwnedNow {
  readonly facts: Pick<KindFacts, 'rule'>;
  /** The step's `want`; undefined for a delete. */
  readonly want?: Fields | undefined;
  /** What is recorded, under today's ids. */
  readonly applied?: Fields | undefined;
  readonly live: Fields;
  readonly blind?: readonly Pointer[] | undefined;
}

/** What `expect.owned` of a step has to be when it is looked at again: the one way to compute it, for planner and reconciler. */
export const ownedNow = ({ facts, want, applied, live, blind }: OwnedNow): string =>
  ownedDigest({ rule: facts.rule(want ?? applied ?? {}), desired: want, applied, live, blind });
