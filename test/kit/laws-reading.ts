import fc from 'fast-check';
import { canonical, equal } from '../../src/core/value.ts';
import { assert } from './group.ts';
import { isAbout } from './law-driver.ts';
import type { Law } from './law.ts';
import { lacks, NOT_DECLARED } from './law.ts';
import { blindPointers, NO_FILES } from './law-fields.ts';
import { valueAt } from './patched.ts';

const always = (): undefined => undefined;
const isReadable: Law['applies'] = ({ kind }) => (kind.readable === false ? NOT_DECLARED : undefined);

/** What has to be true of answers, and of the shape that they are compared in. */
export const readingLaws: readonly Law[] = [
  {
    name: 'every known gets one answer, and what is not there is said to be absent',
    applies: isReadable,
    async holds(d) {
      const one = await d.obtain('one', await d.nth(0));
      const two = await d.obtain('two', await d.nth(1));
      const all = [d.known('one', one.spec, one.handle), d.known('two', two.spec), d.known('nobody', await d.nth(2))];
      for (const strangers of [false, true]) {
        const { sightings, ends } = await d.look(all, { strangers });
        const answers = all.map((known) => sightings.filter((sighting) => isAbout(sighting, known)).map(({ seen }) => seen));
        assert.equal(answers, [['live'], ['live'], ['absent']], `strangers ${strangers ? 'asked for' : 'not asked for'}`);
        assert.ok(ends.length > 0, 'an answer has an end');
        if (strangers) assert.ok(!ends.some((end) => end.strangers === 'none'), 'strangers were asked for');
      }
    },
  },
  {
    name: 'what nobody made is absent only after a read',
    applies: (options) => isReadable(options) ?? lacks(options, 'reads'),
    async holds(d) {
      const spec = await d.nth(2);
      const before = d.options.can.reads?.(d.bench) ?? 0;
      const sighting = await d.see({ name: 'nobody', spec, handle: 'no-such-handle' });
      assert.is(sighting.seen, 'absent');
      assert.ok((d.options.can.reads?.(d.bench) ?? 0) > before, 'nobody looked');
    },
  },
  {
    name: 'looking changes nothing',
    applies: (options) => lacks(options, 'mutations'),
    async holds(d) {
      const made = await d.obtain('one', await d.nth(0));
      const before = d.options.can.mutations?.(d.bench);
      await d.see(made);
      await d.look([d.known('one', made.spec, made.handle)], { strangers: true });
      await d.options.provider.identify(d.bench.session.read, d.call());
      assert.is(d.options.can.mutations?.(d.bench), before);
    },
  },
  {
    name: 'what cannot be read is believed to be as it was recorded, and verified nowhere',
    applies: ({ kind }) => (kind.readable === false ? undefined : NOT_DECLARED),
    async holds(d) {
      const made = await d.obtain('one', await d.nth(0));
      const live = await d.live(made);
      assert.is(live.handle, made.handle);
      assert.equal(live.spec, {}, 'nothing of it can be read');
      const { differences, unverifiable } = d.compare(made.spec, live, made.spec);
      assert.equal(differences, []);
      assert.is(unverifiable.length, Object.keys(d.normalize(made.spec)).length, 'every field is shown as unverifiable');
      assert.is((await d.see({ name: 'nobody', spec: made.spec })).seen, 'absent', 'what has no handle was never made');
    },
  },
  {
    name: 'an object is found by its handle and by its key',
    applies: isReadable,
    async holds(d) {
      const made = await d.obtain('one', await d.nth(0));
      assert.is((await d.live(made)).handle, made.handle);
      assert.is((await d.live({ name: 'one', spec: made.spec })).handle, made.handle, 'by its key');
    },
  },
  {
    name: 'a sample has no findings, normalize is idempotent and keeps it what it is',
    applies: always,
    async holds(d) {
      const { kind, samples, files, options, arbitrary } = d.options;
      const shape = kind.open?.(files ?? NO_FILES, options ?? {});
      for (const given of samples) {
        const sample = structuredClone(given);
        assert.equal(shape?.check(sample) ?? [], []);
        const before = canonical(sample);
        const once = d.normalize(sample);
        assert.equal(d.normalize(once), once, 'normalized twice');
        assert.is(canonical(sample), before, 'normalize changed what it was given');
      }
      if (arbitrary !== undefined) {
        fc.assert(
          fc.property(arbitrary, (spec) => {
            const once = d.normalize(spec);
            return equal(d.normalize(once), once);
          }),
        );
      }
    },
  },
  {
    name: 'a blind field is not read back, and is shown as unverifiable',
    applies: (options) => (blindPointers(options).length === 0 ? NOT_DECLARED : undefined),
    async holds(d) {
      let looked = 0;
      for (const [i, spec] of (await d.samples()).entries()) {
        const rule = d.rule(spec);
        const set = blindPointers(d.options).filter((at) => valueAt(spec, at, rule) !== undefined);
        if (set.length === 0) continue;
        looked += 1;
        const made = await d.obtain(`one-${i}`, spec);
        const live = await d.live(made);
        for (const at of set) assert.is(valueAt(live.spec, at, rule), undefined, `${at} is blind, and an answer has a value for it`);
        const { differences, unverifiable } = d.compare(spec, live, spec);
        assert.equal(differences, []);
        for (const at of set) assert.ok(unverifiable.includes(at), `${at} is shown as unverifiable`);
      }
      assert.ok(looked > 0, 'no sample sets a blind field: add one');
    },
  },
  {
    name: 'the same system is the same system',
    applies: (options) => lacks(options, 'restart'),
    async holds(d) {
      const { provider, can } = d.options;
      const before = await provider.identify(d.bench.session.read, d.call());
      await can.restart?.(d.bench);
      assert.is(await provider.identify(d.bench.session.read, d.call()), before);
    },
  },
];
