import { Fault } from '../../src/core/diagnostic.ts';
import type { Fields } from '../../src/core/value.ts';
import { assert } from './group.ts';
import { droppable, without } from './law-fields.ts';
import type { Driver, Made } from './law-driver.ts';
import type { AnyLawsOptions, Law } from './law.ts';
import { lacks, NOT_DECLARED } from './law.ts';
import { valueAt } from './patched.ts';
import { faultOf } from './fault.ts';

type Declares = (options: AnyLawsOptions) => typeof NOT_DECLARED | undefined;
const declared =
  (test: (kind: AnyLawsOptions['kind']) => boolean): Declares =>
  ({ kind }) =>
    test(kind) ? undefined : NOT_DECLARED;
// What has nothing that changes in place is updated for nothing but what it mends.
const isUpdatable = declared((kind) => kind.nature === 'state' && kind.update !== undefined && kind.schema()['x-immutable'] !== true);
const isMade = declared((kind) => kind.nature === 'state' && kind.creatable);

/** Each sample and the one after it, except where that would change what is immutable. */
async function pairs(d: Driver): Promise<readonly (readonly [from: Fields, to: Fields])[]> {
  const samples = await d.samples();
  const all = samples.slice(1).map((to, i) => [samples[i] as Fields, to] as const);
  const fit = all.filter(
    ([from, to]) => !d.compare(to, { seen: 'live', handle: '', spec: from }, from).differences.some((one) => one.forcesReplace),
  );
  assert.ok(fit.length > 0, 'every pair of samples changes what is immutable: add one that does not');
  return fit;
}

/** The object is what it should be: nothing is left to do, by the record and without it. */
async function inStep(d: Driver, made: Made, says: string): Promise<void> {
  const live = await d.live(made);
  assert.equal(d.compare(made.spec, live, made.spec).differences, [], says);
}

/** How many live objects the system shows, ours and others. */
async function population(d: Driver, spec: Fields): Promise<number> {
  const { sightings } = await d.look([d.known('nobody', spec)], { strangers: true });
  return sightings.filter(({ seen }) => seen === 'live').length;
}

/** What has to be true of writes. */
export const writingLaws: readonly Law[] = [
  {
    name: 'what was made is seen as it was wanted',
    applies: isMade,
    async holds(d) {
      for (const [i, spec] of (await d.samples()).entries()) {
        const made = await d.obtain(`sample-${i}`, spec);
        await inStep(d, made, `sample ${i} differs from what was wanted`);
        const { readiness } = await d.live(made);
        assert.ok(readiness === undefined || readiness.state === 'ready', `not ready after it settled: ${JSON.stringify(readiness)}`);
        if (d.options.kind.removable) await d.remove(made);
      }
    },
  },
  {
    name: 'an update leads to what is wanted, from each sample to the next',
    applies: isUpdatable,
    async holds(d) {
      for (const [i, [from, to]] of (await pairs(d)).entries()) {
        const made = await d.obtain(`pair-${i}`, from);
        const after = await d.update(made, to);
        await inStep(d, after, `pair ${i}: the update left differences`);
        assert.is(after.handle, made.handle, 'an update keeps the handle');
        if (d.options.kind.removable) await d.remove(after);
      }
    },
  },
  {
    name: 'the same update twice is the same as once',
    applies: isUpdatable,
    async holds(d) {
      const [pair] = await pairs(d);
      const [from, to] = pair as readonly [Fields, Fields];
      const made = await d.obtain('one', from);
      const { differences } = d.compare(to, await d.live(made), from);
      const once = await d.update(made, to, differences);
      const before = d.normalize((await d.live(once)).spec);
      const count = await population(d, to);
      const twice = await d.update(once, to, differences);
      assert.is(twice.handle, once.handle);
      assert.equal(d.normalize((await d.live(twice)).spec), before);
      assert.is(await population(d, to), count, 'the second update made another object');
    },
  },
  {
    name: 'an update writes its differences and nothing else: what a person changed elsewhere stays',
    applies: (options) =>
      isUpdatable(options) ?? (options.elsewhere === undefined ? 'no place is given (elsewhere)' : lacks(options, 'changeByHand')),
    async holds(d) {
      const { elsewhere, can } = d.options;
      if (elsewhere === undefined) return;
      const [pair] = await pairs(d);
      const [from, to] = pair as readonly [Fields, Fields];
      const made = await d.obtain('one', from);
      await can.changeByHand?.(d.bench, made.handle, elsewhere.at, elsewhere.value);
      const all = d.compare(to, await d.live(made), from).differences.filter(({ path }) => path !== elsewhere.at);
      assert.ok(all.length > 0, 'the first pair of samples differs only at the place that is changed by hand');
      const after = await d.update(made, to, all);
      const live = await d.live(after);
      assert.equal(valueAt(live.spec, elsewhere.at, d.rule(to)), elsewhere.value, `${elsewhere.at} was overwritten`);
      const left = d.compare(to, live, to).differences.map(({ path }) => path);
      assert.equal(
        left.filter((path) => path !== elsewhere.at),
        [],
        'the differences were not written',
      );
    },
  },
  {
    name: 'any optional field can be dropped, and an update clears it for good',
    applies: isUpdatable,
    async holds(d) {
      for (const [i, spec] of (await d.samples()).entries()) {
        for (const name of droppable(spec, d.options)) {
          const made = await d.obtain(`sample-${i}-${name}`, spec);
          const to = without(spec, name, d.options);
          const after = await d.update(made, to);
          const live = await d.live(after);
          assert.equal(d.compare(to, live, to).differences, [], `without ${name} the rest differs`);
          // Against the old record: what is still the value we wrote has not been cleared. A server may put its own there.
          const { differences, unverifiable } = d.compare(to, live, spec);
          const left = differences.filter(({ path, was }) => was === undefined && !unverifiable.includes(path));
          assert.equal(left, [], `${name} was dropped and is not cleared`);
          if (d.options.kind.removable) await d.remove(after);
        }
      }
    },
  },
  {
    name: 'what was removed is gone, and removing it twice is quiet',
    applies: declared((kind) => kind.removable && kind.readable !== false),
    async holds(d) {
      const kept = await d.obtain('kept', await d.nth(0));
      const made = await d.obtain('one', await d.nth(1));
      await d.remove(made);
      assert.is((await d.see(made)).seen, 'absent');
      await d.remove(made);
      assert.is((await d.see(made)).seen, 'absent');
      await inStep(d, kept, 'another object was hurt');
    },
  },
  {
    name: 'what cannot be read can be removed, and removing it twice is quiet',
    applies: declared((kind) => kind.removable && kind.readable === false),
    async holds(d) {
      const made = await d.obtain('one', await d.nth(0));
      await d.remove(made);
      await d.remove(made);
    },
  },
  {
    name: 'what cannot be removed is refused, and left in place',
    applies: declared((kind) => !kind.removable),
    async holds(d) {
      const made = await d.obtain('one', await d.nth(0));
      const fault = await faultOf(d.remove(made));
      assert.is(fault?.retry, false, 'a refusal for good: trying again cannot help');
      assert.is((await d.live(made)).handle, made.handle);
    },
  },
  {
    name: 'what cannot be created is refused, and nothing comes into being',
    applies: declared((kind) => !kind.creatable),
    async holds(d) {
      const spec = await d.nth(0);
      const fault = await faultOf(d.make('one', spec));
      assert.is(fault?.retry, false, 'a refusal for good: trying again cannot help');
      assert.is((await d.see({ name: 'one', spec })).seen, 'absent');
    },
  },
  {
    name: 'a new one can stand beside the old one',
    applies: declared((kind) => kind.creatable && kind.replace === 'create-first' && kind.contentAddressed !== true),
    async holds(d) {
      const [spec] = await d.samples();
      const old = await d.obtain('one', spec as Fields);
      const next = await d.obtain('one', spec as Fields);
      assert.ok(next.handle !== old.handle, 'the new one has a handle of its own');
      assert.is((await d.live(old)).handle, old.handle);
      assert.is((await d.live(next)).handle, next.handle);
      if (!d.options.kind.removable) return;
      await d.remove(old);
      assert.is((await d.live(next)).handle, next.handle, 'the new one outlives the old one');
    },
  },
  {
    name: 'a run that was begun is found again, and tells how it stands',
    applies: declared((kind) => kind.nature === 'run'),
    async holds(d) {
      const made = await d.make('one', await d.nth(0));
      const begun = await d.live(made);
      const outcome = made.recorded.run?.outcome;
      const open = outcome === 'begun' || outcome === 'unknown';
      assert.ok(!open || begun.readiness !== undefined, 'a run that has begun says whether it is still going');
      await d.options.can.settle?.(d.bench);
      const later = await d.live(made);
      assert.ok(later.readiness?.state !== 'progressing', 'a run comes to an end');
      assert.is(later.handle, made.handle);
    },
  },
  {
    name: 'a batch gives one outcome each, in order',
    applies: declared((kind) => kind.batch !== undefined && kind.creatable),
    async holds(d) {
      const specs = [await d.nth(0), await d.nth(1), await d.nth(2)];
      const works = specs.map((spec, i) => d.work('create', `one-${i}`, spec));
      const outcomes = (await d.options.kind.batch?.run(d.bench.session, works, d.call())) ?? [];
      assert.is(outcomes.length, works.length);
      await d.options.can.settle?.(d.bench);
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome === undefined || outcome instanceof Fault) throw outcome ?? new Error('a create has an outcome');
        const spec = specs[i] as Fields;
        const live = await d.live({ name: `one-${i}`, spec, handle: outcome.handle });
        assert.equal(d.compare(spec, live, spec).differences, [], `outcome ${i} is about another object`);
        assert.is((await d.live({ name: `one-${i}`, spec })).handle, outcome.handle, `outcome ${i} is about another object`);
      }
    },
  },
  {
    name: 'a batch that is atomic does all or nothing',
    applies: (options) => {
      const { kind, invalid } = options;
      if (kind.batch?.atomic !== true || !kind.creatable) return NOT_DECLARED;
      return invalid === undefined ? 'no spec is given that the system refuses (invalid)' : undefined;
    },
    async holds(d) {
      const { kind, invalid } = d.options;
      const good = await d.nth(0);
      const works = [d.work('create', 'good', good), d.work('create', 'bad', invalid as Fields)];
      const outcomes = await kind.batch?.run(d.bench.session, works, d.call()).catch((error: unknown) => {
        if (error instanceof Fault) return [error, error];
        throw error;
      });
      assert.ok(
        outcomes?.every((outcome) => outcome instanceof Fault),
        'one was refused, so all are',
      );
      assert.is((await d.see({ name: 'good', spec: good })).seen, 'absent');
    },
  },
];
