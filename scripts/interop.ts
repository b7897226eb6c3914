/**
 * Our side against other people's programs: `npm run interop [-- STAGE …]` runs the stages of test/interop, all or those that are named.
 * With CI=true a peer that cannot be had is a failure; elsewhere its stage is skipped, with the reason.
 * Closes with `N passed, N failed[, N skipped]`.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runStage, type Stage } from '../test/interop/kit/stage.ts';

const folder = new URL('../test/interop/', import.meta.url);
const known = readdirSync(fileURLToPath(folder))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();
const words = process.argv.slice(2);
const unknown = words.filter((word) => !known.includes(word));
const total = { passed: 0, failed: 0, skipped: 0 };
if (unknown.length > 0) {
  console.log(`There is no stage called ${unknown.join(', ')}; there is ${known.join(', ')}.`);
  total.failed += 1;
}
const strict = /^(1|true)$/i.test(process.env.CI ?? '');
for (const name of known.filter((one) => words.length === 0 || words.includes(one))) {
  const { stage } = (await import(new URL(`${name}.ts`, folder).href)) as { readonly stage: Stage };
  const tally = await runStage(stage, { strict, say: (line) => console.log(line) });
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped += tally.skipped;
}
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
if (total.failed > 0) process.exitCode = 1;
