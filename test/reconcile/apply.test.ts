import { Fault } from '../../src/core/diagnostic.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { Outcome } from '../../src/reconcile/apply.ts';
import { assert, group } from '../kit/group.ts';
import type { ScriptedKind } from '../kit/scripted-provider.ts';
import type { Lab } from './lab.ts';
import { openLab, TARGET } from './lab.ts';
import { after, box, child, crate, idOf, resource } from './resources.ts';

const verbs = ({ steps }: Plan): readonly string[] => steps.map(({ verb, id }) => `${verb} ${id.split('/').at(-1)}`);
const counted = ({ done, failed, skipped, unknown }: Outcome): readonly number[] => [done, failed, skipped, unknown];
const keys = (lab: Lab): readonly string[] => [...lab.system().things.values()].map(({ key }) => key).sort();

/** A kind whose writes fail so many times with this fault, before anything has happened. */
const failing =
  (name: string, times: number, options: ConstructorParameters<typeof Fault>[1]) =>
  (kind: ScriptedKind): ScriptedKind => {
    if (kind.kind !== `scripted/${name}`) return kind;
    let left = times;
    return {
      ...kind,
      async make(session, work, call) {
        if ((left -= 1) >= 0) throw new Fault({ code: 'BUSY', summary: 'the server is busy' }, options);
        return kind.make(session, work, call);
      },
    };
  };

group('retries', (test) => {
  test('a write that never left is tried again, and told', async () => {
    const lab = openLab({ kinds: failing('Box', 2, { sent: 'no', retry: { afterMs: 100 } }) });
    const outcome = await lab.run([box('a')]);
    assert.equal(counted(outcome), [1, 0, 0, 0]);
    assert.equal(
      lab.events('retry').map(({ attempt, fault }) => `${attempt} ${fault.code}`),
      ['1 BUSY', '2 BUSY'],
    );
    assert.ok(lab.events('retry').every(({ afterMs }) => afterMs >= 100));
  });

  test('an answer that asks for another try gets one', async () => {
    const lab = openLab({ kinds: failing('Box', 1, { sent: 'answered', retry: { afterMs: 100 } }) });
    assert.equal(counted(await lab.run([box('a')])), [1, 0, 0, 0]);
  });

  test('a refusal is final', async () => {
    const lab = openLab({ kinds: failing('Box', 1, { sent: 'answered' }) });
    assert.equal(counted(await lab.run([box('a')])), [0, 1, 0, 0]);
    assert.equal(lab.events('retry'), []);
    assert.equal(keys(lab), []);
  });

  test('it is not tried for ever', async () => {
    const lab = openLab({ kinds: failing('Box', 1000, { sent: 'no', retry: { afterMs: 100 } }) });
    assert.equal(counted(await lab.run([box('a')])), [0, 1, 0, 0]);
    assert.equal(lab.events('retry').length, 3);
  });

  test('a write that may have arrived is never sent a second time, whatever its fault allows', async () => {
    const lab = openLab({ kinds: failing('Box', 1, { sent: 'maybe', retry: { afterMs: 100 } }) });
    assert.equal(counted(await lab.run([box('a')])), [0, 1, 0, 0]);
    assert.equal(lab.events('retry'), []);
  });

  test('a read is tried again', async () => {
    const lab = openLab();
    lab.system().trouble({ op: 'read', when: 'before', times: 2 });
    assert.equal(counted(await lab.run([box('a')])), [1, 0, 0, 0]);
  });
});

group('a reply that was lost', (test) => {
  test('create: it was made, and looking finds it', async () => {
    const lab = openLab();
    lab.system().trouble({ op: 'create', when: 'after' });
    assert.equal(counted(await lab.run([box('a')])), [1, 0, 0, 0]);
    assert.equal((await lab.plan([box('a')])).plan.steps, []);
    assert.equal(keys(lab), ['a']);
  });

  test('create: it was not made, looking says so, and the next run makes it', async () => {
    const lab = openLab();
    lab.system().trouble({ op: 'create', when: 'before' });
    assert.equal(counted(await lab.run([box('a')])), [0, 1, 0, 0]);
    assert.equal(counted(await lab.run([box('a')])), [1, 0, 0, 0]);
    assert.equal(keys(lab), ['a']);
  });

  test('create: nobody can look, so nobody knows; the next run looks before it does anything', async () => {
    const lab = openLab();
    const one = box('a');
    const surveyed = await lab.plan([one]);
    lab.system().trouble({ op: 'create', when: 'after' });
    lab.system().trouble({ op: 'read', when: 'before', nth: 2, times: 4 });
    const outcome = await lab.apply(surveyed);
    assert.equal(counted(outcome), [0, 0, 0, 1]);
    const [fail] = lab.events('fail');
    assert.is(fail?.unknown, true);
    const { open } = await lab.store.load(TARGET);
    assert.equal(
      open.map(({ id, verb, key }) => [id, verb, key]),
      [[one.id, 'create', undefined]],
    );
    const next = await lab.plan([one]);
    assert.equal(next.plan.steps, []);
    await lab.apply(next);
    assert.equal(
      lab.events('resolved').map(({ found }) => found),
      ['made'],
    );
    assert.equal((await lab.store.load(TARGET)).open, []);
    assert.is((await lab.store.load(TARGET)).records.get(one.id)?.handle, 'box-1');
    assert.equal(keys(lab), ['a']);
  });

  test('while nobody knows, nothing else happens to that object, and everything else goes on', async () => {
    const lab = openLab();
    const [a, b] = [box('a'), box('b')];
    await lab.run([a, b]);
    const surveyed = await lab.plan([box('a', { size: 2 }), b]);
    lab.system().trouble({ op: 'patch', when: 'after' });
    lab.system().trouble({ op: 'read', when: 'before', nth: 2, times: 4 });
    assert.equal(counted(await lab.apply(surveyed)), [0, 0, 0, 1]);
    lab.system().obscure('box-1', { code: 'HTTP_503', severity: 'error', summary: 'not now' });
    const outcome = await lab.run([box('a', { size: 3 }), box('b', { size: 3 })]);
    assert.equal(verbs(outcome.plan), ['update b']);
    assert.equal(counted(outcome), [1, 0, 0, 0]);
    assert.is((await lab.store.load(TARGET)).open.length, 1);
    lab.system().obscure('box-1', undefined);
    await lab.run([box('a', { size: 3 }), box('b', { size: 3 })]);
    assert.equal((await lab.plan([box('a', { size: 3 }), box('b', { size: 3 })])).plan.steps, []);
    assert.is(lab.system().things.get('box-1')?.spec.size, 3);
  });

  for (const when of ['before', 'after'] as const) {
    test(`update, lost ${when} its effect: looking tells, and the next runs converge`, async () => {
      const lab = openLab();
      await lab.run([box('a')]);
      lab.system().trouble({ op: 'patch', when });
      const outcome = await lab.run([box('a', { size: 2, tags: ['x'] })]);
      assert.equal(counted(outcome), when === 'after' ? [1, 0, 0, 0] : [0, 1, 0, 0]);
      const next = await lab.run([box('a', { size: 2, tags: ['x'] })]);
      assert.equal(verbs(next.plan), when === 'after' ? [] : ['update a']);
      assert.equal(lab.system().things.get('box-1')?.spec.tags, ['x']);
    });

    test(`delete, lost ${when} its effect: looking tells, and the next runs converge`, async () => {
      const lab = openLab();
      await lab.run([box('a'), box('b')]);
      lab.system().trouble({ op: 'delete', when });
      const outcome = await lab.run([box('a')]);
      assert.equal(counted(outcome), when === 'after' ? [1, 0, 0, 0] : [0, 1, 0, 0]);
      await lab.run([box('a')]);
      assert.equal(keys(lab), ['a']);
      assert.equal([...(await lab.store.load(TARGET)).records.keys()], [idOf('Box', 'a')]);
    });

    test(`replace, the new one first, lost ${when} its effect: the old one goes only when the new one is there`, async () => {
      const lab = openLab();
      await lab.run([box('a', { serial: '1' })]);
      lab.system().trouble({ op: 'create', when });
      await lab.run([box('a', { serial: '2' })]);
      const things = [...lab.system().things.values()];
      assert.is(things.length, 1);
      assert.is(things[0]?.spec.serial, when === 'after' ? '2' : '1');
      await lab.run([box('a', { serial: '2' })]);
      const [left, ...more] = lab.system().things.values();
      assert.equal([left?.spec.serial, more], ['2', []]);
      assert.equal((await lab.plan([box('a', { serial: '2' })])).plan.steps, []);
    });

    test(`replace, the old one first, lost ${when} its effect: there is one in the end`, async () => {
      const lab = openLab();
      await lab.run([crate('a', { serial: '1' })]);
      lab.system().trouble({ op: 'delete', when });
      lab.system().trouble({ op: 'create', when });
      await lab.run([crate('a', { serial: '2' })]);
      await lab.run([crate('a', { serial: '2' })]);
      await lab.run([crate('a', { serial: '2' })]);
      const [left, ...more] = lab.system().things.values();
      assert.equal([left?.spec.serial, more], ['2', []]);
      assert.equal((await lab.plan([crate('a', { serial: '2' })])).plan.steps, []);
    });
  }

  test('a run that nobody saw ending is never started again without an answer', async () => {
    const lab = openLab();
    lab.system().trouble({ op: 'create', when: 'before' });
    await lab.run([resource('Job', 'brew', { command: 'brew' })]);
    const { plan } = await lab.plan([resource('Job', 'brew', { command: 'brew' })]);
    assert.equal(plan.steps, []);
    assert.equal(
      plan.changes.map(({ blocked }) => blocked?.code),
      ['RUN_UNKNOWN'],
    );
    assert.equal(keys(lab), []);
  });

  test('an object of somebody else that came under our name meanwhile is not taken for ours', async () => {
    const lab = openLab();
    const surveyed = await lab.plan([box('a')]);
    lab.system().trouble({ op: 'create', when: 'before' });
    lab.system().trouble({ op: 'read', when: 'before', nth: 2, times: 4 });
    assert.equal(counted(await lab.apply(surveyed)), [0, 0, 0, 1]);
    const mark = 'elsewhere/scripted/Box/a';
    lab.system().byHand.create('scripted/Box', { key: 'a', spec: { label: 'theirs' }, mark });
    const { plan } = await lab.run([box('a')]);
    assert.equal(plan.steps, []);
    assert.equal(
      plan.changes.map(({ blocked }) => blocked?.code),
      ['FOREIGN_OWNER'],
    );
    assert.equal((await lab.store.load(TARGET)).records.size, 0);
    assert.equal((await lab.store.load(TARGET)).open, []);
  });
});

group('a step that is stale', (test) => {
  test('what changed under our fields stops that step and no other', async () => {
    const lab = openLab();
    await lab.run([box('a'), box('b')]);
    const surveyed = await lab.plan([box('a', { size: 2 }), box('b', { size: 2 })]);
    lab.system().byHand.set('box-1', '/size', 7);
    const outcome = await lab.apply(surveyed);
    assert.equal([outcome.done, outcome.failed, outcome.stale], [1, 1, 1]);
    assert.equal(
      lab.events('fail').map(({ id, fault }) => [id, fault.code]),
      [[idOf('Box', 'a'), 'STALE']],
    );
    assert.is(lab.system().things.get('box-1')?.spec.size, 7);
  });

  test('what changed beside our fields stops nothing, and stays', async () => {
    const lab = openLab();
    await lab.run([box('a')]);
    const surveyed = await lab.plan([box('a', { size: 2 })]);
    lab.system().byHand.set('box-1', '/settings', { theirs: 'x' });
    assert.equal(counted(await lab.apply(surveyed)), [1, 0, 0, 0]);
    const { spec } = lab.system().things.get('box-1') ?? {};
    assert.equal([spec?.size, spec?.settings], [2, { theirs: 'x' }]);
  });

  test('what appeared meanwhile is not made a second time', async () => {
    const lab = openLab();
    const surveyed = await lab.plan([box('a')]);
    lab.system().byHand.create('scripted/Box', { key: 'a', spec: { label: 'theirs' } });
    const outcome = await lab.apply(surveyed);
    assert.equal([outcome.done, outcome.stale], [0, 1]);
    assert.is(lab.system().things.size, 1);
  });

  test('what vanished meanwhile is not changed; a delete of it is quiet', async () => {
    const lab = openLab();
    await lab.run([box('a'), box('b')]);
    const surveyed = await lab.plan([box('a', { size: 2 })]);
    lab.system().byHand.remove('box-1');
    lab.system().byHand.remove('box-2');
    const outcome = await lab.apply(surveyed);
    assert.equal([outcome.done, outcome.failed, outcome.stale], [1, 1, 1]);
    assert.equal([...(await lab.store.load(TARGET)).records.keys()], [idOf('Box', 'a')]);
  });

  test('another object under the same name is another object', async () => {
    const lab = openLab();
    await lab.run([crate('a')]);
    const surveyed = await lab.plan([crate('a', { size: 2 })]);
    lab.system().byHand.remove('crate-1');
    lab.system().byHand.create('scripted/Crate', { key: 'a', spec: { label: 'a' } });
    const outcome = await lab.apply(surveyed);
    assert.equal([outcome.done, outcome.stale], [0, 1]);
  });

  test('in a batch one stale step stops them all: they were judged together', async () => {
    const lab = openLab();
    const shares = (a: number, b: number) => [resource('Batchy', 'a', { share: a }), resource('Batchy', 'b', { share: b })];
    await lab.run(shares(10, 10));
    const surveyed = await lab.plan(shares(20, 20));
    lab.system().byHand.set('batchy-1', '/share', 11);
    const outcome = await lab.apply(surveyed);
    assert.equal([outcome.done, outcome.failed], [0, 2]);
    assert.is(lab.system().things.get('batchy-2')?.spec.share, 10);
  });

  test('a sighting that is older than ten seconds justifies no write', async () => {
    const lab = openLab({ limits: { parallel: 1 } });
    await lab.run([box('a'), box('b')]);
    const surveyed = await lab.plan([box('a', { size: 2 }), after(box('b', { size: 2 }), box('a'))]);
    lab.system().latency(11_000);
    void lab.clock.sleep(25_000).then(() => lab.system().byHand.set('box-2', '/size', 9));
    const outcome = await lab.apply(surveyed);
    assert.equal([outcome.done, outcome.stale], [1, 1]);
    assert.is(lab.system().things.get('box-2')?.spec.size, 9);
  });
});

group('steps and those that wait for them', (test) => {
  test('whoever waits for a failed step is skipped and told why; independent branches go on', async () => {
    const lab = openLab();
    const [a, b, c] = [box('a'), crate('b'), crate('c')];
    const grand = after(box('grand'), a);
    lab.system().trouble({ op: 'create', kind: 'scripted/Box', when: 'refuse' });
    const outcome = await lab.run([a, after(b, a), c, child('one', a), grand, after(box('last'), grand)]);
    assert.equal(counted(outcome), [1, 1, 4, 0]);
    assert.equal(keys(lab), ['c']);
    assert.ok(lab.events('skip').every(({ because }) => because === a.id));
    assert.equal(counted(await lab.run([a, after(b, a), c, child('one', a), grand, after(box('last'), grand)])), [5, 0, 0, 0]);
  });

  test('a reference is written with the handle that the step before got', async () => {
    const lab = openLab();
    const a = box('a');
    await lab.run([a, child('one', a)]);
    const [thing] = [...lab.system().things.values()].filter(({ kind }) => kind === 'scripted/Child');
    assert.is(thing?.spec.parent, 'box-1');
  });

  test('never more calls at once than the target allows', async () => {
    for (const parallel of [1, 3]) {
      const lab = openLab({ limits: { parallel } });
      lab.system().latency(50);
      const outcome = await lab.run(Array.from({ length: 12 }, (_, i) => crate(`c${i}`)));
      assert.is(outcome.done, 12);
      const writing = lab.told.reduce(
        ({ now, most }, { type }) => {
          const next = now + (type === 'begin' ? 1 : type === 'done' ? -1 : 0);
          return { now: next, most: Math.max(most, next) };
        },
        { now: 0, most: 0 },
      );
      assert.is(writing.most, parallel);
    }
  });

  test('targets do not wait for each other', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const lab = openLab({
      targets: ['bench', 'other'],
      limits: { parallel: 1 },
      kinds: (kind) => ({
        ...kind,
        async make(session, work, call) {
          // The first target answers when the second one has done everything: in any other order nobody ever ends.
          if (work.id.startsWith('bench/')) await gate;
          const done = await kind.make(session, work, call);
          if (lab.system('other').things.size === 3) open();
          return done;
        },
      }),
    });
    const there = ['c', 'd', 'e'].map((name) => crate(name, {}, { target: 'other' }));
    assert.equal(counted(await lab.run([crate('a'), crate('b'), ...there])), [5, 0, 0, 0]);
  });

  test('a target that is slow to be looked at keeps no other one waiting', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let planned = false;
    const lab = openLab({
      targets: ['bench', 'other'],
      kinds: (kind) => ({
        ...kind,
        async *observe(read, ask, call) {
          if (planned && read.instance === 'system of bench') await gate;
          yield* kind.observe(read, ask, call);
        },
        async make(session, work, call) {
          const done = await kind.make(session, work, call);
          if (work.id.startsWith('other/')) open();
          return done;
        },
      }),
    });
    const surveyed = await lab.plan([crate('a'), crate('c', {}, { target: 'other' })]);
    planned = true;
    assert.equal(counted(await lab.apply(surveyed)), [2, 0, 0, 0]);
  });

  test('what must commit together is one call, with one intent and one outcome each', async () => {
    const lab = openLab();
    await lab.run([resource('Batchy', 'a', { share: 90 }), resource('Batchy', 'b', { share: 10 })]);
    assert.is(lab.system().counts.mutations, 1);
    // One after the other, neither order is allowed.
    const swapped = [resource('Batchy', 'a', { share: 10 }), resource('Batchy', 'b', { share: 90 })];
    const outcome = await lab.run(swapped);
    assert.equal(counted(outcome), [2, 0, 0, 0]);
    assert.is(lab.system().counts.mutations, 2);
    assert.equal(
      lab.events('done').map(({ verb }) => verb),
      ['create', 'create', 'update', 'update'],
    );
  });

  test('a batch that is refused leaves nothing behind, and says so of each', async () => {
    const lab = openLab();
    const outcome = await lab.run([resource('Batchy', 'a', { share: 90 }), resource('Batchy', 'b', { share: 20 })]);
    assert.equal(counted(outcome), [0, 2, 0, 0]);
    assert.is(lab.system().things.size, 0);
    assert.equal((await lab.store.load(TARGET)).open, []);
  });

  for (const when of ['before', 'after'] as const) {
    test(`a batch whose reply is lost ${when} its effect is looked up member by member`, async () => {
      const lab = openLab();
      const all = [resource('Batchy', 'a', { share: 9 }), resource('Batchy', 'b', { share: 20 })];
      lab.system().trouble({ op: 'commit', when });
      assert.equal(counted(await lab.run(all)), when === 'after' ? [2, 0, 0, 0] : [0, 2, 0, 0]);
      await lab.run(all);
      assert.equal(keys(lab), ['a', 'b']);
      assert.equal((await lab.plan(all)).plan.steps, []);
    });
  }
});

group('leases', (test) => {
  test('a second writer is told who holds the lease and until when, and writes nothing', async () => {
    const lab = openLab();
    const surveyed = await lab.plan([box('a')]);
    const first = lab.store;
    const lease = await first.lease({ target: TARGET, run: 'run-0' });
    lab.reopen('other@there 2');
    const error: unknown = await lab.apply(surveyed).catch((thrown: unknown) => thrown);
    assert.is((error as Fault).code, 'LEASE_HELD');
    assert.is(lab.system().counts.mutations, 0);
    const second = await lab.plan([box('a')]);
    const held: unknown = await lab.apply(second).catch((thrown: unknown) => thrown);
    assert.ok(held instanceof Fault);
    assert.match((held as Fault).diagnostic.summary, /lab@here 1 \(run run-0\) until 2026-01-01T00:02:35.000Z/);
    assert.is(lab.system().counts.mutations, 0);
    await lease.release();
    assert.equal(counted(await lab.run([box('a')])), [1, 0, 0, 0]);
  });

  test('a lease that runs out stops writing: what has not begun does not begin, what ran is recorded', async () => {
    const lab = openLab({ limits: { parallel: 1 } });
    const all = [crate('a'), crate('b'), crate('c')];
    lab.system().latency(50_000);
    const outcome = await lab.run(all);
    assert.ok(outcome.done > 0 && outcome.failed > 0, JSON.stringify(counted(outcome)));
    assert.ok(
      lab.events('fail').every(({ fault }) => fault.code === 'LEASE_EXPIRED' || fault.code === 'LEASE_LOST'),
      lab
        .events('fail')
        .map(({ fault }) => fault.code)
        .join(),
    );
    lab.system().latency(0);
    await lab.clock.advance(300_000);
    await lab.run(all);
    assert.equal(keys(lab), ['a', 'b', 'c']);
    assert.equal((await lab.plan(all)).plan.steps, []);
  });
});
