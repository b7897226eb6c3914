import { idOf, newKey } from '../../../../src/providers/colonies/client/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { faultOf } from '../../../kit/fault.ts';
import { eventually, KEYS, onFloor, type Floor, type Running } from './floor.ts';

const functions = { work: () => 'done' };
/** Somebody else has the colony's key. */
const keyless = { functions, colonyKey: undefined };

const owner = ({ user }: Floor, verb: 'approve' | 'reject' | 'remove', { name }: Pick<Running, 'name'>): Promise<void> =>
  user.call(`${verb}executormsg`, { colonyname: 'dev', executorname: name }, { key: KEYS.colony });

group('an executor that is not let in', (test) => {
  test('says who has to add and to approve it, waits, and then works', () =>
    onFloor(async (floor) => {
      const one = floor.start(keyless);
      const { text } = await one.until('waiting', /is not registered/);
      const id = idOf(one.key);
      assert.ok(text.endsWith(`colonies executor add --name ${one.name} --type worker --executorid ${id} --approve`), text);
      const executor = { executorname: one.name, executorid: id, colonyname: 'dev', executortype: 'worker' };
      await floor.user.call('addexecutormsg', { executor }, { key: KEYS.colony });
      assert.match((await one.until('waiting', /not approved/)).text, /colonies executor approve --name/);
      await owner(floor, 'approve', one);
      assert.equal((await floor.finished(await floor.submit('work'))).out, ['done']);
    }));

  test('stops instead where it is told to', () =>
    onFloor(async ({ start }) => {
      const fault = await faultOf(start({ ...keyless, refused: 'stop' }).ended);
      assert.is(fault.code, 'COLONIES_NOT_ADMITTED');
      assert.match(fault.diagnostic.hint ?? '', /colonies executor add/);
    }));

  test('ends without a word when it is stopped while it waits', () =>
    onFloor(async ({ start }) => {
      const one = start(keyless);
      await one.until('waiting');
      assert.equal(await one.end(), { succeeded: 0, failed: 0, lost: 0, left: 0 });
    }));

  test('stops when it was rejected, even with the key that could approve it', () =>
    onFloor(async (floor) => {
      const first = floor.start({ functions });
      await first.until('ready');
      await first.end();
      await owner(floor, 'reject', first);
      const fault = await faultOf(floor.start({ functions, name: first.name, key: first.key }).ended);
      assert.is(fault.code, 'COLONIES_NOT_ADMITTED');
      assert.match(fault.message, /was rejected/);
    }));

  test('starts again when it was removed while it did not run', () =>
    onFloor(async (floor) => {
      const first = floor.start({ functions });
      await first.until('ready');
      await first.end();
      await owner(floor, 'remove', first);
      const second = floor.start({ functions, name: first.name, key: first.key });
      await second.until('approved', /again/);
      await second.until('ready');
      const listed = await floor.user.call('getfunctionsmsg', { colonyname: 'dev', executorname: first.name });
      assert.is(listed.length, 1);
    }));

  test('is told that its name is taken, that its key is a user’s, or that it is another executor', () =>
    onFloor(async ({ start }) => {
      const first = start({ functions });
      await first.until('ready');
      const codeOf = async (options: object): Promise<string> => (await faultOf(start({ functions, ...options }).ended)).code;
      assert.is(await codeOf({ name: first.name, key: newKey() }), 'COLONIES_NAME_TAKEN');
      assert.is(await codeOf({ key: KEYS.user }), 'COLONIES_OTHER_EXECUTOR');
      assert.is(await codeOf({ key: first.key, name: 'other' }), 'COLONIES_OTHER_EXECUTOR');
      assert.is(await codeOf({ key: first.key, name: first.name, type: 'other' }), 'COLONIES_OTHER_EXECUTOR');
      assert.is(await codeOf({ colonyKey: newKey() }), 'COLONIES_NOT_OWNER');
    }));

  test('options that make no sense are refused before anything is sent', () =>
    onFloor(async ({ start, control }) => {
      await control('reset-counts');
      for (const wrong of [
        { name: 'a:b' },
        { name: '' },
        { type: '' },
        { concurrency: 0 },
        { pollSeconds: 0.5 },
        { heartbeatMs: Number.NaN },
        { drainMs: -1 },
        { unregister: true, colonyKey: undefined },
        { functions: {} },
      ]) {
        assert.is((await faultOf(start({ functions, ...wrong } as never).ended)).code, 'COLONIES_EXECUTOR_OPTION');
      }
      assert.is((await faultOf(start({ functions, key: 'abc' }).ended)).code, 'COLONIES_KEY');
      assert.match(JSON.stringify(await control('counts')), /"total":0\b/);
    }));
});

group('an executor that is put out while it runs', (test) => {
  const busy = {
    work: () => 'done',
    wait: ({ signal }: { readonly signal: AbortSignal }) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  };

  for (const [verb, words] of [
    ['remove', /was removed/],
    ['reject', /was rejected/],
  ] as const) {
    test(`by hand (${verb}) gives up its work, and stops with the reason`, () =>
      onFloor(async (floor) => {
        const one = floor.start({ functions: busy });
        const process = await floor.submit('wait');
        await one.until('begun');
        await owner(floor, verb, one);
        const fault = await faultOf(one.ended);
        assert.is(fault.code, 'COLONIES_NOT_ADMITTED');
        assert.match(fault.message, words);
        await one.until('ended', /lost/);
        assert.is((await floor.now(process)).state, verb === 'remove' ? 0 : 1);
      }));
  }

  test('waits where it is told to, and has its functions again when it is back', () =>
    onFloor(async (floor) => {
      const one = floor.start({ functions: busy, refused: 'wait' });
      await one.until('ready');
      await owner(floor, 'remove', one);
      await one.until('waiting', /was removed/);
      await owner(floor, 'approve', one);
      assert.equal((await floor.finished(await floor.submit('work'))).out, ['done']);
      const listed = await floor.user.call('getfunctionsmsg', { colonyname: 'dev', executorname: one.name });
      assert.equal(listed.map(({ funcname }) => funcname).sort(), ['wait', 'work']);
    }));

  test('by the server, for its silence, comes back by itself, and the work that was given back is done', () =>
    onFloor(async (floor) => {
      let first = true;
      const one = floor.start({
        functions: {
          work: async ({ signal }) => {
            if (!first) return 'done';
            first = false;
            await eventually(() => signal.aborted);
            throw signal.reason;
          },
        },
      });
      const process = await floor.submit('work');
      await one.until('begun');
      // The machine slept.
      floor.jump(3_600_000);
      await floor.control('unregister', { executor: one.name });
      await one.until('approved', /again: it had been removed/);
      assert.equal((await floor.finished(process)).out, ['done']);
      assert.equal(await one.end(), { succeeded: 1, failed: 0, lost: 1, left: 0 });
    }));
});
