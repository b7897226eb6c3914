import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { Fault } from '../../src/core/diagnostic.ts';
import type { Recorded, Resource } from '../../src/core/resource.ts';
import type { Fields } from '../../src/core/value.ts';
import { canonical } from '../../src/core/value.ts';
import { assert } from '../kit/group.ts';
import type { Thing } from '../kit/scripted-system.ts';
import type { Lab, Surveyed } from '../reconcile/lab.ts';
import { openLab, TARGET } from '../reconcile/lab.ts';
import { box, child, crate, resource } from '../reconcile/resources.ts';
import type { Chaos, Mishap } from './chaos.ts';
import { chaos } from './chaos.ts';

/** What the manifests say at one time, by name; a child is left out where its box is. */
interface Wanted {
  readonly boxes: Readonly<Record<string, Fields>>;
  readonly crates: Readonly<Record<string, Fields>>;
  readonly children: Readonly<Record<string, { readonly parent: string; readonly friend?: string; readonly note?: string }>>;
  readonly shares: Readonly<Record<string, Fields>>;
  readonly adopt: boolean;
}

/** What a person does to the live system meanwhile. */
type ByHand =
  | { readonly do: 'set'; readonly nth: number; readonly value: string }
  | { readonly do: 'remove'; readonly nth: number }
  | { readonly do: 'create'; readonly kind: 'Box' | 'Crate'; readonly key: string };

/** One run of the program on one bad day. */
interface Day {
  readonly wanted: Wanted;
  readonly byHand: readonly ByHand[];
  readonly mishaps: ReadonlyMap<number, Mishap>;
  readonly halfRead: boolean;
  readonly strangers: boolean;
  readonly latencyMs: number;
  readonly restart: boolean;
}

interface Story {
  readonly seed: number;
  readonly parallel: number;
  readonly strangers: readonly { readonly kind: 'Box' | 'Crate'; readonly key: string; readonly marked: boolean }[];
  readonly days: readonly Day[];
}

const NAMES = ['a', 'b', 'c'];
const text = fc.constantFrom('x', 'y', 'z');
const boxSpec: fc.Arbitrary<Fields> = fc.record(
  {
    label: text,
    size: fc.integer({ min: 1, max: 3 }),
    level: fc.constantFrom('1.0', '1', '02.50', '2.5'),
    tags: fc.subarray(['red', 'blue', 'green']),
    slots: fc.uniqueArray(fc.record({ name: text, rate: fc.integer({ min: 0, max: 2 }) }, { requiredKeys: ['name'] }), {
      selector: ({ name }) => name,
    }),
    settings: fc.dictionary(text, text, { maxKeys: 2 }),
    colour: text,
    weight: fc.integer({ min: 5, max: 7 }),
    glaze: text,
    scar: text,
    serial: fc.constantFrom('1', '2'),
    seal: text,
  },
  { requiredKeys: ['label'] },
);

const named = <T>(names: readonly string[], one: fc.Arbitrary<T>): fc.Arbitrary<Readonly<Record<string, T>>> =>
  fc
    .tuple(...names.map((name) => fc.option(one, { nil: undefined }).map((value) => [name, value] as const)))
    .map((all) => Object.fromEntries(all.filter((pair): pair is [string, T & {}] => pair[1] !== undefined)));

const wanted: fc.Arbitrary<Wanted> = fc.record({
  boxes: named(NAMES, boxSpec),
  crates: named(['a', 'b'], boxSpec),
  children: named(
    ['a', 'b'],
    fc.record({ parent: fc.constantFrom(...NAMES), friend: fc.constantFrom(...NAMES), note: text }, { requiredKeys: ['parent'] }),
  ),
  shares: named(['a', 'b'], fc.record({ share: fc.integer({ min: 0, max: 50 }), note: text }, { requiredKeys: ['share'] })),
  adopt: fc.boolean(),
});

const MISHAPS: readonly Mishap[] = ['unsent', 'before', 'after', 'refuse', 'dies-before', 'dies-after'];
const byHand: fc.Arbitrary<ByHand> = fc.oneof(
  fc.record({ do: fc.constant('set' as const), nth: fc.nat(9), value: text }),
  fc.record({ do: fc.constant('remove' as const), nth: fc.nat(9) }),
  fc.record({
    do: fc.constant('create' as const),
    kind: fc.constantFrom('Box' as const, 'Crate' as const),
    key: fc.constantFrom(...NAMES),
  }),
);
const day: fc.Arbitrary<Day> = fc.record({
  wanted,
  byHand: fc.array(byHand, { maxLength: 2 }),
  mishaps: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom(...MISHAPS)), { maxLength: 4 })
    .map((all) => new Map<number, Mishap>(all)),
  halfRead: fc.boolean(),
  strangers: fc.boolean(),
  latencyMs: fc.constantFrom(0, 0, 5, 900),
  restart: fc.boolean(),
});

const story: fc.Arbitrary<Story> = fc.record({
  seed: fc.nat(),
  parallel: fc.constantFrom(1, 2, 8),
  strangers: fc.uniqueArray(
    fc.record({ kind: fc.constantFrom('Box' as const, 'Crate' as const), key: fc.constantFrom(...NAMES), marked: fc.boolean() }),
    { maxLength: 2, selector: ({ kind, key }) => `${kind} ${key}` },
  ),
  days: fc.array(day, { minLength: 1, maxLength: 3 }),
});

function resourcesOf({ boxes, crates, children, shares, adopt }: Wanted): readonly Resource[] {
  const more = adopt ? { lifecycle: { adopt: true } } : {};
  const made = new Map(Object.entries(boxes).map(([name, spec]) => [name, box(name, spec, more)]));
  const all: Resource[] = [...made.values()];
  for (const [name, spec] of Object.entries(crates)) all.push(crate(name, spec, more));
  for (const [name, { parent, friend, note }] of Object.entries(children)) {
    const belongs = made.get(parent);
    const other = friend === undefined ? undefined : made.get(friend);
    if (belongs) all.push(child(name, belongs, { ...(note === undefined ? {} : { note }), ...(other ? { friend: other.id } : {}) }));
  }
  for (const [name, spec] of Object.entries(shares)) all.push(resource('Batchy', name, spec, more));
  return all;
}

/** Whoever is neither ours nor taken over on request: as they were on the first day, they have to be on the last. */
class Strangers {
  readonly #before = new Map<string, string>();
  add(thing: Thing): void {
    this.#before.set(thing.handle, fingerprint(thing));
  }
  get handles(): ReadonlySet<string> {
    return new Set(this.#before.keys());
  }
  /** A person removed it. */
  drop(handle: string): void {
    this.#before.delete(handle);
  }
  check(lab: Lab): void {
    for (const [handle, before] of this.#before) {
      const thing = lab.system().things.get(handle);
      assert.ok(thing !== undefined, `${handle} is not ours and was deleted`);
      assert.is(fingerprint(thing as Thing), before, `${handle} is not ours and was changed`);
    }
  }
}
const fingerprint = ({ kind, key, spec, mark, revision }: Thing): string => canonical({ kind, key, spec, mark, revision });

/** However bad the days: when they are over, a few quiet runs bring the live system to what the manifests say, and no run did more. */
async function tell({ seed, parallel, strangers, days }: Story): Promise<void> {
  const trouble = chaos();
  const lab = openLab({ seed, limits: { parallel }, session: trouble.session, openStore: trouble.store });
  const others = new Strangers();
  const mayBeAdopted = days.some(({ wanted: { adopt } }) => adopt);
  for (const { kind, key, marked } of strangers) {
    const mark = marked ? { mark: `elsewhere/scripted/${kind}/${key}` } : {};
    const handle = lab.system().byHand.create(`scripted/${kind}`, { key, spec: { label: 'theirs' }, ...mark });
    if (marked || !mayBeAdopted) others.add(lab.system().things.get(handle) as Thing);
  }
  try {
    for (const one of days) {
      handsOn(lab, one, others);
      await badDay(lab, trouble, one);
      others.check(lab);
    }
    lab.system().halfRead(false);
    lab.system().latency(0);
    const last = resourcesOf((days.at(-1) as Day).wanted);
    const final = await quietDays(lab, last);
    await checkWorld(lab, { final, last, made: trouble.made });
    others.check(lab);
  } finally {
    rmSync(lab.root, { recursive: true, force: true });
  }
}

function handsOn(lab: Lab, { byHand: acts }: Day, others: Strangers): void {
  const { byHand: hand, things } = lab.system();
  for (const act of acts) {
    const ours = [...things.values()].filter(({ handle }) => !others.handles.has(handle));
    if (act.do === 'create') {
      if ([...things.values()].some(({ kind, key }) => kind === `scripted/${act.kind}` && key === act.key)) continue;
      const mark = `elsewhere/scripted/${act.kind}/${act.key}`;
      const handle = hand.create(`scripted/${act.kind}`, { key: act.key, spec: { label: 'theirs' }, mark });
      others.add(things.get(handle) as Thing);
      continue;
    }
    const thing = ours[act.nth % Math.max(1, ours.length)];
    if (thing === undefined) continue;
    if (act.do === 'remove') hand.remove(thing.handle);
    else if (thing.kind === 'scripted/Batchy' || thing.kind === 'scripted/Child') hand.set(thing.handle, '/note', act.value);
    else hand.set(thing.handle, '/label', act.value);
  }
}

/** A process that plans and applies once, whatever becomes of it. After one that dies the next begins when its lease has run out. */
async function badDay(lab: Lab, trouble: Chaos, { wanted: what, mishaps, halfRead, strangers, latencyMs, restart }: Day): Promise<void> {
  const system = lab.system();
  system.halfRead(halfRead);
  system.latency(latencyMs);
  trouble.set(mishaps);
  if (restart && latencyMs > 0) void lab.clock.sleep(latencyMs * 3).then(() => system.restart());
  const ended = lab
    .plan(resourcesOf(what), { strangers })
    .then((surveyed) => lab.apply(surveyed))
    .then(
      () => 'ended' as const,
      (error: unknown) => {
        if (error instanceof Fault) return 'ended' as const;
        throw error;
      },
    );
  await Promise.race([ended, trouble.crashed]);
  // A process that ends, by itself too, leaves calls behind: the lists beside one that failed. The next one begins when they are over.
  ended.catch(() => undefined);
  lab.abort.abort(new Error('the process is over'));
  lab.abort = new AbortController();
  await trouble.settled();
  trouble.set(new Map());
  if (trouble.dead) await lab.clock.advance(300_000);
  trouble.revive();
  lab.reopen();
}

const QUIET_DAYS = 5;
async function quietDays(lab: Lab, last: readonly Resource[]): Promise<Surveyed> {
  const told: string[] = [];
  for (let i = 0; i < QUIET_DAYS; i += 1) {
    const surveyed = await lab.plan(last);
    if (surveyed.plan.steps.length === 0 && surveyed.survey.unsettled.length === 0) return surveyed;
    const { failed, skipped, unknown } = await lab.apply(surveyed);
    told.push(
      `${surveyed.plan.steps.map(({ verb, id }) => `${verb} ${id}`).join(', ')}: ${failed} failed, ${skipped} skipped, ${unknown} unknown`,
    );
  }
  throw new Error(`after ${QUIET_DAYS} quiet days something is still to be done:\n${told.join('\n')}`);
}

interface Final {
  readonly final: Surveyed;
  readonly last: readonly Resource[];
  readonly made: ReadonlySet<string>;
}

async function checkWorld(lab: Lab, { final: { plan }, last, made }: Final): Promise<void> {
  const state = await lab.store.load(TARGET);
  assert.equal(state.open, [], 'every call that was begun has an end');
  assert.equal(state.damage, []);
  const { things } = lab.system();
  const blocked = new Set(plan.changes.filter((change) => change.blocked !== undefined).map(({ id }) => id));
  const faults = plan.changes.filter(({ fault }) => fault !== undefined);
  assert.equal(faults, [], 'everything can be read by now');

  for (const { id } of last) {
    const record = state.records.get(id);
    if (blocked.has(id)) continue;
    assert.ok(record !== undefined, `${id} is not recorded`);
    assert.ok(things.has((record as Recorded).handle), `${id} is recorded and not there`);
  }
  const asked = new Set(last.map(({ id }) => id));
  for (const id of state.records.keys()) assert.ok(asked.has(id) || blocked.has(id), `${id} is recorded and nobody asks for it`);

  const owned = new Set([...state.records.values()].map(({ handle }) => handle));
  // Nothing may be done about what is blocked, and what it has replaced waits with it: remembered, and not made twice.
  const held = [...state.records.values()].filter(({ id }) => blocked.has(id));
  const waiting = new Set(held.flatMap(({ replaced = [] }) => replaced.map(({ handle }) => handle)));
  for (const [handle, thing] of things) {
    const isKnown = owned.has(handle) || waiting.has(handle) || !made.has(handle);
    assert.ok(isKnown, `${handle} was made by us and nobody remembers it: ${canonical(thing)}`);
  }
  const perMark = new Map<string, number>();
  for (const { mark, handle } of things.values()) {
    if (mark !== undefined && made.has(handle) && !waiting.has(handle)) perMark.set(mark, (perMark.get(mark) ?? 0) + 1);
  }
  for (const [mark, count] of perMark) assert.is(count, 1, `${mark} was made ${count} times`);
}

/** Tells so many stories; the first one that does not end well is shrunk and told with its reason. */
export async function converges(stories: number): Promise<void> {
  const details = await fc.check(fc.asyncProperty(story, tell), { numRuns: stories });
  if (details.failed) throw new Error(`${String(details.errorInstance)}\n${fc.defaultReportMessage(details) ?? ''}`);
}
