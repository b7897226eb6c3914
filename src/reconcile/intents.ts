import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts, shortId } from '../core/id.ts';
import type { Observed, Recorded } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import { compare, ownedDigest } from '../planner/index.ts';
import type { End, Intent } from '../state/store.ts';
import type { Kinds } from './opened.ts';
import type { Subject } from './subject.ts';
import { subjectOf } from './subject.ts';
import { withoutReplaced } from './work.ts';

/** What looking said about a call whose reply nobody saw. */
export interface Resolved {
  readonly intent: Intent;
  readonly found: 'made' | 'not-made' | 'unknown';
  /** A create whose object is there and is not what it was to be: a make of several writes that did not get through all of them. */
  readonly half?: true;
  /** To be written to the journal under a lease; none while it is unknown: the intent stays open. */
  readonly end?: End;
}

/**
 * Decides, from a fresh look, what became of each open intent. A create counts as made when its object is there under the key
 * that was free when we began and neither bears somebody else's mark nor is what it was to take the place of: it is recorded, and
 * half made where it is not as wanted. An update is made when the live values are the wanted ones, else the earlier record stays and
 * the plan shows what differs; a delete when its object is gone.
 */
export function resolveIntents(
  open: readonly Intent[],
  observed: ReadonlyMap<ResourceId, Observed>,
  { kinds, records }: { readonly kinds: Kinds; readonly records: ReadonlyMap<ResourceId, Recorded> },
): readonly Resolved[] {
  return open.map((intent) => {
    const live = observed.get(intent.id);
    const { nature } = kinds.of(intent.id)?.facts ?? { nature: 'state' };
    const done = (recorded: Recorded | null, found: Resolved['found']): Resolved => ({
      intent,
      found,
      end: { intent: intent.intent, id: intent.id, outcome: found === 'made' ? 'done' : 'failed', recorded },
    });
    const kept = (found: Resolved['found']): Resolved => ({
      intent,
      found,
      end: { intent: intent.intent, id: intent.id, outcome: found === 'made' ? 'done' : 'failed' },
    });
    if (!live || live.seen === 'unknown') return { intent, found: 'unknown' };
    if (intent.verb === 'delete') {
      const gone = live.seen === 'absent' || (intent.handle !== undefined && live.handle !== intent.handle);
      if (!gone) return kept('not-made');
      const record = records.get(intent.id);
      if (record === undefined || intent.handle === undefined || record.handle === intent.handle) return done(null, 'made');
      // The old one of a pair: the record is the new one's. Where the new one is seen, nobody can tell whether the old one stands
      // behind it; deleting it once more is quiet.
      const without = withoutReplaced(record, intent.handle);
      if (without === undefined) return kept('made');
      return live.seen === 'absent' ? done(without, 'made') : kept('not-made');
    }
    const { outcome } = intent;
    if (!outcome) throw new Error(`intent ${intent.intent} (${intent.verb}) has no outcome to record`);
    if (live.seen === 'absent') {
      // A run leaves nothing behind that a later look must find: absent is no proof that it did not happen.
      if (nature === 'run') return done({ ...outcome, run: { hash: outcome.run?.hash ?? '', outcome: 'unknown' } }, 'unknown');
      // No look would show what it made: told as such, and the next plan makes it.
      return kept(kinds.of(intent.id)?.kind.readable === false ? 'unknown' : 'not-made');
    }
    const made: Recorded = {
      ...outcome,
      handle: live.handle,
      ...(live.key === undefined ? {} : { key: live.key }),
      ...(live.revision === undefined ? {} : { revision: live.revision }),
    };
    const { applied } = outcome;
    const rule = kinds.of(intent.id)?.facts.rule(applied) ?? {};
    if (intent.verb === 'create') {
      const isOld = outcome.replaced?.some(({ handle }) => handle === live.handle) === true;
      const isForeign = live.mark !== undefined && live.mark !== intent.id;
      if (isOld || isForeign) return kept('not-made');
      // What a run was of is in its record, and is not compared.
      if (nature === 'run' || compare({ rule, desired: applied, applied, live: live.spec, blind: live.blind }).differences.length === 0)
        return done(made, 'made');
      const recorded: Recorded = { ...made, unfinished: true };
      return { intent, found: 'made', half: true, end: { intent: intent.intent, id: intent.id, outcome: 'failed', recorded } };
    }
    const owned = (spec: Fields): string => ownedDigest({ rule, desired: applied, live: spec, blind: live.blind });
    const asWanted = owned(live.spec) === owned(applied);
    return asWanted ? done(made, 'made') : kept('not-made');
  });
}

/**
 * Looks for what open intents may have done, and decides. Intents of one resource are about different objects (the old ones that it
 * has replaced), so each has a look of its own, in the order in which they began.
 */
export async function resolveByLooking(
  open: readonly Intent[],
  options: {
    readonly look: (subjects: readonly Subject[]) => Promise<{ readonly observed: ReadonlyMap<ResourceId, Observed> }>;
    readonly kinds: Kinds;
    readonly records: ReadonlyMap<ResourceId, Recorded>;
  },
): Promise<readonly Resolved[]> {
  const { look, kinds } = options;
  let { records } = options;
  const found = new Map<Intent, Resolved>();
  for (let due = open; due.length > 0;) {
    const first = new Map<ResourceId, Intent>();
    for (const intent of due) if (!first.has(intent.id)) first.set(intent.id, intent);
    const now = [...first.values()];
    const { observed } = await look(now.map((intent) => subjectOfIntent(intent, records)));
    const resolved = resolveIntents(now, observed, { kinds, records });
    for (const one of resolved) found.set(one.intent, one);
    records = recordsAfter(records, resolved);
    due = due.filter((intent) => first.get(intent.id) !== intent);
  }
  return open.map((intent) => found.get(intent) as Resolved);
}

/** The records as they are once those ends are written: what a plan is computed from before anybody holds a lease. */
export function recordsAfter(records: ReadonlyMap<ResourceId, Recorded>, resolved: readonly Resolved[]): ReadonlyMap<ResourceId, Recorded> {
  if (resolved.length === 0) return records;
  const after = new Map(records);
  for (const { end } of resolved) {
    if (end?.recorded === null) after.delete(end.id);
    else if (end?.recorded) after.set(end.id, end.recorded);
  }
  return after;
}

/** Where to look for what an intent may have made. */
export function subjectOfIntent(intent: Intent, records: ReadonlyMap<ResourceId, Recorded>): Subject {
  const record = records.get(intent.id);
  if (intent.verb === 'delete' || !intent.outcome) {
    const subject = subjectOf(intent.id, undefined, record);
    return intent.handle === undefined ? subject : { ...subject, handle: intent.handle };
  }
  if (intent.verb !== 'create') return subjectOf(intent.id, undefined, intent.outcome);
  // Its record has no handle yet: it is looked for under its natural key.
  const { target, kind, name } = idParts(intent.id);
  const { applied, needs, replaced } = intent.outcome;
  const old = replaced === undefined ? {} : { replaced: replaced.map(({ handle }) => handle) };
  return { id: intent.id, target, kind, name, want: applied, needs, intent: intent.intent, ...old };
}

/** Said of an open intent whose kind this release does not have: it stays open, and is in nobody else's way. */
export const strangeIntent = ({ intent, id, verb, at }: Intent): Diagnostic => ({
  code: 'INTENT_OPEN',
  severity: 'warning',
  summary: `what became of ${intent} (${verb} of ${shortId(id)}) cannot be found out by this release`,
  detail:
    `The journal says that this call began at ${at} and not how it ended, and no provider here has the kind ${idParts(id).kind}: it was written ` +
    'by an older or newer release. Nothing happens to that object; everything else goes on.',
  hint: `Apply once with the release that wrote it; or, when you have looked at the object yourself: setpoint state forget ${id}`,
  resource: id,
});
