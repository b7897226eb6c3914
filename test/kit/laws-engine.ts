import type { SecretMark } from '../../src/core/mark.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { Resource } from '../../src/core/resource.ts';
import { resourceId } from '../../src/core/id.ts';
import type { Fields } from '../../src/core/value.ts';
import { secretsOf } from '../../src/reconcile/marks.ts';
import { assert } from './group.ts';
import { blindPointers, canaried, droppable, hasSensitive, withSensitive, without } from './law-fields.ts';
import type { Driver } from './law-driver.ts';
import type { AnyLawsOptions, Law } from './law.ts';
import { lacks, NOT_DECLARED } from './law.ts';
import { valueAt } from './patched.ts';

/** How an apply ended. */
export interface RoundOutcome {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly unknown: number;
}

/** The whole engine over one bench: plans against its state, applies and settles. Whoever owns the engine makes one. */
export interface Round {
  /** The name of the target that resources belong to. */
  readonly target: string;
  plan(resources: readonly Resource[]): Promise<Plan>;
  /** Waits for everything to be ready, unless told otherwise. */
  apply(plan: Plan, how?: { readonly wait: boolean }): Promise<RoundOutcome>;
  /** Mutating requests so far. */
  mutations(): number;
  /** A secret that the engine can look up, and that `value` is behind. */
  secret(value: string): SecretMark;
  /** Everything that was written down or told so far: events, journal, state, plans. */
  texts(): Promise<readonly string[]>;
}

const CANARY = 'canary-8c2e-not-for-anybodys-eyes';

const needsEngine = (options: AnyLawsOptions): string | undefined => (options.engine === undefined ? 'no engine is given' : undefined);
const when =
  (test: (options: AnyLawsOptions) => boolean, then: (options: AnyLawsOptions) => string | undefined = () => undefined): Law['applies'] =>
  (options) =>
    test(options) ? (needsEngine(options) ?? then(options)) : NOT_DECLARED;

interface Engine {
  readonly round: Round;
  resource(name: string, spec: Fields, more?: Partial<Resource>): Resource;
  /** Plans and applies; fails unless everything was done. */
  apply(resources: readonly Resource[]): Promise<Plan>;
  /** The plan is empty, and neither planning nor applying it asks the system to change anything. */
  settled(resources: readonly Resource[], says: string): Promise<void>;
}

async function engineOf(d: Driver): Promise<Engine> {
  const { engine, kind } = d.options;
  if (engine === undefined) throw new Error('no engine is given');
  const round = await engine(d.bench);
  return {
    round,
    resource(name, spec, more = {}) {
      const id = resourceId({ target: round.target, kind: kind.kind, name });
      // As manifests make it: in the shape's own writing, with the sources of secrets in their place.
      const marked = withSensitive(d.normalize(spec), d.rule(spec), (text) => round.secret(text));
      return {
        id,
        kind: kind.kind,
        version: kind.version,
        target: round.target,
        name,
        spec: marked,
        ...(secretsOf(marked).length > 0 ? { hasSecrets: true as const } : {}),
        needs: [],
        // Only people can make one: taking it over is then what the manifest is about.
        lifecycle: kind.creatable ? {} : { adopt: true },
        labels: {},
        was: [],
        origin: { file: 'law.yaml', line: 1, document: 0 },
        ...more,
      };
    },
    async apply(resources) {
      const plan = await round.plan(resources);
      assert.equal(plan.problems, []);
      const { failed, skipped, unknown } = await round.apply(plan);
      assert.equal({ failed, skipped, unknown }, { failed: 0, skipped: 0, unknown: 0 });
      return plan;
    },
    async settled(resources, says) {
      const before = round.mutations();
      const plan = await round.plan(resources);
      assert.equal(plan.steps, [], says);
      await round.apply(plan);
      assert.is(round.mutations(), before, `${says}: an empty plan made a mutating request`);
    },
  };
}

/** Makes the object by hand first where the kind cannot. */
async function prepare(d: Driver, name: string, spec: Fields): Promise<void> {
  if (!d.options.kind.creatable) await d.obtain(name, spec);
}

/** What has to be true of a kind with the whole engine around it. */
export const engineLaws: readonly Law[] = [
  {
    name: 'after an apply the next plan is empty and makes no mutating request',
    applies: when(({ kind }) => kind.nature === 'state'),
    async holds(d) {
      const e = await engineOf(d);
      for (const [i, sample] of (await d.samples()).entries()) {
        const spec = d.options.under?.(`sample-${i}`, sample) ?? sample;
        await prepare(d, `sample-${i}`, spec);
        const resource = e.resource(`sample-${i}`, spec);
        await e.apply([resource]);
        await e.settled([resource], `sample ${i}`);
        if (d.options.kind.removable && d.options.kind.creatable) await e.apply([]);
      }
    },
  },
  {
    name: 'dropping any optional field and applying gives an empty next plan',
    applies: when(({ kind }) => kind.nature === 'state'),
    async holds(d) {
      const e = await engineOf(d);
      for (const [i, sample] of (await d.samples()).entries()) {
        for (const field of droppable(sample, d.options)) {
          const name = `sample-${i}-${field}`;
          const spec = d.options.under?.(name, sample) ?? sample;
          await prepare(d, name, spec);
          await e.apply([e.resource(name, spec)]);
          const less = e.resource(name, without(spec, field, d.options));
          await e.apply([less]);
          await e.settled([less], `without ${field}`);
          if (d.options.kind.removable && d.options.kind.creatable) await e.apply([]);
        }
      }
    },
  },
  {
    name: 'no sensitive value is in any plan, event, journal or state',
    applies: when(hasSensitive),
    async holds(d) {
      const e = await engineOf(d);
      const secrets: string[] = [];
      let n = 0;
      for (const sample of await d.samples()) {
        const secret = d.options.canary?.(n) ?? CANARY;
        const canary = canaried(sample, d.rule(sample), secret);
        if (canary === undefined) continue;
        n += 1;
        secrets.push(secret);
        await prepare(d, `one-${n}`, canary);
        const plan = await e.apply([e.resource(`one-${n}`, canary)]);
        assert.ok(!JSON.stringify(plan).includes(secret), 'a secret is in the plan');
      }
      assert.ok(n > 0, 'no sample sets a sensitive field: add one');
      for (const text of await e.round.texts()) assert.ok(!secrets.some((one) => text.includes(one)), 'a secret was written down');
    },
  },
  {
    name: 'what cannot be deleted is left in place, and the plan says so',
    applies: when(({ kind }) => !kind.removable && kind.nature === 'state'),
    async holds(d) {
      const e = await engineOf(d);
      const spec = await d.nth(0);
      await prepare(d, 'one', spec);
      await e.apply([e.resource('one', spec)]);
      const plan = await e.apply([]);
      assert.equal(
        plan.changes.map(({ action, reason }) => [action, reason]),
        [['forget', 'cannot-be-deleted']],
      );
      assert.is((await d.live({ name: 'one', spec })).seen, 'live');
      await e.settled([], 'forgotten');
    },
  },
  {
    name: 'what cannot be created is planned as blocked, never as a step',
    applies: when(({ kind }) => !kind.creatable),
    async holds(d) {
      const e = await engineOf(d);
      const plan = await e.round.plan([e.resource('nobody', await d.nth(0))]);
      assert.equal(plan.steps, []);
      assert.ok(
        plan.changes.some(({ blocked }) => blocked !== undefined),
        'the plan says why',
      );
    },
  },
  {
    name: 'what is already there is taken over only on request',
    applies: when(({ kind }) => kind.nature === 'state' && kind.contentAddressed !== true && kind.readable !== false),
    async holds(d) {
      const e = await engineOf(d);
      const spec = await d.nth(0);
      const { makeByHand } = d.options.can;
      // What no person makes by hand is there when the state that knew of it was lost.
      await (makeByHand ? makeByHand(d.bench, 'one', d.normalize(spec)) : d.make('one', spec));
      const before = e.round.mutations();
      const plan = await e.round.plan([e.resource('one', spec, { lifecycle: {} })]);
      assert.equal(plan.steps, []);
      assert.ok(
        plan.changes.some(({ blocked }) => blocked !== undefined),
        'the plan says why',
      );
      await e.apply([e.resource('one', spec, { lifecycle: { adopt: true } })]);
      assert.ok(e.round.mutations() - before <= 1, 'what is equal is taken over, not made');
    },
  },
  {
    name: 'what is its content is taken over without being asked, and other content is another one beside it',
    applies: when(
      ({ kind }) => kind.contentAddressed === true && !kind.removable,
      (options) => lacks(options, 'makeByHand'),
    ),
    async holds(d) {
      const e = await engineOf(d);
      const [one, two] = [await d.nth(0), await d.nth(1)];
      await d.options.can.makeByHand?.(d.bench, 'one', d.normalize(one));
      const before = e.round.mutations();
      await e.apply([e.resource('one', one)]);
      assert.is(e.round.mutations(), before, 'what is there is not made again');
      await e.settled([e.resource('one', one)], 'taken over');
      const plan = await e.apply([e.resource('one', two)]);
      assert.equal(
        plan.steps.map(({ verb }) => verb),
        ['create'],
        'nothing is deleted',
      );
      await e.settled([e.resource('one', two)], 'replaced');
      for (const spec of [one, two]) assert.is((await d.live({ name: 'one', spec })).seen, 'live');
    },
  },
  {
    name: 'a blind field is shown as unverifiable in every plan that says something of it',
    applies: when((options) => blindPointers(options).length > 0),
    async holds(d) {
      const e = await engineOf(d);
      const samples = await d.samples();
      const places = (spec: Fields): readonly string[] =>
        blindPointers(d.options).filter((at) => valueAt(spec, at, d.rule(spec)) !== undefined);
      const spec = samples.find((sample) => places(sample).length > 0);
      if (spec === undefined) throw new Error('no sample sets a blind field: add one');
      await prepare(d, 'one', spec);
      const resource = e.resource('one', spec);
      await e.apply([resource]);
      const plan = await e.round.plan([resource]);
      assert.equal(plan.steps, []);
      const shown = plan.changes.flatMap(({ unverifiable = [] }) => unverifiable);
      for (const at of places(spec)) assert.ok(shown.includes(at), `${at} is shown as in step, and nobody can know`);
    },
  },
];
