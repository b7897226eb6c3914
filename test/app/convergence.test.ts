import fc from 'fast-check';
import { group } from '../kit/group.ts';
import type { Story } from './convergence.ts';
import { story, tell } from './convergence.ts';

const RUNS = Number(process.env.RUNS ?? 60);

group('convergence', (test) => {
  test(
    'after any bad days a few quiet runs bring the world to what is written, make nothing twice and touch nothing of others',
    async () => {
      const details = await fc.check(fc.asyncProperty(story, tell), { numRuns: RUNS });
      if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
    },
    { seconds: 100 },
  );
});

export type { Story };
