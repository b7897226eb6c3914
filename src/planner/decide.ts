import type { Diagnostic } from '../core/diagnostic.ts';
import type { KindFacts } from '../core/facts.ts';
import type { ResourceId } from '../core/id.ts';
import type { Difference, Reason } from '../core/plan.ts';
import type { Need, Observed, Recorded, Remark, Resource } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { canonical, equal } from '../core/value.ts';
import type { Course } from './course.ts';
import { course, opening, overdue } from './course.ts';
import type { Decision, Live, Rule } from './decision.ts';
import type { Comparison, Renewed } from './diff.ts';
import { compare } from './diff.ts';
import { adoptImmutable, adoptRequired, foreignOwner, mayNotGo, notCreatable, notFound, notObserved, runOpen } from './refusals.ts';
import { endedAs, isOpen, runEnd } from './run-end.ts';
import { runHash, sameWant } from './same.ts';

/** One desired resource with all that its decision needs. */
export interface Subject {
  readonly resource: Resource;
  readonly facts: KindFacts;
  /** Under this id or, for a move, under the id it had. */
  readonly recorded?: Recorded | undefined;
  readonly observed?: Observed | undefined;
  readonly from?: ResourceId | undefined;
  /** `recorded.applied` and `observed.spec` with the ids of moved resources in place of the old ones. */
  readonly translate?: ((spec: Fields) => Fields) | undefined;
  readonly renewed?: Renewed | undefined;
  /** Something that it belongs to is made anew, and it cannot outlive that. */
  readonly recreate: boolean;
  /** Its old one goes when its parent's old one does. */
  readonly oldGoesAlong: boolean;
  /** And that is before its new one is made. */
  readonly goneBefore: boolean;
  readonly replace: KindFacts['replace'];
  /** Something that it needs, near or far, is made by this plan. */
  readonly madeBelow: boolean;
  readonly mayAdopt: boolean;
  readonly now: string;
}

const NOTHING: Fields = {};

/** The decision table; undefined means in step, with nothing to say. */
export function decide(s: Subject): Decision | undefined {
  if (s.facts.nature === 'run' && s.recorded !== undefined) return decideRun(s, s.recorded);
  const { observed, resource, recorded } = s;
  if (observed === undefined || observed.seen === 'unknown') return unseen(s, observed);
  const { manage } = resource.lifecycle;
  if (observed.seen === 'absent') {
    if (manage === 'observe' || manage === 'adopt') return blocked(s, 'not-found', notFound(resource));
    return absent(s);
  }
  if (manage === 'observe') return onlyObserved(s, observed);
  const { mark } = observed;
  if (mark !== undefined && !isOurs(mark, s)) {
    return blocked(s, 'foreign-owner', foreignOwner(resource, mark), { live: observed });
  }
  // Another handle without our mark is another object: somebody made it after ours had gone.
  if (recorded === undefined || (recorded.handle !== observed.handle && mark === undefined)) return found(s, observed);
  return kept(s, recorded, observed);
}

/** A mark is ours under the id we have or one we had: a rename writes state only, so the old one stays on the object for a while. */
const isOurs = (mark: string, { resource, from, recorded }: Subject): boolean =>
  mark === resource.id || mark === from || resource.was.includes(mark) || recorded?.was?.includes(mark) === true;

type Extra = Partial<Omit<Decision, 'id'>>;

function decision(s: Subject, rule: Rule, rest: Extra & Pick<Decision, 'act' | 'action' | 'reason'>): Decision {
  return {
    id: s.resource.id,
    rule,
    facts: s.facts,
    resource: s.resource,
    recorded: s.recorded,
    from: s.from,
    want: s.resource.spec,
    differences: [],
    renewed: s.renewed,
    ...rest,
  };
}

const REASON_OF_BLOCK: Partial<Record<Rule, Reason>> = {
  'adopt-required': 'found-unrecorded',
  'adopt-immutable': 'found-unrecorded',
  'foreign-owner': 'found-unrecorded',
  'replace-refused': 'immutable',
};

const blocked = (s: Subject, rule: Rule, why: Diagnostic, rest: Extra = {}): Decision =>
  decision(s, rule, {
    act: 'none',
    action: 'none',
    reason: REASON_OF_BLOCK[rule] ?? (s.recorded === undefined ? 'new' : 'vanished'),
    blocked: why,
    ...rest,
  });

function unseen(s: Subject, observed: (Observed & { readonly seen: 'unknown' }) | undefined): Decision {
  const wait = observed?.deferred === true && s.madeBelow;
  return decision(s, wait ? 'deferred' : 'unobserved', {
    act: 'none',
    action: 'none',
    reason: wait ? 'deferred' : 'unobserved',
    fault: observed?.fault ?? notObserved(s.resource),
  });
}

function absent(s: Subject): Decision {
  if (!s.facts.creatable) return blocked(s, 'not-creatable', notCreatable(s.resource));
  const again = s.recorded !== undefined;
  const { differences } = against(s, s.resource.spec, undefined, NOTHING);
  return decision(s, again ? 'vanished' : 'new', {
    act: 'create',
    action: 'create',
    reason: again ? 'vanished' : 'new',
    differences: differences.map(unforced),
  });
}

/** What a new object is given replaces nothing. */
function unforced({ path, cause, ...rest }: Difference): Difference {
  const out: { -readonly [K in keyof Difference]: Difference[K] } = { path, ...rest, cause };
  delete out.forcesReplace;
  return out;
}

/** A foreign object that is only referred to: no step touches it, but the record learns that we no longer keep it. */
function onlyObserved(s: Subject, live: Live): Decision | undefined {
  if (s.recorded === undefined) return undefined;
  if (s.recorded.lifecycle.manage === 'observe') return undefined;
  return decision(s, 'observe-only', { act: 'record', ...stand(s, false, undefined), want: s.recorded.applied, live });
}

function found(s: Subject, live: Live): Decision {
  const { differences, unverifiable } =
    s.facts.nature === 'run' ? against(s, NOTHING, undefined, NOTHING) : against(s, s.resource.spec, undefined, live.spec, live);
  const seen = { differences, unverifiable: some(unverifiable), live, author: live.author, remarks: live.remarks?.map(told) };
  if (!s.mayAdopt) return blocked(s, 'adopt-required', adoptRequired(s.resource), seen);
  const fixed = differences.filter((d) => d.forcesReplace === true);
  if (fixed.length > 0)
    return blocked(
      s,
      'adopt-immutable',
      adoptImmutable(
        s.resource,
        fixed.map((d) => d.path),
      ),
      seen,
    );
  return decision(s, 'adopt', { act: 'adopt', action: 'adopt', reason: 'found-unrecorded', ...seen });
}

/** Recorded and live: the everyday case. */
function kept(s: Subject, recorded: Recorded, live: Live): Decision | undefined {
  const { resource } = s;
  const way = course(s.facts, recorded, live, resource.spec, s.now) ?? opened(s, recorded, live);
  const want = way?.want ?? resource.spec;
  const { differences: found, unverifiable } = against(s, want, recorded.applied, live.spec, live);
  const all = recorded.unfinished === true ? found.map(unwritten) : found;
  const policy = resource.lifecycle.drift ?? 'heal';
  const differences = policy === 'heal' || all.length === 0 ? all : all.filter((d) => d.cause !== 'drifted');
  const ignored = policy === 'warn' ? some(all.filter((d) => d.cause === 'drifted')) : undefined;
  const late = way === undefined ? [] : overdue(way.motion, s.now);
  const said = policy === 'heal' ? live.remarks : live.remarks?.map(told);
  const remarks = late.length === 0 ? said : [...(said ?? []), ...late];
  const isBroken = remarks?.some(({ mend }) => mend?.by === 'replace') === true;
  const seen = { live, want, differences, ignored, unverifiable: some(unverifiable), remarks, author: live.author, motion: way?.motion };
  const isFixed = s.recreate || differences.some((d) => d.forcesReplace === true);
  if (isFixed || isBroken) {
    const refusal = mayReplace(s, recorded);
    if (refusal !== undefined) return blocked(s, 'replace-refused', refusal, seen);
    const { replace, goneBefore } = s;
    const oldGoesAlong = s.oldGoesAlong || s.facts.contentAddressed === true;
    // What an update would have mended stays to be told: the new object may have it as well.
    const mended = remarks?.map((remark) => (remark.mend?.by === 'replace' ? remark : told(remark)));
    const over = { want: resource.spec, motion: undefined, replace, oldGoesAlong, goneBefore, remarks: mended };
    const reason = goneBefore ? 'gone-with-parent' : isFixed ? 'immutable' : 'drifted';
    return decision(s, isFixed ? 'replace' : 'mended', { act: 'replace', action: 'replace', reason, ...seen, ...over });
  }
  if (way?.further === true && !(differences.length === 0 && equal(want, recorded.applied))) {
    return decision(s, 'advance', { act: 'update', action: 'advance', reason: 'in-motion', ...seen });
  }
  if (differences.length > 0) {
    const [rule, reason] =
      recorded.unfinished === true ? (['finish', 'unfinished'] as const) : (['update', reasonOf(differences)] as const);
    return decision(s, rule, { act: 'update', action: 'update', reason, ...seen });
  }
  if (remarks?.some(({ mend }) => mend !== undefined) === true)
    return decision(s, 'mended', { act: 'update', action: 'update', reason: 'drifted', ...seen });
  const behind = isBehind(s, recorded, live, want, way !== undefined) || (way !== undefined && way.motion !== recorded.motion);
  if (behind) return decision(s, 'record', { act: 'record', ...stand(s, way !== undefined, ignored), ...seen });
  if (way !== undefined) return decision(s, 'in-motion', { act: 'none', ...stand(s, true, ignored), ...seen });
  if (ignored !== undefined) return decision(s, 'drift-left-alone', { act: 'none', ...stand(s, false, ignored), ...seen });
  if (seen.unverifiable === undefined && some(remarks) === undefined) {
    return s.from === undefined ? undefined : decision(s, 'record', { act: 'none', action: 'move', reason: 'renamed', ...seen });
  }
  return decision(s, 'noted', { act: 'none', ...stand(s, false, ignored), ...seen });
}

/** The same remark where nothing is done about it. */
export function told({ mend: _undone, ...remark }: Remark): Remark {
  return remark;
}

/** A difference to what was recorded and never written. */
function unwritten({ was: _never, ...difference }: Difference): Difference {
  return { ...difference, cause: 'edited' };
}

/** A change that its kind does not make in one write; one that is recorded and only drifted is put back at once, unless the kind minds. */
function opened(s: Subject, recorded: Recorded, live: Live): Course | undefined {
  if (s.facts.advance === undefined || s.recreate) return undefined;
  const { differences } = against(s, s.resource.spec, recorded.applied, live.spec, live);
  if (differences.length === 0 || differences.some((d) => d.forcesReplace === true)) return undefined;
  return opening(s.facts, recorded, live, s.resource.spec, s.now);
}

/** How a resource reads on which the live system needs no write. */
function stand(s: Subject, moving: boolean, ignored: readonly Difference[] | undefined): Pick<Decision, 'action' | 'reason'> {
  if (s.from !== undefined) return { action: 'move', reason: 'renamed' };
  return { action: 'none', reason: moving ? 'in-motion' : ignored === undefined ? 'in-step' : 'drifted' };
}

/** The record is the truth about what runs once: what ended well is in step, there or not. */
function decideRun(s: Subject, recorded: Recorded): Decision | undefined {
  const { resource, observed } = s;
  const live = observed?.seen === 'live' ? observed : undefined;
  const same = equal(recorded.applied, resource.spec) || recorded.run?.hash === runHash(resource.spec);
  const edited = (): readonly Difference[] => against(s, resource.spec, recorded.applied, recorded.applied).differences.map(unforced);
  if (isOpen(recorded) && endedAs(live) === undefined) {
    const open = { act: 'none', action: 'none', live } as const;
    if (live === undefined) return decision(s, 'run-open', { ...open, reason: 'unobserved', blocked: runOpen(resource) });
    if (same) return decision(s, 'in-motion', { ...open, reason: 'in-motion' });
    return decision(s, 'run-waits', { ...open, reason: 'in-motion', differences: edited() });
  }
  if (!same) {
    if (observed === undefined || observed.seen === 'unknown') return unseen(s, observed);
    return decision(s, 'run-again', { act: 'create', action: 'create', reason: 'edited', differences: edited(), live });
  }
  const run = runEnd(recorded, live);
  if (run !== undefined)
    return decision(s, 'run-ended', { act: 'record', ...stand(s, false, undefined), live, want: recorded.applied, run });
  if (recorded.run?.outcome === 'failed') {
    const message = 'the run failed; another spec.retry runs it again';
    const remarks: readonly Remark[] = [{ class: 'ineffective', message }];
    return decision(s, 'run-failed', { act: 'none', ...stand(s, false, undefined), remarks, live });
  }
  if (live !== undefined && isBehind(s, recorded, live, resource.spec, false))
    return decision(s, 'record', { act: 'record', ...stand(s, false, undefined), live });
  return s.from === undefined ? undefined : decision(s, 'run-done', { act: 'none', action: 'move', reason: 'renamed', live });
}

function against(s: Subject, desired: Fields, applied: Fields | undefined, live: Fields, seen?: Live): Comparison {
  return compare({
    rule: s.facts.rule(desired),
    desired,
    applied: applied === undefined || s.translate === undefined ? applied : s.translate(applied),
    live: s.translate === undefined ? live : s.translate(live),
    blind: seen?.blind,
    renewed: s.renewed,
  });
}

function mayReplace(s: Subject, recorded: Recorded): Diagnostic | undefined {
  const { lifecycle } = s.resource;
  // Other content is another object: nothing goes that could be protected, and nobody's is overwritten.
  if (s.facts.contentAddressed === true && !s.facts.removable) return undefined;
  if (lifecycle.protect === true) return mayNotGo(s.resource, 'protected', 'replace');
  if (lifecycle.retain === true) return mayNotGo(s.resource, 'retained', 'replace');
  if (lifecycle.manage === 'adopt' || (recorded.adopted === true && lifecycle.manage !== 'full')) {
    return mayNotGo(s.resource, 'adopted', 'replace');
  }
  if (!s.facts.creatable) return notCreatable(s.resource);
  return s.facts.removable || s.oldGoesAlong ? undefined : mayNotGo(s.resource, 'cannot-be-deleted', 'replace');
}

function reasonOf(differences: readonly Difference[]): Reason {
  const drifted = differences.some((d) => d.cause === 'drifted');
  if (!drifted) return 'edited';
  return differences.some((d) => d.cause === 'edited') ? 'edited-and-drifted' : 'drifted';
}

/** The record says something else than what the manifest now says, though live needs no write. */
function isBehind(s: Subject, recorded: Recorded, live: Live | undefined, want: Fields, moving: boolean): boolean {
  const { resource } = s;
  return (
    !sameWant(want, recorded.applied) ||
    recorded.unfinished === true ||
    (!moving && recorded.motion !== undefined) ||
    (live !== undefined && live.handle !== recorded.handle) ||
    recorded.shape !== shapeOf(resource) ||
    !equal(resource.lifecycle as Value, recorded.lifecycle as Value) ||
    !sameNeeds(resource.needs, recorded.needs)
  );
}

export const shapeOf = (resource: Resource): string => `${resource.kind}.${resource.version}`;

function sameNeeds(a: readonly Need[], b: readonly Need[]): boolean {
  if (a.length !== b.length) return false;
  if (equal(a as unknown as Value, b as unknown as Value)) return true;
  const known = new Set(b.map(canonical));
  return a.every((need) => known.has(canonical(need)));
}

const some = <T>(items: readonly T[] | undefined): readonly T[] | undefined =>
  items === undefined || items.length === 0 ? undefined : items;
