import fc from 'fast-check';
import type { Diagnostic } from '../../../src/core/diagnostic.ts';
import type { Event } from '../../../src/core/event.ts';
import type { Change, Difference, Plan, Step } from '../../../src/core/plan.ts';
import type { Lifecycle, Mend, Motion, Need, Recorded, Remark } from '../../../src/core/resource.ts';
import type { Fields, Value } from '../../../src/core/value.ts';
import { refMark, secretMark, unknownMark } from '../../../src/core/mark.ts';

/** Any plan and any event that the types allow, with text that wants to harm whoever prints it. */

const hostile = fc.constantFrom(
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u009b2J',
  'one\ntwo\r\nthree',
  '\ttabbed',
  '```\n</details>@everyone',
  '| a | b |',
  '<script>alert(1)</script>',
  'a\u202eb\u2066c',
  '\ud800',
  '日本語のとても長い名前',
  'e\u0301\u0301 👩‍👩‍👧 🇩🇪',
  '\u200b\u00ad\ufeff',
  '(secret)',
  'a → b',
  '',
  ' ',
  '-',
  '+ x',
  '__proto__',
  '/["',
  'x'.repeat(300),
  'many words '.repeat(30),
);
export const text = fc.oneof({ weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) }, { weight: 2, arbitrary: hostile });
/** Ids, paths and codes are one word to whoever prints them; blanks in them would only say that they are not wrapped. */
const name = text.map((words) => words.replaceAll(' ', '_'));
const time = fc.oneof(fc.constant('2026-11-22T02:14:09.000Z'), fc.constant('2026-11-21T23:59:00Z'), name);
const id = fc.oneof(
  fc.tuple(fc.constantFrom('edge', 'lab', 'x'), fc.constantFrom('cresco/Pipeline', 'iot/Shadow'), name).map((parts) => parts.join('/')),
  name,
);
const count = fc.nat({ max: 50 });
const ms = fc.nat({ max: 100_000_000 });
const flag = fc.constant(true as const);

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(text, fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()),
    fc.oneof(
      id.map((to) => refMark(to)),
      id.map((to) => refMark(to, 'status.id')),
      id.map(unknownMark),
      name.map((env) => secretMark({ env })),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
})).value;
const fields: fc.Arbitrary<Fields> = fc.dictionary(text, value, { maxKeys: 3 });
const pointer = fc.oneof(
  fc.constantFrom('', '/a', '/a/b/0/c', '/nodes/["source"]/rate', '/~2x', '/['),
  name.map((one) => `/${one}`),
  name,
);

/** A record of these members, where those of `optional` may be left out. */
function some<R extends object, O extends object>(
  required: { [K in keyof R]: fc.Arbitrary<R[K]> },
  optional: { [K in keyof O]-?: fc.Arbitrary<NonNullable<O[K]>> },
): fc.Arbitrary<R & Partial<O>> {
  return fc
    .tuple(fc.record(required), fc.record(optional, { requiredKeys: [] }))
    .map(([a, b]) => ({ ...a, ...b }) as unknown as R & Partial<O>);
}

type Split<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] };
type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]: T[K] };
const of = <T extends object>(
  required: { [K in keyof Split<T>]: fc.Arbitrary<Split<T>[K]> },
  optional: { [K in keyof Optional<T>]-?: fc.Arbitrary<NonNullable<Optional<T>[K]>> },
): fc.Arbitrary<T> => some(required, optional) as unknown as fc.Arbitrary<T>;

export const diagnostic: fc.Arbitrary<Diagnostic> = of<Diagnostic>(
  { code: name, severity: fc.constantFrom('error', 'warning'), summary: text },
  {
    detail: text,
    hint: text,
    at: of({ file: name, line: count, col: count }, { length: count }),
    source: text,
    label: text,
    resource: id,
    pointer,
  },
);

const difference: fc.Arbitrary<Difference> = of<Difference>(
  { path: pointer, cause: fc.constantFrom('edited', 'drifted') },
  // `Value` holds null, so a member is either a value or left out.
  { before: value as never, after: value as never, was: value as never, forcesReplace: flag, sensitive: flag, units: name, dropped: flag },
);
const motion: fc.Arbitrary<Motion> = of<Motion>({ goal: fields, plan: text, since: time, deadline: time }, { next: time });
const lifecycle: fc.Arbitrary<Lifecycle> = of<Lifecycle>(
  {},
  {
    protect: fc.boolean(),
    retain: fc.boolean(),
    adopt: fc.boolean(),
    manage: fc.constantFrom('full', 'adopt', 'observe'),
    drift: fc.constantFrom('heal', 'warn', 'ignore'),
  },
);
const need: fc.Arbitrary<Need> = fc.record({
  id,
  at: pointer,
  ref: fc.record({
    kind: text,
    by: fc.constantFrom('handle' as const, 'name' as const, 'status.a' as const),
    wait: fc.constantFrom('exists' as const, 'ready' as const),
    onReplace: fc.constantFrom('rewrite' as const, 'recreate' as const),
    onRemove: fc.constantFrom('blocks' as const, 'cascades' as const, 'detaches' as const),
  }),
});
const needs = fc.array(need, { maxLength: 2 });
export const recorded: fc.Arbitrary<Recorded> = of<Recorded>(
  { id, shape: text, handle: text, applied: fields, needs, lifecycle, by: of({ run: text, at: time }, { commit: text }) },
  {
    key: text,
    was: fc.array(id, { maxLength: 2 }),
    adopted: flag,
    replaced: fc.array(fc.record({ handle: text, applied: fields }), { maxLength: 2 }),
    revision: text,
    unfinished: flag,
    run: of({ hash: text, outcome: fc.constantFrom('begun', 'done', 'failed', 'unknown') }, { result: value as never }),
    motion,
  },
);

const remark: fc.Arbitrary<Remark> = of<Remark>(
  { class: fc.constantFrom('unsaved', 'unapplied', 'ineffective', 'held'), message: text },
  { at: pointer, mend: of<Mend>({ by: fc.constantFrom('update', 'replace') }, { effect: text }) },
);
const ACTIONS = ['create', 'adopt', 'update', 'replace', 'advance', 'delete', 'forget', 'move', 'none'] as const;
const REASONS = [
  'new',
  'edited',
  'drifted',
  'edited-and-drifted',
  'vanished',
  'unfinished',
  'removed',
  'immutable',
  'found-unrecorded',
  'renamed',
  'in-motion',
  'in-step',
  'gone-already',
  'gone-with-parent',
  'cannot-be-deleted',
  'unobserved',
  'deferred',
] as const;
const differences = fc.array(difference, { maxLength: 4 });
const change: fc.Arbitrary<Change> = of<Change>(
  {
    id,
    action: fc.constantFrom(...ACTIONS),
    reason: fc.constantFrom(...REASONS),
    differences,
    effects: fc.array(text, { maxLength: 2 }),
    risk: fc.constantFrom('physical', 'irreversible', 'replace', 'update', 'create', 'none'),
  },
  {
    ignored: differences,
    unverifiable: fc.array(pointer, { maxLength: 2 }),
    remarks: fc.array(remark, { maxLength: 2 }),
    author: of({}, { who: text, via: text, at: time }),
    failing: text,
    origin: fc.record({ file: name, line: count, document: count }),
    from: id,
    motion,
    blocked: diagnostic,
    fault: diagnostic,
  },
);

const base = { n: count, id, kind: text, after: fc.array(count, { maxLength: 3 }), ready: fc.array(count, { maxLength: 3 }) };
const writes = { want: fields, needs, lifecycle, shape: text };
const live = { handle: text, expect: fc.record({ handle: text, owned: text }) };
const step: fc.Arbitrary<Step> = fc.oneof(
  some({ verb: fc.constant('create'), ...base, ...writes, expect: fc.record({ absent: text }) }, { batch: text, key: text }),
  some({ verb: fc.constant('update'), ...base, ...writes, ...live, differences }, { batch: text, motion }),
  some({ verb: fc.constant('adopt'), ...base, ...writes, ...live, differences }, { batch: text }),
  some({ verb: fc.constant('delete'), ...base, ...live, recorded }, { batch: text, old: flag }),
  some({ verb: fc.constant('record'), ...base, ...writes, ...live }, { batch: text }),
  some({ verb: fc.constant('forget'), ...base, recorded }, { batch: text }),
  some({ verb: fc.constant('move'), ...base, from: id, recorded }, { batch: text }),
) as fc.Arbitrary<Step>;

export const anyPlan: fc.Arbitrary<Plan> = of<Plan>(
  {
    format: fc.constant(1 as const),
    digest: text,
    made: time,
    environment: text,
    sandbox: fc.boolean(),
    targets: fc.dictionary(
      fc.constantFrom('edge', 'lab', 'x'),
      of({ provider: text, version: text }, { instance: text, fault: diagnostic }),
      {
        maxKeys: 2,
      },
    ),
    changes: fc.array(change, { maxLength: 4 }),
    steps: fc.array(step, { maxLength: 3 }),
    evidence: fc.array(of({ id, source: text }, { commit: text }), { maxLength: 2 }),
    deferred: fc.array(id, { maxLength: 2 }),
    problems: fc.array(diagnostic, { maxLength: 2 }),
    inStep: count,
    total: count,
  },
  { commit: text, adopt: fc.array(id, { maxLength: 2 }) },
);

const verb = fc.constantFrom('create', 'update', 'adopt', 'delete', 'record', 'forget', 'move');
const at = time;
const ask = { at, target: name, kind: name, scope: text };
const done = { at, id, verb, n: count };
const is = <T extends string>(type: T): { readonly type: fc.Arbitrary<T> } => ({ type: fc.constant(type) });
export const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ ...is('reading'), ...ask }),
  fc.record({ ...is('read'), ...ask, objects: count, pages: count }),
  some({ ...is('begin'), ...done }, { old: flag }),
  fc.record({ ...is('wait'), at, id, message: text }),
  fc.record({ ...is('ready'), at, id }),
  fc.record({ ...is('retry'), at, id, attempt: count, afterMs: ms, fault: diagnostic }),
  some({ ...is('done'), ...done, ms }, { handle: text, old: flag }),
  some({ ...is('fail'), ...done, ms, fault: diagnostic }, { unknown: flag }),
  fc.record({ ...is('unready'), at, id, fault: diagnostic }),
  some({ ...is('skip'), ...done, because: text }, { old: flag }),
  some({ ...is('motion'), at, id, message: text }, { next: time }),
  fc.record({ ...is('round'), at, number: count, steps: count }),
  fc.record({ ...is('resolved'), at, id, intent: text, found: fc.constantFrom('made', 'not-made', 'unknown') }),
  fc.record({ ...is('note'), at, diagnostic }),
  fc.record({ ...is('summary'), at, done: count, failed: count, skipped: count, unknown: count, motion: count, unready: count, ms }),
) as fc.Arbitrary<Event>;

/** Everything in a terminal's text that is neither a character nor, if colour is meant, one of our own colour sequences. */
export const rawControls = (text: string, color = false): readonly string[] =>
  (color ? text.replaceAll(/\u001b\[\d+m/g, '') : text).match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g) ?? [];
