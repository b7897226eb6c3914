import { assert } from '../../kit/group.ts';
import type { CommandLine } from './command-line.ts';
import type { Kitchen } from './kitchen.ts';

/** What is in a colony, by name; what is there twice stands there twice. */
export type Census = Readonly<Record<string, readonly string[]>>;

/** What examples/manifests/colonies-cooking makes, and the server of itself because of it (`reconcile-…`). */
export const WHOLE: Census = {
  users: ['ada', 'setpoint'],
  executors: ['cooker'],
  functions: ['boil', 'chop', 'serve'],
  crons: ['reconcile-Oven', 'reconcile-Oven-cellar', 'soup-of-the-day'],
  generators: ['trays'],
  definitions: ['ovens'],
  blueprints: ['oven-1', 'oven-2'],
};

/** By the real command line. */
export async function censusOf({ must }: CommandLine): Promise<Census> {
  const listed = async (words: readonly string[], pattern: RegExp): Promise<readonly string[]> =>
    [...(await must(words)).matchAll(pattern)].map(([, name = '']) => name).sort();
  const first = /^\| (?!USERNAME|NAME)([\w-]+) +\|/gm;
  const second = /^\| [0-9a-f]{64} \| ([\w-]+) +\|/gm;
  const inMetadata = /^ {6}"name": "([\w-]+)"/gm;
  return {
    users: await listed(['user', 'ls'], first),
    executors: await listed(['executor', 'ls'], first),
    functions: await listed(['function', 'ls'], /FunctionName +\| (\w+)/g),
    crons: await listed(['cron', 'ls'], second),
    generators: await listed(['generator', 'ls'], second),
    definitions: await listed(['blueprint', 'definition', 'ls', '--json'], inMetadata),
    blueprints: await listed(['blueprint', 'ls', '--json'], inMetadata),
  };
}

/** All is there, and nothing of it twice; and our side says so as well. */
export async function everythingOnce({ run, theirs }: Pick<Kitchen, 'run' | 'theirs'>, more: Census = {}): Promise<void> {
  assert.equal(await censusOf(theirs), { ...WHOLE, ...more });
  const { code, out, err } = await run(['plan', '--exit-code']);
  assert.is(code, 0, out + err);
}
