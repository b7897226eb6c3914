/**
 * Runs the tests: `tsx test/run.ts [--slow] [part of a file name …]`. Files named `*.slow.ts` run only with `--slow`, and then one after
 * the other. All others are shared out among one process more than there are processors: many wait for programs that they start.
 * Closes with `N passed, N failed` and fails when nothing ran.
 *
 * Property tests draw the same worlds in every run, so that a red run is about the change at hand; `SEED=$RANDOM npm test` goes
 * looking for new ones.
 */
import './kit/defer.ts';
import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { tally, type Tally } from './kit/group.ts';

const SEED = 20_261_122;
fc.configureGlobal({ seed: Number(process.env.SEED ?? SEED) });

const here = fileURLToPath(new URL('.', import.meta.url));
/** Ends what one file has printed, so that the lines of two processes do not mix. */
const END = '\0';

/** uvu keeps what a file declares in globals: https://github.com/lukeed/uvu/blob/v0.5.6/src/index.js */
const uvu = globalThis as unknown as { UVU_QUEUE: (() => Promise<readonly [errors: string | true]>)[][]; UVU_INDEX: number };

function fail(what: string): void {
  tally.failed += 1;
  tally.failures.push(what);
}

async function runFile(file: string): Promise<void> {
  const started = performance.now();
  uvu.UVU_INDEX = uvu.UVU_QUEUE.push([]) - 1;
  console.log(relative('.', join(here, file)));
  try {
    await import(pathToFileURL(join(here, file)).href);
  } catch (error) {
    console.log(error);
    fail(`${file} cannot be loaded`);
  }
  for (const run of uvu.UVU_QUEUE[uvu.UVU_INDEX] ?? []) {
    const [errors] = await run();
    if (errors !== true) console.log(`\n${errors}`);
  }
  console.log(`  ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

/** Thousands of small worlds are built and dropped: with the room for young objects that Node starts with, a tenth of the time is cleaning. */
const execArgv = [...process.execArgv, '--max-semi-space-size=32'];

/**
 * A process that asks for one file after the other, and says each time how it stands. One that dies is followed by another, and so is
 * one in which something has not ended in time: what goes on there must not meet the files that follow.
 */
async function lane(next: () => string | undefined): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), [], { execArgv, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let under: string | undefined;
  let told: Tally | undefined;
  let text = '';
  child.on('message', (message: Tally) => {
    told = message;
    child.send({ file: (under = told.overdue ? undefined : next()) });
  });
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    const blocks = (text + part).split(END);
    text = blocks.pop() ?? '';
    for (const block of blocks) process.stdout.write(block);
  });
  const how = await new Promise<string>((resolve) => child.on('close', (code, signal) => resolve(signal ?? `code ${code}`)));
  process.stdout.write(text);
  tally.passed += told?.passed ?? 0;
  tally.failed += told?.failed ?? 0;
  tally.skipped.push(...(told?.skipped ?? []));
  tally.failures.push(...(told?.failures ?? []));
  const hasDied = told === undefined || under !== undefined;
  if (hasDied) fail(`${under ?? 'a process of the tests'} ended with ${how}`);
  if (told !== undefined && (hasDied || told.overdue)) await lane(next);
}

/** The other side of a lane. */
async function follow(): Promise<void> {
  process.on('disconnect', () => process.exit(1)); // and with it whatever the tests have started
  const ask = (): Promise<string | undefined> =>
    new Promise((resolve) => {
      process.once('message', ({ file }: { readonly file?: string }) => resolve(file));
      process.send?.(tally);
    });
  for (let file = await ask(); file !== undefined; file = await ask()) {
    await runFile(file);
    process.stdout.write(END);
  }
}

async function runAll(): Promise<void> {
  const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const isSlow = process.argv.includes('--slow');
  const files = readdirSync(here, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(isSlow ? '.slow.ts' : '.test.ts') && (words.length === 0 || words.some((word) => file.includes(word))))
    .sort((a, b) => a.split(sep).length - b.split(sep).length || (a < b ? -1 : 1)); // what lies at the top is whole stories, the longest files
  if (files.length === 1) await runFile(files[0] as string);
  else {
    const waiting = files[Symbol.iterator]();
    const next = (): string | undefined => waiting.next().value as string | undefined;
    const lanes = isSlow ? 1 : Math.min(files.length, availableParallelism() + 1);
    await Promise.all(Array.from({ length: lanes }, () => lane(next)));
  }
  for (const skipped of tally.skipped.sort()) console.log(`skipped: ${skipped}`);
  for (const failure of tally.failures.sort()) console.log(`failed: ${failure}`);
  if (tally.passed + tally.failed === 0) console.log(`no test ran${words.length > 0 ? ` for ${words.join(' ')}` : ''}`);
  console.log(`${tally.passed} passed, ${tally.failed} failed${tally.skipped.length > 0 ? `, ${tally.skipped.length} skipped` : ''}`);
  if (tally.failed > 0 || tally.passed === 0) process.exitCode = 1;
}

await (process.send === undefined ? runAll() : follow());
// What a failed test has left running keeps nobody waiting.
process.exit();
