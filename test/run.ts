/**
 * Runs the tests: `tsx test/run.ts [--slow] [part of a file name …]`. Files named `*.slow.ts` run only with `--slow`, and then alone.
 * Closes with `N passed, N failed` and fails when nothing ran.
 */
import './kit/defer.ts';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { exec } from 'uvu';
import { tally } from './kit/group.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const ending = process.argv.includes('--slow') ? '.slow.ts' : '.test.ts';
const files = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith(ending) && (words.length === 0 || words.some((word) => file.includes(word))))
  .sort();

const queue = (globalThis as unknown as { UVU_QUEUE: unknown[][]; UVU_INDEX?: number });
for (const [index, file] of files.entries()) {
  queue.UVU_INDEX = index;
  queue.UVU_QUEUE[index] = [relative('.', join(here, file))];
  await import(pathToFileURL(join(here, file)).href);
}
await exec();

for (const skipped of tally.skipped) console.log(`skipped: ${skipped}`);
for (const failure of tally.failures) console.log(`failed: ${failure}`);
if (tally.passed + tally.failed === 0) {
  console.log(`no test ran${words.length > 0 ? ` for ${words.join(' ')}` : ''}`);
  process.exitCode = 1;
}
console.log(`${tally.passed} passed, ${tally.failed} failed${tally.skipped.length > 0 ? `, ${tally.skipped.length} skipped` : ''}`);
if (tally.failed > 0) process.exitCode = 1;
