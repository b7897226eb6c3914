import fc from 'fast-check';
import { Fault } from '../../../src/core/diagnostic.ts';
import { limiter } from '../../../src/providers/transport/rate.ts';
import { assert, group } from '../../kit/group.ts';
import { virtualClock } from '../../kit/world.ts';

group('rate', (test) => {
  test('no more run at once than may, and all get their turn in the order they came', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(20), { maxLength: 40 }), async (parallel, works) => {
        const clock = virtualClock();
        const line = limiter({ parallel, clock });
        const begun: number[] = [];
        let most = 0;
        await Promise.all(
          works.map((ms, i) =>
            line.run(async () => {
              begun.push(i);
              most = Math.max(most, line.running);
              await clock.sleep(ms);
            }),
          ),
        );
        assert.equal(begun, [...works.keys()]);
        assert.is(most, Math.min(parallel, works.length));
        assert.equal([line.running, line.waiting], [0, 0]);
      }),
    ));

  test('in any span of time no more begin than the bucket held and the rate gave', () =>
    fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.5, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.nat(2000), { minLength: 1, maxLength: 30 }),
        async (ratePerSecond, burst, gaps) => {
          const clock = virtualClock();
          const line = limiter({ ratePerSecond, burst, clock });
          const begun: number[] = [];
          const running: Promise<void>[] = [];
          for (const gap of gaps) {
            running.push(line.run(async () => void begun.push(clock.now())));
            await clock.sleep(gap);
          }
          await Promise.all(running);
          assert.is(begun.length, gaps.length);
          for (const [i, from] of begun.entries()) {
            for (const [j, to] of begun.entries()) {
              if (j >= i) assert.ok(j - i + 1 <= burst + ((to - from) * ratePerSecond) / 1000 + 1e-3, `${j - i + 1} in ${to - from} ms`);
            }
          }
        },
      ),
      { numRuns: 40 },
    ));

  test('work goes on at its rate, not slower', async () => {
    const clock = virtualClock();
    const begun = clock.now();
    const line = limiter({ ratePerSecond: 10, burst: 1, clock });
    await Promise.all(Array.from({ length: 21 }, () => line.run(async () => undefined)));
    assert.is(clock.now() - begun, 2000);
  });

  test('who gives up in the line leaves it, and the others move up', async () => {
    const clock = virtualClock({ auto: false });
    const line = limiter({ parallel: 1, clock });
    let release = (): void => undefined;
    const first = line.run(() => new Promise<void>((resolve) => (release = resolve)));
    const stop = new AbortController();
    const second = line.run(async () => 'second', stop.signal).catch((error: unknown) => error);
    const third = line.run(async () => 'third');
    assert.equal([line.running, line.waiting], [1, 2]);
    stop.abort();
    const fault = await second;
    assert.ok(fault instanceof Fault && fault.code === 'INTERRUPTED' && fault.sent === 'no');
    assert.is(line.waiting, 1);
    release();
    await first;
    assert.is(await third, 'third');
  });

  test('work that fails gives its slot back', async () => {
    const line = limiter({ parallel: 1, clock: virtualClock() });
    await line.run(() => Promise.reject(new Error('no'))).catch(() => undefined);
    assert.is(await line.run(async () => 'next'), 'next');
  });

  test('ten thousand in line are served in a moment', async () => {
    const clock = virtualClock();
    const line = limiter({ parallel: 2, clock });
    let served = 0;
    await Promise.all(Array.from({ length: 10_000 }, () => line.run(async () => void (served += 1))));
    assert.is(served, 10_000);
  });

  test('a limit that lets nothing through is a mistake', () => {
    for (const limits of [{ parallel: 0 }, { ratePerSecond: 0 }, { burst: 0 }, { parallel: Number.NaN }]) {
      assert.throws(() => limiter({ ...limits, clock: virtualClock() }), 'lets nothing through');
    }
  });
});
