import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../stopwatch.ts';
import type { Spent } from '../stopwatch.ts';
import type { Suite } from '../suite.ts';

const bin = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'setpoint version': [bin, 'version'],
  'setpoint validate': [bin, 'validate'],
  'setpoint plan': [bin, 'plan'],
};
const TIMES = 15;
/** Tells on descriptor 3 how much processor time (ms) a process has taken: node does not say it of its children. */
const USAGE = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeSync(3, String((user + system) / 1000));
});
`;

/** Whole processes, from the first instruction to the last: each command beside an empty one, in turns, so that both have the same weather. */
export const startupSuite: Suite = {
  name: 'startup',
  title: `start-up, median of ${TIMES}`,
  note: 'validate and plan: the project of `setpoint init`, one resource, applied once.',
  growth: [],
  jobs: () => Object.keys(COMMANDS).map((name) => ({ name, size: 1 })),
  async prepare(_job, folder) {
    writeFileSync(join(folder, 'usage.cjs'), USAGE);
    await run([bin, 'init'], folder);
    await run([bin, 'apply', '--yes'], folder);
    return {};
  },
  async measure({ name }, folder) {
    const all: { readonly node: Spent; readonly command: Spent }[] = [];
    for (let i = 0; i < TIMES; i += 1) {
      all.push({ node: await run(['-e', '0'], folder), command: await run(COMMANDS[name] ?? [], folder) });
    }
    const wall = median(all.map(({ command }) => command.wall));
    const cpu = median(all.map(({ command }) => command.cpu));
    return {
      'wall ms': wall,
      'cpu ms': cpu,
      '× node wall': wall / median(all.map(({ node }) => node.wall)),
      '× node cpu': cpu / median(all.map(({ node }) => node.cpu)),
    };
  },
};

function run(words: readonly string[], cwd: string): Promise<Spent> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, ['--require', './usage.cjs', ...words], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd },
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    let told = '';
    child.stdio[3]?.on('data', (part: Buffer) => (told += part.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`${words.join(' ')} ended with ${String(code)}`));
      else resolve({ wall: performance.now() - started, cpu: Number(told) });
    });
  });
}
