import { openColonies, specOf } from '../../../../src/providers/colonies/client/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { KEYS, onFloor } from './floor.ts';

const functions = {
  work: () => 'done',
  fail: () => {
    throw new Error('no');
  },
};

group('an executor on bad days', (test) => {
  test('goes on when the server has restarted while it waited for work', () =>
    onFloor(async ({ address, start, control }) => {
      const one = start({ functions });
      await one.until('ready');
      for (let n = 0; n < 3; n += 1) {
        await control('restart');
        // Connections of a client that was there before are cut.
        const user = openColonies({ address, key: KEYS.user });
        const spec = specOf({ funcname: 'work', conditions: { colonyname: 'dev', executortype: 'worker' } });
        assert.equal((await user.waitForProcess(await user.call('submitfuncspecmsg', { spec }))).out, ['done']);
        await user.close();
      }
      assert.equal((await one.end()).succeeded, 3);
    }));

  test('tells that the server is away and that it is back, and loses no result', () =>
    onFloor(async ({ start, submit, finished, control }) => {
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => void (release = resolve));
      const one = start({ concurrency: 4, functions: { ...functions, slow: () => released.then(() => 'kept') } });
      const process = await submit('slow');
      await one.until('begun');
      await control('lose-request', { type: 'closesuccessfulmsg' });
      release();
      assert.equal((await finished(process)).out, ['kept']);
      await one.until('away');
      await one.until('back');
    }));

  test('an assignment whose answer was lost is found, and run once', () =>
    onFloor(async ({ start, submit, finished, control }) => {
      await control('lose-reply', { type: 'assignprocessmsg' });
      const process = await submit('work');
      const one = start({ functions });
      assert.equal((await finished(process)).out, ['done']);
      assert.equal(await one.end(), { succeeded: 1, failed: 0, lost: 0, left: 0 });
    }));

  const types = [
    'closesuccessfulmsg',
    'closefailedmsg',
    'addattributemsg',
    'addlogmsg',
    'addfunctionmsg',
    'addexecutormsg',
    'approveexecutormsg',
  ];
  for (const trouble of ['lose-reply', 'lose-request', 'bad-gateway']) {
    test(`${trouble} of whatever it sends changes nothing`, () =>
      onFloor(async ({ start, submit, finished, control, user }) => {
        for (const type of types) await control(trouble, { type });
        const one = start({
          functions: {
            ...functions,
            tell: async ({ attribute, log }) => {
              void log('told');
              await attribute('a', 'b');
              return 'told';
            },
          },
        });
        const told = await finished(await submit('tell'));
        assert.equal([told.out, told.attributes.map(({ key, value }) => `${key} ${value}`)], [['told'], ['a b']]);
        assert.equal((await finished(await submit('fail'))).errors, ['no']);
        assert.equal(await one.end(), { succeeded: 1, failed: 1, lost: 0, left: 0 });
        const listed = await user.call('getfunctionsmsg', { colonyname: 'dev', executorname: one.name });
        assert.equal(listed.map(({ funcname }) => funcname).sort(), ['fail', 'tell', 'work']);
      }));
  }

  test('a server that fails at some requests is asked again, and one that answers nonsense is told', () =>
    onFloor(async ({ start, submit, finished, control }) => {
      const one = start({ functions, watchMs: 500 });
      await one.until('ready');
      for (const type of ['assignprocessmsg', 'closesuccessfulmsg', 'getprocesshistmsg'])
        await control('refuse', { type, status: '500', message: 'no database' });
      assert.equal((await finished(await submit('work'))).out, ['done']);
      await control('refuse', { type: 'getprocesshistmsg', status: '400', message: 'nonsense' });
      await one.until('trouble', /nonsense/);
      assert.equal((await finished(await submit('work'))).out, ['done']);
      assert.is((await one.end()).succeeded, 2);
    }));

  test('one answer as to a stranger does not put it out', () =>
    onFloor(async ({ start, submit, finished, control }) => {
      const one = start({ functions, watchMs: 500 });
      await one.until('ready');
      await control('empty-next', { type: 'getprocesshistmsg' });
      assert.equal((await finished(await submit('work'))).out, ['done']);
      assert.is((await one.end()).lost, 0);
    }));
});

group('processes of an earlier run', (test) => {
  /** An executor that was killed while it ran one. */
  const killed = (leftovers: 'leave' | 'run' | 'fail' | undefined, after: (state: number, text: string) => void): Promise<void> =>
    onFloor(async ({ start, submit, finished, now, user }) => {
      let isFirst = true;
      const work = (): Promise<string> | string => {
        if (!isFirst) return 'again';
        isFirst = false;
        return new Promise(() => undefined);
      };
      const first = start({ functions: { work } });
      const process = await submit('work');
      await first.until('begun');
      // As after kill -9: nobody closes it. A second program with its key does not know of it.
      const second = start({ functions: { work }, name: first.name, key: first.key, ...(leftovers === undefined ? {} : { leftovers }) });
      const { text } = await second.until('leftovers');
      const ended = leftovers === 'run' || leftovers === 'fail' ? await finished(process) : await now(process);
      after(ended.state, text);
      assert.is((await user.call('getprocessmsg', { processid: process.processid })).state, ended.state);
    });

  test('are told and left as they are', () =>
    killed(undefined, (state, text) => (assert.is(state, 1), assert.match(text, /left as they are/))));
  test('are run again where that is wanted', () => killed('run', (state, text) => (assert.is(state, 2), assert.match(text, /run again/))));
  test('are failed where that is wanted', () => killed('fail', (state) => assert.is(state, 3)));
});
