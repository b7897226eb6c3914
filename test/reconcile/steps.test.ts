import { Fault } from '../../src/core/diagnostic.ts';
import { refMark } from '../../src/core/mark.ts';
import type { Outcome } from '../../src/reconcile/apply.ts';
import { assert, group } from '../kit/group.ts';
import type { Lab } from './lab.ts';
import { openLab, TARGET } from './lab.ts';
import { after, box, child, crate, resource } from './resources.ts';

const counted = ({ done, failed, skipped, unknown }: Outcome): readonly number[] => [done, failed, skipped, unknown];
const keys = (lab: Lab): readonly string[] => [...lab.system().things.values()].map(({ key }) => key).sort();

group('steps and those that wait for them', (test) => {
  test('whoever waits for a failed step is skipped and told why; independent branches go on', async () => {
    const lab = openLab();
    const [a, b, c] = [box('a'), crate('b'), crate('c')];
    const grand = after(box('grand'), a);
    lab.system().trouble({ op: 'create', kind: 'scripted/Box', when: 'refuse' });
    const outcome = await lab.run([a, after(b, a), c, child('one', a), grand, after(box('last'), grand)]);
    assert.equal(counted(outcome), [1, 1, 4, 0]);
    assert.equal(keys(lab), ['c']);
    assert.ok(lab.events('skip').every(({ because }) => because === `needs ${a.id}`));
    assert.equal(counted(await lab.run([a, after(b, a), c, child('one', a), grand, after(box('last'), grand)])), [5, 0, 0, 0]);
  });

  test('what was made and not finished is recorded and has failed, and whoever waits for it is skipped', async () => {
    const unfinished = { code: 'HALF', severity: 'error', summary: 'half of it was done', detail: '', hint: '' } as const;
    const lab = openLab({
      kinds: (kind) =>
        kind.kind === 'scripted/Box' ? { ...kind, make: async (...about) => ({ ...(await kind.make(...about)), unfinished }) } : kind,
    });
    const [a, b] = [box('a'), crate('b')];
    const outcome = await lab.run([a, after(b, a)]);
    assert.equal(counted(outcome), [0, 1, 1, 0]);
    assert.equal(keys(lab), ['a']);
    assert.equal(
      lab.events('fail').map(({ fault }) => fault.code),
      ['HALF'],
    );
    // All of it was done but the record, which says so from now on.
    assert.equal(counted(await lab.run([a, after(b, a)])), [2, 0, 0, 0]);
    assert.equal((await lab.plan([a, after(b, a)])).plan.steps, []);
  });

  test('a reference is written with the handle that the step before got', async () => {
    const lab = openLab();
    const a = box('a');
    await lab.run([a, child('one', a)]);
    const [thing] = [...lab.system().things.values()].filter(({ kind }) => kind === 'scripted/Child');
    assert.is(thing?.spec.parent, 'box-1');
  });

  test('a leaf of the status of something made a moment ago is read before it is passed on', async () => {
    const lab = openLab();
    const a = box('a');
    const b = after(resource('Box', 'b', { label: refMark(a.id, 'status.revision') }), a);
    const outcome = await lab.run([a, b]);
    assert.equal(counted(outcome), [2, 0, 0, 0]);
    const labels = [...lab.system().things.values()].map(({ spec }) => String(spec.label)).sort();
    assert.equal(labels, ['1', 'a']);
    assert.equal((await lab.plan([a, b])).plan.steps, []);
  });

  test('a status leaf that nothing has fails its step alone, and nothing is sent', async () => {
    const lab = openLab();
    const a = box('a');
    const b = after(resource('Box', 'b', { label: refMark(a.id, 'status.nothing') }), a);
    assert.equal(counted(await lab.run([a, b])), [1, 1, 0, 0]);
    assert.equal(keys(lab), ['a']);
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
