import { assert } from '../../kit/group.ts';
import type { Check } from '../kit/stage.ts';
import { everythingOnce } from './census.ts';
import { inKitchen, says, type At, type Kitchen, type RunOptions } from './kitchen.ts';

const HOUR_MS = 3_600_000;

/** All that a program is told of the time is off by so much; timers go as they do. */
const offBy = (ms: number): RunOptions => ({ node: ['--import', `data:text/javascript,${encodeURIComponent(PRELOAD(ms))}`] });

const PRELOAD = (ms: number): string => `
const { Date: Real } = globalThis;
globalThis.Date = class extends Real {
  constructor(...words) {
    if (words.length === 0) super(Real.now() + ${ms});
    else super(...words);
  }
  static now() {
    return Real.now() + ${ms};
  }
};
`;

/** Our clock is wrong by an hour. Leaves a colony behind. */
export const playClocks = (at: At, program: string, check: Check): Promise<void> =>
  inKitchen({ at, program, colony: 'clocks' }, async (kitchen) => {
    const say: Check = (name, body) => check(`our clock is wrong: ${name}`, body);
    const { run, edit } = kitchen;
    await say('an hour ahead, one apply makes everything once, and the plan after it is empty', async () => {
      await says(run(['apply', '--yes'], offBy(HOUR_MS)), 0, []);
      await everythingOnce(offTo(kitchen, HOUR_MS));
    });
    await say('an hour behind, what is there is in step, and a change is made', async () => {
      await everythingOnce(offTo(kitchen, -HOUR_MS));
      edit('manifests/ovens.yaml', /celsius: 60/, 'celsius: 65');
      await says(run(['apply', '--yes'], offBy(-HOUR_MS)), 0, []);
      await everythingOnce(kitchen);
    });
    for (const [ms, way] of [
      [HOUR_MS, 'behind'],
      [-HOUR_MS, 'ahead of'],
    ] as const) {
      await say(`doctor says that the server's is ${way} ours`, async () => {
        const told = (await says(run(['doctor'], offBy(ms)), 1, [])).replaceAll(/\s+/g, ' ');
        assert.match(told, `WRONG kitchens: clock that of the server is 1 hour ${way} ours`);
        // Nothing looks late or silent because of it. What waits, waits for reconcilers that nobody runs here.
        const wrong = [...told.matchAll(/WRONG kitchens: (\w+)/g)].map(([, name]) => name);
        assert.equal(wrong, ['clock', 'queue']);
      });
    }
  });

const offTo = (kitchen: Kitchen, ms: number): Kitchen => ({ ...kitchen, run: (words) => kitchen.run(words, offBy(ms)) });
