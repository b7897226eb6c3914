import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fields } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import { lab } from './lab.ts';

const furnisher = fileURLToPath(new URL('furnisher.ts', import.meta.url));
const preload = fileURLToPath(new URL('../../../kit/crash.mjs', import.meta.url));

/** Runs the furnisher on a folder until it ends or is killed: what its clients were told. */
async function furnish(folder: string, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', preload, furnisher, folder], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  await new Promise((resolve) => child.on('close', resolve));
  return out.split('\n').slice(0, -1);
}

/** It opens, everything that a client was told was done is so, and nothing that it was told was refused. */
async function survives(folder: string, told: readonly string[], story: string): Promise<void> {
  await lab(
    async ({ control }) => {
      const rows = async (kind: string): Promise<readonly Fields[]> => (await control('rows', { kind })) as readonly Fields[];
      const holds = (deed: string, so: boolean): void => {
        if (told.includes(`done ${deed}`)) assert.ok(so, `${story}: ${deed} was done`);
        if (told.includes(`refused ${deed}`) || !told.includes(`trying ${deed}`)) assert.not(so, `${story}: ${deed} was not done`);
      };
      const places = new Set((await rows('location')).map(({ name }) => name));
      for (const name of ['one', 'three', 'four', 'five']) holds(`place ${name}`, places.has(name));
      if (told.includes('done place two')) holds('removal', !places.has('two'));
      const [executor] = await rows('executor');
      holds('executor', executor !== undefined);
      holds('approval', executor?.['state'] === 1);
      const [process] = await rows('process');
      holds('process', process !== undefined);
      holds('assignment', Number(process?.['state'] ?? 0) > 0);
      holds('close', process?.['state'] === 2 && (process['out'] as readonly unknown[])[0] === 'ale');
      if (told.includes('done process')) assert.is((await rows('attribute')).length, 1, story);
    },
    { folder },
  );
}

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'setpoint-colonies-crash-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Processes wait for the disk and for each other most of the time. */
const AT_ONCE = 4;

/** How many file operations there are when nothing goes wrong. */
const pointsOf = (mode: string): Promise<number> =>
  inFolder(async (folder) => {
    const count = join(folder, `${mode}.count`);
    const told = await furnish(join(folder, 'kept'), { CRASH_MATCH: join(folder, 'kept'), CRASH_COUNT: count });
    assert.is(told.at(-1), 'ended');
    assert.not(told.some((line) => line.startsWith('refused')));
    await survives(join(folder, 'kept'), told, 'undisturbed');
    return (await readFile(count, 'utf8')).trimEnd().split('\n').length;
  });

group('a ColonyOS sandbox: killed at every write, and on a full disk', (test) => {
  // Killed before a write and after the one before it are nearly the same, and so on: each takes every third one.
  for (const [nth, mode] of ['kill', 'kill-after', 'short-write', 'power', 'enospc', 'enospc-once'].entries()) {
    test(
      mode,
      async () => {
        const points = await pointsOf(mode);
        assert.ok(points > 10, `${points} writes`);
        const left = Array.from({ length: points }, (_, n) => n + 1).filter((n) => n % 3 === nth % 3);
        const worker = async (): Promise<void> => {
          for (let at = left.shift(); at !== undefined; at = left.shift()) {
            const now = at;
            await inFolder(async (parent) => {
              const folder = join(parent, 'kept');
              const told = await furnish(folder, { CRASH_MATCH: folder, CRASH_AT: String(now), CRASH_MODE: mode });
              const story = `${mode} at write ${now}`;
              await survives(folder, told, story);
              // Once it serves, a disk that is full is an error to the client, and no reason to end.
              if (mode.startsWith('enospc') && told.length > 0) assert.is(told.at(-1), 'ended', story);
            });
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, worker));
      },
      { seconds: 600 },
    );
  }
});
