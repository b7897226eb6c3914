/**
 * Measures how fast Setpoint is: `npm run bench [-- SUITE …] [--size 1000,10000] [--times 3] [--compare FILE] [--out FILE]`.
 * Every job runs in processes of its own; of several times the median counts. Absolute numbers are this machine's of this minute: compare
 * ratios, and processor time rather than wall time where somebody else uses the machine. Results go to `bench/results/` as JSON.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { report } from './report.ts';
import { median } from './stopwatch.ts';
import type { Job, Row, Values } from './suite.ts';
import { SUITES } from './suites/index.ts';

interface Results {
  readonly at: string;
  readonly node: string;
  readonly machine: string;
  readonly rows: readonly Row[];
}

const here = fileURLToPath(new URL('.', import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '1000,10000,100000' },
    times: { type: 'string', default: '1' },
    compare: { type: 'string' },
    out: { type: 'string' },
  },
});

const unknown = positionals.find((word) => !SUITES.some(({ name }) => name === word));
if (unknown !== undefined) throw new Error(`there is no suite ${unknown}: ${SUITES.map(({ name }) => name).join(', ')}`);
const suites = SUITES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const sizes = options.size.split(',').map(Number);
const earlier = options.compare === undefined ? [] : (JSON.parse(readFileSync(options.compare, 'utf8')) as Results).rows;

const at = new Date().toISOString();
const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}`;
console.log(`node ${process.version}, ${machine}\n`);
const rows: Row[] = [];
for (const suite of suites) {
  const mine = suite.jobs(sizes).map((job) => measured({ suite: suite.name, ...job }));
  rows.push(...mine);
  console.log(report(suite, mine, earlier));
}
const file = resolve(options.out ?? join(here, 'results', `${at.replaceAll(':', '')}.json`));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify({ at, node: process.version, machine, rows } satisfies Results, null, 1)}\n`);

/** The medians of a job over so many times. */
function measured(job: Job): Row {
  const folder = mkdtempSync(join(tmpdir(), 'setpoint-bench-'));
  try {
    const all = Array.from({ length: Number(options.times) }, (): Values => {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      const prepared = phase('prepare', job, folder);
      return phase('measure', job, folder, prepared);
    });
    const names = Object.keys(all[0] ?? {});
    return { ...job, values: Object.fromEntries(names.map((name) => [name, median(all.map((values) => values[name] ?? 0))])) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function phase(name: 'prepare' | 'measure', job: Job, folder: string, prepared: Values = {}): Values {
  const words = ['--import', 'tsx', join(here, 'child.ts'), name, JSON.stringify(job), folder, JSON.stringify(prepared)];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', cwd: here, stdio: ['ignore', 'pipe', 'inherit'] })) as Values;
}
