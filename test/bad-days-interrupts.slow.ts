import { assert, group } from './kit/group.ts';
import type { Brewery, Running } from './bad-days.ts';
import { brewery, flowing, zone } from './bad-days.ts';

/** Applies in the sandbox while somebody else holds the datastore's lock for so long: the commit is on its way and waits. */
async function held(b: Brewery, seconds: number): Promise<{ readonly apply: Running; readonly sandbox: Running }> {
  const sandbox = b.start('sandbox');
  await sandbox.says(/switches/i);
  await b.ends(`sandbox ctl brewery hold-lock seconds=${seconds}`, 0);
  const apply = b.start('apply --yes --sandbox');
  await apply.says('begin');
  return { apply, sandbox };
}

group('interrupts', (test) => {
  test(
    'the first one starts nothing new: what runs ends and is recorded',
    () =>
      brewery({}, async (b) => {
        const { apply } = await held(b, 3);
        apply.interrupt();
        await apply.says(/Stopping/);
        const ended = await apply.ended;
        assert.is(ended.code, 130, ended.out + ended.err);
        assert.match(ended.out, /done +confhoard\/Config\/fermentation/);
        await b.ends('plan --exit-code --sandbox', 0);
      }),
    { seconds: 60 },
  );

  test(
    'the second one aborts: the next run finds out by looking what became of it',
    () =>
      brewery({}, async (b) => {
        const { apply, sandbox } = await held(b, 60);
        apply.interrupt();
        await apply.says(/Stopping/);
        apply.interrupt();
        const ended = await apply.ended;
        assert.is(ended.code, 130, ended.out + ended.err);
        sandbox.interrupt();
        await sandbox.ended;
        await b.ends('apply --yes --sandbox', 0);
        await b.ends('plan --exit-code --sandbox', 0);
        const { out } = await b.ends('run brewery get path=/brewhouse/temperature/fermentation/setpoint --sandbox', 0);
        assert.match(out, /18\.5/);
      }),
    { seconds: 60 },
  );

  test(
    'a second apply at once is told who writes and until when, and writes nothing',
    () =>
      brewery({}, async (b) => {
        const { apply } = await held(b, 4);
        const second = await b.ends('apply --yes --sandbox', 4);
        assert.match(flowing(second), /LEASE_HELD brewery is being written by \S+ \d+ \(run \S+\) until \d{4}-\d\d-\d\dT/);
        assert.is((await apply.ended).code, 0);
        b.write({ 'manifests/zone.yaml': zone('18.4') });
        await b.ends('apply --yes --sandbox', 0);
        await b.ends('plan --exit-code --sandbox', 0);
      }),
    { seconds: 60 },
  );

  test('an interrupt while planning changes nothing', () =>
    brewery({}, async (b) => {
      b.write({ 'brewery/sandbox.json': '{"stalled":true}\n' });
      const plan = b.start('plan');
      setTimeout(() => plan.interrupt(), 1500);
      const ended = await plan.ended;
      assert.ok(ended.code === 130 || ended.code === 6, `exit ${ended.code}: ${ended.out}${ended.err}`);
      assert.equal(b.holds('state'), {});
    }));
});
