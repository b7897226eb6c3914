import { Fault } from '../../src/core/diagnostic.ts';
import type { Fields } from '../../src/core/value.ts';
import { assert, group } from './group.ts';
import { patched, valueAt } from './patched.ts';
import { scriptedBench } from './scripted-bench.ts';
import type { Change } from './scripted-system.ts';
import { dice, virtualClock, world } from './world.ts';

const box = (key: string, spec: Fields = { label: key }): Change => ({ do: 'create', kind: 'scripted/Box', key, scope: '', spec });
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof Fault ? `${error.code} ${error.sent}` : String(error)),
  );

group('scripted system', (test) => {
  test('a commit is all or nothing, and judged at its end', async () => {
    const { system, call } = await scriptedBench();
    const share = (key: string, n: number): Change => ({ do: 'create', kind: 'scripted/Batchy', key, scope: '', spec: { share: n } });
    const [a] = await system.commit([share('a', 90)], call());
    const patch = (n: number): Change => ({
      do: 'patch',
      kind: 'scripted/Batchy',
      handle: a ?? '',
      differences: [{ path: '/share', after: n }],
    });
    assert.is(await codeOf(system.commit([share('b', 50)], call())), 'HTTP_422 answered');
    assert.is(await codeOf(system.commit([share('b', 50), patch(50), patch(60)], call())), 'HTTP_422 answered');
    assert.equal(
      [...system.things.values()].map(({ spec }) => spec),
      [{ share: 90 }],
    );
    assert.is(await codeOf(system.commit([share('b', 50), patch(50)], call())), 'done');
    assert.is(system.things.size, 2);
  });

  test('troubles come at the call they were meant for: before it has an effect, after it, as a refusal', async () => {
    const { system, call } = await scriptedBench();
    system.trouble({ op: 'create', when: 'before', nth: 2 });
    assert.is(await codeOf(system.commit([box('a')], call())), 'done');
    assert.is(await codeOf(system.commit([box('b')], call())), 'CONNECTION_LOST maybe');
    assert.is(system.things.size, 1);
    system.trouble({ op: 'write', kind: 'scripted/Box', when: 'after' });
    assert.is(await codeOf(system.commit([box('b')], call())), 'CONNECTION_LOST maybe');
    assert.is(system.things.size, 2);
    system.trouble({ op: 'read', when: 'refuse', times: 2 });
    for (const expected of ['HTTP_409 answered', 'HTTP_409 answered', 'done'])
      assert.is(await codeOf(system.list('scripted/Box', '', 0, call())), expected);
    assert.equal({ ...system.counts }, { reads: 3, mutations: 3, busiest: 1 });
  });

  test('readiness takes its time, and a broken object says why', async () => {
    const { system, kind, session, call, world: here } = await scriptedBench();
    const [handle = ''] = await system.commit([box('a')], call());
    const readiness = async (): Promise<unknown> => {
      for await (const page of kind('Box').observe(session.read, { scope: '', known: [{ id: 'x', handle }], strangers: false }, call())) {
        for (const sighting of page) if (sighting.seen === 'live') return sighting.readiness;
      }
      return undefined;
    };
    assert.equal(await readiness(), { state: 'progressing', message: 'coming up', etaMs: 2000 });
    await here.clock.advance(2000);
    assert.equal(await readiness(), { state: 'ready' });
    system.breakDown(handle, 'lid is stuck');
    assert.equal(await readiness(), { state: 'failed', message: 'lid is stuck' });
  });

  test('a restart cuts what is under way and keeps what it holds', async () => {
    const { system, call, world: here } = await scriptedBench();
    await system.commit([box('a')], call());
    system.latency(100);
    const cut = codeOf(system.commit([box('b')], call()));
    const passed = here.clock.sleep(50).then(() => system.restart());
    assert.is(await cut, 'CONNECTION_LOST maybe');
    await passed;
    assert.equal(
      [...system.things.values()].map(({ key }) => key),
      ['a'],
    );
  });

  test('children need their parent, and go with it', async () => {
    const { system, call } = await scriptedBench();
    const child = (parent: string): Change => ({ do: 'create', kind: 'scripted/Child', key: 'c', scope: parent, spec: { parent } });
    assert.is(await codeOf(system.commit([child('box-9')], call())), 'HTTP_404 answered');
    const [parent = ''] = await system.commit([box('a')], call());
    await system.commit([child(parent)], call());
    await system.commit([{ do: 'delete', kind: 'scripted/Box', handle: parent }], call());
    assert.is(system.things.size, 0);
  });

  test('an obscured object is unknown, with its fault, until it is not', async () => {
    const { system, kind, session, call } = await scriptedBench();
    const [handle = ''] = await system.commit([box('a')], call());
    const seen = async (): Promise<unknown> => {
      const all: string[] = [];
      for await (const page of kind('Box').observe(session.read, { scope: '', known: [{ id: 'x', handle }], strangers: true }, call())) {
        all.push(...page.map((sighting) => (sighting.seen === 'unknown' ? sighting.fault.code : sighting.seen)));
      }
      return all;
    };
    system.obscure(handle, { code: 'FOG', severity: 'error', summary: 'fog' });
    assert.equal(await seen(), ['FOG', 'end']);
    system.obscure(handle, undefined);
    assert.equal(await seen(), ['live', 'end']);
  });

  test('a key under which another object stands is answered by that one only when ours is gone', async () => {
    const { system, kind, session, call } = await scriptedBench();
    const [old = ''] = await system.commit([box('a')], call());
    const [next = ''] = await system.commit([box('a')], call());
    const ask = async (strangers: boolean): Promise<unknown> => {
      const all: unknown[] = [];
      for await (const page of kind('Box').observe(
        session.read,
        { scope: '', known: [{ id: 'x', handle: old, key: 'a' }], strangers },
        call(),
      )) {
        for (const sighting of page) if (sighting.seen !== 'end') all.push([sighting.seen, sighting.id, sighting.handle, sighting.key]);
      }
      return all;
    };
    assert.equal(await ask(false), [['live', 'x', old, 'a']]);
    assert.equal(await ask(true), [
      ['live', 'x', old, 'a'],
      ['live', undefined, next, undefined],
    ]);
    system.byHand.remove(old);
    for (const strangers of [false, true]) assert.equal(await ask(strangers), [['live', 'x', next, 'a']]);
  });

  test('a ramp goes to its goal in steps, holds until it may go on, and is done', async () => {
    const { kind } = await scriptedBench();
    const advance = kind('Ramp').advance;
    const at = (degrees: number, motion: { goal: number; next?: string }, ready = true): unknown => {
      const common = { id: 'x', shape: 's', handle: 'h', needs: [], lifecycle: {}, by: { run: 'r', at: '' } };
      const { goal, ...rest } = motion;
      return advance?.(
        { ...common, applied: { degrees, perStep: 2 }, motion: { goal: { degrees: goal }, plan: 'p', since: '', deadline: '', ...rest } },
        {
          seen: 'live',
          handle: 'h',
          spec: { degrees },
          status: {},
          readiness: ready ? { state: 'ready' } : { state: 'progressing', message: '' },
        },
        '2026-01-01T00:00:00Z',
      );
    };
    assert.equal(at(10, { goal: 15 }), { degrees: 12, perStep: 2 });
    assert.equal(at(14, { goal: 15 }), { degrees: 15, perStep: 2 });
    assert.equal(at(20, { goal: 15 }), { degrees: 18, perStep: 2 });
    assert.is(at(10, { goal: 15, next: '2026-01-01T00:00:01Z' }), 'hold');
    assert.is(at(10, { goal: 15 }, false), 'hold');
    assert.is(at(15, { goal: 15 }), 'done');
  });

  test('ten thousand objects cost no more each than ten', async () => {
    const { system, call } = await scriptedBench();
    for (let i = 0; i < 10_000; i += 1) await system.commit([box(`b${i}`)], call());
    assert.is(system.things.size, 10_000);
    assert.is((await system.get('scripted/Box', { key: 'b9999', scope: '' }, call()))?.handle, 'box-10000');
  });
});

group('patched', (test) => {
  const rule = { fields: { slots: { list: { key: ['name'] } } } } as const;
  const spec = { a: 1, slots: [{ name: 'x/~', rate: 1 }, { name: 'y' }] };

  test('writes leaves, entries of keyed lists and nothing else', () => {
    const changes = [
      { path: '/a' },
      { path: '/slots/["x~1~0"]/rate', after: 2 },
      { path: '/slots/["z"]', after: { name: 'z' } },
      { path: '/slots/["y"]' },
      { path: '/b/c', after: true },
    ];
    assert.equal(patched(spec, changes, rule), { slots: [{ name: 'x/~', rate: 2 }, { name: 'z' }], b: { c: true } });
    assert.equal(spec, { a: 1, slots: [{ name: 'x/~', rate: 1 }, { name: 'y' }] }, 'the input is as it was');
  });

  test('null clears, and a place is read back by the same words', () => {
    assert.equal(patched(spec, [{ path: '/a', after: null }], {}), { slots: spec.slots });
    assert.is(valueAt(spec, '/slots/["x~1~0"]/rate', rule), 1);
    assert.is(valueAt(spec, '/slots/["none"]/rate', rule), undefined);
  });
});

group('world', (test) => {
  test('time passes when everybody sleeps, in order, and not otherwise', async () => {
    const clock = virtualClock({ start: 0 });
    const woken: string[] = [];
    const nap = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push(`${name} ${clock.now()}`);
    };
    await Promise.all([nap('late', 3_600_000), nap('early', 10), nap('both', 10).then(() => nap('again', 5))]);
    assert.equal(woken, ['early 10', 'both 10', 'again 15', 'late 3600000']);
  });

  test('a sleeper is woken by an abort, with its reason', async () => {
    const clock = virtualClock({ auto: false });
    const stop = new AbortController();
    const sleeping = clock.sleep(1000, stop.signal).catch((reason: unknown) => reason);
    stop.abort('enough');
    assert.is(await sleeping, 'enough');
    assert.is(clock.sleeping, 0);
  });

  test('by hand, time goes as far as told', async () => {
    const clock = virtualClock({ start: 0, auto: false });
    const woken: number[] = [];
    for (const ms of [5, 10, 20]) void clock.sleep(ms).then(() => woken.push(ms));
    await clock.advance(10);
    assert.equal([woken, clock.now(), clock.sleeping], [[5, 10], 10, 1]);
  });

  test('the same seed throws the same dice, evenly', () => {
    const [a, b] = [dice(7), dice(7)];
    const throws = Array.from({ length: 10_000 }, a);
    assert.equal(throws.slice(0, 5), Array.from({ length: 5 }, b));
    assert.ok(throws.every((one) => one >= 0 && one < 1));
    assert.ok(Math.abs(throws.reduce((sum, one) => sum + one, 0) / throws.length - 0.5) < 0.02);
  });

  test('what is emitted through a call is kept', () => {
    const here = world();
    here.call().emit({ type: 'wait', id: 'x', message: 'm' });
    assert.equal(here.told, [{ type: 'wait', id: 'x', message: 'm' }]);
  });
});
