import { fileURLToPath } from 'node:url';
import type { Fields } from '../../../../src/core/value.ts';
import { crashes } from '../../../kit/crash-sandbox.ts';
import { assert, group } from '../../../kit/group.ts';
import { lab } from './lab.ts';

const furnisher = fileURLToPath(new URL('furnisher.ts', import.meta.url));

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
  const isUndisturbed = story === 'undisturbed';
  if (isUndisturbed) assert.not(told.some((line) => line.startsWith('refused')));
  // Once it serves, a disk that is full is an error to the client, and no reason to end.
  if (isUndisturbed || (story.startsWith('enospc') && told.length > 0)) assert.is(told.at(-1), 'ended', story);
}

group('a ColonyOS sandbox: killed at every write, and on a full disk', (test) => {
  // Killed before a write and after the one before it are nearly the same, and so on: each takes every third one.
  for (const [nth, mode] of ['kill', 'kill-after', 'short-write', 'power', 'enospc', 'enospc-once'].entries()) {
    const at = (n: number): boolean => n % 3 === nth % 3;
    test(mode, async () => assert.ok((await crashes({ furnisher, mode, at, survives })) > 3), { seconds: 600 });
  }
});
