import type { Check } from '../../../../src/providers/checks.ts';
import { examine } from '../../../../src/providers/colonies/examine.ts';
import { idOf } from '../../../../src/providers/colonies/client/index.ts';
import type { Colony } from '../../../../src/providers/colonies/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { COLONY, withBench, type Bench } from './bench.ts';

async function checks({ session, call }: Pick<Bench, 'session' | 'call'>): Promise<readonly Check[]> {
  const found: Check[] = [];
  for await (const check of examine(session.read, call())) found.push(check);
  return found;
}
const of = (bench: Bench, session: Colony): Promise<readonly Check[]> => checks({ ...bench, session });
const told = (found: readonly Check[]): readonly string[] => found.map(({ name, message }) => `${name}: ${message}`);
const wrong = async (bench: Bench, session: Colony = bench.session): Promise<readonly string[]> =>
  told((await of(bench, session)).filter(({ ok }) => !ok));

const NODES = JSON.stringify({
  colonyname: COLONY,
  functionspecs: [{ nodename: 'a', funcname: 'boil', conditions: { executortype: 'kettle' } }],
});

group('colonies: doctor', (test) => {
  test('a colony that is well', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      const found = await checks(bench);
      assert.equal(
        found.filter(({ ok }) => !ok),
        [],
      );
      assert.equal(
        found.map(({ name }) => name),
        [
          'server',
          'clock',
          'key of the server',
          'key of the colony',
          'key of the target',
          'assignments',
          'users',
          'executors',
          'crons',
          'generators',
          'queue',
          'blueprint definitions',
        ],
      );
      const text = told(found).join('\n');
      for (const key of Object.values(bench.keys)) assert.not.ok(text.includes(key));
    }));

  test('keys that are missing or wrong, and what each may do', () =>
    withBench(async (bench) => {
      const { server, owner, member } = bench.keys;
      assert.equal(await wrong(bench, bench.connect({})), []);
      assert.match(
        (await wrong(bench, bench.connect({ server: member, owner, member })))[0] ?? '',
        /^key of the server: .*is not that of the owner of the server/,
      );
      assert.match(
        (await wrong(bench, bench.connect({ server, owner: member, member })))[0] ?? '',
        /^key of the colony: is not that of the owner/,
      );
      const stranger = await wrong(bench, bench.connect({ server, owner, member: 'd'.repeat(64) }));
      assert.equal(stranger.length, 1);
      assert.match(stranger[0] ?? '', new RegExp(`^key of the target: is no member's: its id is ${idOf('d'.repeat(64))}`));
    }));

  test('a server whose clock is off, one that is down, and a colony that nobody has made', () =>
    withBench(async (bench) => {
      await bench.control('skew-clock', { seconds: '90' });
      assert.match((await wrong(bench))[0] ?? '', /^clock: that of the server is \d+ seconds ahead of ours/);
      await bench.control('skew-clock', { seconds: '-90' });
      assert.match((await wrong(bench))[0] ?? '', /^clock: that of the server is \d+ seconds behind ours/);
      await bench.control('skew-clock', { seconds: '7170' });
      assert.match((await wrong(bench))[0] ?? '', /^clock: that of the server is (1 hour 59 minutes|2 hours) ahead of ours/);
      await bench.control('skew-clock', { seconds: '0' });
      await bench.control('refuse', { type: 'getserverinfomsg', status: '500', message: 'database is down' });
      const down = await checks(bench);
      assert.equal([down.length, down[0]?.ok], [1, false]);
      await bench.hand('removecolonymsg', { colonyname: COLONY }, bench.keys.server);
      assert.match(told(await of(bench, bench.connect(bench.keys))).at(-1) ?? '', /^colony: there is no colony dev on this server/);
    }));

  test('what an hour between the two clocks makes look late or silent is not called so', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      await bench.control('skew-clock', { seconds: '-3600' });
      const soon = new Date(Date.now() - 3_500_000).toISOString();
      const cron = { name: 'soup', colonyname: COLONY, interval: 3600, cronexpression: '', workflowspec: NODES };
      await bench.hand('addcronmsg', { cron }, bench.keys.member);
      await bench.control('change', { kind: 'cron', name: 'soup', path: '/nextrun', value: JSON.stringify(soon) });
      const heard = new Date(Date.now() - 3_600_000).toISOString();
      await bench.control('change', { kind: 'executor', name: 'cooker', path: '/lastheardfromtime', value: JSON.stringify(heard) });
      assert.equal(
        (await wrong(bench)).map((line) => line.split(':')[0]),
        ['clock'],
      );
    }));

  test('executors that are about to be removed, two with one key, work that nobody takes, a pause', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker');
      const since = new Date(Date.now() - 500_000).toISOString();
      await bench.control('change', { kind: 'executor', name: 'cooker', path: '/lastheardfromtime', value: JSON.stringify(since) });
      await bench.control('add-executor', { name: 'twin', executorid: idOf(key), type: 'kettle' });
      await bench.run('exec', { function: 'boil', type: 'oven' });
      await bench.run('pause');
      const found = (await wrong(bench)).join('\n');
      assert.match(found, /silent executors: .*: cooker\./);
      assert.match(found, /executors: cooker, twin have one key/);
      assert.match(found, /queue: 1 wait, .* 1 for "oven"/);
      assert.match(found, /assignments: are paused/);
    }));

  test('crons and generators that never run, and a generator that kills the server', () =>
    withBench(
      async (bench) => {
        const gone = { initiatorid: 'e'.repeat(64), initiatorname: 'gone', workflowspec: NODES };
        const row = (kind: string, fields: object): Promise<unknown> => bench.control('put', { kind, row: JSON.stringify(fields) });
        await row('cron', { ...gone, name: 'nightly', interval: 3600 });
        await row('cron', { ...gone, name: 'reconcile-Widget', interval: 60 });
        await row('generator', { ...gone, name: 'batch', trigger: 2, timeout: -1 });
        const found = (await wrong(bench)).join('\n');
        assert.match(found, /crons: never run, .*: nightly\. Remove these crons/);
        assert.match(found, /crons: never run, .*: reconcile-Widget\. These are the server's own/);
        assert.match(found, /generators: never run, .*: batch\. Remove these generators/);
      },
      { sandbox: { generatorPeriodMs: 3_600_000 } },
    ));

  test('a name with a colon that has spoiled a list', () =>
    withBench(async (bench) => {
      await bench.hand('addusermsg', { user: { colonyname: COLONY, name: 'a:b', userid: idOf('a'.repeat(64)) } }).catch(() => undefined);
      const found = await wrong(bench);
      assert.ok(
        found.some((line) => /has a colon in its name/.test(line)),
        found.join('\n'),
      );
    }));
});
