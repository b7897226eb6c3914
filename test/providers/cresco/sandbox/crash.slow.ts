import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fields } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import { lab, toAgent, ungz, until } from './peer.ts';

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

/** It opens, and everything that a client was told has happened is so. */
async function survives(folder: string, told: readonly string[], story: string): Promise<void> {
  const has = (line: string): boolean => told.includes(line);
  await lab(
    async ({ api }) => {
      const jars = ungz((await api.rpc({ payload: { action: 'listpluginsrepo' } }))['listpluginsrepo']) as {
        readonly plugins: readonly unknown[];
      };
      if (has('saved')) assert.is(jars.plugins.length, 1, story);
      const list = ungz((await api.rpc(toAgent('CONFIG', { action: 'pluginlist' })))['plugin_list']) as readonly Fields[];
      const running = new Set(list.filter(({ status_code: code }) => code === '10').map(({ plugin_id: id }) => id));
      if (has('added stays')) assert.ok(running.has('stays'), story);
      if (has('added goes') && !has('removing goes')) assert.ok(running.has('goes'), story);
      if (has('removed goes')) assert.not(running.has('goes'), story);
      const code = async (id: string): Promise<string | undefined> => {
        const { gpipeline } = await api.rpc({ payload: { action: 'getgpipeline', action_pipelineid: id } });
        return gpipeline === undefined ? undefined : String((ungz(gpipeline) as Fields)['status_code']);
      };
      for (const id of told.filter((line) => line.startsWith('submitted ')).map((line) => line.slice('submitted '.length))) {
        if (has(`removed ${id}`)) await until(async () => (await code(id)) === undefined);
        else if (!has(`removing ${id}`)) await until(async () => (await code(id)) === '10');
      }
    },
    { folder },
  );
}

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'setpoint-cresco-crash-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Processes wait for the disk and for each other most of the time. */
const AT_ONCE = 4;

group('a Cresco fabric: killed at every write', (test) => {
  // Killed before a write and after the one before it are nearly the same: each takes every second one.
  for (const [mode, tried] of [
    ['kill', (n: number) => n % 2 === 1],
    ['kill-after', (n: number) => n % 2 === 0],
    ['short-write', (_: number, operation: string) => / write /.test(operation)],
    ['power', (n: number) => n % 2 === 1],
  ] as const) {
    test(
      `${mode}: it opens again, with all that somebody was told`,
      async () => {
        const points = await inFolder(async (folder) => {
          const count = join(folder, '..', `${Date.now()}-${process.pid}-${mode}.count`);
          await furnish(join(folder, 'fabric'), { CRASH_MATCH: join(folder, 'fabric'), CRASH_COUNT: count });
          const lines = (await readFile(count, 'utf8')).trimEnd().split('\n');
          await rm(count);
          return lines.flatMap((line, n) => (tried(n + 1, line) ? [n + 1] : []));
        });
        assert.ok(points.length > 10, `${points.length} writes`);
        const left = [...points];
        const worker = async (): Promise<void> => {
          for (let at = left.shift(); at !== undefined; at = left.shift()) {
            const now = at;
            await inFolder(async (folder) => {
              const told = await furnish(join(folder, 'fabric'), {
                CRASH_MATCH: join(folder, 'fabric'),
                CRASH_AT: String(now),
                CRASH_MODE: mode,
              });
              await survives(join(folder, 'fabric'), told, `${mode} at write ${now}`);
            });
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, worker));
      },
      { seconds: 600 },
    );
  }
});
