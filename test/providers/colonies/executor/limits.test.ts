import type { Task } from '../../../../src/providers/colonies/executor/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { eventually, onFloor } from './floor.ts';

const untilAborted = ({ signal }: Pick<Task, 'signal'>): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));

group('work that is not wanted any more', (test) => {
  test('is aborted when its time is over, and not failed, so that it keeps its retries', () =>
    onFloor(async ({ start, submit, finished }) => {
      const reasons: string[] = [];
      const one = start({
        functions: {
          slow: async (task) => {
            if (task.process.retries >= 2) return 'at last';
            task.signal.addEventListener('abort', () => reasons.push((task.signal.reason as { code: string }).code), { once: true });
            return untilAborted(task);
          },
        },
      });
      const done = await finished(await submit('slow', { maxexectime: 2, maxretries: -1 }));
      assert.equal([done.state, done.out], [2, ['at last']]);
      assert.ok(done.retries >= 2);
      assert.equal(reasons, ['COLONIES_TIME_LIMIT', 'COLONIES_TIME_LIMIT']);
      const { succeeded, failed } = await one.end();
      assert.equal([succeeded, failed], [1, 0]);
    }));

  test('that does not heed its time limit closes nothing, also not its next run', () =>
    onFloor(async ({ start, submit, finished }) => {
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => void (release = resolve));
      const one = start({
        concurrency: 2,
        functions: {
          deaf: async ({ process, log }) => {
            if (process.retries === 0) {
              await released;
              await log('from the first');
              return 'first';
            }
            release();
            await one.until('ended', /lost/);
            return 'second';
          },
        },
      });
      const done = await finished(await submit('deaf', { maxexectime: 5, maxretries: -1 }));
      assert.equal([done.state, done.out], [2, ['second']]);
      // On a slow machine the second run may exceed its time as well, and the server takes the same result from the third.
      assert.is((await one.end()).failed, 0);
    }));

  test('is aborted when the process is cancelled, alone or with its workflow, or removed', () =>
    onFloor(async ({ start, submit, user, control }) => {
      const one = start({ functions: { wait: untilAborted } });
      const { processid } = await submit('wait');
      await one.until('begun');
      await user.call('cancelprocessmsg', { processid });
      await one.until('ended', /lost: it was cancelled/);

      const functionspecs = [{ nodename: 'a', funcname: 'wait', maxexectime: -1, maxwaittime: -1, conditions: { executortype: 'worker' } }];
      const { processgraphid, processids } = await user.call('submitworkflowspecmsg', { spec: { colonyname: 'dev', functionspecs } });
      const [id = ''] = processids;
      await one.until('begun', new RegExp(`^${id.slice(0, 12)}`));
      await user.call('cancelprocessgraphmsg', { processgraphid });
      await one.until('ended', new RegExp(`^${id.slice(0, 12)} wait lost: it was cancelled`));

      const removed = await submit('wait');
      await one.until('begun', new RegExp(`^${removed.processid.slice(0, 12)}`));
      await control('remove', { kind: 'process', name: removed.processid });
      await one.until('ended', /lost: it was removed/);
    }));

  test('is aborted when its workflow fails without it', () =>
    onFloor(async ({ start, user }) => {
      const one = start({
        concurrency: 2,
        functions: {
          wait: untilAborted,
          fail: async () => {
            await one.until('begun', / wait begins/);
            throw new Error('no');
          },
        },
      });
      const node = (nodename: string, funcname: string, dependencies: readonly string[]) => ({
        nodename,
        funcname,
        maxexectime: -1,
        maxwaittime: -1,
        conditions: { executortype: 'worker', dependencies },
      });
      const functionspecs = [node('a', 'wait', []), node('b', 'fail', []), node('c', 'wait', ['b'])];
      await user.call('submitworkflowspecmsg', { spec: { colonyname: 'dev', functionspecs } });
      await one.until('ended', /wait lost: it was failed with its workflow/);
    }));
});

group('an executor whose slots are all busy', (test) => {
  test('gives signs of life, and takes no work with them', () =>
    onFloor(async ({ start, submit, finished, now, control, user, count }) => {
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => void (release = resolve));
      const one = start({ functions: { long: () => released, short: () => 'done' }, heartbeatMs: 2_000, watchMs: 500 });
      const long = await submit('long');
      await one.until('begun');
      const waiting = await submit('short');
      const heard = async (): Promise<string> =>
        (await user.call('getexecutorsmsg', { colonyname: 'dev' })).find(({ executorname }) => executorname === one.name)
          ?.lastheardfromtime ?? '';
      const before = await heard();
      await control('reset-counts');
      await eventually(async () => (await count('assignprocessmsg')) >= 4);
      assert.ok(Date.parse(await heard()) > Date.parse(before));
      assert.is((await now(waiting)).state, 0);
      release();
      await finished(long);
      assert.equal((await finished(waiting)).out, ['done']);
    }));
});
