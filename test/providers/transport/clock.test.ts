import { systemClock } from '../../../src/providers/transport/clock.ts';
import { assert, group } from '../../kit/group.ts';

group('the clock of the system', (test) => {
  for (const ms of [2 ** 31, 1e12, Infinity]) {
    test(`a pause of ${ms} ms is not over at once, and ends with its signal`, async () => {
      const stop = new AbortController();
      const pause = systemClock.sleep(ms, stop.signal).then(
        () => 'over',
        (error: unknown) => error,
      );
      // A timer that is given too much fires after a millisecond, which comes before another one of several.
      await systemClock.sleep(20);
      stop.abort('enough');
      assert.is(await pause, 'enough');
    });
  }

  test('a pause of nothing is over', async () => {
    await systemClock.sleep(0);
    await systemClock.sleep(-1);
  });
});
