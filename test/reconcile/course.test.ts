import type { Plan } from '../../src/core/plan.ts';
import type { Done } from '../../src/providers/contract.ts';
import type { Outcome } from '../../src/reconcile/apply.ts';
import { assert, group } from '../kit/group.ts';
import type { ScriptedKind } from '../kit/scripted-provider.ts';
import type { Lab } from './lab.ts';
import { openLab, TARGET } from './lab.ts';
import { after, box, child, crate, idOf, resource } from './resources.ts';

const verbs = ({ steps }: Plan): readonly string[] => steps.map(({ verb, id }) => `${verb} ${id.split('/').at(-1)}`);
const counted = ({ done, failed, skipped, unknown }: Outcome): readonly number[] => [done, failed, skipped, unknown];
const order = (lab: Lab): readonly string[] =>
  lab.told.flatMap((one) =>
    one.type === 'begin' || one.type === 'done' || one.type === 'ready' ? [`${one.type} ${one.id.split('/').at(-1)}`] : [],
  );

group('waiting for ready', (test) => {
  test('a reference that wants it ready waits until the system says so; one that wants it there does not', async () => {
    const lab = openLab();
    const [home, friend] = [box('home'), box('friend')];
    await lab.run([home, friend, child('with', home, { friend: friend.id }), child('without', home)]);
    const told = order(lab);
    assert.ok(told.indexOf('begin without') < told.indexOf('ready friend'), told.join());
    assert.ok(told.indexOf('ready friend') < told.indexOf('begin with'), told.join());
  });

  test('what never becomes ready is waited for as long as its kind allows; then what waits is skipped', async () => {
    const lab = openLab({
      kinds: (kind) => ({
        ...kind,
        async make(session, work, call) {
          const done = await kind.make(session, work, call);
          if (work.id === idOf('Box', 'friend')) lab.system().breakDown(done.handle, 'a part is missing');
          return done;
        },
      }),
    });
    const [home, friend] = [box('home'), box('friend')];
    const outcome = await lab.run([home, friend, child('with', home, { friend: friend.id }), child('without', home)]);
    assert.equal(counted(outcome), [3, 0, 1, 0]);
    assert.equal(
      lab.events('skip').map(({ id, because }) => [id, because]),
      [[idOf('Child', 'with'), `${friend.id} is not ready`]],
    );
    assert.equal(
      lab.events('unready').map(({ id, fault }) => [id, fault.summary]),
      [[friend.id, 'a part is missing']],
    );
    assert.equal([outcome.unready, lab.events('summary').at(-1)?.unready], [1, 1]);
  });

  test('the old one of a replacement stays, and is told to, where the new one fails', async () => {
    let breaks = false;
    const lab = openLab({
      kinds: (kind: ScriptedKind) => ({
        ...kind,
        async make(session, work, call) {
          const done = await kind.make(session, work, call);
          if (breaks) lab.system().breakDown(done.handle, 'a part is missing');
          return done;
        },
      }),
    });
    await lab.run([box('a', { serial: '1' })]);
    breaks = true;
    const outcome = await lab.run([box('a', { serial: '2' })], { wait: true });
    assert.equal([...counted(outcome), outcome.unready], [1, 0, 1, 0, 1]);
    assert.equal(
      lab.events('skip').map(({ verb, old, because }) => [verb, old, because]),
      [['delete', true, 'it stays: the new one is not ready']],
    );
    assert.is(lab.events('unready').length, 1);
    assert.is(lab.system().things.size, 2);
  });

  test('with --wait, accepted is not enough: what is not ready in time is counted', async () => {
    const lab = openLab();
    const before = lab.clock.now();
    assert.is((await lab.run([box('a')], { wait: true })).unready, 0);
    assert.ok(lab.clock.now() - before >= 2000, 'a box takes two seconds to settle');
    const never = openLab({ kinds: (kind) => ({ ...kind, settle: { withinMs: 1000, everyMs: 100 } }) });
    assert.is((await never.run([box('a')], { wait: true })).unready, 1);
  });

  test('many that wait are asked about together', async () => {
    let asks = 0;
    const lab = openLab({
      kinds: (kind: ScriptedKind) => ({
        ...kind,
        observe(read, ask, call) {
          asks += 1;
          return kind.observe(read, ask, call);
        },
      }),
    });
    const boxes = Array.from({ length: 30 }, (_, i) => box(`b${i}`));
    const surveyed = await lab.plan(boxes);
    asks = 0;
    assert.is((await lab.apply(surveyed, { wait: true })).unready, 0);
    assert.ok(asks < 30, `${asks} questions for 30 boxes`);
  });
});

group('an interrupted run', (test) => {
  test('after the first interrupt running steps end, nothing begins, and everything that ran is recorded', async () => {
    const lab = openLab({ limits: { parallel: 2 } });
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => crate(name));
    const stopping = (): boolean => lab.events('done').length > 0 || lab.events('begin').length >= 2;
    const outcome = await lab.run(all, { stopping });
    assert.is(outcome.interrupted, true);
    assert.equal(counted(outcome), [2, 0, 3, 0]);
    assert.ok(lab.events('skip').every(({ because }) => because === 'the run was interrupted'));
    const { records, open } = await lab.store.load(TARGET);
    assert.equal([records.size, open.length], [2, 0]);
    assert.equal(counted(await lab.run(all)), [3, 0, 0, 0]);
    assert.is(lab.system().things.size, 5);
  });

  test('an interrupt before anything began changes nothing', async () => {
    const lab = openLab();
    assert.equal(counted(await lab.run([box('a'), box('b')], { stopping: () => true })), [0, 0, 2, 0]);
    assert.is(lab.system().counts.mutations, 0);
  });

  test('an interrupt while waiting for ready ends the waiting', async () => {
    const lab = openLab();
    const [home, friend] = [box('home'), box('friend')];
    const stopping = (): boolean => lab.events('wait').length > 0;
    const outcome = await lab.run([home, friend, child('with', home, { friend: friend.id })], { stopping });
    assert.equal([outcome.done, outcome.skipped, outcome.interrupted], [2, 1, true]);
    assert.equal(
      lab.events('skip').map(({ because }) => because),
      ['the run was interrupted'],
    );
  });

  test('the second interrupt gives calls up: their intents stay open, and the next run resolves them', async () => {
    let hangs = true;
    const lab = openLab({
      kinds: (kind) => ({
        ...kind,
        async make(session, work, call) {
          // The one has reached the system, the other has not: nobody can tell.
          const done = work.id.endsWith('a') || !hangs ? await kind.make(session, work, call) : undefined;
          if (hangs) await lab.clock.sleep(Infinity, call.signal);
          return done as Done;
        },
      }),
    });
    const surveyed = await lab.plan([crate('a'), crate('b')]);
    const applied = lab.apply(surveyed);
    for (let open = 0; open < 2; open = (await lab.store.load(TARGET)).open.length) await new Promise(setImmediate);
    while (lab.system().things.size < 1) await new Promise(setImmediate);
    lab.abort.abort(new Error('twice'));
    const outcome = await applied;
    assert.equal([outcome.interrupted, outcome.unknown], [true, 2]);
    assert.is((await lab.store.load(TARGET)).open.length, 2);
    lab.abort = new AbortController();
    hangs = false;
    await lab.run([crate('a'), crate('b')]);
    assert.equal(
      lab.events('resolved').map(({ id, found }) => `${id.split('/').at(-1)} ${found}`),
      ['a made', 'b not-made'],
    );
    assert.is(lab.system().things.size, 2);
    assert.equal((await lab.store.load(TARGET)).open, []);
    assert.equal((await lab.plan([crate('a'), crate('b')])).plan.steps, []);
  });
});

group('whose it is', (test) => {
  const standing = (lab: Lab, mark?: string): string =>
    lab.system().byHand.create('scripted/Crate', { key: 'a', spec: { label: 'theirs', size: 9 }, ...(mark === undefined ? {} : { mark }) });

  test('what exists is taken over only by decision, and then only what differs is written', async () => {
    const lab = openLab();
    const handle = standing(lab);
    const plain = await lab.run([crate('a', { label: 'ours' })]);
    assert.equal(plain.plan.steps, []);
    assert.is(plain.plan.changes[0]?.blocked?.code, 'ADOPT_REQUIRED');
    assert.equal(
      plain.plan.changes[0]?.differences.map(({ path, before, after: now }) => [path, before, now]),
      [['/label', 'theirs', 'ours']],
    );
    await lab.run([crate('a', { label: 'ours' })], { adopt: true });
    const { spec } = lab.system().things.get(handle) ?? {};
    assert.equal([spec?.label, spec?.size], ['ours', 9]);
  });

  test('what was taken over is forgotten, not deleted', async () => {
    const lab = openLab();
    const handle = standing(lab);
    await lab.run([crate('a', {}, { lifecycle: { adopt: true } })]);
    assert.equal(verbs((await lab.run([])).plan), ['forget a']);
    assert.ok(lab.system().things.has(handle));
  });

  test('what bears the mark of another is never taken over', async () => {
    const lab = openLab();
    const handle = standing(lab, 'elsewhere/scripted/Crate/a');
    const { plan } = await lab.run([crate('a')], { adopt: true });
    assert.equal(plan.steps, []);
    assert.is(plan.changes[0]?.blocked?.code, 'FOREIGN_OWNER');
    assert.is(lab.system().things.get(handle)?.revision, 1);
  });

  test('protect: deleting the manifest does not lift it', async () => {
    const lab = openLab();
    await lab.run([crate('a', {}, { lifecycle: { protect: true } })]);
    const { plan } = await lab.run([]);
    assert.equal(plan.steps, []);
    assert.is(plan.changes[0]?.blocked?.code, 'PROTECTED');
    assert.is(lab.system().things.size, 1);
  });

  test('retain: forgotten, and left where it is', async () => {
    const lab = openLab();
    await lab.run([crate('a', {}, { lifecycle: { retain: true } })]);
    assert.equal(verbs((await lab.run([])).plan), ['forget a']);
    assert.is(lab.system().things.size, 1);
  });

  test('drift: healed, told and left alone, or left alone', async () => {
    for (const [drift, steps, ignored] of [
      ['heal', ['update a'], 0],
      ['warn', [], 1],
      ['ignore', [], 0],
    ] as const) {
      const lab = openLab();
      const one = crate('a', { size: 2 }, { lifecycle: { drift } });
      await lab.run([one]);
      lab.system().byHand.set('crate-1', '/size', 7);
      const { plan } = await lab.run([one]);
      assert.equal(verbs(plan), steps, drift);
      assert.is(plan.changes.flatMap((change) => change.ignored ?? []).length, ignored, drift);
      assert.is(lab.system().things.get('crate-1')?.spec.size, drift === 'heal' ? 2 : 7);
    }
  });

  test('manage: observe makes it referable and writes nothing to it', async () => {
    const lab = openLab();
    const handle = lab.system().byHand.create('scripted/Box', { key: 'theirs', spec: { label: 'theirs' } });
    const theirs = box('theirs', { label: 'whatever' }, { lifecycle: { manage: 'observe' } });
    const outcome = await lab.run([theirs, child('one', theirs)]);
    assert.equal(verbs(outcome.plan), ['create one']);
    assert.equal(counted(outcome), [1, 0, 0, 0]);
    assert.is(lab.system().things.get(handle)?.revision, 1);
    assert.is([...lab.system().things.values()].find(({ key }) => key === 'one')?.parent, handle);
    assert.equal((await lab.plan([theirs, child('one', theirs)])).plan.steps, []);
  });

  test('half of ten gone at once looks like another system: nothing is done there, and elsewhere all goes on', async () => {
    const lab = openLab({ targets: ['bench', 'other'] });
    const here = Array.from({ length: 10 }, (_, i) => crate(`c${i}`));
    await lab.run(here);
    for (let i = 1; i <= 6; i += 1) lab.system().byHand.remove(`crate-${i}`);
    const { plan } = await lab.run([...here, crate('a', {}, { target: 'other' })]);
    assert.equal(verbs(plan), ['create a']);
    assert.equal(
      plan.problems.map(({ code }) => code),
      ['HALF_GONE'],
    );
    assert.is(lab.system().things.size, 4);
  });

  test('a renamed resource moves its record and nothing else', async () => {
    const lab = openLab();
    await lab.run([box('old', { label: 'x' })]);
    const { mutations } = lab.system().counts;
    const renamed = box('new', { label: 'x' }, { was: [idOf('Box', 'old')] });
    assert.equal(verbs((await lab.run([renamed])).plan), ['move new']);
    assert.is(lab.system().counts.mutations, mutations);
    assert.equal((await lab.plan([renamed])).plan.steps, []);
  });
});

group('what takes its time', (test) => {
  test('a run happens once: done is in step, something else is another run, and removing it forgets it', async () => {
    const lab = openLab();
    const job = resource('Job', 'brew', { command: 'brew' });
    await lab.run([job]);
    await lab.clock.advance(10_000);
    await lab.run([job]);
    assert.equal((await lab.plan([job])).plan.steps, []);
    assert.is(lab.system().things.size, 1);
    await lab.run([resource('Job', 'brew', { command: 'clean' })]);
    assert.is(lab.system().things.size, 2);
    await lab.clock.advance(10_000);
    assert.equal(verbs((await lab.run([])).plan), ['forget brew']);
    assert.is(lab.system().things.size, 2);
  });

  test('a run that is waited for has its end in the record, and the next plan has nothing to say', async () => {
    const lab = openLab();
    const job = resource('Job', 'brew', { command: 'brew' });
    assert.is((await lab.run([job], { wait: true })).unready, 0);
    assert.is((await lab.store.load(TARGET)).records.get(job.id)?.run?.outcome, 'done');
    assert.equal((await lab.plan([job])).plan.steps, []);
  });

  test('a run that is waited for and fails is told and recorded as failed, and runs again only when it is edited', async () => {
    const lab = openLab({
      kinds: (kind: ScriptedKind) => ({
        ...kind,
        async make(session, work, call) {
          const done = await kind.make(session, work, call);
          lab.system().breakDown(done.handle, 'the malt is wet');
          return done;
        },
      }),
    });
    const job = resource('Job', 'brew', { command: 'brew' });
    const { done, unready, recorded } = await lab.run([job], { wait: true });
    assert.equal([done, unready, recorded.get(job.id)?.run?.outcome], [1, 1, 'failed']);
    assert.is((await lab.store.load(TARGET)).records.get(job.id)?.run?.outcome, 'failed');
    assert.equal((await lab.plan([job])).plan.steps, []);
    assert.equal(verbs((await lab.plan([resource('Job', 'brew', { command: 'brew', retry: 1 })])).plan), ['create brew']);
  });

  test('a ramp goes a waypoint a run, and arrives', async () => {
    const lab = openLab();
    await lab.run([resource('Ramp', 'r', { degrees: 17 })]);
    const goal = resource('Ramp', 'r', { degrees: 20 });
    const seen: unknown[] = [];
    for (let i = 0; i < 12; i += 1) {
      await lab.clock.advance(5_000);
      await lab.run([goal]);
      const now = lab.system().things.get('ramp-1')?.spec.degrees;
      if (now !== seen.at(-1)) seen.push(now);
    }
    assert.equal(seen, [18, 19, 20]);
    assert.equal((await lab.plan([goal])).plan.steps, []);
    assert.is((await lab.store.load(TARGET)).records.get(goal.id)?.motion, undefined);
  });
});

group('a dead run', (test) => {
  test('between the new object and the old one, the old one is remembered and goes next time', async () => {
    const lab = openLab();
    await lab.run([box('a', { serial: '1' })]);
    lab.system().trouble({ op: 'delete', when: 'refuse' });
    const outcome = await lab.run([box('a', { serial: '2' })]);
    assert.equal(counted(outcome), [1, 1, 0, 0]);
    assert.is(lab.system().things.size, 2);
    const next = await lab.run([box('a', { serial: '2' })]);
    assert.equal(verbs(next.plan), ['delete a']);
    assert.equal([...lab.system().things.keys()], ['box-2']);
    assert.equal((await lab.plan([box('a', { serial: '2' })])).plan.steps, []);
  });

  test('… also where nobody asks for it any more by then', async () => {
    const lab = openLab();
    await lab.run([box('a', { serial: '1' })]);
    lab.system().trouble({ op: 'delete', when: 'refuse' });
    await lab.run([box('a', { serial: '2' })]);
    await lab.run([]);
    assert.is(lab.system().things.size, 0);
    assert.is((await lab.store.load(TARGET)).records.size, 0);
  });

  test('several old ones whose deletes nobody saw ending are looked for one by one, and none stands in the way for ever', async () => {
    const lab = openLab();
    await lab.run([box('a', { serial: '1' })]);
    lab.system().trouble({ op: 'delete', when: 'refuse', times: 3 });
    await lab.run([box('a', { serial: '2' })]);
    await lab.run([box('a', { serial: '3' })]);
    assert.is(lab.system().things.size, 3);
    const surveyed = await lab.plan([box('a', { serial: '3' })]);
    assert.equal(verbs(surveyed.plan), ['delete a', 'delete a']);
    // Both are begun, and the process is gone before either has a reply.
    const lease = await lab.store.lease({ target: TARGET, run: 'dead' });
    const begun = ['box-1', 'box-2'].map((handle, i) => ({
      intent: `dead.${i}`,
      id: idOf('Box', 'a'),
      verb: 'delete' as const,
      handle,
      run: 'dead',
      at: new Date(lab.clock.now()).toISOString(),
    }));
    await lab.store.begin(TARGET, begun);
    await lease.release();
    lab.system().byHand.remove('box-1');
    await lab.run([box('a', { serial: '3' })]);
    await lab.run([box('a', { serial: '3' })]);
    assert.equal([...lab.system().things.keys()], ['box-3']);
    assert.equal((await lab.store.load(TARGET)).open, []);
    assert.equal((await lab.plan([box('a', { serial: '3' })])).plan.steps, []);
  });
});

group('plans in order', (test) => {
  test('deleting goes against the references that were recorded, making along those that are wanted', async () => {
    const lab = openLab();
    const [a, b] = [crate('a'), crate('b')];
    await lab.run([a, after(b, a)]);
    assert.equal(verbs((await lab.run([])).plan), ['delete b', 'delete a']);
    assert.is(lab.system().things.size, 0);
  });
});
