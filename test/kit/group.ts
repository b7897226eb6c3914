import './defer.ts';
import { suite } from 'uvu';
import { mortals } from './children.ts';

export * as assert from 'uvu/assert';

/** What a group's body gets: call it to add a test; `skip` says why something was not run and is counted. In CI nothing may be skipped. */
export interface Tests {
  (name: string, body: () => void | Promise<void>, options?: { readonly seconds?: number }): void;
  skip(name: string, why: string): void;
  before(hook: () => void | Promise<void>): void;
  after(hook: () => void | Promise<void>): void;
}

export interface Tally {
  passed: number;
  failed: number;
  skipped: string[];
  failures: string[];
  /** Something has not ended in time, and may go on. */
  overdue: boolean;
}

/** Shared with the runner, which prints it last and fails when nothing ran. */
export const tally: Tally = { passed: 0, failed: 0, skipped: [], failures: [], overdue: false };

/** Far above what a test takes on a machine that has eight other things to do: it is there for what hangs. */
const LIMIT_SECONDS = 60;
/** There is everything that a test needs, or the script of CI has to put it there. */
const IN_CI = /^(1|true)$/i.test(process.env.CI ?? '');

/**
 * A named set of tests that runs itself: nothing to forget at the end of the file, an empty group is a failure, and a test
 * that neither ends nor fails within its limit (60 s unless told) fails with that reason. No program that a test starts as a
 * mortal one outlives the test.
 */
export function group(name: string, body: (test: Tests) => void): void {
  const tests = suite(name);
  let count = 0;
  const add = (title: string, run: () => void | Promise<void>, options: { readonly seconds?: number } = {}): void => {
    count += 1;
    tests(title, async () => {
      const endWhatItStarts = mortals();
      try {
        await within(options.seconds ?? LIMIT_SECONDS, run);
        tally.passed += 1;
      } catch (error) {
        tally.failed += 1;
        tally.failures.push(`${name}: ${title}`);
        throw error;
      } finally {
        await endWhatItStarts();
      }
    });
  };
  body(
    Object.assign(add, {
      skip(title: string, why: string): void {
        if (IN_CI) {
          return add(title, () => {
            throw new Error(`skipped, in CI: ${why}`);
          });
        }
        count += 1;
        tally.skipped.push(`${name}: ${title} (${why})`);
      },
      before: (hook: () => void | Promise<void>): void => tests.before(async () => hook()),
      after: (hook: () => void | Promise<void>): void => tests.after(async () => hook()),
    }),
  );
  const endWhatIsLeft = mortals();
  tests.after(endWhatIsLeft); // what a hook started
  if (count === 0) {
    add('has at least one test', () => {
      throw new Error(`the group "${name}" is empty`);
    });
  }
  tests.run();
}

async function within(seconds: number, run: () => void | Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      tally.overdue = true;
      reject(new Error(`no end after ${seconds} s`));
    }, seconds * 1000);
  });
  try {
    await Promise.race([run(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
