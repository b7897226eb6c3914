/** `child.ts prepare|measure JOB FOLDER VALUES`: one phase of one job, alone in this process. Prints its values as JSON. */
import { SUITES } from './suites/index.ts';
import type { Job, Values } from './suite.ts';

const [phase = '', job = '', folder = '', prepared = '{}'] = process.argv.slice(2);
const wanted = JSON.parse(job) as Job;
const suite = SUITES.find(({ name }) => name === wanted.suite);
if (!suite) throw new Error(`there is no suite ${wanted.suite}`);
const values: Values =
  phase === 'prepare'
    ? ((await suite.prepare?.(wanted, folder)) ?? {})
    : await suite.measure(wanted, folder, JSON.parse(prepared) as Values);
process.stdout.write(JSON.stringify(values));
