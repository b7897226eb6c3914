import { mock } from 'node:test';
import { Fault } from '../../src/core/diagnostic.ts';
import { timely } from '../../src/reconcile/timely.ts';
import { assert, group } from '../kit/group.ts';
import { openLab } from './lab.ts';
import { box } from './resources.ts';

const LIMIT = 1000;
const codeOf = (error: unknown): string => (error instanceof Fault ? error.code : String(error));

/** Timers that go off when they are told to. */
async function still<T>(body: (pass: (ms: number) => Promise<void>) => Promise<T>): Promise<T> {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    return await body(async (ms) => {
      mock.timers.tick(ms);
      await new Promise((resolve) => setImmediate(resolve));
    });
  } finally {
    mock.timers.reset();
  }
}

group('the limit of time of a call', (test) => {
  test('is that of each of its requests', () =>
    still(async (pass) => {
      const call = timely({ signal: new AbortController().signal }, LIMIT, async (signal, answered) => {
        for (let page = 0; page < 10; page += 1) {
          await pass(LIMIT - 1);
          answered();
        }
        return signal.aborted;
      });
      assert.is(await call, false);
    }));

  test('… and the first one that exceeds it ends the call', () =>
    still(async (pass) => {
      let given: AbortSignal | undefined;
      const call = timely({ signal: new AbortController().signal }, LIMIT, async (signal, answered) => {
        given = signal;
        await pass(LIMIT - 1);
        answered();
        await pass(LIMIT);
        answered();
      });
      assert.is(await call.catch(codeOf), 'TIMEOUT');
      assert.is(given?.aborted, true);
      // A late answer of the call that was left behind starts no timer that nobody stops.
      await pass(LIMIT * 10);
    }));

  test('does not keep an interrupt waiting, on whichever page', () =>
    still(async (pass) => {
      const run = new AbortController();
      const call = timely({ signal: run.signal }, LIMIT, async (signal, answered) => {
        await pass(LIMIT - 1);
        answered();
        run.abort(new Error('enough'));
        await pass(0);
        return signal.aborted;
      });
      assert.is(await call.catch(codeOf), 'INTERRUPTED');
    }));

  test('a list of many slow pages is read to its end', async () => {
    let slow = false;
    const lab = openLab({
      pageSize: 2,
      limits: { timeoutMs: LIMIT },
      kinds: (kind) => ({
        ...kind,
        async *observe(read, ask, call) {
          for await (const page of kind.observe(read, ask, call)) {
            if (slow) mock.timers.tick(LIMIT - 1);
            yield page;
          }
        },
      }),
    });
    for (let i = 0; i < 9; i += 1) lab.system().byHand.create('scripted/Box', { key: `b${i}`, spec: { label: 'x' } });
    const boxes = Array.from({ length: 9 }, (_, i) => box(`b${i}`, {}, { lifecycle: { adopt: true } }));
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      slow = true;
      const { survey } = await lab.plan(boxes, { strangers: true });
      assert.ok(survey.look.pages > 4, String(survey.look.pages));
      assert.ok([...survey.look.observed.values()].every(({ seen }) => seen === 'live'));
    } finally {
      mock.timers.reset();
    }
  });
});
