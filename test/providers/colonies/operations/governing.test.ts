import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idOf } from '../../../../src/providers/colonies/client/index.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { COLONY, lines, rest, rows, withBench, type Bench } from './bench.ts';

const NODES = JSON.stringify({
  colonyname: COLONY,
  functionspecs: [{ nodename: 'a', funcname: 'boil', conditions: { executortype: 'kettle' } }],
});
const stateOf = async ({ session, call }: Bench, name: string): Promise<number | undefined> =>
  (await session.read.executors(call().signal)).find(({ executorname }) => executorname === name)?.state;

group('colonies: acts of the owner', (test) => {
  test('approve and reject, and say what it was before', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      assert.match(lines(await bench.run('reject', { executor: 'cooker' }))[0] ?? '', /is rejected \(it was approved\)/);
      assert.is(await stateOf(bench, 'cooker'), 2);
      assert.match(lines(await bench.run('approve', { executor: 'cooker' }))[0] ?? '', /is approved \(it was rejected\)/);
      assert.is(await stateOf(bench, 'cooker'), 1);
      await bench.control('unregister', { executor: 'cooker' });
      assert.match(lines(await bench.run('approve', { executor: 'cooker' }))[0] ?? '', /was unregistered\)\. Its functions are gone/);
      assert.is((await faultOf(bench.run('reject', { executor: 'coker' }))).diagnostic.hint, 'Did you mean cooker?');
    }));

  test('pause and resume: nothing is assigned in between', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker');
      await bench.run('exec', { function: 'boil' });
      await bench.run('pause');
      const asked = bench.hand('assignprocessmsg', { colonyname: COLONY, timeout: -1 }, key);
      assert.is((await faultOf(asked)).code, 'COLONIES_PAUSED');
      await bench.run('resume');
      assert.is((await bench.work(key, {})).spec.funcname, 'boil');
    }));

  test('take its key, which is asked for where the target has none', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      const session = bench.connect({ member: bench.keys.member });
      for (const name of ['approve', 'pause']) {
        assert.is((await faultOf(bench.run(name, { executor: 'cooker' }, { session }))).code, 'COLONIES_KEY_MISSING');
      }
    }));
});

group('colonies: what the server runs by itself', (test) => {
  test('a cron is run by its name', () =>
    withBench(async (bench) => {
      const cron = { name: 'nightly', colonyname: COLONY, workflowspec: NODES, interval: -1, cronexpression: '0 0 3 1 1 *' };
      await bench.hand('addcronmsg', { cron }, bench.keys.member);
      assert.is((await faultOf(bench.run('run-cron', { cron: 'nightlyy' }))).diagnostic.hint, 'Did you mean nightly?');
      await bench.run('run-cron', { cron: 'nightly' });
      assert.is(rows(await bench.run('workflows')).length, 1);
      assert.equal(rows(await bench.run('crons'))[0]?.slice(0, 2), ['nightly', '0 0 3 1 1 *']);
    }));

  test('a generator counts what is packed', () =>
    withBench(async (bench) => {
      const generator = { name: 'batch', colonyname: COLONY, workflowspec: NODES, trigger: 3, timeout: -1 };
      await bench.hand('addgeneratormsg', { generator }, bench.keys.member);
      assert.match(lines(await bench.run('pack', { generator: 'batch', arg: 'k1' }))[0] ?? '', /holds 1 argument; .* when it has 3/);
      assert.equal(rows(await bench.run('generators'))[0]?.slice(0, 2), ['batch', '1 of 3']);
    }));

  test('a blueprint is reconciled, and waited for', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker', ['reconcile']);
      const names = { kind: 'Widget', listKind: 'WidgetList', singular: 'widget', plural: 'widgets' };
      const spec = { names, handler: { executorType: 'kettle', functionName: 'reconcile' } };
      await bench.hand('addblueprintdefinitionmsg', { blueprintdefinition: { metadata: { name: 'widgets', colonyname: COLONY }, spec } });
      const blueprint = { kind: 'Widget', metadata: { name: 'one', colonyname: COLONY }, spec: { replicas: 1 } };
      await bench.hand('addblueprintmsg', { blueprint }, bench.keys.member);
      await bench.work(key, {});
      const outputs = bench.begin('reconcile', { blueprint: 'one', force: 'yes', wait: 'yes' });
      await outputs.next();
      const { spec: asked } = await bench.work(key, { out: ['done'] });
      assert.equal(asked.kwargs, { kind: 'Widget', blueprintName: 'one', force: true });
      assert.equal(await rest(outputs), [{ value: ['done'] }]);
    }));
});

const idIn = (text: string): string => idOf(text.trim());
const keyIn = ({ dir }: Bench, path: string): string => readFileSync(join(dir, path), 'utf8').trim();
const usersOf = async ({ hand }: Bench, key: string): Promise<readonly string[]> =>
  (await hand('getusersmsg', { colonyname: COLONY }, key)).map(({ userid }) => userid);

group('colonies: rotate-key', (test) => {
  test('stores the new key of the target’s own user, tells the server, proves it, and says what stops', () =>
    withBench(async (bench) => {
      const cron = { name: 'nightly', colonyname: COLONY, workflowspec: NODES, interval: -1, cronexpression: '0 0 3 1 1 *' };
      await bench.hand('addcronmsg', { cron }, bench.keys.member);
      const said = lines(await bench.run('rotate-key', { into: 'keys/new.key' }));
      const fresh = keyIn(bench, 'keys/new.key');
      assert.equal(await usersOf(bench, fresh), [idOf(fresh)]);
      assert.is((await faultOf(usersOf(bench, bench.keys.member))).code, 'COLONIES_NOT_MEMBER');
      assert.ok(said.some((line) => /never run again: nightly\. Remove these crons/.test(line)));
      assert.ok(said.some((line) => /spec\.options\.key of the Target to keys\/new\.key/.test(line)));
      assert.ok(said.every((line) => !line.includes(fresh) && !line.includes(bench.keys.member)));
    }));

  test('loses neither key, wherever it is cut off: the same again goes on from there', () =>
    withBench(async (bench) => {
      // Before the server hears of it.
      await bench.control('lose-request', { type: 'changeuseridmsg' });
      assert.is((await faultOf(bench.run('rotate-key', { into: 'new.key' }))).code, 'COLONIES_ROTATION');
      const fresh = keyIn(bench, 'new.key');
      assert.equal(await usersOf(bench, bench.keys.member), [idOf(bench.keys.member)]);
      // Its reply is lost: the read with the new key tells that it was done.
      await bench.control('lose-reply', { type: 'changeuseridmsg' });
      await bench.run('rotate-key', { into: 'new.key' });
      assert.is(keyIn(bench, 'new.key'), fresh);
      assert.equal(await usersOf(bench, fresh), [idOf(fresh)]);
      const again = lines(await bench.run('rotate-key', { into: 'new.key' }));
      assert.match(again[1] ?? '', /knows it as that of the user of this target already/);
    }));

  test('does the same for another user, an executor and the owner', () =>
    withBench(async (bench) => {
      const cooker = await bench.kettle('cooker');
      await bench.write('cooker.key', `${cooker}\n`);
      await bench.run('rotate-key', { executor: 'cooker', key: 'cooker.key', into: 'cooker-2.key' });
      const [executor] = await bench.session.read.executors(bench.call().signal);
      assert.is(executor?.executorid, idIn(keyIn(bench, 'cooker-2.key')));
      const other = 'b'.repeat(64);
      await bench.control('add-user', { name: 'bob', userid: idOf(other) });
      await bench.write('bob.key', other);
      await bench.run('rotate-key', { user: 'bob', key: 'bob.key', into: 'bob-2.key' });
      assert.ok((await usersOf(bench, bench.keys.member)).includes(idIn(keyIn(bench, 'bob-2.key'))));
      const said = lines(await bench.run('rotate-key', { colony: 'yes', into: 'owner.key' }));
      assert.ok(said.some((line) => /setpoint state rebind/.test(line)));
      const { colonyid } = await bench.hand('getcolonymsg', { colonyname: COLONY }, bench.keys.member);
      assert.is(colonyid, idIn(keyIn(bench, 'owner.key')));
    }));

  test('refuses a key that is not theirs, the key that is in use, and two at once, and changes nothing', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      await bench.write('wrong.key', 'c'.repeat(64));
      await bench.write('member.key', bench.keys.member);
      const refused = async (input: Readonly<Record<string, string>>): Promise<string> =>
        (await faultOf(bench.run('rotate-key', input))).code;
      assert.equal(
        [
          await refused({ executor: 'cooker', key: 'wrong.key', into: 'a.key' }),
          await refused({ executor: 'cooker', into: 'a.key' }),
          await refused({ executor: 'cooker', key: 'none.key', into: 'a.key' }),
          await refused({ into: 'member.key' }),
          await refused({ executor: 'cooker', user: 'bob', into: 'b.key' }),
        ],
        ['COLONIES_ROTATION', 'INPUT_MISSING', 'SECRET_MISSING', 'INPUT_VALUE', 'INPUT_VALUE'],
      );
      assert.equal(await usersOf(bench, bench.keys.member), [idOf(bench.keys.member)]);
      assert.not.ok(readdirSync(bench.dir).includes('b.key'));
    }));
});
