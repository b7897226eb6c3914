import { fileURLToPath } from 'node:url';
import type { Fields } from '../../../../src/core/value.ts';
import { crashes } from '../../../kit/crash-sandbox.ts';
import { assert, group } from '../../../kit/group.ts';
import { lab, toAgent, ungz, until } from './peer.ts';

const furnisher = fileURLToPath(new URL('furnisher.ts', import.meta.url));

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

group('a Cresco fabric: killed at every write', (test) => {
  // Killed before a write and after the one before it are nearly the same: each takes every second one.
  for (const [mode, at] of [
    ['kill', (n: number) => n % 2 === 1],
    ['kill-after', (n: number) => n % 2 === 0],
    ['short-write', (_: number, operation: string) => / write /.test(operation)],
    ['power', (n: number) => n % 2 === 1],
  ] as const) {
    test(
      `${mode}: it opens again, with all that somebody was told`,
      async () => assert.ok((await crashes({ furnisher, mode, at, survives })) > 10),
      { seconds: 600 },
    );
  }
});
