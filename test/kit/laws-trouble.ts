import { inspect } from 'node:util';
import { Fault } from '../../src/core/diagnostic.ts';
import { assert } from './group.ts';
import { isAbout } from './law-driver.ts';
import { canaried, hasSensitive } from './law-fields.ts';
import type { Law } from './law.ts';
import { lacks, NOT_DECLARED } from './law.ts';
import { faultOf } from './fault.ts';

const CANARY = 'canary-5f1d-not-for-anybodys-eyes';

/** What has to be true on bad days: faults, lost replies, aborts, restarts, crowds. */
export const troubleLaws: readonly Law[] = [
  {
    name: 'an error is no evidence of absence',
    applies: (options) => lacks(options, 'drop', 'refuse'),
    async holds(d) {
      const made = await d.obtain('one', await d.nth(0));
      const known = d.known('one', made.spec, made.handle);
      const { drop, refuse } = d.options.can;
      for (const trouble of [() => drop?.(d.bench, 'before'), () => drop?.(d.bench, 'after'), () => refuse?.(d.bench)]) {
        for (const strangers of [false, true]) {
          await trouble();
          const looked = await d.look([known], { strangers }).catch((error: unknown) => {
            if (error instanceof Fault) return undefined;
            throw error;
          });
          for (const { seen } of looked?.sightings.filter((sighting) => isAbout(sighting, known)) ?? []) {
            assert.ok(seen !== 'absent', 'an error was taken for absence');
          }
        }
      }
    },
  },
  {
    name: 'half a list is no evidence of absence',
    applies: (options) => lacks(options, 'breakOff'),
    async holds(d) {
      const specs = [await d.nth(0), await d.nth(1), await d.nth(2)];
      const known = [];
      for (const [i, spec] of specs.entries()) {
        const made = await d.obtain(`one-${i}`, spec);
        known.push(d.known(`one-${i}`, spec, made.handle));
      }
      await d.options.can.breakOff?.(d.bench);
      // Whoever reads by single questions is not hurt by it, and may say what it likes.
      const looked = await d.look(known, { strangers: true }).catch((error: unknown) => {
        if (error instanceof Fault) return undefined;
        throw error;
      });
      for (const one of known) {
        const answers = looked?.sightings.filter((sighting) => isAbout(sighting, one)) ?? [];
        assert.ok(!answers.some(({ seen }) => seen === 'absent'), `${one.id} is said to be absent after half a list`);
      }
      const live = looked?.sightings.filter(({ seen }) => seen === 'live').length ?? 0;
      const complete = looked?.ends.some(({ strangers }) => strangers === 'all') ?? false;
      assert.ok(!complete || live >= known.length, 'half a list is said to be all');
    },
  },
  {
    name: 'a read whose connection drops may be tried again; a write that may have arrived says so',
    applies: (options) => lacks(options, 'drop'),
    async holds(d) {
      const { drop } = d.options.can;
      const made = await d.obtain('one', await d.nth(0));
      await drop?.(d.bench, 'before');
      const read = await d.look([d.known('one', made.spec, made.handle)]).catch((error: unknown) => error);
      if (read instanceof Error) {
        assert.ok(read instanceof Fault, `a bug: ${inspect(read)}`);
        assert.ok(read.retry !== false, `${read.code} while reading should be tried again`);
      }
      if (!d.options.kind.creatable) return;
      await drop?.(d.bench, 'after');
      const written = await d.make('two', await d.nth(1)).catch((error: unknown) => error);
      if (written instanceof Error) {
        assert.ok(written instanceof Fault, `a bug: ${inspect(written)}`);
        assert.is(written.sent, 'maybe', `${written.code}: the request was sent, and nobody knows what became of it`);
      }
    },
  },
  {
    name: 'what was made though its reply was lost is found by its name or its mark',
    applies: (options) => (options.kind.creatable && options.kind.readable !== false ? lacks(options, 'drop') : NOT_DECLARED),
    async holds(d) {
      const spec = await d.nth(0);
      await d.options.can.drop?.(d.bench, 'after');
      await d.make('one', spec).catch((error: unknown) => assert.ok(error instanceof Fault, `a bug: ${inspect(error)}`));
      const known = d.known('one', spec);
      const { sightings } = await d.look([known], { strangers: true });
      const ours = sightings.filter((sighting) => sighting.seen === 'live' && (isAbout(sighting, known) || sighting.mark === known.id));
      assert.is(ours.length, 1);
    },
  },
  {
    name: 'a refusal is not tried again',
    applies: (options) => lacks(options, 'refuse'),
    async holds(d) {
      const spec = await d.nth(0);
      const { refuse } = d.options.can;
      if (d.options.kind.creatable) {
        await refuse?.(d.bench);
        const fault = await faultOf(d.make('one', spec));
        assert.is(fault.retry, false, `${fault.code} is an answer, and the same request gets it again`);
        assert.is(fault.sent, 'answered');
        return;
      }
      const made = await d.obtain('one', spec);
      await refuse?.(d.bench);
      const read = await d.look([d.known('one', spec, made.handle)]).catch((error: unknown) => error);
      if (read instanceof Error) assert.ok(read instanceof Fault && read.retry === false, inspect(read));
    },
  },
  {
    name: 'abort is obeyed at once',
    applies: (options) => lacks(options, 'stall'),
    async holds(d) {
      const made = await d.obtain('one', await d.nth(0));
      const early = AbortSignal.abort();
      const before = d.options.can.mutations?.(d.bench);
      if (d.options.kind.creatable) await faultOf(d.make('never', await d.nth(1), d.call(early)));
      assert.is(d.options.can.mutations?.(d.bench), before, 'a request left although the run had been aborted');
      await d.options.can.stall?.(d.bench);
      const acts: ((call: ReturnType<typeof d.call>) => Promise<unknown>)[] = [];
      if (d.options.kind.readable !== false) acts.push((call) => d.look([d.known('one', made.spec, made.handle)], { call }));
      if (d.options.kind.creatable) acts.push(async (call) => d.make('two', await d.nth(1), call));
      if (d.options.kind.removable) acts.push((call) => d.remove(made, call));
      for (const [i, act] of acts.entries()) {
        const stop = new AbortController();
        const ended = faultOf(act(d.call(stop.signal)));
        await new Promise((resolve) => setTimeout(resolve, 5));
        stop.abort();
        const late = new Promise<never>((_, reject) =>
          setTimeout(() => reject(new Error(`act ${i} goes on after the abort`)), 2000).unref(),
        );
        assert.is((await Promise.race([ended, late])).retry, false, 'who aborts does not want it tried again');
      }
    },
  },
  {
    name: 'no sensitive value is in anything that is told: events, outcomes, faults',
    applies: (options) => (hasSensitive(options) ? undefined : NOT_DECLARED),
    async holds(d) {
      const { can, kind, canary = () => CANARY } = d.options;
      const specs = (await d.samples()).map((spec, i) => canaried(spec, d.rule(spec), canary(i))).filter((spec) => spec !== undefined);
      const heard: unknown[] = [];
      for (const [i, spec] of specs.entries()) {
        const made = await d.obtain(`one-${i}`, spec);
        heard.push({ ...made.recorded, applied: {} });
        const sighting = await d.live(made);
        heard.push({ ...sighting, spec: {} });
        for (const trouble of [() => can.refuse?.(d.bench), () => can.drop?.(d.bench, 'before')]) {
          if (!kind.creatable || (can.refuse === undefined && can.drop === undefined)) continue;
          await trouble();
          heard.push(await d.make(`two-${i}`, spec).then(({ recorded }) => ({ ...recorded, applied: {} }), aloud));
        }
      }
      assert.ok(specs.length > 0, 'no sample sets a sensitive field: add one');
      const text = inspect([heard, d.bench.told], { depth: null, maxStringLength: null, maxArrayLength: null });
      for (const at of (await d.samples()).map((_, i) => text.indexOf(canary(i)))) {
        assert.ok(at < 0, `a secret was told: ${text.slice(Math.max(0, at - 200), at)}`);
      }
    },
  },
  {
    name: 'fifty at once do not mix',
    applies: ({ kind }) => (kind.creatable && kind.nature === 'state' ? undefined : NOT_DECLARED),
    async holds(d) {
      const specs = await Promise.all(Array.from({ length: 50 }, (_, i) => d.nth(i)));
      const made = await Promise.all(specs.map((spec, i) => d.make(`many-${i}`, spec)));
      await d.options.can.settle?.(d.bench);
      assert.is(new Set(made.map(({ handle }) => handle)).size, made.length, 'two got one handle');
      const seen = await Promise.all(made.map((one) => d.live(one)));
      for (const [i, live] of seen.entries()) {
        const spec = specs[i] as (typeof specs)[number];
        assert.is(live.handle, made[i]?.handle);
        assert.equal(d.compare(spec, live, spec).differences, [], `number ${i} is not what it should be`);
      }
    },
  },
  {
    name: 'a restart of the server in between changes nothing',
    applies: (options) => lacks(options, 'restart'),
    async holds(d) {
      const made = await d.obtain('one', await d.nth(0));
      const before = await d.live(made);
      await d.options.can.restart?.(d.bench);
      const after = await d.live(made);
      assert.is(after.handle, before.handle);
      assert.equal(d.normalize(after.spec), d.normalize(before.spec));
      if (d.options.kind.creatable) assert.is((await d.live(await d.obtain('two', await d.nth(1)))).seen, 'live');
    },
  },
];

/** A fault as loud as it can be: everything but its stack, which names files of ours. */
const aloud = (error: unknown): unknown => {
  if (!(error instanceof Fault)) throw error;
  return [error.message, error.diagnostic];
};
