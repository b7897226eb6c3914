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

  test('create: it was made by half, so its step has failed, and the next run finishes the same object', async () => {
    const lab = openLab({
      kinds: (kind) => ({
        ...kind,
        async make(session, work, call) {
          const { handle } = await kind.make(session, work, call);
          lab.system().byHand.set(handle, '/size', 1);
          throw new Fault({ code: 'LOST', summary: 'the second write got no reply' }, { sent: 'maybe' });
        },
      }),
    });
    const one = box('a', { size: 2 });
    assert.equal(counted(await lab.run([one, after(crate('b'), one)])), [0, 1, 1, 0]);
    assert.equal(
      lab.events('fail').map(({ fault, unknown }) => [fault.code, unknown]),
      [['LOST', undefined]],
    );
    assert.is((await lab.store.load(TARGET)).records.get(one.id)?.handle, 'box-1');
    const { plan } = await lab.run([one]);
    assert.equal(
      plan.steps.map(({ verb }) => verb),
      ['update'],
    );
    assert.equal((await lab.plan([one])).plan.steps, []);
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

  for (const [what, touch, size] of [
    ['was edited', (lab: Lab) => lab.system().byHand.set('box-1', '/label', 'theirs'), 2],
    ['was left alone', () => undefined, 1],
    ['is gone', (lab: Lab) => lab.system().byHand.remove('box-1'), 1],
  ] as const) {
    test(`the old object is looked at once more before it goes, however long the new one took: it ${what}`, async () => {
      let readyAt: number | undefined;
      const lab: Lab = openLab({
        kinds: (kind) => ({
          ...kind,
          async *observe(read, ask, call) {
            for await (const page of kind.observe(read, ask, call))
              yield page.map((one) => {
                if (one.seen !== 'live' || one.handle !== 'box-2') return one;
                if (readyAt === undefined) touch(lab);
                readyAt ??= lab.clock.now() + 60_000;
                const readiness =
                  lab.clock.now() < readyAt ? { state: 'progressing' as const, message: 'it boots' } : { state: 'ready' as const };
                return { ...one, readiness };
              });
          },
        }),
      });
      await lab.run([box('a', { serial: '1' })]);
      const friend = child('one', box('home'), { friend: idOf('Box', 'a') });
      const next = [box('a', { serial: '2' }), box('home'), friend];
      const outcome = await lab.run(next);
      assert.is(outcome.stale, size - 1);
      assert.equal([lab.system().things.has('box-1'), lab.system().things.has('box-2')], [size === 2, true]);
      assert.is(outcome.recorded.get(idOf('Box', 'a'))?.handle, 'box-2');
      assert.equal(
        lab.events('fail').map(({ fault }) => fault.summary),
        size === 2 ? ['scripted/Box/a: its values changed meanwhile'] : [],
      );
      const there = [...lab.system().things.values()].find(({ kind }) => kind === 'scripted/Child');
      assert.is(there?.spec.friend, 'box-2', 'nobody is told of the old one');
    });
  }

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
