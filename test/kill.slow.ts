import { assert, group } from './kit/group.ts';
import { survive, writesOf } from './kit/kill-run.ts';
import type { Accident } from './kit/kill-run.ts';

const AT_ONCE = 3;

/** An apply of the quickstart through the real binary, struck at every write of journal, state, lease, plan and datastore. */
group('an apply that is struck', (test) => {
  for (const second of [false, true]) {
    const which = second ? 'the second apply' : 'the first apply';
    for (const [mode, every] of [
      ['kill', 1],
      ['kill-after', 4],
      ['short-write', 4],
      ['power', 2],
      ['enospc', 3],
    ] as const) {
      test(
        `loses nothing and makes nothing twice: ${mode} at ${every === 1 ? 'every' : `each ${every}th`} write of ${which}`,
        async () => {
          const writes = await writesOf(second);
          assert.ok(writes > 10, `only ${writes} writes were seen`);
          const accidents: Accident[] = [];
          for (let at = 1; at <= writes; at += every) accidents.push({ mode, at, second });
          const wrong: string[] = [];
          const line = accidents.values();
          const work = async (): Promise<void> => {
            for (const accident of line) await survive(accident).catch((error: Error) => wrong.push(error.message));
          };
          await Promise.all(Array.from({ length: AT_ONCE }, work));
          assert.equal(wrong, []);
        },
        { seconds: 1200 },
      );
    }
  }
});
