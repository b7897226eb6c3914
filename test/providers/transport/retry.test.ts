import fc from 'fast-check';
import { Fault } from '../../../src/core/diagnostic.ts';
import { retrying } from '../../../src/providers/transport/retry.ts';
import { assert, group } from '../../kit/group.ts';
import { dice, virtualClock } from '../../kit/world.ts';

const failing = (retry: Fault['retry']): Fault => new Fault({ code: 'X', summary: 'x' }, { retry });
const policy = { attempts: 4, baseMs: 100, capMs: 300 };

interface Tale {
  readonly attempts: number;
  readonly pauses: readonly number[];
  readonly error: unknown;
}

/** Runs a function that always fails with `fault` and tells what was done about it. */
async function tale(fault: unknown, random: () => number, extra: { readonly patienceMs?: number } = {}): Promise<Tale> {
  const clock = virtualClock();
  const pauses: number[] = [];
  let attempts = 0;
  const options = { ...policy, ...extra, call: { signal: new AbortController().signal, random }, sleep: clock.sleep };
  const error: unknown = await retrying(
    async (attempt) => {
      attempts += 1;
      assert.is(attempt, attempts);
      throw fault;
    },
    { ...options, onRetry: ({ afterMs }) => void pauses.push(afterMs) },
  ).catch((thrown: unknown) => thrown);
  return { attempts, pauses, error };
}

group('retry', (test) => {
  test('the pauses double up to their cap, and the last fault is the answer', async () => {
    const fault = failing({ afterMs: 0 });
    assert.equal(await tale(fault, () => 0.999), { attempts: 4, pauses: [99, 199, 299], error: fault });
    assert.equal((await tale(fault, () => 0)).pauses, [0, 0, 0]);
  });

  test('full jitter: every pause lies between what the server asked for and that plus its share of backoff', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(50_000), async (seed, afterMs) => {
        const { pauses } = await tale(failing({ afterMs }), dice(seed));
        assert.is(pauses.length, 3);
        for (const [i, pause] of pauses.entries()) assert.ok(pause >= afterMs && pause < afterMs + Math.min(300, 100 * 2 ** i));
      }),
    ));

  test('where it cannot help, it is not tried', async () => {
    assert.is((await tale(failing(false), () => 0)).attempts, 1);
    assert.is((await tale(new TypeError('a bug'), () => 0)).attempts, 1);
    assert.is((await tale(failing({ afterMs: 5001 }), () => 0, { patienceMs: 5000 })).attempts, 1);
  });

  test('the first success is the answer', async () => {
    const clock = virtualClock();
    const options = { ...policy, call: { signal: new AbortController().signal, random: () => 0 }, sleep: clock.sleep };
    const answer = await retrying(async (attempt) => (attempt < 3 ? Promise.reject(failing({ afterMs: 10 })) : attempt), options);
    assert.is(answer, 3);
  });

  test('abort ends the pause at once and keeps what is known of the last attempt', async () => {
    const clock = virtualClock({ auto: false });
    const stop = new AbortController();
    const fault = new Fault({ code: 'X', summary: 'x' }, { retry: { afterMs: 60_000 }, sent: 'maybe' });
    const running = retrying(() => Promise.reject(fault), {
      ...policy,
      call: { signal: stop.signal, random: () => 0 },
      sleep: clock.sleep,
    });
    const caught = running.catch((error: unknown) => error);
    while (clock.sleeping === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('ctrl-c'));
    const error = await caught;
    assert.ok(error instanceof Fault);
    assert.equal([error.code, error.sent, error.retry], ['INTERRUPTED', 'maybe', false]);
    assert.is(clock.sleeping, 0);
  });
});
