import type { Session } from '../../src/providers/contract.ts';
import { group } from './group.ts';
import type { AnyLawsOptions, Bench, KindLawsOptions } from './law.ts';
import { NOT_DECLARED } from './law.ts';
import { driver } from './law-driver.ts';
import { engineLaws } from './laws-engine.ts';
import { readingLaws } from './laws-reading.ts';
import { troubleLaws } from './laws-trouble.ts';
import { writingLaws } from './laws-writing.ts';

export type { Bench, Can, KindLawsOptions } from './law.ts';
export type { Round, RoundOutcome } from './laws-engine.ts';

export interface KindLaw {
  readonly name: string;
  /** Why it cannot be tried on this bench. */
  readonly skipped?: string;
  /** Rejects where the kind breaks the law. Opens and closes a bench of its own. */
  run(): Promise<void>;
}

/** The laws of a kind, derived from what it declares: what it may do has to work, and what it may not has to be refused. */
export function lawsOf<S extends Session, Spec extends object, B extends Bench<S>>(given: KindLawsOptions<S, Spec, B>): readonly KindLaw[] {
  // The laws look at specs as plain fields and at sessions not at all: their types are the provider's own business.
  const options = given as unknown as AnyLawsOptions;
  return [...readingLaws, ...writingLaws, ...troubleLaws, ...engineLaws].flatMap((law) => {
    const why = law.applies(options);
    if (why === NOT_DECLARED) return [];
    const run = async (): Promise<void> => {
      const bench = await options.open();
      try {
        await law.holds(driver(options, bench));
      } finally {
        await bench.close();
      }
    };
    return [{ name: law.name, run, ...(why === undefined ? {} : { skipped: why }) }];
  });
}

/** Registers a group with one test a law. */
export function kindLaws<S extends Session, Spec extends object, B extends Bench<S>>(options: KindLawsOptions<S, Spec, B>): void {
  group(`laws: ${options.name}`, (test) => {
    const laws = lawsOf(options);
    for (const law of laws) if (law.skipped === undefined) test(law.name, law.run);
    // One line a reason: a bench without an engine lacks many laws and one thing.
    for (const why of new Set(laws.map(({ skipped }) => skipped))) {
      const lacking = laws.filter(({ skipped }) => skipped === why).map(({ name }) => name);
      if (why !== undefined) test.skip(lacking.join('; '), why);
    }
  });
}
