import { Fault } from '../../src/core/diagnostic.ts';
import type { Fields } from '../../src/core/value.ts';
import { observedTerms } from '../../src/reconcile/marks.ts';
import { look } from '../../src/reconcile/observe.ts';
import { subjectOf } from '../../src/reconcile/subject.ts';
import { assert, group } from '../kit/group.ts';
import { openLab, TARGET } from '../reconcile/lab.ts';
import { box, child, crate, idOf } from '../reconcile/resources.ts';

group('a step runs in the world that it was planned for', (test) => {
  test('what is renamed and edited is judged as well: drift under the edit stops it', async () => {
    const lab = openLab();
    await lab.run([box('a', { label: 'x' })]);
    const surveyed = await lab.plan([box('b', { label: 'x', size: 2 }, { was: [idOf('Box', 'a')] })]);
    assert.equal(
      surveyed.plan.steps.map(({ verb }) => verb),
      ['move', 'update'],
    );
    lab.system().byHand.set('box-1', '/size', 7);
    const outcome = await lab.apply(surveyed);
    assert.equal([outcome.done, outcome.stale], [1, 1]);
    assert.is(lab.system().things.get('box-1')?.spec.size, 7);
  });

  test('a rename and an edit go through where nothing drifted, also with a child that refers to it', async () => {
    const lab = openLab();
    const a = box('a', { label: 'x' });
    await lab.run([a, child('one', a)]);
    const b = box('b', { label: 'x', size: 2 }, { was: [a.id] });
    const outcome = await lab.run([b, child('one', b, { note: 'edited' })]);
    assert.equal([outcome.failed, outcome.stale, outcome.skipped], [0, 0, 0]);
    assert.equal((await lab.plan([b, child('one', b, { note: 'edited' })])).plan.steps, []);
  });

  for (const [name, make] of [
    ['the new one first', box],
    ['the old one first', crate],
  ] as const) {
    test(`a replacement (${name}) of what somebody has changed meanwhile is not begun`, async () => {
      const lab = openLab();
      await lab.run([make('a', { serial: '1' })]);
      const surveyed = await lab.plan([make('a', { serial: '2' })]);
      const [old] = lab.system().things.keys();
      lab.system().byHand.set(old as string, '/serial', '7');
      const outcome = await lab.apply(surveyed);
      assert.equal([outcome.done, outcome.stale], [0, 1]);
      assert.equal(
        [...lab.system().things.values()].map(({ spec }) => spec.serial),
        ['7'],
      );
    });
  }
});

group('a call leaves under a lease', (test) => {
  test('a call that waits for its next try is not sent when the lease has come to its end meanwhile', async () => {
    let stopAt = Infinity;
    let tries = 0;
    const lab = openLab({
      kinds: (kind) =>
        kind.kind !== 'scripted/Box'
          ? kind
          : {
              ...kind,
              async make() {
                tries += 1;
                stopAt = 0;
                throw new Fault({ code: 'BUSY', summary: 'the server is busy' }, { sent: 'no', retry: { afterMs: 100 } });
              },
            },
      openStore: (store) => ({
        ...store,
        async lease(options) {
          const lease = await store.lease(options);
          return { ...lease, stopAt: () => Math.min(lease.stopAt(), stopAt) };
        },
      }),
    });
    const outcome = await lab.run([box('a')]);
    assert.equal([outcome.failed, outcome.unknown, tries], [1, 0, 1]);
    assert.equal((await lab.store.load(TARGET)).open, []);
  });

  test('a bug in one call waits for the calls that are under way: none of them ends without its lease', async () => {
    const lab = openLab({
      kinds: (kind) =>
        kind.kind !== 'scripted/Crate'
          ? kind
          : {
              ...kind,
              async make() {
                throw new TypeError('a bug of the provider');
              },
            },
    });
    lab.system().latency(1000);
    let released = 0;
    let bug: unknown;
    try {
      await lab.run([crate('a'), box('b')]);
    } catch (error) {
      bug = error;
      released = lab.system().things.size;
    }
    assert.instance(bug, TypeError);
    assert.is(released, 1, 'the other call had ended');
    const { records, open } = await lab.store.load(TARGET);
    assert.equal([...records.keys()], [idOf('Box', 'b')]);
    assert.equal(
      open.map(({ id }) => id),
      [idOf('Crate', 'a')],
    );
  });
});

group('what a later round begins', (test) => {
  test('an intent is unique to its attempt, also among the plans of one run', async () => {
    const intents: string[] = [];
    const lab = openLab({
      openStore: (store) => ({
        ...store,
        async begin(target, begun) {
          intents.push(...begun.map(({ intent }) => intent));
          return store.begin(target, begun);
        },
      }),
    });
    const first = await lab.plan([box('a')]);
    await lab.apply(first);
    const second = await lab.plan([box('a'), crate('b')]);
    await lab.apply({ ...second, context: { ...second.context, run: first.context.run } });
    assert.is(new Set(intents).size, 2, intents.join(' '));
  });
});

group('absence is said by a system', (test) => {
  test('a child whose parent was not looked at is unknown, and nothing is made', async () => {
    const lab = openLab();
    const parent = box('a');
    await lab.run([parent]);
    const one = child('one', parent);
    const { context } = await lab.plan([parent, one]);
    const seen = await look([subjectOf(one.id, one, undefined)], { ...context });
    assert.is(seen.observed.get(one.id)?.seen, 'unknown');
  });

  test('a live member called __proto__ is a member', async () => {
    const spec = JSON.parse('{"__proto__":{"x":"1"},"token":"t"}') as Fields;
    const terms = { reverse: () => undefined, fingerprint: () => undefined };
    const seen = observedTerms({ fields: { token: { sensitive: true } } }, spec, terms);
    assert.equal(Object.keys(seen as object), ['__proto__', 'token']);
  });
});

group('records of an older shape', (test) => {
  test('are brought up to date before a step is judged by them', async () => {
    let version = 'v1';
    const lab = openLab({
      kinds: (kind) => ({
        ...kind,
        get version() {
          return version;
        },
        upgrade: { 1: ({ rack, ...rest }) => ({ ...rest, settings: { rack: rack ?? 'none' } }) },
      }),
    });
    await lab.run([box('a', { rack: 'rack-9' })]);
    version = 'v2';
    const newer = { ...box('a', { settings: { rack: 'rack-9' } }), version };
    const outcome = await lab.run([newer]);
    assert.equal([outcome.done, outcome.stale], [1, 0]);
    assert.equal((await lab.plan([newer])).plan.steps, []);
  });
});
