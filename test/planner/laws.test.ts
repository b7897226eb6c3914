import fc from 'fast-check';
import type { ResourceId } from '../../src/core/id.ts';
import { refMark } from '../../src/core/mark.ts';
import type { Step } from '../../src/core/plan.ts';
import type { Need, Observed, Recorded, RefRule, Resource } from '../../src/core/resource.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import type { World } from '../../src/planner/index.ts';
import { plan, planDigest } from '../../src/planner/index.ts';
import { group, assert } from '../kit/group.ts';
import { FAULT, OPTIONS, record, ref, resource, text, world } from './build.ts';
import type { Model } from './model.ts';
import { KINDS, apply, worldOf } from './model.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const small = fc.integer({ min: 0, max: 2 });
const maybe = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arb, { nil: undefined });
const clean = (fields: Readonly<Record<string, Value | undefined>>): Fields =>
  Object.fromEntries(Object.entries(fields).filter((e): e is [string, Value] => e[1] !== undefined));

const plainSpec: fc.Arbitrary<Fields> = fc
  .record({
    heat: maybe(small),
    fixed: maybe(fc.integer({ min: 0, max: 1 })),
    map: maybe(fc.record({ x: maybe(small), y: maybe(small) }).map(clean)),
    all: maybe(fc.record({ x: maybe(small), y: maybe(small) }).map(clean)),
    entries: maybe(fc.uniqueArray(fc.record({ k: fc.constantFrom('p', 'q', 'r'), v: small }), { selector: (e) => e.k })),
    tags: maybe(fc.array(fc.constantFrom('s', 't'))),
    list: maybe(fc.array(small, { maxLength: 2 })),
    preset: maybe(small),
    nulled: maybe(small),
    sticky: maybe(small),
  })
  .map(clean);

const rule: fc.Arbitrary<RefRule> = fc
  .record({
    wait: fc.constantFrom('exists', 'ready'),
    onReplace: fc.constantFrom('rewrite', 'recreate'),
    onRemove: fc.constantFrom('blocks', 'detaches'),
  })
  .map((part) => ref(part as Partial<RefRule>));

/** A spec that may refer to names before its own, so that what is wanted has no cycle. */
const shaped = (index: number): fc.Arbitrary<{ readonly spec: Fields; readonly needs: readonly Need[] }> =>
  fc
    .record({ spec: plainSpec, uses: fc.subarray(NAMES.slice(0, index), { maxLength: Math.min(index, 2) }), rules: fc.tuple(rule, rule) })
    .map(({ spec, uses, rules }) => ({
      spec: { ...spec, ...Object.fromEntries(uses.map((name, i) => [`uses${i}`, refMark(idFor(name))])) },
      needs: uses.map((name, i): Need => ({ id: idFor(name), at: `/uses${i}`, ref: rules[i]! })),
    }));

const kindFor = (name: string): string => (NAMES.indexOf(name) % 2 === 0 ? 'lab/Thing' : 'lab/Side');
const idFor = (name: string): ResourceId => `lab/${kindFor(name)}/${name}`;

interface Draft {
  readonly name: string;
  readonly wanted: boolean;
  readonly desired: { readonly spec: Fields; readonly needs: readonly Need[] };
  readonly recorded: { readonly spec: Fields; readonly needs: readonly Need[] } | undefined;
  readonly live: 'absent' | 'as-recorded' | 'other' | 'another-object';
  readonly liveSpec: Fields;
}

const draft = (name: string, index: number): fc.Arbitrary<Draft> =>
  fc.record({
    name: fc.constant(name),
    wanted: fc.boolean(),
    desired: shaped(index),
    recorded: maybe(shaped(index)),
    live: fc.constantFrom('absent', 'as-recorded', 'as-recorded', 'other', 'another-object'),
    liveSpec: fc.record({ spec: plainSpec, theirs: maybe(small) }).map(({ spec, theirs }) => clean({ ...spec, theirs })),
  });

/** What is wanted refers only to what is wanted; records refer to anything, as after many runs. */
const model: fc.Arbitrary<Model> = fc.tuple(...NAMES.map(draft)).map((drafts) => {
  const wanted = new Set(drafts.filter((d) => d.wanted).map((d) => idFor(d.name)));
  const desired = new Map<ResourceId, Resource>();
  const recorded = new Map<ResourceId, Recorded>();
  const live: Model['live'] = new Map();
  for (const { name, wanted: isWanted, desired: d, recorded: r, live: how, liveSpec } of drafts) {
    const id = idFor(name);
    const of = resource(name, { kind: kindFor(name) });
    const needs = d.needs.filter((n) => wanted.has(n.id));
    const kept = new Set(needs.map((n) => n.at.slice(1)));
    const spec = Object.fromEntries(Object.entries(d.spec).filter(([field]) => !field.startsWith('uses') || kept.has(field)));
    if (isWanted) desired.set(id, { ...of, spec, needs });
    if (r !== undefined) recorded.set(id, record(of, { applied: r.spec, needs: r.needs }));
    const asHandles = (fields: Fields): Fields => JSON.parse(JSON.stringify(fields), (_, v) => handleText(v)) as Fields;
    if (how === 'as-recorded' && r !== undefined) live.set(`h-${name}`, { id, spec: asHandles(r.spec) });
    else if (how === 'another-object') live.set(`x-${name}`, { id, spec: liveSpec });
    else if (how !== 'absent') live.set(`h-${name}`, { id, spec: liveSpec });
  }
  return { desired, recorded, live, handles: new Map(), made: 0 };
});

const handleText = (value: unknown): unknown => {
  const id = (value as { 'setpoint:ref'?: ResourceId } | null)?.['setpoint:ref'];
  return id === undefined ? value : `h-${id.slice(id.lastIndexOf('/') + 1)}`;
};

const shuffled = <K, V>(map: ReadonlyMap<K, V>): ReadonlyMap<K, V> => new Map([...map].reverse());
const ALL = { ...OPTIONS, adopt: true };

group('laws of planning', (test) => {
  test(
    'doing what the plan says leaves nothing to do',
    () => {
      fc.assert(
        fc.property(model, (m) => {
          const first = plan(worldOf(m), ALL);
          fc.pre(!first.changes.some((change) => change.blocked !== undefined));
          apply(m, first);
          assert.is(text(plan(worldOf(m), ALL)), '', text(first));
        }),
        { numRuns: 200 },
      );
    },
    { seconds: 60 },
  );
  test(
    'also where something is blocked, after as many rounds as there are resources',
    () => {
      fc.assert(
        fc.property(model, (m) => {
          for (let round = 0; round <= NAMES.length; round += 1) {
            const next = plan(worldOf(m), ALL);
            if (next.steps.length === 0) return;
            apply(m, next);
          }
          assert.unreachable('it still plans steps');
        }),
        { numRuns: 200 },
      );
    },
    { seconds: 60 },
  );
  test('a world that is as wanted plans nothing', () => {
    fc.assert(
      fc.property(fc.tuple(...NAMES.map((_, i) => shaped(i))), (all) => {
        const desired = NAMES.map((name, i) => resource(name, { kind: kindFor(name), ...all[i]! }));
        const seen = Object.fromEntries(desired.map((r): [string, Observed] => [r.id, liveAs(r)]));
        const made = plan(world({ desired, recorded: desired.map((r) => record(r)), seen, kinds: KINDS }), OPTIONS);
        assert.equal([text(made), made.inStep], ['', NAMES.length]);
      }),
    );
  });
  test(
    'what is unknown gets no step, and nobody waits for a later one',
    () => {
      fc.assert(
        fc.property(model, fc.subarray(NAMES), (m, hidden) => {
          const base = worldOf(m);
          const unknown = new Set(hidden.map(idFor));
          const seen = new Map(
            [...base.observed].map(([id, o]): [ResourceId, Observed] => [id, unknown.has(id) ? { seen: 'unknown', fault: FAULT } : o]),
          );
          const made = plan({ ...base, observed: seen }, ALL);
          for (const step of made.steps) {
            assert.not.ok(unknown.has(step.id), text(made));
            assert.ok(step.after.every((n) => n < step.n) && step.ready.every((n) => step.after.includes(n)), text(made));
          }
          assert.equal(
            made.steps.map((step) => step.n),
            made.steps.map((_, n) => n),
          );
          const batches = made.steps.map((step) => step.batch).filter((b, i, all) => b !== undefined && b !== all[i - 1]);
          assert.is(new Set(batches).size, batches.length, 'a batch is one run of steps');
        }),
        { numRuns: 200 },
      );
    },
    { seconds: 60 },
  );
  test('the same world gives the same bytes, in whatever order its maps are', () => {
    fc.assert(
      fc.property(model, (m) => {
        const one = worldOf(m);
        const other: World = {
          ...one,
          resources: shuffled(one.resources),
          recorded: shuffled(one.recorded),
          observed: shuffled(one.observed),
          evidence: shuffled(one.evidence),
        };
        assert.is(JSON.stringify(plan(one, ALL)), JSON.stringify(plan(other, ALL)));
      }),
    );
  });
  test('what others change beside ours changes no digest', () => {
    fc.assert(
      fc.property(model, (m) => {
        const one = worldOf(m);
        const drifted = new Map(
          [...one.observed].map(([id, o]): [ResourceId, Observed] => [
            id,
            o.seen === 'live' ? { ...o, spec: { ...o.spec, somebody: 'else' } } : o,
          ]),
        );
        assert.is(plan({ ...one, observed: drifted, now: '2031-01-01T00:00:00.000Z' }, ALL).digest, plan(one, ALL).digest);
      }),
    );
  });
});

/** The value with one of its leaves another, one of its members or items gone, or one more in it: every way there is. */
function* tampered(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      yield value.toSpliced(i, 1);
      for (const other of tampered(item)) yield value.with(i, other);
    }
    yield [...(value as unknown[]), 'more'];
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
      for (const other of tampered(inner)) yield { ...value, [name]: other };
    }
    yield { ...value, more: true };
  } else yield typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}~`;
}

group('an approval covers', (test) => {
  test('every word of every step', () => {
    let steps = 0;
    fc.assert(
      fc.property(model, (m) => {
        const approved = plan(worldOf(m), ALL);
        for (const [i, step] of approved.steps.entries()) {
          steps += 1;
          for (const other of tampered(step)) {
            const changed = planDigest({ ...approved, steps: approved.steps.with(i, other as Step) });
            assert.is.not(changed, approved.digest, JSON.stringify([step, other]));
          }
        }
      }),
      { numRuns: 25 },
    );
    assert.ok(steps > 25);
  });
  test('the times of a motion that it opens, and not when it is made', () => {
    const motion = { goal: { heat: 12 }, plan: '', since: '2026-11-22T02:31:00.000Z', deadline: '2026-11-23T02:31:00.000Z' };
    const base = plan(worldOf(fc.sample(model, { seed: 1, numRuns: 1 })[0]!), ALL);
    const step = { n: 0, id: 'a/b/C/d', kind: 'b/C', after: [], ready: [], verb: 'record', motion };
    const of = (made: string, one: object): string => planDigest({ ...base, made, steps: [one as Step] });
    const approved = of(motion.since, step);
    for (const other of tampered(step)) assert.is.not(of(motion.since, other as object), approved, JSON.stringify(other));
    const later = { ...motion, since: '2026-11-22T03:31:00.000Z', deadline: '2026-11-23T03:31:00.000Z' };
    assert.is(of(later.since, { ...step, motion: later }), approved);
  });
});

const liveAs = (r: Resource): Observed => ({
  seen: 'live',
  handle: `h-${r.name}`,
  spec: { ...r.spec, theirs: 1 },
  status: {},
  readiness: { state: 'ready' },
});
