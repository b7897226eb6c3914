import { assert, group } from './kit/group.ts';
import { survive, writesOf } from './kit/kill-run.ts';
import type { Accident } from './kit/kill-run.ts';

const AT_ONCE = 3;

/**
 * An apply of the quickstart through the real binary, struck at writes of journal, state, lease, plan and datastore. The matrices of
 * test/state and test/providers/confhoard strike each of these at every single write; here all of them are one story.
 */
group('an apply that is struck', (test) => {
  for (const second of [false, true]) {
    const which = second ? 'the second apply' : 'the first apply';
    for (const [mode, every] of [
      ['kill', 3],
      ['kill-after', 8],
      ['short-write', 8],
      ['power', 6],
      ['enospc', 6],
    ] as const) {
      test(
        `loses nothing and makes nothing twice: ${mode} at every ${every}th write of ${which}`,
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
