import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault } from '../core/diagnostic.ts';
import type { KindName, ResourceId } from '../core/id.ts';
import { shortId } from '../core/id.ts';
import type { Observed } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import { equal } from '../core/value.ts';
import type { Known, Sighting } from '../providers/contract.ts';
import { again } from './again.ts';
import { createHandles } from './handles.ts';
import type { Handles } from './handles.ts';
import type { Links } from './links.ts';
import { echoed } from './echo.ts';
import { observedTerms, withReferences } from './marks.ts';
import type { Asked, LiveSighting } from './match.ts';
import { match } from './match.ts';
import type { Kinds, LiveLink, Opened, Run, Secrets } from './opened.ts';
import { callOf } from './opened.ts';
import type { Subject } from './subject.ts';
import { timely } from './timely.ts';

/** A live object that nobody wrote down. */
export interface Stranger {
  readonly target: string;
  readonly kind: KindName;
  readonly handle: string;
  readonly key?: string;
  readonly spec: Fields;
  readonly mark?: string;
}

/** What the live systems said. */
export interface Look {
  readonly observed: ReadonlyMap<ResourceId, Observed>;
  /** Ids whose scope was read to its end in this look: without that, nothing is ever deleted or forgotten. */
  readonly complete: ReadonlySet<ResourceId>;
  readonly strangers: readonly Stranger[];
  readonly handles: Handles;
  readonly pages: number;
  /** Milliseconds since 1970 when the first question was asked. */
  readonly at: number;
}

export interface LookOptions {
  readonly kinds: Kinds;
  readonly links: Links;
  readonly secrets: Secrets;
  readonly run: Run;
  readonly strangers?: boolean;
  /** What earlier looks of the same run learned; this one adds to it. */
  readonly known?: Handles;
}

interface Question {
  readonly opened: Opened;
  readonly target: string;
  readonly scope: string;
  readonly asked: Asked[];
}

/**
 * Looks at every subject, in bulk: one question a target, kind and scope, parents before the children whose place in the live
 * system they decide. Reads only. Never rejects for an expected failure: what cannot be read is *unknown*, with its fault.
 */
export async function look(subjects: readonly Subject[], options: LookOptions): Promise<Look> {
  const at = options.run.now();
  const observed = new Map<ResourceId, Observed>();
  const complete = new Set<ResourceId>();
  const strangers: Stranger[] = [];
  const handles = options.known ?? createHandles();
  for (const subject of subjects) {
    if (subject.recorded) handles.add(subject, subject.recorded.handle);
    else handles.expect(subject);
  }
  let pages = 0;
  const strange = subjects.filter(({ id }) => options.kinds.of(id) === undefined);
  for (const { id, kind } of strange) observed.set(id, { seen: 'unknown', fault: noKind(kind, id) });
  let waiting = strange.length === 0 ? subjects : subjects.filter(({ id }) => !observed.has(id));
  while (waiting.length > 0) {
    const { questions, later } = sort(waiting, { kinds: options.kinds, handles, observed });
    const answers = await Promise.all(questions.map((question) => put(question, options)));
    for (const [index, answer] of answers.entries()) {
      const question = questions[index] as Question;
      const matched = match(question.asked, answer.sightings, answer.silence);
      for (const { subject } of question.asked) {
        const seen = matched.answers.get(subject.id) as Observed;
        if (seen.seen === 'live') handles.add(subject, seen.handle, seen);
        else if (seen.seen === 'absent') handles.gone(subject);
        observed.set(subject.id, seen);
        if (answer.ended) complete.add(subject.id);
      }
      for (const stranger of matched.strangers) strangers.push(strangerOf(question, stranger));
      pages += answer.pages;
    }
    if (questions.length === 0) {
      // Nobody could be asked about the rest: their parents are absent, or could not be read themselves.
      for (const subject of later) observed.set(subject.id, withoutParent(subject, { observed, handles }));
      break;
    }
    waiting = later;
  }
  return { observed: inOurTerms(subjects, observed, { ...options, handles }), complete, strangers, handles, pages, at };
}

/** Splits subjects into the questions that can be put now and those that wait for a parent's handle. */
function sort(
  subjects: readonly Subject[],
  { kinds, handles, observed }: { readonly kinds: Kinds; readonly handles: Handles; readonly observed: ReadonlyMap<ResourceId, Observed> },
): { readonly questions: readonly Question[]; readonly later: readonly Subject[] } {
  const questions = new Map<string, Question>();
  const later: Subject[] = [];
  for (const subject of subjects) {
    const opened = kinds.of(subject.id) as Opened;
    const raw = subject.want ?? subject.recorded?.applied ?? {};
    const spec = subject.needs.length === 0 ? raw : withReferences(raw, handles.lookup);
    const scope = opened.kind.scope?.(spec) ?? '';
    const key = opened.kind.key ? opened.kind.key(spec, subject.name) : subject.name;
    const waits = key === undefined && subject.needs.some(({ id }) => !observed.has(id) && handles.pending(id));
    if (waits || (key === undefined && subject.handle === undefined)) {
      later.push(subject);
      continue;
    }
    const place = `${subject.target}\n${subject.kind}\n${scope}`;
    let question = questions.get(place);
    if (!question) questions.set(place, (question = { opened, target: subject.target, scope, asked: [] }));
    question.asked.push({ subject, ...(key === undefined ? {} : { key }) });
  }
  return { questions: [...questions.values()], later };
}

interface Answer {
  readonly sightings: readonly Sighting<object>[];
  readonly ended: boolean;
  readonly pages: number;
  /** Why a resource that the answer does not mention is unknown. */
  readonly silence: Diagnostic;
}

async function put(question: Question, options: LookOptions): Promise<Answer> {
  const { opened, target, scope, asked } = question;
  const { run } = options;
  const link = await options.links.get(target);
  if ('fault' in link) return { sightings: [], ended: false, pages: 0, silence: link.fault };
  run.emit({ type: 'reading', target, kind: opened.kind.kind, scope });
  try {
    const answer = await again({ run, repeatable: true }, () => link.limiter.run(() => once(question, { link, options }), run.signal));
    run.emit({ type: 'read', target, kind: opened.kind.kind, scope, objects: asked.length, pages: answer.pages });
    return answer;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { sightings: [], ended: false, pages: 0, silence: error.diagnostic };
  }
}

/** One attempt. A list that breaks off half-way is dropped whole: half a list says nothing about what is absent. */
async function once(
  { opened, scope, asked }: Question,
  { link, options }: { readonly link: LiveLink; readonly options: LookOptions },
): Promise<Answer> {
  const { run } = options;
  const { kind } = opened;
  const known: Known[] = asked.map(({ subject, key }) => ({
    id: subject.id,
    ...(subject.handle === undefined ? {} : { handle: subject.handle }),
    ...(key === undefined ? {} : { key }),
    ...(subject.want === undefined ? {} : { want: subject.want }),
    ...(subject.recorded === undefined ? {} : { applied: subject.recorded.applied }),
    ...(subject.recorded?.run === undefined ? {} : { run: subject.recorded.run }),
    ...(subject.intent === undefined ? {} : { intent: subject.intent }),
  }));
  return timely(run, link.limits.timeoutMs, async (signal, answered) => {
    const sightings: Sighting<object>[] = [];
    let pages = 0;
    let ended = false;
    for await (const page of kind.observe(
      link.session.read,
      { scope, known, strangers: options.strangers ?? false },
      callOf(run, signal),
    )) {
      // A list of a hundred pages takes a hundred times as long as one.
      answered();
      pages += 1;
      for (const sighting of page) {
        if (sighting.seen === 'end') ended = true;
        sightings.push(sighting);
      }
    }
    return { sightings, ended, pages, silence: silent(kind.kind) };
  });
}

/** Handles as references, secrets as fingerprints, values as the shape writes them: only then can anything be compared. */
function inOurTerms(
  subjects: readonly Subject[],
  observed: ReadonlyMap<ResourceId, Observed>,
  options: LookOptions & { readonly handles: Handles },
): ReadonlyMap<ResourceId, Observed> {
  const out = new Map<ResourceId, Observed>();
  const fingerprint = (value: string): string | undefined => options.secrets.fingerprint(value);
  for (const subject of subjects) {
    const seen = observed.get(subject.id);
    if (seen?.seen !== 'live') {
      if (seen) out.set(subject.id, seen);
      continue;
    }
    const opened = options.kinds.of(subject.id) as Opened;
    const reverse = options.handles.reverse(subject.target);
    const { needs, recorded } = subject;
    const { normalize, facts } = opened;
    const want = subject.want ?? recorded?.applied ?? {};
    const rule = facts.rule(want);
    const live = observedTerms(rule, normalize(seen.spec), { reverse, fingerprint }) as Fields;
    const echo = (of: Fields): Fields => echoed({ rule, want: of, live, lookup: options.handles.lookup, normalize });
    const spec = needs.length === 0 ? live : echo(want);
    const isOther = recorded !== undefined && (recorded.needs.length > 0 || needs.length > 0) && !equal(recorded.applied, want);
    const asRecorded = isOther ? echo(recorded.applied) : spec;
    out.set(subject.id, { ...seen, spec, ...(asRecorded === spec || equal(asRecorded, spec) ? {} : { asRecorded }) });
  }
  return out;
}

/** What has its place in another object is not there when that one is not; where nobody knows of that one, nobody knows of it either. */
function withoutParent(
  subject: Subject,
  { observed, handles }: { readonly observed: ReadonlyMap<ResourceId, Observed>; readonly handles: Handles },
): Observed {
  for (const { id } of subject.needs) {
    const parent = observed.get(id);
    if (parent?.seen === 'unknown') {
      return { seen: 'unknown', fault: parent.fault, ...(parent.deferred ? { deferred: true } : {}) };
    }
  }
  // What it merely comes after is not where it has its place.
  if (subject.needs.some(({ id, at }) => at !== '' && handles.isGone(id))) return { seen: 'absent' };
  return { seen: 'unknown', fault: noPlace(subject) };
}

const noPlace = ({ id, needs }: Subject): Diagnostic => ({
  code: 'NO_PLACE',
  severity: 'error',
  summary: `nobody could be asked about ${shortId(id)}`,
  detail: `Where it stands in the live system depends on ${needs.map((need) => shortId(need.id)).join(', ') || 'its own fields'}, of which not enough is known. Nothing is planned for it.`,
  hint: 'Look at what it refers to first: it has to be there, and to be selected.',
  resource: id,
});

const noKind = (kind: KindName, id: ResourceId): Diagnostic => ({
  code: 'KIND_UNKNOWN',
  severity: 'error',
  summary: `no provider here has the kind ${kind}`,
  detail: 'It was written by a release that has it, older or newer than this one. Nobody here knows how to look at it.',
  hint: 'Use the release that wrote it.',
  resource: id,
});

const strangerOf = ({ target, opened }: Question, { handle, key, spec, mark }: LiveSighting): Stranger => ({
  target,
  kind: opened.kind.kind,
  handle,
  spec: spec as Fields,
  ...(key === undefined ? {} : { key }),
  ...(mark === undefined ? {} : { mark }),
});

const silent = (kind: KindName): Diagnostic => ({
  code: 'NO_ANSWER',
  severity: 'error',
  summary: `the answer about ${kind} did not mention it`,
  detail: 'The system was asked about this object and neither showed it nor said that it is gone. Nothing is planned for it.',
  hint: 'Plan again. If it stays silent, the provider is at fault: an answer has to speak of everything it is asked about.',
});
