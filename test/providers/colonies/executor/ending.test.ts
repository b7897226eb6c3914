import { assert, group } from '../../../kit/group.ts';
import { onFloor } from './floor.ts';

/** Something that a test lets go of. */
function held(): { readonly until: Promise<void>; readonly release: () => void } {
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => void (release = resolve));
  return { until, release };
}

group('the end of an executor', (test) => {
  test('lets what runs come to its end, and takes nothing new', () =>
    onFloor(async ({ start, submit, finished, now }) => {
      const { until, release } = held();
      const one = start({ functions: { work: () => until.then(() => 'done') } });
      const running = await submit('work');
      await one.until('begun');
      one.drain();
      const waiting = await submit('work');
      release();
      assert.equal((await finished(running)).out, ['done']);
      assert.equal(await one.ended, { succeeded: 1, failed: 0, lost: 0, left: 0 });
      assert.is((await now(waiting)).state, 0);
    }));

  test('at once: handlers are aborted, and their processes failed with the reason', () =>
    onFloor(async ({ start, submit, now }) => {
      const one = start({
        functions: {
          work: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cleaned up')))),
        },
      });
      const process = await submit('work');
      await one.until('begun');
      one.abort();
      assert.equal(await one.ended, { succeeded: 0, failed: 1, lost: 0, left: 0 });
      assert.equal((await now(process)).errors, ['the executor was stopped before this was done', 'cleaned up']);
    }));

  test('at once, after the time that it was given to drain', () =>
    onFloor(async ({ start, submit }) => {
      const one = start({
        drainMs: 1_000,
        functions: {
          work: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
        },
      });
      await submit('work');
      await one.until('begun');
      assert.equal(await one.end(), { succeeded: 0, failed: 1, lost: 0, left: 0 });
    }));

  test('does not wait for ever for a handler that does not heed its signal', () =>
    onFloor(async ({ start, submit, now }) => {
      const one = start({ graceMs: 2_000, functions: { work: () => new Promise(() => undefined) } });
      const process = await submit('work');
      await one.until('begun');
      one.abort();
      assert.equal(await one.ended, { succeeded: 0, failed: 0, lost: 0, left: 1 });
      assert.is((await now(process)).state, 1);
    }));

  test('does not wait for ever for a server that is gone', () =>
    onFloor(async ({ start, submit, control }) => {
      const { until, release } = held();
      const one = start({ graceMs: 2_000, functions: { work: () => until } });
      await submit('work');
      await one.until('begun');
      for (let n = 0; n < 50; n += 1) await control('lose-request', { type: 'closesuccessfulmsg' });
      release();
      one.abort();
      assert.equal(await one.ended, { succeeded: 0, failed: 0, lost: 0, left: 1 });
    }));

  test('removes the executor only where that is asked for, and then gives back what it had not done', () =>
    onFloor(async ({ start, submit, now, user }) => {
      const stateOf = async (name: string): Promise<number | undefined> =>
        (await user.call('getexecutorsmsg', { colonyname: 'dev' })).find(({ executorname }) => executorname === name)?.state;
      const stays = start({ functions: { other: () => undefined }, type: 'other' });
      await stays.until('ready');
      await stays.end();
      assert.is(await stateOf(stays.name), 1);

      const goes = start({
        unregister: true,
        functions: {
          work: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
        },
      });
      const process = await submit('work');
      await goes.until('begun');
      goes.abort();
      assert.equal(await goes.ended, { succeeded: 0, failed: 0, lost: 0, left: 1 });
      assert.match(goes.events.at(-1)?.text ?? '', /its name stays taken/);
      assert.is(await stateOf(goes.name), 3);
      assert.equal([(await now(process)).state, (await now(process)).errors], [0, []]);
      await user.call('removeprocessmsg', { processid: process.processid });
    }));

  test('is quiet, whatever the number of slots', () =>
    onFloor(async ({ start, submit, finished }) => {
      const warnings: string[] = [];
      const heard = ({ message }: Error): void => void (/listeners/.test(message) && warnings.push(message));
      process.on('warning', heard);
      const one = start({ functions: { work: () => undefined }, concurrency: 30 });
      await one.until('ready');
      await Promise.all((await Promise.all(Array.from({ length: 40 }, () => submit('work')))).map(finished));
      assert.is((await one.end()).succeeded, 40);
      process.off('warning', heard);
      assert.equal(warnings, []);
    }));
});
