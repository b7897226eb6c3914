import { stripVTControlCharacters } from 'node:util';

/** What is not on this machine and cannot be put on it. In CI that is a failure; elsewhere the stage is skipped with this reason. */
export class Missing extends Error {
  override readonly name = 'Missing';
}

/** One thing that a stage proves. It fails by throwing; what follows it is tried all the same. */
export type Check = (name: string, body: () => void | Promise<void>) => Promise<void>;

/** Our side against somebody else's program, as it really is: a file of test/interop exports one as `stage`. */
export interface Stage {
  readonly name: string;
  readonly summary: string;
  /** Puts what it needs on the machine and runs its checks one after another. Throws Missing where it cannot. */
  run(check: Check): Promise<void>;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface StageOptions {
  /** A missing peer is a failure. */
  readonly strict: boolean;
  readonly say: (line: string) => void;
}

/** Runs a stage. A stage that proves nothing has failed. */
export async function runStage(stage: Stage, { strict, say }: StageOptions): Promise<Tally> {
  say(`${stage.name}: ${stage.summary}`);
  let passed = 0;
  let failed = 0;
  const fail = (what: string, error: unknown): void => {
    failed += 1;
    say(`  FAIL  ${what}\n${indented(wordsOf(error))}`);
  };
  const check: Check = async (name, body) => {
    try {
      await body();
      passed += 1;
      say(`  ok    ${name}`);
    } catch (error) {
      if (error instanceof Missing) throw error;
      fail(name, error);
    }
  };
  try {
    await stage.run(check);
    if (passed + failed === 0) fail(stage.name, 'it checked nothing');
  } catch (error) {
    if (error instanceof Missing && !strict) {
      say(`  skip  ${stage.name}: ${error.message}`);
      return { passed, failed, skipped: 1 };
    }
    fail(stage.name, error);
  }
  return { passed, failed, skipped: 0 };
}

/** What became of a check, to be told later. */
export interface Outcome {
  readonly name: string;
  /** Throws what the check threw. */
  readonly act: () => void;
}

/** Plays checks without telling them: for what runs beside something else, whose lines would come in between. */
export async function outcomesOf(play: (check: Check) => Promise<void>): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  await play(async (name, body) => {
    try {
      await body();
      outcomes.push({ name, act: () => undefined });
    } catch (error) {
      outcomes.push({
        name,
        act() {
          throw error;
        },
      });
    }
  });
  return outcomes;
}

/** With what an assertion found and what it wanted, which stands beside its message. */
const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { details } = error as Error & { readonly details?: unknown };
  return typeof details === 'string' ? `${error.message}\n${stripVTControlCharacters(details)}` : error.message;
};

const indented = (text: string): string => text.replace(/^/gm, '        ');
